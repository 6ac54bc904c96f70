"""What every page of the portal has around it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tickets.conversation.attachments import clean_name


def places(active: str = "") -> list[dict[str, Any]]:
    """The portal's few places; `active` is the name of the one that a page is."""
    found = [
        ("home", "Your tickets", reverse("portal:home"), "ticket"),
        ("new", "Get help", reverse("portal:new"), "message-circle-plus"),
        ("agreement", "What we promised", reverse("portal:agreement"), "file-certificate"),
        ("status", "Status", "/status/", "activity"),
    ]
    return [{"label": label, "url": url, "icon": icon, "active": key == active} for key, label, url, icon in found]


def page(
    request: Any, template: str, context: dict[str, Any], *, now: datetime, active: str = "", status: int = 200
) -> HttpResponse:
    """A whole page with the portal's places around it; `active` is the name of the one it is."""
    files_again = [clean_name(file.name) for file in request.FILES.getlist("files")]
    around = {"now": now, "portal_nav": places(active), "files_again": files_again}
    return render(request, template, around | context, status=status)
