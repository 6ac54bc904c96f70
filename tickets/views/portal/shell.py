"""What every page of the portal has around it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse


def page(
    request: Any, template: str, context: dict[str, Any], *, now: datetime, active: str = "", status: int = 200
) -> HttpResponse:
    """A whole page with the portal's few places around it; `active` is the name of the one it is."""
    places = [
        ("home", "Your tickets", reverse("portal:home"), "ticket"),
        ("new", "Get help", reverse("portal:new"), "message-circle-plus"),
        ("agreement", "What we promise", reverse("portal:agreement"), "file-certificate"),
        ("status", "Status", reverse("status"), "activity"),
    ]
    nav = [{"label": label, "url": url, "icon": icon, "active": key == active} for key, label, url, icon in places]
    return render(request, template, {"now": now, "portal_nav": nav} | context, status=status)
