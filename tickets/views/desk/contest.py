"""The desk answers a contested pause, having seen what striking it out would do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shell.forms import posted
from tenants.doors import desk_view
from tickets import actions
from tickets.forms.contest import AnswerContestForm
from tickets.history.facts import facts
from tickets.models import PauseContest, Ticket
from tickets.views.desk.frame import page
from tickets.views.desk.ticket import done, find
from tickets.why.pauses import asked_with
from tickets.why.strike import effects, pause_of

_DONE = {
    PauseContest.Outcome.KEPT: "Answered: the pause stands.",
    PauseContest.Outcome.STRUCK: "Struck out: that time counts now.",
}


@desk_view.form
def contest(request: Any, number: int, contest_id: int) -> HttpResponse:
    """The question, the effect of striking the pause out, the answer. An answered one is shown as it was answered."""
    now, ticket = timezone.now(), find(number)
    its = _contest(ticket, contest_id)
    form = AnswerContestForm(posted(request))
    if form.carry_out(actions.answer_contest, contest_id=its.pk, by=request.member, now=now):
        return done(request, number, _DONE[form.result.outcome], now=now)
    if form.is_bound:
        its = _contest(ticket, contest_id)
    context = _context(ticket, its, form, now=now)
    if request.htmx and request.method == "GET":
        return render(request, "tickets/desk/_contest.html", context | {"now": now})
    return page(request, "tickets/desk/contest.html", context, now=now, status=422 if form.errors else 200)


def _contest(ticket: Ticket, contest_id: int) -> PauseContest:
    contests = PauseContest.objects.select_related("contact", "pause", "answered_by__user")
    return get_object_or_404(contests, ticket=ticket, pk=contest_id)


def _context(ticket: Ticket, contest: PauseContest, form: AnswerContestForm, *, now: datetime) -> dict[str, Any]:
    events = facts(ticket)
    as_of = max([now, *(event.at for event in events)])
    pause = pause_of(contest.pause_id, events, as_of=as_of)
    assert pause is not None  # it was one when it was contested, and facts do not go away
    return {
        "ticket": ticket,
        "contest": contest,
        "pause": pause,
        "asked": asked_with(pause, events),
        "effects": [] if contest.answered_at else effects(pause, events, as_of=as_of),
        "form": form,
        "Outcome": PauseContest.Outcome,
    }
