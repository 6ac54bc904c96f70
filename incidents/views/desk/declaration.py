"""Declaring an incident: from scratch, from tickets, from a maintenance that overran (B11, C3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from agreements.governing import versions_governing
from agreements.models import AgreementVersion
from incidents import actions
from incidents.board import filling
from incidents.forms.hurts import parts_of, rows_of
from incidents.forms.incident import DeclarationForm, LinkingForm
from incidents.models import Impact, Incident, Maintenance, UpdateTemplate
from incidents.views.desk.cards import incident_cards
from shell.drafts import arrived
from shell.entry import id_of
from shell.forms import posted
from tenants.doors import desk_view, page_of
from tickets.forms.desk import local_minute
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.views.desk.frame import page, say

PICKED_MAX = 200


@desk_view.form
def declare(request: Any) -> HttpResponse:
    """The form, with what is known from tickets or maintenance in it; sent, the incident."""
    now = timezone.now()
    tickets = _tickets(request.GET.getlist("ticket"))
    governing = versions_governing(at=now)
    version = _version(request.GET.get("agreement", ""), tickets, governing)
    if version is None:
        return _choose(request, governing, tickets, now)
    document = version.document
    choices: dict[str, Any] = {"hurts": parts_of(document), "tickets": tickets}
    form = DeclarationForm(posted(request), choices=choices, initial=_known(request, version, tickets, now))
    form.fields["level"].required = bool(document.incident_levels)
    form.values = filling.values(Incident(agreement_version=version), now=now)
    if form.carry_out(actions.declare_incident, by=request.member, now=now, agreement_version=version):
        say(request, f"Declared as INC-{form.result.number}. You coordinate it until somebody takes over.")
        return arrived(request, redirect("incidents:incident", number=form.result.number))
    context = {
        "form": form,
        "version": version,
        "others": [each for each in governing if each != version],
        "document": document,
        "cards": incident_cards(document, chosen=form["level"].value() or "", on=timezone.localdate(now)),
        "hurts": rows_of(form, again=False),
        "tickets": tickets.select_related("client"),
        "templates": UpdateTemplate.objects.all(),
        "here": request.GET,
        "back": _came_from(request),
    }
    status = 422 if form.errors else 200
    return page(request, "incidents/desk/declaration.html", context, now=now, active="incidents", status=status)


@desk_view.post
def picked(request: Any) -> HttpResponse:
    """From the queue, with the tickets that were ticked: to the form, or to the choice of an open incident."""
    numbers = [number for number in request.POST.getlist("number")[:PICKED_MAX] if id_of(number)]
    if not numbers:
        say(request, "Tick the tickets first.", "error")
        return redirect("desk:queue")
    form = reverse("incidents:link" if request.POST.get("do") == "link" else "incidents:declare")
    return redirect(f"{form}?{urlencode([('ticket', number) for number in numbers])}")


@desk_view.form
def link(request: Any) -> HttpResponse:
    """Link tickets to an incident that is open already."""
    now = timezone.now()
    tickets = _tickets(request.GET.getlist("ticket"))
    form = LinkingForm(posted(request))
    if form.carry_out(actions.link_tickets, tickets=list(tickets), by=request.member, now=now):
        say(request, "Linked. Every update answers them from now on.")
        return redirect("incidents:incident", number=form.result.number)
    context = {"tickets": tickets.select_related("client"), "form": form, "back": _came_from(request)}
    return page(
        request, "incidents/desk/link.html", context, now=now, active="incidents", status=422 if form.errors else 200
    )


def _came_from(request: Any) -> str:
    """The page that led here, or that of what the form was opened with, for whoever declares nothing after all."""
    page = page_of(request)
    if not page.startswith(request.path):
        return page
    if number := id_of(request.GET.get("maintenance", "")):
        return reverse("incidents:maintenance", args=[number])
    number = id_of(request.GET.get("ticket", ""))
    return reverse("desk:ticket", args=[number]) if number else reverse("incidents:incidents")


def _tickets(asked: Sequence[str]) -> TicketQuerySet:
    numbers = [number for text in asked[:PICKED_MAX] if (number := id_of(text))]
    return Ticket.objects.filter(number__in=numbers).order_by("number")


def _version(asked: str, tickets: TicketQuerySet, governing: Sequence[AgreementVersion]) -> AgreementVersion | None:
    """The agreement it is handled by: the one that was chosen, the only one, or that of the first ticket."""
    if asked:
        return next((each for each in governing if each.pk == id_of(asked)), None)
    of_tickets = tickets.values_list("agreement_version__agreement", flat=True)[:1]
    fitting = [each for each in governing if len(governing) == 1 or each.agreement_id in set(of_tickets)]
    return fitting[0] if len(fitting) == 1 else None


def _choose(
    request: Any, governing: Sequence[AgreementVersion], tickets: TicketQuerySet, now: datetime
) -> HttpResponse:
    if not governing:
        say(request, "No agreement is in force that says how an incident is handled. An owner publishes one.", "error")
        return redirect("incidents:incidents")
    query = request.GET.copy()
    choices = []
    for version in governing:
        query["agreement"] = version.pk
        choices.append({"version": version, "url": f"?{query.urlencode()}"})
    context = {"choices": choices, "tickets": tickets}
    return page(request, "incidents/desk/declaration_under.html", context, now=now, active="incidents")


def _known(request: Any, version: AgreementVersion, tickets: TicketQuerySet, now: datetime) -> dict[str, Any]:
    """What the form begins with: what its tickets say, or the maintenance that went on too long."""
    known: dict[str, Any] = {"started_at": local_minute(now), "submission": uuid.uuid4()}
    template = UpdateTemplate.objects.filter(pk=id_of(request.GET.get("template", ""))).first()
    known["body"] = template.body if template else ""
    if number := id_of(request.GET.get("maintenance", "")):
        maintenance = get_object_or_404(Maintenance.objects.with_parts(), number=number)
        parts = {(part.product_id, part.component): Impact.DEGRADED.value for part in maintenance.parts.all()}
        return {**known, "title": maintenance.title, "hurts": parts}
    found = list(tickets.select_related("product"))
    if not found:
        return known
    levels = {ticket.level for ticket in found} & set(version.document.incident_levels.keys)
    if len(found) == 1:
        # What several have in common is nobody's subject, and began when none of them was filed.
        known |= {"title": found[0].subject, "started_at": local_minute(found[0].received_at)}
    return {
        **known,
        "tickets": [ticket.number for ticket in found],
        "level": next((level.key for level in version.document.incident_levels if level.key in levels), ""),
        "hurts": {(each.product_id, ""): Impact.DEGRADED.value for each in found if each.product_id},
    }
