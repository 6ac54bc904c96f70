"""Beat's work on clocks. Each task reads the time once; missing, repeating or overlapping it changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tickets import breaches


@shared_task(ignore_result=True, expires=55)
def raise_warnings() -> None:
    """Every 15 s: tell people what falls due soon."""
    breaches.sweep_warnings(now=timezone.now())


@shared_task(ignore_result=True, expires=55)
def raise_breaches() -> None:
    """Every 15 s: record what fell due. Each clock breaches once, at its due time."""
    breaches.sweep_breaches(now=timezone.now())
