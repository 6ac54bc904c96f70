"""The list of incidents, open and resolved, and the entry in the rail that leads there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from agreements.governing import versions_governing
from agreements.models import Product
from incidents.board import incident_rows
from incidents.board.incident_filters import IncidentFilter
from incidents.models import Incident, PostmortemAction
from incidents.models.incident import IncidentQuerySet
from shell.entry import instant_of
from shell.paging import CURSOR
from shell.templatetags.places import fills
from tenants.doors import desk_view
from tickets.queue.queue import count_words
from tickets.views.desk.frame import page

RAIL = "/desk/incidents/"


@desk_view
def incidents(request: Any) -> HttpResponse:
    """Open ones, the most urgent on top; or those that are over, the newest first."""
    now = timezone.now()
    is_open, found = _asked(request)
    products = list(Product.objects.values_list("key", "name"))
    levels = {
        level.key: level.name for version in versions_governing(at=now) for level in version.document.incident_levels
    }
    context = {
        "page": incident_rows.page(found, open_first=is_open, query=request.GET, now=now),
        "is_open": is_open,
        "changes_url": f"{RAIL}changes/?{_since(request, now)}",
        "is_narrowed": any(request.GET.get(name) for name in ("level", "product")),
        "selects": [
            ("product", "Any product", products, request.GET.get("product", "")),
            ("level", "Any level", levels.items(), request.GET.get("level", "")),
        ],
        "tabs": tabs("open" if is_open else "resolved"),
    }
    return page(request, "incidents/desk/incidents.html", context, now=now, active="incidents")


@desk_view
def changes(request: Any) -> JsonResponse:
    """In how many incidents of the list something happened since the page was made: `{"count": n}`."""
    _, found = _asked(request)
    since = instant_of(request.GET.get("since", ""))
    if since is None:
        return JsonResponse({"count": 0})
    return JsonResponse({"count": found.filter(last_activity_at__gt=since).order_by().values("pk")[:100].count()})


def _asked(request: Any) -> tuple[bool, IncidentQuerySet]:
    """Whether open ones are asked for, and those that are."""
    query = request.GET.copy()
    query["open"] = "false" if query.get("open") == "false" else "true"
    filters = IncidentFilter(query, Incident.objects.all())
    return query["open"] == "true", filters.qs if filters.is_valid() else Incident.objects.none()


def _since(request: Any, now: datetime) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    query["since"] = now.isoformat()
    return query.urlencode()


def tabs(active: str) -> list[dict[str, Any]]:
    """What there is of incidents: open ones, those that are over, what is done about them."""
    to_do = count_words(PostmortemAction.objects.open().count())
    return [
        {"label": "Open", "url": RAIL, "active": active == "open", "icon": "urgent"},
        {"label": "Resolved", "url": f"{RAIL}?open=false", "active": active == "resolved", "icon": "circle-check"},
        {
            "label": "What we do about them",
            "url": f"{RAIL}actions/",
            "active": active == "actions",
            "icon": "checklist",
            "count": to_do,
        },
    ]


@fills("desk.rail")
def rail(request: Any) -> str:
    """How many incidents are open, on every page of the desk."""
    if getattr(request, "member", None) is None:
        # A sample of the gallery, which is nobody's.
        return ""
    views = [
        {
            "label": "Incidents",
            "url": RAIL,
            "icon": "urgent",
            "count": count_words(Incident.objects.open().order_by().values("pk")[:1000].count()),
            "active": request.path.startswith(RAIL),
            "tone": "bad",
            "hotkey": "g i",
        }
    ]
    return render_to_string("incidents/desk/_rail.html", {"views": views}, request=request)
