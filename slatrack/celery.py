"""The Celery application and its beat table. Every task reads the clock once and is safe to miss, repeat or overlap."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")

app = Celery("slatrack")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "raise warnings": {"task": "tickets.tasks.raise_warnings", "schedule": 15.0},
    "raise breaches": {"task": "tickets.tasks.raise_breaches", "schedule": 15.0},
    "deliver outbox": {"task": "notifications.tasks.deliver_outbox", "schedule": 5.0},
    "beat heart": {"task": "slatrack.health.beat_heart", "schedule": 15.0},
}
