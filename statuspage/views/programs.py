"""The status page for other programs: feeds, JSON, a calendar of maintenance, a badge."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone

from incidents.calendar_file import CONTENT_TYPE
from incidents.maintenance import ics
from incidents.models import Maintenance
from incidents.paths import public_path
from statuspage.api.status import OverviewOut
from statuspage.feeds import syndication
from statuspage.feeds.badge import badge as drawn
from statuspage.state.overview import documents_at, overview, services_of
from statuspage.views.public import public_view

#: How far back the calendar reaches.
CALENDAR_BACK = timedelta(days=90)


def readable_elsewhere(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read it. Nothing in it is personal, and no cookie comes with such a request."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@public_view
def feed(request: Any, kind: str, form: str, service: str = "") -> HttpResponse:
    """RSS or Atom of everything or one kind, of all services or one."""
    now = timezone.now()
    documents = documents_at(now)
    known = kind in syndication.KINDS and form in syndication.FORMS
    if not known or service not in ("", *(key for key, _ in services_of(documents))):
        raise Http404("There is no such feed.")
    text = syndication.feed(kind, form, documents, request.tenant, path=request.path, service=service, now=now)
    return readable_elsewhere(HttpResponse(text, content_type=f"application/{form}+xml; charset=utf-8"))


@public_view
def status_json(request: Any) -> HttpResponse:
    """What `GET /api/v1/status/` gives."""
    now = timezone.now()
    # Programs read UTC.
    with timezone.override(UTC):
        return readable_elsewhere(JsonResponse(OverviewOut(overview(documents_at(now), now=now)).data))


@public_view
def badge(request: Any) -> HttpResponse:
    now = timezone.now()
    picture = drawn(overview(documents_at(now), now=now).state)
    return readable_elsewhere(HttpResponse(picture, content_type="image/svg+xml; charset=utf-8"))


@public_view
def calendar(request: Any) -> HttpResponse:
    """Maintenance that is planned, and that of the last months, for calendars to fetch."""
    now = timezone.now()
    rows = Maintenance.objects.public().filter(planned_end_at__gte=now - CALENDAR_BACK).order_by("planned_start_at")
    text = ics.calendar_of(rows.with_parts(), request.tenant, path_of=public_path, now=now)
    return HttpResponse(text, content_type=CONTENT_TYPE)
