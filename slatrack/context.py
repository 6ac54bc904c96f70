"""What every page knows: the tenant, who is signed in, the front doors, the theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from notifications.bell import bell
from slatrack.sections import sections
from tickets.queue import queue
from tickets.views.portal.frame import places


def shell(request: HttpRequest) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    member = getattr(request, "member", None)
    contact = getattr(request, "contact", None)
    theme = request.COOKIES.get("theme", "auto")
    return {
        "tenant": tenant,
        "member": member,
        "contact": contact,
        "demo": settings.DEMO,
        "theme": theme if theme in {"light", "dark"} else "auto",
        "doors": list(_doors(request.path, tenant, member, contact)),
        "sections": _sections(request.path, member),
        "notifications": bell(request),
        **(_frame(member) if request.path.startswith(("/notices/", "/addenda/")) else {}),
    }


def _sections(path: str, member: Any) -> list[dict[str, Any]]:
    return sections(path, all_of_them=member.manages_settings) if member and path.startswith("/settings/") else []


def _frame(member: Any) -> dict[str, Any]:
    """What stands around a page that is of neither the desk nor the portal, and is read beside them."""
    if member is None:
        return {"portal_nav": places()}
    return {"views": SimpleLazyObject(lambda: queue.rail(member, now=timezone.now(), active=""))}


def _writes_only_news(member: Any) -> bool:
    return member is not None and member.writes_news and not member.manages_settings


def _doors(path: str, tenant: Any, member: Any, contact: Any) -> Any:
    candidates = [
        ("desk", "Desk", "/desk/", "headset", member is not None and member.works_tickets),
        ("portal", "Support", "/portal/", "lifebuoy", contact is not None),
        ("reports", "Reports", "/reports/", "report-analytics", member is not None and member.reads_reports),
        ("status", "Status", "/status/", "activity", tenant is not None),
        ("news", "News", "/settings/news/", "news", _writes_only_news(member)),
        ("settings", "Settings", "/settings/", "settings", member is not None and member.manages_settings),
    ]
    for key, label, url, icon, open_to_you in candidates:
        if open_to_you:
            yield {"key": key, "label": label, "url": url, "icon": icon, "active": path.startswith(url)}
