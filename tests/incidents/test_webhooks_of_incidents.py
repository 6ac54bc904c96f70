"""Programs hear of an incident's course through the tenant's endpoints."""

from __future__ import annotations

import json

import pytest

from incidents import actions
from notifications.models import OutgoingMessage, WebhookEndpoint
from tests.incidents.mending import MINUTE, START, declared, workspace

pytestmark = pytest.mark.django_db


def test_an_endpoint_hears_of_each_turn_of_an_incident_once(cast, in_tenant):
    workspace(cast, "engage")
    WebhookEndpoint.objects.create(
        url="https://hooks.example/in", secret="whsec_" + "A" * 32, added_at=START,
        events=["incident.declared", "incident.updated", "incident.changed", "incident.resolved"],
    )  # fmt: skip
    incident = declared(cast.agent, level="p2")
    about = {"incident_id": incident.pk, "by": cast.agent}
    actions.post_update(body="We found it.", now=START + MINUTE, **about)
    actions.relevel(level="p1", reason="Worse.", now=START + 2 * MINUTE, **about)
    actions.resolve_incident(body="Over.", now=START + 3 * MINUTE, **about)
    sent = [json.loads(each.text) for each in OutgoingMessage.objects.filter(topic="webhook").order_by("pk")]
    assert [each["type"] for each in sent] == [
        "incident.declared", "incident.updated", "incident.changed", "incident.resolved"
    ]  # fmt: skip
    last = sent[-1]["data"]
    assert (last["number"], last["status"], last["level"], last["update"]) == (
        incident.number,
        "resolved",
        "p1",
        "Over.",
    )
    assert last["affected"] == [{"product": "messaging", "component": "", "impact": "down"}]
    assert last["status_url"].endswith(f"/status/incidents/{incident.number}/")
