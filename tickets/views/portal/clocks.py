"""“Why?” for the client: the clause, the hours and the arithmetic behind a due time."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import portal_view
from tenants.wording import duration_words
from tickets.clocks import facts, replay_ticket
from tickets.faces import face
from tickets.models import Clock
from tickets.proof import proof
from tickets.terms import ON_HOLD
from tickets.views.portal.reading import find
from tickets.views.portal.shell import page
from tickets.wording import METRIC_LABELS


@require_safe
@portal_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The proof of one clock, on a page of its own; a panel of the ticket's page shows the same."""
    now = timezone.now()
    ticket = find(request.contact, number)
    clock = get_object_or_404(Clock, ticket=ticket, metric=metric, cycle=cycle)
    replayed = replay_ticket(facts(ticket), as_of=now)
    document = ticket.agreement_version.document if ticket.agreement_version else None
    cycles = replayed.cycles.get(metric, ()) if replayed else ()
    state = next((state for state in cycles if state.cycle == cycle), None)
    if replayed is None or document is None or state is None:
        raise Http404("This clock has no terms.")
    promise = replayed.bound.promises.get(metric)
    paused_words = "Waiting for you"
    if promise is not None and ON_HOLD in promise.pauses_for:
        paused_words = "Waiting for you, or on hold" if promise.pauses else "On hold"
    context = {
        "ticket": ticket,
        "clock": clock,
        "face": face(clock, document, status=ticket.status, now=now, reader="client"),
        "metric": document.metrics.get(metric),
        "metric_label": METRIC_LABELS[metric],
        "document": document,
        "clause": document.clauses.get(clock.clause) if clock.clause else None,
        "calendar": document.calendars[clock.calendar],
        "zone": document.timezone.name.replace("_", " "),
        "elapsed": duration_words(state.elapsed.total_seconds()),
        "target": duration_words(state.target.total_seconds()) if state.target is not None else "",
        "proof": proof(state, ZoneInfo(document.timezone.name), paused_words=paused_words),
    }
    return page(request, "tickets/portal/why.html", context, now=now)
