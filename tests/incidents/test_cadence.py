"""Updates of an incident are owed in time, and only a person's word keeps that promise (B12, B15, C4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clocks.verdict import Verdict, on_record
from incidents import actions
from incidents.cadence import overdue
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import Kind
from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, clocks, declared, latest, workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def engage(cast, in_tenant):
    return workspace(cast, "engage")


@pytest.mark.parametrize(("level", "minutes"), [("p1", 15), ("p2", 30), ("p3", 120)])
def test_B15_the_next_update_is_due_one_cadence_after_the_declaration(cast, engage, level, minutes):
    assert latest(declared(cast.agent, level=level)).due_at == START + minutes * MINUTE


@pytest.mark.parametrize("level", ["p4", "p5"])
def test_B15_p4_and_p5_owe_no_update(cast, engage, level):
    assert clocks(declared(cast.agent, level=level)) == []


def test_B15_a_public_update_begins_the_next_cycle(cast, engage):
    incident = declared(cast.agent)
    actions.post_update(incident_id=incident.pk, by=cast.agent, body="We found it.", now=START + 10 * MINUTE)
    first, second = clocks(incident)
    assert on_record(first, now=START + 11 * MINUTE) == Verdict.MET
    assert second.due_at == START + 25 * MINUTE


def test_B15_neither_a_note_nor_a_robot_keeps_the_promise(cast, engage):
    incident = declared(cast.agent)
    about = {"incident_id": incident.pk, "by": cast.agent, "now": START + 10 * MINUTE}
    actions.add_note(body="Looking.", **about)
    actions.post_update(body="Still investigating.", author="system", **about)
    assert latest(incident).due_at == START + 15 * MINUTE


def test_B15_a_reminder_comes_before_and_the_breach_when_it_is_due(cast, engage):
    incident = declared(cast.agent)
    overdue.sweep.in_tenant(now=START + 10 * MINUTE)
    told = Notice.objects.filter(topic__startswith="incident_clock.").order_by("pk")
    assert [(n.topic, n.user) for n in told] == [("incident_clock.warned", cast.agent.user)]
    overdue.sweep.in_tenant(now=START + 75 * MINUTE)
    overdue.sweep.in_tenant(now=START + 76 * MINUTE)
    breach = IncidentEvent.objects.get(kind=Kind.BREACHED)
    assert breach.at == START + 15 * MINUTE
    assert [n.topic for n in told.all()] == ["incident_clock.warned", "incident_clock.breached"]
    actions.post_update(incident_id=incident.pk, by=cast.agent, body="Late.", now=START + 80 * MINUTE)
    first, second = clocks(incident)
    assert on_record(first, now=START + 81 * MINUTE) == Verdict.MISSED
    assert second.due_at == START + 95 * MINUTE


def test_B15_mails_say_when_the_update_was_due_and_how_often_one_is_promised(cast, engage):
    incident = declared(cast.agent)
    mailed = OutgoingMessage.objects.filter(topic__startswith="incident_clock.").order_by("pk")
    overdue.sweep.in_tenant(now=START + 10 * MINUTE)
    assert "The update promised every 15 minutes (B15) is due by 10:15." in mailed.last().text
    overdue.sweep.in_tenant(now=START + 16 * MINUTE)
    assert "The update promised every 15 minutes (B15) is overdue since 10:15." in mailed.last().text
    actions.post_update(incident_id=incident.pk, by=cast.agent, body="Late.", now=START + 20 * MINUTE)
    actions.post_update(incident_id=incident.pk, by=cast.agent, body="Late again.", now=START + 40 * MINUTE)
    assert "The update promised every 15 minutes (B15) was due by 10:35 and came late." in mailed.last().text


def test_B15_a_resolution_owes_nothing_more(cast, engage):
    incident = declared(cast.agent)
    actions.resolve_incident(incident_id=incident.pk, by=cast.agent, body="It works again.", now=START + 14 * MINUTE)
    assert [clock.stopped_at for clock in clocks(incident)] == [START + 14 * MINUTE]
    overdue.sweep.in_tenant(now=START + timedelta(days=1))
    assert not IncidentEvent.objects.filter(kind=Kind.BREACHED).exists()


def test_B15_another_level_sets_another_cadence(cast, engage):
    incident = declared(cast.agent, level="p4")
    about = {"incident_id": incident.pk, "by": cast.agent, "reason": "More than we thought."}
    actions.relevel(level="p2", now=START + 180 * MINUTE, **about)
    assert latest(incident).due_at == START + 210 * MINUTE
    actions.relevel(level="p1", now=START + 190 * MINUTE, **about)
    assert latest(incident).due_at == START + 205 * MINUTE
    actions.relevel(level="p5", now=START + 191 * MINUTE, **about)
    assert latest(incident).due_at is None


def test_C4_a_p1_of_managed_hosting_is_updated_by_the_agreed_cadence(cast, in_tenant):
    workspace(cast, "managedops", "critical")
    assert latest(declared(cast.agent)).due_at == START + 30 * MINUTE
    assert clocks(declared(cast.agent, level="p2")) == []


@pytest.mark.parametrize(("level", "public"), [("p1", True), ("p2", True), ("p3", True), ("p4", False), ("p5", False)])
def test_B12_p3_and_higher_are_on_the_status_page_by_themselves(cast, engage, level, public):
    assert declared(cast.agent, level=level).is_public is public


def test_B12_an_incident_that_becomes_worse_is_published_then(cast, engage):
    incident = declared(cast.agent, level="p4")
    actions.relevel(incident_id=incident.pk, level="p3", by=cast.agent, reason="Worse.", now=START + MINUTE)
    assert Incident.objects.published().get().published_at == START + MINUTE


def test_an_incident_is_resolved_once(cast, engage):
    incident = declared(cast.agent)
    about = {"incident_id": incident.pk, "by": cast.agent, "body": "Over."}
    actions.resolve_incident(now=START + MINUTE, **about)
    with pytest.raises(ValidationError, match="resolved"):
        actions.resolve_incident(now=START + 2 * MINUTE, **about)
    assert IncidentEvent.objects.filter(kind=Kind.RESOLVED).count() == 1


def test_two_who_write_at_once_tell_everybody_once(cast, engage):
    incident = declared(cast.agent)
    seen = IncidentEvent.objects.filter(incident=incident).latest("pk").pk
    about = {"incident_id": incident.pk, "seen_event": seen, "now": START + MINUTE}
    actions.post_update(by=cast.agent, body="First.", **about)
    with pytest.raises(ValidationError, match="Adam Agent told everybody"):
        actions.post_update(by=cast.lead, body="Second.", **about)


def test_reopened_it_owes_an_update_again(cast, engage):
    incident = declared(cast.agent)
    actions.resolve_incident(incident_id=incident.pk, by=cast.agent, body="Over.", now=START + MINUTE)
    actions.reopen_incident(incident_id=incident.pk, by=cast.agent, reason="It is back.", now=START + 60 * MINUTE)
    assert latest(incident).due_at == START + 75 * MINUTE
    assert latest(incident).stopped_at is None


def test_a_series_of_related_events_goes_on_as_one(cast, engage):
    first, second = declared(cast.agent), declared(cast.agent, title="More are late")
    actions.merge_incidents(
        incident_id=second.pk, into_id=first.pk, by=cast.agent, reason="One cause.", now=START + MINUTE
    )
    assert [clock.stopped_by for clock in clocks(second)] == ["merged"]
    assert list(Incident.objects.open()) == [first]
    with pytest.raises(ValidationError, match=f"INC-{first.number}"):
        actions.post_update(incident_id=second.pk, by=cast.agent, body="?", now=START + 2 * MINUTE)


def test_B15_reports_say_how_the_cadence_was_kept(cast, sign_in):
    now = timezone.now()
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        incident = declared(cast.agent, at=now - 60 * MINUTE)
        about = {"incident_id": incident.pk, "by": cast.agent}
        actions.post_update(body="In time.", now=now - 50 * MINUTE, **about)
        actions.resolve_incident(body="Late.", now=now - 20 * MINUTE, **about)
        declared(cast.agent, level="p5", title="Nothing owed", at=now)
    page = sign_in(cast.account_manager).get("/reports/").content.decode()
    assert "50.0 %" in page
    assert f"INC-{incident.number} Messages are late" in page
    assert "Nothing owed" not in page
