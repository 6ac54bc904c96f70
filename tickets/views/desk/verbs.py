"""What agents do to a ticket. Each view reads a form, calls one action, and shows the ticket or what was wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clocks.replay import METRICS
from clocks.replay.reasons import THIRD_PARTY
from shell.forms import ActionForm, posted
from tenants.doors import desk_view
from tickets import actions
from tickets.forms.desk import (
    AnswerForm,
    HoldForm,
    ReclassifyForm,
    ScopeForm,
    WorkaroundForm,
)
from tickets.forms.ticket import ReopenForm, WithdrawalForm
from tickets.models import Clock, Message, Ticket
from tickets.models.kinds import WRITTEN
from tickets.views.desk import composer
from tickets.views.desk.choices import chosen_member, level_cards
from tickets.views.desk.frame import asked, say, sentence, with_toast
from tickets.views.desk.ticket import done, find, show


@desk_view.post
def answer(request: Any, number: int) -> HttpResponse:
    """Send what is in the composer. Refused, the page comes back with everything typed (422)."""
    now = timezone.now()
    ticket = find(number)
    form = AnswerForm(request.POST, request.FILES)
    about = {"ticket_id": ticket.pk, "now": now}
    if form.is_valid() and form.gives_workaround:
        if form.carry_out(actions.give_workaround, by=request.member, **about):
            words = f"{WRITTEN[Message.Kind.REPLY].row.sent} The workaround stands on record."
            return done(request, number, words, now=now)
    elif form.carry_out(actions.answer, author=request.member, **about):
        message = form.result
        return done(request, number, _sent(message.kind, ticket), now=now, anchor=f"#message-{message.pk}")
    return show(request, find(number), now=now, answer=form, status=422)


def _sent(kind: str, ticket: Ticket) -> str:
    document = ticket.document
    if kind == Message.Kind.ACKNOWLEDGEMENT and any(
        composer.answers(document, metric.key) for metric in METRICS.values() if metric.is_answer
    ):
        return "Acknowledged. Here that is an answer."
    return WRITTEN[kind].row.sent


@desk_view.post
def assign(request: Any, number: int) -> HttpResponse:
    """Give the ticket to somebody, or to nobody."""
    now = timezone.now()
    ticket = find(number)
    try:
        assignee = chosen_member(request.POST.get("assignee", ""))
        actions.assign(ticket_id=ticket.pk, by=request.member, assignee=assignee, now=now)
    except ValidationError as problems:
        return _refused(request, number, problems, now=now)
    words = f"Assigned to {assignee.name}." if assignee else "Given back to nobody."
    return done(request, number, words, now=now)


@desk_view.post
def status(request: Any, number: int) -> HttpResponse:
    """Move the ticket to another status."""
    now = timezone.now()
    ticket = find(number)
    wanted = request.POST.get("status", "")
    try:
        if wanted not in Ticket.Status.values:
            raise ValidationError("Choose a status from the list.")
        actions.set_status(ticket_id=ticket.pk, by=request.member, status=Ticket.Status(wanted), now=now)
    except ValidationError as problems:
        return _refused(request, number, problems, now=now)
    return done(request, number, f"Set to “{Ticket.Status(wanted).label}”.", now=now)


@desk_view.form
def reopen(request: Any, number: int) -> HttpResponse:
    """Open a solved ticket again, with what is still wrong."""
    now = timezone.now()
    ticket = find(number)
    form = ReopenForm(posted(request))
    words = "Open again. Its clocks go on as the agreement says."
    return _asked(request, ticket, "reopen", form, actions.reopen, words, now=now)


@desk_view.form
def hold(request: Any, number: int) -> HttpResponse:
    """Put it on hold until somebody else has done something, with whom it waits for."""
    now = timezone.now()
    ticket = find(number)
    form = HoldForm(posted(request))
    live = [clock.metric for clock in _clocks(ticket) if clock.stopped_at is None]
    effect = composer.pauses(ticket.document, live, THIRD_PARTY)
    goes_on = "Its clocks go on: the agreement does not pause them for others."
    more = {"effect": f"{effect.capitalize()}." if effect else goes_on, "reason": THIRD_PARTY}
    words, on_hold = f"On hold, {THIRD_PARTY.to_desk}.", Ticket.Status.ON_HOLD
    return _asked(request, ticket, "hold", form, actions.set_status, words, now=now, more=more, status=on_hold)


@desk_view.form
def workaround(request: Any, number: int) -> HttpResponse:
    """Say that the client has a workaround, and what that does to the resolution clock (C2)."""
    now = timezone.now()
    ticket = find(number)
    form = WorkaroundForm(posted(request), initial={"submission": uuid.uuid4()})
    more = {"effect": composer.workaround_effect(ticket.document, _clocks(ticket))}
    words = "The workaround stands on record."
    return _asked(request, ticket, "workaround", form, actions.give_workaround, words, now=now, more=more)


@desk_view.form
def workaround_withdrawal(request: Any, number: int) -> HttpResponse:
    """Say that the workaround does not hold, and what that does to the resolution clock."""
    now = timezone.now()
    ticket = find(number)
    form = WithdrawalForm(posted(request))
    more = {"effect": composer.withdrawal_effect(ticket, ticket.document, _clocks(ticket))}
    words = "The workaround is taken back."
    return _asked(
        request, ticket, "workaround_withdrawal", form, actions.withdraw_workaround, words, now=now, more=more
    )


def _clocks(ticket: Ticket) -> list[Clock]:
    return list(Clock.objects.filter(ticket=ticket))


@desk_view.form
def reclassify(request: Any, number: int) -> HttpResponse:
    """Give it another level or type, with the agreement's definitions beside the choice (B10, B11, C3, E6)."""
    now = timezone.now()
    ticket = find(number)
    document = ticket.document
    if document is None:
        say(request, "This ticket has no agreement to be classified by.", "error")
        return redirect("desk:ticket", number=number)
    initial = {"level": ticket.level, "request_type": ticket.request_type}
    form = ReclassifyForm(posted(request), document=document, initial=initial)
    more = {"cards": level_cards(document, form["level"].value() or ""), "scheme": document.scheme}
    words = "Reclassified. The client sees both, and your reason."
    return _asked(request, ticket, "reclassify", form, actions.reclassify, words, now=now, more=more)


