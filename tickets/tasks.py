"""Beat's work on clocks. Each task reads the time once; missing, repeating or overlapping it changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tickets import breaches
from tickets.actions import terms
from tickets.whatif import job


@shared_task(ignore_result=True, expires=55)
def raise_warnings() -> None:
    """Every 15 s: tell people what falls due soon."""
    now = timezone.now()
    breaches.sweep.warnings(now=now)
    breaches.sweep.tell_people(now=now)


@shared_task(ignore_result=True, expires=55)
def raise_breaches() -> None:
    """Every 15 s: record what fell due. Each clock breaches once, at its due time."""
    now = timezone.now()
    breaches.sweep.breaches(now=now)
    breaches.sweep.tell_people(now=now)


@shared_task(ignore_result=True, expires=55)
def move_open_tickets() -> None:
    """Every minute: bring open tickets under a version that was published for them too and is in force (B17)."""
    terms.move_open_tickets(now=timezone.now())


@shared_task(ignore_result=True, expires=55)
def compute_what_ifs() -> None:
    """Whenever somebody asks, and every 15 s for what nobody computes: what the past would have looked like."""
    job.clear_away(now=timezone.now())
    job.compute_all(clock=timezone.now)
