"""What is done to an incident. Each view reads a form, calls one action, and shows the incident or what was wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from incidents import actions
from incidents.board import filling
from incidents.cadence.clocks import due_at_level
from incidents.cadence.levels import LevelRecord, cadence
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
from incidents.models import Impact, Incident, IncidentEvent, UpdateTemplate
from incidents.views.desk.cards import incident_cards
from incidents.views.desk.composer import readers, when
from incidents.views.desk.incident import done, find, linked_tickets, members, show, update_form
from shell.forms import ActionForm, posted
from tenants.doors import desk_view
from tickets.forms.desk import local_minute
from tickets.models import Ticket
from tickets.views.desk.frame import asked, say, with_toast

Status = Incident.Status


@desk_view.post
def update(request: Any, number: int) -> HttpResponse:
    """Send what is in the composer. Refused, the page comes back with everything typed (422)."""
    now = timezone.now()
    incident = find(number)
    form = update_form(incident, seen=0, data=request.POST)
    form.values = lambda chosen: _values(
        incident,
        status=chosen["status"] or incident.status,
        parts=[(each.product, each.component) for each in chosen["hurts"] if each.impact != Impact.OPERATIONAL],
        now=now,
    )
    about = {"incident_id": incident.pk, "by": request.member, "now": now}
    if form.is_valid() and form.carry_out(actions.post_update if form.is_public else actions.add_note, **about):
        words = "Told to everybody." if form.is_public else "Noted."
        return done(request, number, words, now=now, anchor=f"#message-{form.result.pk}")
    return show(request, find(number), now=now, update=form, status=422)


@desk_view.form
def relevel(request: Any, number: int) -> HttpResponse:
    """Give it another level, with the definitions and what would change on screen (B11)."""
    now = timezone.now()
    incident = find(number)
    form = RelevelForm(posted(request), initial={"level": incident.level})
    document = incident.document
    cards = incident_cards(document, chosen=form["level"].value() or "", on=timezone.localdate(now))
    for card in cards:
        if due := due_at_level(incident, card["value"], now=now):
            card["promise"].append({"label": "The next update would be due", "words": when(due, now)})
    more = {"cards": cards, "scheme": document.schemes[document.incidents.scheme] if document.incidents else None}
    return _asked(request, incident, "relevel", form, actions.relevel, "The level is set.", now=now, more=more)


@desk_view.form
def affected(request: Any, number: int) -> HttpResponse:
    """Set what is affected, and how badly."""
    now = timezone.now()
    incident = find(number)
    hurt = list(incident.affected.all())
    parts = parts_of(incident.document, hurt=hurt)
    form = AffectedForm(posted(request), parts=parts, initial={"hurts": chosen_of(hurt)})
    more = {"hurts": rows_of(form, again=True)}
    return _asked(request, incident, "affected", form, actions.set_affected, "Set.", now=now, more=more)


@desk_view.post
def duty(request: Any, number: int) -> HttpResponse:
    """Hand a role over, or take it."""
    form = DutyForm(request.POST, members=members())
    return _at_once(request, number, form, actions.hand_over, "Handed over.")


@desk_view.form
def step(request: Any, number: int) -> HttpResponse:
    """Say that a step was reached: at once with the button, or on its form with another time (C5)."""
    now = timezone.now()
    incident = find(number)
    form = StepForm(posted(request), initial={"step": request.GET.get("step", ""), "reached_at": local_minute(now)})
    if request.method == "POST" and "reached_at" not in request.POST:
        return _at_once(request, number, form, actions.record_step, "Recorded.")
    steps = incident.document.incidents.steps if incident.document.incidents else None
    chosen = steps.get(form["step"].value() or "") if steps else None
    more = {"step": chosen}
    return _asked(request, incident, "step", form, actions.record_step, "Recorded.", now=now, more=more)


@desk_view.form
def resolve(request: Any, number: int) -> HttpResponse:
    """Say that it is over: the last word to everybody, and who is told."""
    now = timezone.now()
    incident = find(number)
    tickets = linked_tickets(incident, now=now)
    templates = UpdateTemplate.objects.filter(status__in=["", Status.RESOLVED])
    seen = IncidentEvent.objects.filter(incident=incident).latest("pk").pk
    form = ResolutionForm(
        posted(request), initial={"submission": uuid.uuid4(), "seen_event": seen, "solve_tickets": True}
    )
    form.values = lambda chosen: _values(incident, status=Status.RESOLVED, parts=[], now=now)
    more = {"tickets": tickets, "readers": readers(incident, tickets, now=now), "templates": templates}
    return _asked(request, incident, "resolve", form, actions.resolve_incident, "Resolved.", now=now, more=more)


@desk_view.form
def reopen(request: Any, number: int) -> HttpResponse:
    now, incident, form = timezone.now(), find(number), ReopeningForm(posted(request))
    more = {"readers": readers(incident, linked_tickets(incident, now=now), now=now)}
    return _asked(request, incident, "reopen", form, actions.reopen_incident, "Open again.", now=now, more=more)


@desk_view.form
def merge(request: Any, number: int) -> HttpResponse:
    """Let it go on in another: a series of related events is one incident (B, section 1)."""
    now = timezone.now()
    incident = find(number)
    others = Incident.objects.open().exclude(pk=incident.pk).with_version().newest_first()
    form = MergerForm(posted(request), others=others)
    return _asked(
        request, incident, "merge", form, actions.merge_incidents, "Merged.", now=now, more={"others": others}
    )


@desk_view.form
def title(request: Any, number: int) -> HttpResponse:
    incident = find(number)
    form = TitleForm(posted(request), initial={"title": incident.title})
    return _asked(request, incident, "title", form, actions.rename_incident, "Renamed.", now=timezone.now())


@desk_view.post
def publish(request: Any, number: int) -> HttpResponse:
    return _at_once(request, number, ActionForm({}), actions.publish_incident, "It is on the status page now.")


@desk_view.post
def link(request: Any, number: int) -> HttpResponse:
    """Link a ticket by its number."""
    return _at_once(request, number, LinkForm(request.POST), actions.link_tickets, "Linked.")


@desk_view.post
def unlink(request: Any, number: int, ticket_number: int) -> HttpResponse:
    """Say that a ticket is about something else."""
    ticket = get_object_or_404(Ticket, number=ticket_number)
    return _at_once(request, number, ActionForm({}), actions.unlink_ticket, "Taken off.", ticket=ticket)


def _values(incident: Incident, *, status: str, parts: list[tuple[Any, str]], now: datetime) -> dict[str, str]:
    """What placeholders stand for once the update is sent."""
    after = Incident(
        title=incident.title, level=incident.level, status=status, agreement_version=incident.agreement_version
    )
    ends = status == Status.RESOLVED
    its = cadence(LevelRecord(incident.agreement_version_id, incident.level))
    return filling.values(after, parts=parts, next_due=None if ends else its.next_due(now), now=now)


def _asked(
    request: Any,
    incident: Incident,
    name: str,
    form: ActionForm,
    action: Callable[..., Any],
    words: str,
    *,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    return asked(
        request,
        form,
        action,
        panel=f"incidents/desk/_{name}.html",
        whole="incidents/desk/verb.html",
        context={"incident": incident, **(more or {})},
        done=lambda: done(request, incident.number, words, now=now),
        now=now,
        active="incidents",
        incident_id=incident.pk,
    )


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
