"""What is done to an incident. Each view reads a form, calls one action, and shows the incident or what was wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from incidents import actions
from incidents.actions.lock import refuse_over
from incidents.board import filling
from incidents.cadence.clocks import due_at_level
from incidents.forms.hurts import chosen_of, parts_of, rows_of
from incidents.forms.incident import (
    AffectedForm,
    DutyForm,
    LinkForm,
    MergerForm,
    RelevelForm,
    ReopeningForm,
    ResolutionForm,
    StepForm,
    TitleForm,
)
from incidents.models import Incident, IncidentEvent
from incidents.views.desk.cards import incident_cards
from incidents.views.desk.composer import not_public_yet, readers, ready_words, subscribers, when
from incidents.views.desk.incident import done, find, linked_tickets, members, show, update_form
from shell.forms import ActionForm, posted
from shell.wording import counted
from tenants.doors import View, desk_view
from tickets.forms.desk import local_minute
from tickets.models import Ticket
from tickets.views.desk.frame import asked, say, sentence, with_toast

Panel = Callable[[Any, Incident, datetime], tuple[ActionForm, dict[str, Any]]]


def _over(incident: Incident) -> str:
    """Why nothing is done to an incident that is over; "" while it goes on."""
    try:
        refuse_over(incident)
    except ValidationError as error:
        return sentence(error)
    return ""


def _going_on(incident: Incident) -> str:
    if incident.merged_into is not None:
        return _over(incident)
    return "This incident is open: there is nothing to open again." if incident.is_open else ""


def _published(incident: Incident) -> str:
    if incident.merged_into is not None:
        return _over(incident)
    return "This incident is on the status page already." if incident.is_public else ""


def _panel(
    action: Callable[..., Any], words: str, unfit: Callable[[Incident], str] | None = _over
) -> Callable[[Panel], View]:
    """A form of its own for `action`, as the decorated function gives it with what its panel shows beside.

    Opened where it is `unfit`, it leads back to the incident and says why; what was sent the action refuses.
    """

    def made(of: Panel) -> View:
        @desk_view.form
        @wraps(of)
        def view(request: Any, number: int) -> HttpResponse:
            now, incident = timezone.now(), find(number)
            if request.method != "POST" and unfit and (why := unfit(incident)):
                if request.htmx:
                    # The panel that asked goes to the page instead.
                    return HttpResponse(status=409)
                say(request, why, "error")
                return redirect("incidents:incident", number=number)
            form, shown = of(request, incident, now)
            return asked(
                request,
                form,
                action,
                panel=f"incidents/desk/_{of.__name__}.html",
                whole="incidents/desk/verb.html",
                context={"incident": incident, **shown},
                done=lambda: done(request, number, words, now=now),
                now=now,
                active="incidents",
                incident_id=incident.pk,
            )

        return view

    return made


def _at_once(
    request: Any, number: int, form: ActionForm, action: Callable[..., Any], words: str, **arguments: Any
) -> HttpResponse:
    """A button or a line on the page itself: done, or the incident as it is, and why not."""
    now = timezone.now()
    if form.carry_out(action, incident_id=find(number).pk, by=request.member, now=now, **arguments):
        return done(request, number, words, now=now)
    if request.htmx:
        return with_toast(show(request, find(number), now=now), form.refusal, "error")
    say(request, form.refusal, "error")
    return redirect("incidents:incident", number=number)


@desk_view.post
def update(request: Any, number: int) -> HttpResponse:
    """Send what is in the composer. Refused, the page comes back with everything typed (422)."""
    now = timezone.now()
    incident = find(number)
    form = update_form(incident, seen=0, data=request.POST)
    form.values = filling.values(incident, now=now)
    about = {"incident_id": incident.pk, "by": request.member, "now": now}
    if form.is_valid() and form.carry_out(actions.post_update if form.is_public else actions.add_note, **about):
        words = "Told to everybody." if form.is_public else "Noted."
        return done(request, number, words, now=now, anchor=f"#message-{form.result.pk}")
    return show(request, find(number), now=now, update=form, status=422 if form.errors else 200)


@_panel(actions.relevel, "The level is set.")
def relevel(request: Any, incident: Incident, now: datetime) -> Any:
    """Give it another level, with the definitions and what would change on screen (B11)."""
    form, document = RelevelForm(posted(request), initial={"level": incident.level}), incident.document
    cards = incident_cards(document, chosen=form["level"].value() or "", on=timezone.localdate(now))
    told = len(not_public_yet(incident))
    for card in cards:
        if due := due_at_level(incident, card["value"], now=now):
            card["promise"].append({"label": "The next update would be due", "words": when(due, now)})
        if card["value"] != incident.level and not incident.is_public and document.publishes_by_itself(card["value"]):
            words = f"What was told so far: {counted(told, 'update')}" if told else "Its title"
            card["promise"].append({"label": "Becomes public", "words": words})
    return form, {"cards": cards, "scheme": document.schemes[document.incidents.scheme] if document.incidents else None}


@_panel(actions.set_affected, "Set.")
def affected(request: Any, incident: Incident, now: datetime) -> Any:
    """Set what is affected, and how badly."""
    hurt = list(incident.affected.all())
    parts = parts_of(incident.document, hurt=hurt)
    form = AffectedForm(posted(request), choices={"hurts": parts}, initial={"hurts": chosen_of(hurt)})
    return form, {"hurts": rows_of(form, again=True)}


@desk_view.post
def duty(request: Any, number: int) -> HttpResponse:
    """Hand a role over, or take it."""
    form = DutyForm(request.POST, choices={"to": members()})
    return _at_once(request, number, form, actions.hand_over, "Handed over.")


@_panel(actions.record_step, "Recorded.")
def step(request: Any, incident: Incident, now: datetime) -> Any:
    """Say that a step was reached: now with the button on the page, or with another time (C5)."""
    form = StepForm(posted(request), initial={"step": request.GET.get("step", ""), "reached_at": local_minute(now)})
    steps = incident.document.incidents.steps if incident.document.incidents else None
    return form, {"step": steps.get(form["step"].value() or "") if steps else None}


@_panel(actions.resolve_incident, "Resolved.")
def resolve(request: Any, incident: Incident, now: datetime) -> Any:
    """Say that it is over: the last word to everybody, and who is told."""
    tickets = linked_tickets(incident, now=now)
    seen = IncidentEvent.objects.filter(incident=incident).latest("pk").pk
    form = ResolutionForm(
        posted(request), initial={"submission": uuid.uuid4(), "seen_event": seen, "solve_tickets": True}
    )
    form.values = filling.values(incident, now=now, ends=True)
    ready = ready_words(incident, status__in=["", Incident.Status.RESOLVED])
    return form, {"tickets": tickets, "readers": readers(incident, tickets, now=now), "templates": ready}


@_panel(actions.reopen_incident, "Open again.", _going_on)
def reopen(request: Any, incident: Incident, now: datetime) -> Any:
    tickets = linked_tickets(incident, now=now)
    return ReopeningForm(posted(request)), {"tickets": tickets, "readers": readers(incident, tickets, now=now)}


@_panel(actions.merge_incidents, "Merged.")
def merge(request: Any, incident: Incident, now: datetime) -> Any:
    """Let it go on in another: a series of related events is one incident (B, section 1)."""
    others = Incident.objects.open().exclude(pk=incident.pk).with_version().newest_first()
    return MergerForm(posted(request), choices={"into": others}), {"others": others}


@_panel(actions.rename_incident, "Renamed.", None)
def title(request: Any, incident: Incident, now: datetime) -> Any:
    return TitleForm(posted(request), initial={"title": incident.title}), {}


@_panel(actions.publish_incident, "It is on the status page now.", _published)
def publish(request: Any, incident: Incident, now: datetime) -> Any:
    """Put it on the status page, with what everybody reads then."""
    shown = {"told": not_public_yet(incident), "subscribers": subscribers(incident, now=now)}
    return ActionForm(posted(request)), shown


@desk_view.post
def link(request: Any, number: int) -> HttpResponse:
    """Link a ticket by its number."""
    return _at_once(request, number, LinkForm(request.POST), actions.link_tickets, "Linked.")


@desk_view.post
def unlink(request: Any, number: int, ticket_number: int) -> HttpResponse:
    """Say that a ticket is about something else."""
    ticket = get_object_or_404(Ticket, number=ticket_number)
    return _at_once(request, number, ActionForm({}), actions.unlink_ticket, "Taken off.", ticket=ticket)
