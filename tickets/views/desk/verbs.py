"""What agents do to a ticket. Each view reads a form, calls one action, and shows the ticket or what was wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clocks.replay import METRICS
from clocks.replay.reasons import THIRD_PARTY
from shell.drafts import arrived
from shell.forms import ActionForm
from tenants.doors import desk_view
from tickets import actions
from tickets.forms.desk import (
    FOR_A_THIRD_PARTY,
    GIVES_WORKAROUND,
    AnswerForm,
    HoldForm,
    ReclassifyForm,
    ReopenForm,
    ScopeForm,
    WithdrawalForm,
    WorkaroundForm,
)
from tickets.models import Clock, Message, Ticket
from tickets.models.kinds import WRITTEN
from tickets.views.desk import composer
from tickets.views.desk.choices import chosen_member, level_cards
from tickets.views.desk.frame import page, say, sentence, with_toast
from tickets.views.desk.ticket import find, show


@desk_view.post
def answer(request: Any, number: int) -> HttpResponse:
    """Send what is in the composer. Refused, the page comes back with everything typed (422)."""
    now = timezone.now()
    ticket = find(number)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, ticket, now=now, answer=form, status=422)
    chosen = form.cleaned_data
    kind = Message.Kind(chosen["kind"])
    sent = {
        "ticket_id": ticket.pk,
        "body": chosen["body"],
        "now": now,
        "attachments": chosen["files"],
        "seen_event": chosen["seen_event"],
        "submission": chosen["submission"],
    }
    try:
        if chosen["then"] == GIVES_WORKAROUND:
            if kind != Message.Kind.REPLY:
                raise ValidationError({"then": "A workaround goes to the client in a reply. Choose “Reply” above."})
            actions.give_workaround(by=request.member, **sent)
            return _done(request, number, f"{WRITTEN[kind].row.sent} The workaround stands on record.", now=now)
        third_party = chosen["third_party"] if chosen["then"] == FOR_A_THIRD_PARTY else None
        then = Ticket.Status.ON_HOLD if third_party is not None else chosen["then"]
        message = actions.answer(
            author=request.member,
            kind=kind,
            then=Ticket.Status(then) if then else None,
            third_party=third_party,
            **sent,
        )
    except ValidationError as problems:
        form.refuse(problems)
        return show(request, find(number), now=now, answer=form, status=422)
    return _done(request, number, _sent(kind, ticket), now=now, anchor=f"#message-{message.pk}")


def _sent(kind: Message.Kind, ticket: Ticket) -> str:
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
    return _done(request, number, words, now=now)


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
    return _done(request, number, f"Set to “{Ticket.Status(wanted).label}”.", now=now)


@desk_view.form
def reopen(request: Any, number: int) -> HttpResponse:
    """Open a solved ticket again, with what is still wrong."""
    now = timezone.now()
    ticket = find(number)
    form = ReopenForm(request.POST or None)

    def act(chosen: dict[str, Any]) -> None:
        actions.reopen(ticket_id=ticket.pk, by=request.member, reason=chosen["reason"], now=now)

    return _asked(request, ticket, "reopen", form, act, "Open again. Its clocks go on as the agreement says.", now=now)


@desk_view.form
def hold(request: Any, number: int) -> HttpResponse:
    """Put it on hold until somebody else has done something, with whom it waits for."""
    now = timezone.now()
    ticket = find(number)
    form = HoldForm(request.POST or None)

    def act(chosen: dict[str, Any]) -> None:
        actions.set_status(
            ticket_id=ticket.pk, by=request.member, status=Ticket.Status.ON_HOLD, third_party=chosen["third_party"],
            reason=chosen["reason"], now=now,
        )  # fmt: skip

    live = [clock.metric for clock in _clocks(ticket) if clock.stopped_at is None]
    effect = composer.pauses(ticket.document, live, THIRD_PARTY)
    goes_on = "Its clocks go on: the agreement does not pause them for others."
    more = {"effect": f"{effect.capitalize()}." if effect else goes_on, "reason": THIRD_PARTY}
    return _asked(request, ticket, "hold", form, act, f"On hold, {THIRD_PARTY.to_desk}.", now=now, more=more)


@desk_view.form
def workaround(request: Any, number: int) -> HttpResponse:
    """Say that the client has a workaround, and what that does to the resolution clock (C2)."""
    now = timezone.now()
    ticket = find(number)
    form = WorkaroundForm(request.POST or None, initial={"submission": uuid.uuid4()})

    def act(chosen: dict[str, Any]) -> None:
        actions.give_workaround(ticket_id=ticket.pk, by=request.member, now=now, **chosen)

    more = {"effect": composer.workaround_effect(ticket.document, _clocks(ticket))}
    return _asked(request, ticket, "workaround", form, act, "The workaround stands on record.", now=now, more=more)


@desk_view.form
def workaround_withdrawal(request: Any, number: int) -> HttpResponse:
    """Say that the workaround does not hold, and what that does to the resolution clock."""
    now = timezone.now()
    ticket = find(number)
    form = WithdrawalForm(request.POST or None)

    def act(chosen: dict[str, Any]) -> None:
        actions.withdraw_workaround(ticket_id=ticket.pk, by=request.member, reason=chosen["reason"], now=now)

    more = {"effect": composer.withdrawal_effect(ticket, ticket.document, _clocks(ticket))}
    return _asked(
        request, ticket, "workaround_withdrawal", form, act, "The workaround is taken back.", now=now, more=more
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
    form = ReclassifyForm(request.POST or None, document=document, initial=initial)

    def act(chosen: dict[str, Any]) -> None:
        actions.reclassify(
            ticket_id=ticket.pk, by=request.member, level=chosen["level"], request_type=chosen["request_type"],
            reason=chosen["reason"], now=now,
        )  # fmt: skip

    more = {"cards": level_cards(document, form["level"].value() or ""), "scheme": document.scheme}
    words = "Reclassified. The client sees both, and your reason."
    return _asked(request, ticket, "reclassify", form, act, words, now=now, more=more)


@desk_view.form
def scope(request: Any, number: int) -> HttpResponse:
    """Say where the cause is and whether it can be reproduced (A6)."""
    now = timezone.now()
    ticket = find(number)
    form = ScopeForm(request.POST or None, initial={"scope": ticket.scope, "reproducibility": ticket.reproducibility})

    def act(chosen: dict[str, Any]) -> None:
        actions.set_scope(
            ticket_id=ticket.pk, by=request.member, scope=Ticket.Scope(chosen["scope"]),
            reproducibility=Ticket.Reproducibility(chosen["reproducibility"]), now=now,
        )  # fmt: skip

    return _asked(request, ticket, "scope", form, act, "Scope set.", now=now)


def _asked(
    request: Any,
    ticket: Ticket,
    name: str,
    form: ActionForm,
    act: Callable[[dict[str, Any]], None],
    words: str,
    *,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A small form's own page, opened by the ticket's in a panel: shown, acted upon, or back with its errors."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as problems:
            form.refuse(problems)
        else:
            return _done(request, ticket.number, words, now=now)
    context = {"ticket": ticket, "form": form} | (more or {})
    template = f"tickets/desk/{name}.html"
    status = 422 if form.errors else 200
    if request.htmx and request.method == "GET":
        return render(request, f"tickets/desk/_{name}.html", context | {"now": now}, status=status)
    return page(request, template, context, now=now, status=status)


def _done(request: Any, number: int, words: str, *, now: datetime, anchor: str = "") -> HttpResponse:
    if request.htmx:
        return arrived(request, with_toast(show(request, find(number), now=now), words))
    say(request, words)
    return arrived(request, redirect(reverse("desk:ticket", args=[number]) + anchor))


def _refused(request: Any, number: int, problems: ValidationError, *, now: datetime) -> HttpResponse:
    """An action without a form of its own was refused: the ticket as it is, and why."""
    if request.htmx:
        return with_toast(show(request, find(number), now=now), sentence(problems), "error")
    say(request, sentence(problems), "error")
    return redirect("desk:ticket", number=number)
