"""Composition: settings, URLs, Celery and the local stack. No domain."""

from slatrack.celery import app as celery_app
