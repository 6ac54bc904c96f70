"""Words for what happens to incidents on the desk: forms as a browser sends them, pages as people read them."""

from __future__ import annotations

import html
import re
import uuid
from datetime import datetime
from typing import Any

import time_machine
from django.test import Client as Browser

from incidents.models import Incident, IncidentEvent
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.incidents.mending import START

PAGE = "/desk/incidents/"


def at(browser: Browser, address: str, when: datetime = START, **sent: Any) -> Any:
    """What an address answers at an instant; with something sent, to a form."""
    with time_machine.travel(when, tick=False):
        return browser.post(address, sent) if sent else browser.get(address)


def text(response: Any) -> str:
    """What a page reads, in one line."""
    found = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def page_of(incident: Incident) -> str:
    return f"{PAGE}{incident.number}/"


def fresh(incident: Incident) -> Incident:
    with tenant_scope(incident.tenant):
        return Incident.objects.with_version().select_related("merged_into").get(pk=incident.pk)


def facts(incident: Incident, kind: str) -> list[IncidentEvent]:
    with tenant_scope(incident.tenant):
        return list(IncidentEvent.objects.of(incident).filter(kind=kind))


def declaration(**fields: Any) -> dict[str, Any]:
    """What the form of a new incident sends."""
    return {"title": "Messages are late", "level": "p1", "submission": str(uuid.uuid4())} | fields


def update(incident: Incident, **fields: Any) -> dict[str, Any]:
    """What the composer sends, having seen everything there is."""
    with tenant_scope(incident.tenant):
        seen = IncidentEvent.objects.filter(incident=incident).latest("pk").pk
    return {
        "kind": "public_update", "body": "The queue is drained.", "status": incident.status,
        "submission": str(uuid.uuid4()), "seen_event": seen,
    } | fields  # fmt: skip


def only(tenant: Tenant) -> Incident:
    """The one incident of the tenant."""
    with tenant_scope(tenant):
        return Incident.objects.with_version().get()