@desk_view.form
def scope(request: Any, number: int) -> HttpResponse:
    """Say where the cause is and whether it can be reproduced (A6)."""
    now = timezone.now()
    ticket = find(number)
    form = ScopeForm(posted(request), initial={"scope": ticket.scope, "reproducibility": ticket.reproducibility})
    return _asked(request, ticket, "scope", form, actions.set_scope, "Scope set.", now=now)


def _asked(
    request: Any,
    ticket: Ticket,
    name: str,
    form: ActionForm,
    action: Callable[..., Any],
    words: str,
    *,
    now: datetime,
    more: dict[str, Any] | None = None,
    **arguments: Any,
) -> HttpResponse:
    """A small form's own page, opened by the ticket's in a panel."""
    return asked(
        request,
        form,
        action,
        panel=f"tickets/desk/_{name}.html",
        whole=f"tickets/desk/{name}.html",
        context={"ticket": ticket, **(more or {})},
        done=lambda: done(request, ticket.number, words, now=now),
        now=now,
        ticket_id=ticket.pk,
        **arguments,
    )


def _refused(request: Any, number: int, problems: ValidationError, *, now: datetime) -> HttpResponse:
    """An action without a form of its own was refused: the ticket as it is, and why."""
    if request.htmx:
        return with_toast(show(request, find(number), now=now), sentence(problems), "error")
    say(request, sentence(problems), "error")
    return redirect("desk:ticket", number=number)
