"""The agreements as agents read them: what is in force, any published version, and a year of each calendar."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from agreements.governing import versions_governing
from agreements.models import AgreementVersion
from agreements.readable import Reading
from agreements.readable.years import calendar_page
from tenants.doors import desk_view
from tickets.views.desk.frame import page


@desk_view
def agreements(request: Any) -> HttpResponse:
    """The agreements in force; where there is one, that one."""
    now = timezone.now()
    versions = versions_governing(at=now)
    if len(versions) == 1:
        return redirect("desk:agreement", versions[0].pk)
    return page(request, "tickets/desk/agreements.html", {"versions": versions}, now=now, active="agreements")


def _published(version_id: int) -> AgreementVersion:
    return get_object_or_404(AgreementVersion.objects.published().select_related("agreement"), pk=version_id)


@desk_view
def agreement(request: Any, version_id: int) -> HttpResponse:
    """A published version as a document, with the other versions of its agreement."""
    now = timezone.now()
    found = _published(version_id)
    others = AgreementVersion.objects.published().filter(agreement=found.agreement_id).defer("source")
    context = {
        "version": found,
        "reading": Reading(found.document, on=timezone.localdate(now), effective_from=found.effective_from),
        "calendars_at": "desk:calendar",
        "versions": others.order_by("-effective_from", "-number"),
        "in_force": {version.pk for version in versions_governing(at=now)},
    }
    return page(request, "tickets/desk/agreement.html", context, now=now, active="agreements")


@desk_view
def calendar(request: Any, version_id: int, calendar: str) -> HttpResponse:
    """A year of a calendar."""
    now = timezone.now()
    found = _published(version_id)
    shown = calendar_page(found.document, calendar, asked=request.GET.get("year", ""), on=timezone.localdate(now))
    if shown is None:
        raise Http404("No such calendar.")
    return page(request, "tickets/desk/calendar.html", shown | {"version": found}, now=now, active="agreements")
