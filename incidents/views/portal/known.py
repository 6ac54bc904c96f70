"""The portal's incidents: what hurts this client's products now and did before, and one of them from its first word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agreements.governing import governing_at
from incidents import actions
from incidents.board.lessons import lessons_of
from incidents.links import known
from incidents.links.letter import way_to_claim
from incidents.links.line import Line, line_for
from incidents.links.step_times import steps_of
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import ROWS, public_story
from incidents.paths import public_path
from shell.forms import ActionForm
from shell.paging import page_of
from tenants.doors import portal_view
from tenants.models import Contact
from tickets.conversation import markup
from tickets.conversation.story import Turn
from tickets.views.portal.frame import page

PAST = 20


@portal_view
def listing(request: Any) -> HttpResponse:
    """Those that are open, and those that were, the newest first."""
    now, rows = timezone.now(), Incident.objects.visible_to_contact(request.contact)
    found = page_of(rows.exclude(resolved_at=None), order="-declared_at", query=request.GET, size=PAST)
    past = known.read(Incident.objects.filter(pk__in=[each.pk for each in found.rows]), request.contact, now=now)
    context = {
        "open": known.read(rows.open().newest_first(), request.contact, now=now),
        "past": sorted(past, key=lambda each: (each.incident.declared_at, each.incident.pk), reverse=True),
        "page": found,
    }
    return page(request, "incidents/portal/incidents.html", context, now=now)


@portal_view
def incident(request: Any, number: int) -> HttpResponse:
    """Where it stands, when people hear next, what was said, and how far the agreement's steps are."""
    now = timezone.now()
    merged = Incident.objects.filter(number=number).exclude(merged_into=None).first()
    if merged is not None:
        while merged.merged_into is not None:
            merged = merged.merged_into
        # It goes on there, if this contact may read that one.
        return redirect("portal-incident", number=find(request.contact, merged.number).number)
    [found] = known.read(Incident.objects.filter(pk=find(request.contact, number).pk), request.contact, now=now)
    events = list(IncidentEvent.objects.of(found.incident))
    context = {
        "known": found,
        "incident": found.incident,
        "turns": _turns(found.incident, events, provider=request.tenant.name),
        "steps": steps_of(found.incident, events),
        **_claim(request.contact, found.incident, now),
        "line": _line(request.contact, found, now),
        "learned": lessons_of(found.incident),
        "public_url": public_path(found.incident),
    }
    return page(request, "incidents/portal/incident.html", context, now=now)


@portal_view.post
def follow(request: Any, number: int) -> HttpResponse:
    """Be told of it: one press, which asks for nothing else."""
    now, found, form = timezone.now(), find(request.contact, number), ActionForm({})
    if form.carry_out(actions.follow_incident, incident_id=found.pk, contact=request.contact, now=now):
        messages.success(request, f"We write to {request.contact.email} with every update, until it is over.")
    else:
        messages.error(request, form.refusal)
    return redirect("portal-incident", number=number)


def find(contact: Contact, number: int) -> Incident:
    """One that this contact may read. Http404 for every other."""
    found: Incident | None = Incident.objects.visible_to_contact(contact).filter(number=number).first()
    if found is None:
        raise Http404("There is no such incident.")
    return found


def _line(contact: Contact, found: known.Known, now: datetime) -> Line | None:
    """Nobody calls about what is over."""
    return line_for(contact, now=now, level=found.incident.level, known=found) if found.incident.is_open else None


def _claim(contact: Contact, incident: Incident, now: datetime) -> dict[str, Any]:
    """How to claim once it is over, under what governed then, and where that is written."""
    governing = governing_at(contact.client, at=incident.started_at)
    if incident.resolved_at is None or governing is None or governing.subscription is None:
        return {}
    how = way_to_claim(governing.document, governing.subscription.plan, incident, incident.resolved_at, now=now)
    return {"claim": how, "claimed_under": governing.version.pk}


def _turns(incident: Incident, events: Sequence[IncidentEvent], *, provider: str) -> list[Turn]:
    """What the public reads, the newest first."""
    return [
        _turn(event, words, provider) for event, words in public_story(events, incident.document, provider=provider)
    ]


def _turn(event: IncidentEvent, words: str, provider: str) -> Turn:
    if not event.body:
        return Turn(kind="system", at=event.at, text=words, icon=ROWS[event.kind].icon)
    return Turn(kind="agent", at=event.at, author=provider, role=words, html=markup.render(event.body))
