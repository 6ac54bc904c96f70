"""“Why?”: a clock proves itself by its clause, its calendar and the time it counted."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import desk_view
from tenants.wording import duration_words
from tickets.clocks import facts, replay_ticket
from tickets.faces import face
from tickets.models import Clock
from tickets.proof import proof
from tickets.terms import ON_HOLD
from tickets.views.desk.reading import find
from tickets.views.desk.shell import page
from tickets.wording import METRIC_LABELS


@require_safe
@desk_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The arithmetic of one clock, in a panel of the ticket's page or on a page of its own."""
    now = timezone.now()
    ticket = find(number)
    clock = get_object_or_404(Clock, ticket=ticket, metric=metric, cycle=cycle)
    replayed = replay_ticket(facts(ticket), as_of=now)
    document = ticket.agreement_version.document if ticket.agreement_version else None
    if replayed is None or document is None:
        raise Http404("This clock has no terms.")
    state = next((state for state in replayed.cycles.get(metric, ()) if state.cycle == cycle), None)
    if state is None:
        raise Http404("There is no such clock.")
    calendar = document.calendars[clock.calendar]
    promise = replayed.bound.promises.get(metric)
    paused_words = "Waiting for the client"
    if promise is not None and ON_HOLD in promise.pauses_for:
        paused_words = "Waiting for the client, or on hold" if promise.pauses else "On hold"
    context = {
        "ticket": ticket,
        "clock": clock,
        "face": face(clock, document, status=ticket.status, now=now, reader="desk"),
        "metric": document.metrics.get(metric),
        "metric_label": METRIC_LABELS[metric],
        "document": document,
        "clause": document.clauses.get(clock.clause) if clock.clause else None,
        "calendar": calendar,
        # The rule that matched is that of the terms in force; a clock that stopped under others keeps only its clause.
        "matched": promise.matched if promise and promise.text == clock.target_text else "",
        "zone": document.timezone.name.replace("_", " "),
        "state": state,
        "elapsed": duration_words(state.elapsed.total_seconds()),
        "target": duration_words(state.target.total_seconds()) if state.target is not None else "",
        "proof": proof(state, ZoneInfo(document.timezone.name), paused_words=paused_words),
    }
    if request.htmx:
        return render(request, "tickets/desk/_why.html", context | {"now": now})
    return page(request, "tickets/desk/why.html", context, now=now)
