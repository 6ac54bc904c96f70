"""One incident on the desk: what happened, what is said next, the facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from incidents.cadence.countdown import face_of
from incidents.forms.hurts import chosen_of, parts_of, rows_of
from incidents.forms.incident import UpdateForm
from incidents.links.step_times import steps_of
from incidents.models import (
    Duty,
    Incident,
    IncidentClock,
    IncidentEvent,
    IncidentLink,
    Postmortem,
    Role,
)
from incidents.paths import desk_path, public_path
from incidents.views.desk import escalation
from incidents.views.desk.cards import what_follows
from incidents.views.desk.composer import modes, readers, ready_words
from incidents.views.desk.timeline import turns
from shell.drafts import arrived
from shell.entry import id_of
from tenants.doors import desk_view
from tenants.models import Member
from tickets.models import Ticket
from tickets.queue.queue import Row, row_of, with_what_rows_show
from tickets.views.desk.frame import page, say, with_toast

_ICONS = {"investigating": "search", "identified": "target", "monitoring": "eye", "resolved": "circle-check"}


@desk_view
def incident(request: Any, number: int) -> HttpResponse:
    return show(request, find(number), now=timezone.now())


@desk_view
def changes(request: Any, number: int) -> JsonResponse:
    """How much others have done on this incident since the page was made: `{"count": n}`."""
    news = IncidentEvent.objects.filter(incident=find(number), pk__gt=id_of(request.GET.get("since", "")))
    return JsonResponse({"count": news.exclude(actor=request.user).count()})


def find(number: int) -> Incident:
    """Http404 for another tenant's, and for none."""
    incidents = Incident.objects.with_version().select_related("merged_into", "acknowledged_by__user")
    return get_object_or_404(incidents.prefetch_related("affected__product"), number=number)


def show(
    request: Any, incident: Incident, *, now: datetime, update: UpdateForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx what is inside it."""
    context = workbench(request, incident, now=now, update=update)
    if request.htmx:
        return render(request, "incidents/desk/_incident.html", context | {"now": now, "swapped": True}, status=status)
    return page(request, "incidents/desk/incident.html", context, now=now, active="incidents", status=status)


def done(request: Any, number: int, words: str, *, now: datetime, anchor: str = "") -> HttpResponse:
    """Say what was done, and show the incident as it then is."""
    if request.htmx:
        return arrived(request, with_toast(show(request, find(number), now=now), words))
    say(request, words)
    return arrived(request, redirect(reverse("incidents:incident", args=[number]) + anchor))


def update_form(incident: Incident, *, seen: int, data: Any = None) -> UpdateForm:
    """What is filled in on the page of `incident`, or was; `seen` is the latest event on it."""
    hurt = list(incident.affected.all())
    parts = parts_of(incident.document, hurt=hurt)
    if data is not None:
        return UpdateForm(data, choices={"hurts": parts})
    return UpdateForm.fresh(incident, parts=parts, hurts=chosen_of(hurt), seen_event=seen)


def workbench(request: Any, incident: Incident, *, now: datetime, update: UpdateForm | None = None) -> dict[str, Any]:
    """What the incident's page shows. A fixed number of queries, however much happened."""
    document = incident.document
    events = list(IncidentEvent.objects.of(incident))
    clocks = list(IncidentClock.objects.filter(incident=incident).order_by("cycle"))
    seen = max((event.pk for event in events), default=0)
    if update is not None:
        update.having_seen(seen, Incident.Status(incident.status))
    form = update or update_form(incident, seen=seen)
    templates = ready_words(incident)
    chosen = next((each for each in templates if each.pk == id_of(request.GET.get("template", ""))), None)
    if chosen is not None and update is None:
        form.initial.update(body=chosen.body, status=chosen.status or incident.status)
    tickets = linked_tickets(incident, now=now)
    asking = escalation.context(incident, now=now)
    takes_on = asking["escalation"].can_be_acknowledged
    return {
        "incident": incident,
        "document": document,
        "changes_url": f"{desk_path(incident)}changes/?since={seen}",
        "conversation": turns(incident, events, clocks, now=now),
        "clock": face_of(incident, clocks, now=now),
        "form": form,
        "modes": modes(incident, form, readers(incident, tickets, now=now), takes_on=takes_on, now=now),
        "hurts": rows_of(form, again=True),
        "hurt": list(incident.affected.all()),
        "templates": templates,
        "statuses": form.fields["status"].choices,  # type: ignore[attr-defined]  # it is a choice
        "tickets": tickets,
        "duties": _duties(incident),
        "members": members(),
        "steps": steps_of(incident, events),
        "follows": what_follows(document, incident.level, on=timezone.localdate(now)) if incident.level else [],
        "status_icon": _ICONS[incident.status],
        "public_url": public_path(incident) if incident.is_public else "",
        **asking,
        "postmortem": Postmortem.objects.filter(incident=incident).first(),
    }


def members() -> QuerySet[Member]:
    """Those who can have a role."""
    return Member.objects.working_tickets().select_related("user").order_by("user__name")


def linked_tickets(incident: Incident, *, now: datetime) -> list[Row]:
    """The tickets that updates answer, each with its clock."""
    linked = IncidentLink.objects.current().filter(incident=incident).values("ticket")
    return [
        row_of(ticket, now=now)
        for ticket in with_what_rows_show(Ticket.objects.filter(pk__in=linked)).order_by("number")
    ]


def _duties(incident: Incident) -> list[dict[str, Any]]:
    """Each role with who has it and who had it when."""
    held = list(Duty.objects.filter(incident=incident).select_related("member__user"))
    return [
        {
            "role": role,
            "current": next((each for each in held if each.role == role and each.until_at is None), None),
            "past": [each for each in held if each.role == role and each.until_at is not None],
        }
        for role in Role
    ]
