"""What a slip of the hand does not do: blind the status page, leave subscribers untold, take back what was public."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from incidents import actions
from incidents.models import Impact, Incident, IncidentEvent
from notifications.models import Broadcast
from tenants.scope import tenant_scope
from tests.incidents.desking import at, declaration, page_of, text
from tests.incidents.mending import MINUTE, START, declared, hurt, workspace

pytestmark = pytest.mark.django_db

LONG_AGO = ["0001-01-01T00:00", "1926-03-02T09:00"]


@pytest.fixture
def engage(cast: Any) -> Any:
    return workspace(cast)


def begun(cast: Any, **fields: Any) -> Incident:
    with tenant_scope(cast.tenant):
        return declared(cast.agent, **fields)


@pytest.mark.parametrize("when", LONG_AGO)
def test_a_year_typed_wrong_is_refused_before_it_blinds_the_status_page(cast, engage, sign_in, stranger, when):
    answer = at(sign_in(cast.agent), "/desk/incidents/new/", **declaration(started_at=when))
    assert answer.status_code == 422
    assert "This is more than a year ago. Check the date." in text(answer)
    with tenant_scope(cast.tenant):
        assert not Incident.objects.exists()
    assert at(stranger, "/status/").status_code == 200


@pytest.mark.parametrize("when", LONG_AGO)
def test_a_call_of_long_ago_is_refused(cast, engage, sign_in, when):
    incident = begun(cast)
    said = {"caller": cast.contact.email, "called_at": when, "body": "It is late.", "submission": str(uuid.uuid4())}
    answer = at(sign_in(cast.agent), f"{page_of(incident)}call/", **said)
    assert answer.status_code == 422
    assert "This is more than a year ago. Check the date." in text(answer)


def test_maintenance_at_the_end_of_the_calendar_is_refused(cast, engage, sign_in):
    plan = {"title": "Routers", "kind": "planned", "parts": "messaging"}
    answer = at(
        sign_in(cast.agent), "/desk/maintenance/new/", **plan, start_at="9999-12-31T22:00", end_at="9999-12-31T23:00"
    )
    assert answer.status_code == 422
    assert "This is more than two years away. Check the date." in text(answer)


def test_B12_B13_one_that_a_level_puts_on_the_status_page_later_is_told_to_subscribers(cast, engage):
    incident = begun(cast, level="p4")
    with tenant_scope(cast.tenant):
        assert not Broadcast.objects.exists()
        actions.relevel(incident_id=incident.pk, by=cast.agent, level="p1", reason="It spread.", now=START + MINUTE)
        told = Broadcast.objects.get()
        assert (told.abouts, told.subject) == (["INC-1", "messaging"], "Investigating: Messages are late")
        actions.relevel(incident_id=incident.pk, by=cast.agent, level="p2", reason="Less.", now=START + 2 * MINUTE)
        assert Broadcast.objects.count() == 1


def test_what_the_public_reads_does_not_vanish_into_what_it_does_not(cast, engage, sign_in, stranger):
    public, hidden = begun(cast), begun(cast, level="p4", title="A typo", hurts=[])
    page = f"{page_of(public)}merge/"
    answer = at(sign_in(cast.agent), page, START + MINUTE, into=hidden.number, reason="One cause.")
    assert answer.status_code == 422
    assert "Put that on the status page first." in text(answer)
    assert at(stranger, f"/status/incidents/{public.number}/", START + MINUTE).status_code == 200


def test_what_was_hurt_is_still_hurt_where_it_goes_on(cast, engage, stranger):
    one = begun(cast, hurts=[], level="p1")
    with tenant_scope(cast.tenant):
        trunk = hurt("voice", "trunk_a", Impact.DOWN)
        two = declared(cast.agent, title="No calls", hurts=[trunk, hurt("messaging", impact=Impact.DEGRADED)])
        actions.set_affected(
            incident_id=one.pk, hurts=[hurt("messaging", impact=Impact.PARTIAL)], by=cast.agent, now=START + MINUTE
        )
        actions.merge_incidents(
            incident_id=two.pk, into_id=one.pk, by=cast.agent, reason="One switch.", now=START + 2 * MINUTE
        )
        told = IncidentEvent.objects.of(one).filter(kind="affected").last().data["affected"]
        assert {(each["product"], each["component"], each["impact"]) for each in told} == {
            ("voice", "trunk_a", "down"), ("messaging", "", "partial"),
        }  # fmt: skip
        actions.post_update(incident_id=one.pk, by=cast.agent, body="Both.", now=START + 3 * MINUTE)
        assert Broadcast.objects.latest("pk").abouts == ["INC-1", "INC-2", "messaging", "voice"]
    assert "Voice is down" in text(at(stranger, "/status/", START + timedelta(minutes=4)))


def test_a_title_is_one_line(cast, engage):
    incident = begun(cast, title=" Messages\r\nare\tlate ")
    with tenant_scope(cast.tenant):
        assert incident.title == "Messages are late"
        actions.rename_incident(incident_id=incident.pk, by=cast.agent, title="Two\nlines", now=START + MINUTE)
        incident.refresh_from_db()
        assert incident.title == "Two lines"


def test_a_step_on_a_slow_clock_comes_after_what_is_on_record(cast):
    version = workspace(cast, "managedops")
    with tenant_scope(cast.tenant):
        incident = declared(cast.agent, level=version.document.incident_levels.keys[0], hurts=[])
        told = actions.post_update(incident_id=incident.pk, by=cast.agent, body="We look.", now=START + 2 * MINUTE)
        step = next(iter(version.document.incidents.steps)).key
        slow = actions.record_step(incident_id=incident.pk, step=step, by=cast.agent, now=START + MINUTE)
        assert (slow.at, slow.recorded_at) == (told.at, START + MINUTE)
        incident.refresh_from_db()
        assert incident.last_activity_at == told.at


def test_B13_who_was_told_that_it_is_over_is_told_that_it_is_not(cast, engage):
    incident = begun(cast)
    with tenant_scope(cast.tenant):
        actions.resolve_incident(incident_id=incident.pk, by=cast.agent, body="Over.", now=START + MINUTE)
        actions.reopen_incident(incident_id=incident.pk, by=cast.agent, reason="No.", now=START + 2 * MINUTE)
        told = Broadcast.objects.latest("pk")
        assert (told.subject, told.abouts) == ("Investigating: Messages are late", ["INC-1", "messaging"])
        assert "Next update by Monday 2 March 2026, 10:17 CET." in told.text
