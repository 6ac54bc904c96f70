"""What is promised to this client: the agreement in force, read from its terms."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.document import AgreementDocument, Promise
from agreements.document.model import Plan
from agreements.readable import Row, calendars_of, targets_tables
from tenants.doors import portal_view
from tickets.terms import InForce, in_force
from tickets.views.portal import words
from tickets.views.portal.shell import page


@require_safe
@portal_view
def agreement(request: Any) -> HttpResponse:
    """Plan, targets, definitions, hours, availability and credits, in the words of the version in force."""
    now = timezone.now()
    governing = in_force(request.contact.client, at=now)
    if governing is None:
        return page(request, "tickets/portal/nothing_in_force.html", {}, now=now, active="agreement")
    document, subscription = governing.document, governing.subscription
    plan = document.plans.get(subscription.plan) if subscription else None
    context = {
        "version": governing.version,
        "document": document,
        "subscription": subscription,
        "plan": plan,
        "standing": words.standing(
            governing, request.contact, words.used_of(governing, request.contact, now=now), now=now
        ),
        "tables": _tables(document, plan),
        "outside": [kind for kind in document.request_types if kind.is_outside],
        "agreed": [document.extensions[key] for key in governing.extensions],
        "calendars": _calendars(governing, on=timezone.localtime(now).date()),
        "year": timezone.localtime(now).year,
        "ways": words.ways(governing, now=now),
        "commitments": _commitments(document, plan),
        "schedules": _schedules(document, plan),
    }
    return page(request, "tickets/portal/agreement.html", context, now=now, active="agreement")


def _tables(document: AgreementDocument, plan: Plan | None) -> list[dict[str, Any]]:
    """The targets of the client's plan alone; of all plans for a client without one."""
    plans = [place for place, each in enumerate(document.plans) if plan is None or each.key == plan.key]
    return [
        {
            "request_types": table.request_types,
            "plans": [table.plans[place] for place in plans],
            "rows": _promised([(row, [row.cells[place] for place in plans]) for row in table.rows]),
        }
        for table in targets_tables(document)
    ]


def _promised(rows: list[tuple[Row, list[Promise]]]) -> list[dict[str, Any]]:
    """The rows as a table draws them, without a next response that nobody is promised anything about."""
    kept = [
        (row, cells)
        for row, cells in rows
        if cells[0].metric != "next_response" or any(cell.kind == "target" for cell in cells)
    ]
    heights = Counter(row.level.key for row, _ in kept)
    seen: set[str] = set()
    drawn = []
    for row, cells in kept:
        drawn.append({"row": row, "cells": cells, "height": 0 if row.level.key in seen else heights[row.level.key]})
        seen.add(row.level.key)
    return drawn


def _calendars(governing: InForce, *, on: date) -> list[dict[str, Any]]:
    """All calendars but the longer hours that are agreed with other clients (E7)."""
    document = governing.document
    others = {each.by for each in document.extensions if each.key not in governing.extensions}
    return [each for each in calendars_of(document, on=on) if each["spec"].key not in others]


def _commitments(document: AgreementDocument, plan: Plan | None) -> list[dict[str, Any]]:
    found = []
    for commitment in document.availability.commitments if document.availability else ():
        if plan is not None and commitment.plans and plan.key not in commitment.plans:
            continue
        names = [category.name for category in document.categories if category.key in commitment.categories]
        found.append({"commitment": commitment, "names": ", ".join(names) or "Everything measured"})
    return found


def _schedules(document: AgreementDocument, plan: Plan | None) -> list[Any]:
    terms = document.credits
    if terms is None or not terms.offered:
        return []
    return [each for each in terms.schedules if plan is None or not each.plans or plan.key in each.plans]
