"""Beat's work on incidents. Each task reads the time once; missing, repeating or overlapping it changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from incidents.actions import answers, maintenance_due
from incidents.actions.audit import audit_all
from incidents.actions.paging import ask_all_due
from incidents.cadence import overdue


@shared_task(ignore_result=True, expires=55)
def raise_updates() -> None:
    """Every 15 s: remind of updates that fall due soon, and record those that did (B15)."""
    now = timezone.now()
    overdue.sweep.breaches(now=now)
    overdue.sweep.warnings(now=now)
    overdue.sweep.tell_people(now=now)


@shared_task(ignore_result=True, expires=55)
def sweep_maintenance() -> None:
    """Every 15 s: remind of maintenance, see what begins and what overruns, plan what comes back."""
    maintenance_due.sweep_maintenance(now=timezone.now())


@shared_task(ignore_result=True, expires=55)
def ask_people() -> None:
    """Every 15 s: ask whoever is to be asked about an incident (B14, D2). Each is asked once in a step."""
    ask_all_due(now=timezone.now())


@shared_task(ignore_result=True, expires=240)
def audit_escalations() -> None:
    """Every 5 minutes: find who should have been asked and was not."""
    audit_all(now=timezone.now())


@shared_task(ignore_result=True, expires=55)
def answer_linked_tickets() -> None:
    """Whenever an update has many linked tickets, and every 15 s: answer those that are owed it, once each."""
    answers.answer_all(now=timezone.now())
