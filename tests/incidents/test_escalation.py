"""People are asked when the agreement and the policy say, once each, however sweeps run (B14, D2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents import actions
from incidents.models import Incident
from notifications.models import Notice, OutgoingMessage
from tenants.models import Member
from tenants.scope import tenant_scope
from tests.incidents.asking import (
    FRIDAY_EVENING,
    MONDAY_MORNING,
    SUNDAY_NIGHT,
    act,
    asked,
    audit,
    begin,
    facts,
    fresh,
    policy,
    step,
    sweep,
    usual_policy,
)
from tests.incidents.mending import MINUTE, workspace
from tests.incidents.rotas import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def engage(cast: Any) -> Any:
    return workspace(cast, "engage")


@pytest.fixture
def nights(cast: Any, engage: Any) -> Any:
    return usual_policy(cast)


def on_time(*named: tuple[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(name, at, at) for name, at in named]


@pytest.mark.parametrize("level", ["p1", "p2"])
def test_B14_p1_and_p2_are_escalated_at_once_at_night(cast: Any, nights: Any, level: str):
    begin(cast, level)
    sweep(SUNDAY_NIGHT, SUNDAY_NIGHT + 10 * MINUTE)
    assert asked(cast) == on_time(("Adam", SUNDAY_NIGHT), ("Lena", SUNDAY_NIGHT + 10 * MINUTE))


def test_B14_p3_waits_for_business_hours(cast: Any, nights: Any):
    incident = begin(cast, "p3", FRIDAY_EVENING)
    assert incident.page_due_at == MONDAY_MORNING
    sweep(*(FRIDAY_EVENING + timedelta(hours=hours) for hours in (0, 12, 24, 48)))
    assert asked(cast) == []
    sweep(MONDAY_MORNING, MONDAY_MORNING + 10 * MINUTE)
    assert asked(cast) == on_time(("Adam", MONDAY_MORNING), ("Lena", MONDAY_MORNING + 10 * MINUTE))


@pytest.mark.parametrize("level", ["p4", "p5"])
def test_B14_p4_and_p5_are_planned_and_ask_nobody(cast: Any, nights: Any, level: str):
    incident = begin(cast, level)
    sweep(SUNDAY_NIGHT + timedelta(days=7))
    audit(SUNDAY_NIGHT + timedelta(days=7))
    assert (asked(cast), facts(cast, "escalation_missed")) == ([], [])
    with pytest.raises(ValidationError, match="planned with other work"):
        act(cast, actions.acknowledge, incident, SUNDAY_NIGHT)


def test_B14_raised_to_p1_at_night_people_are_asked_at_once(cast: Any, nights: Any):
    incident = begin(cast, "p3", FRIDAY_EVENING)
    act(cast, actions.relevel, incident, FRIDAY_EVENING + 5 * MINUTE, level="p1", reason="Everybody is hit.")
    sweep(FRIDAY_EVENING + 5 * MINUTE)
    assert asked(cast) == on_time(("Adam", FRIDAY_EVENING + 5 * MINUTE))


def test_D2_urgent_pages_the_engineer_on_call_round_the_clock(cast: Any):
    workspace(cast, "identity")
    with tenant_scope(cast.tenant):
        rota = schedule(cast.agent, cast.lead)
    policy(cast, step(f"schedule:{rota.pk}"), step("leads"))
    sunday = MONDAY_MORNING + timedelta(days=6)  # of the first week, whose turn is Adam's
    begin(cast, "urgent", sunday)
    begin(cast, "low", sunday)
    sweep(sunday)
    assert asked(cast) == on_time(("Adam", sunday))
    # Who is on call is asked when the step falls due: a week later it is Lena.
    sweep(sunday + timedelta(days=2))
    assert {name for name, *_ in asked(cast)} == {"Adam", "Lena", "Olga"}


def test_without_a_policy_everybody_who_leads_is_asked(cast: Any, engage: Any):
    begin(cast)
    sweep(SUNDAY_NIGHT)
    assert {name for name, *_ in asked(cast)} == {"Lena", "Olga"}


def test_the_page_names_what_is_wrong_and_leads_to_one_button(cast: Any, nights: Any):
    begin(cast)
    sweep(SUNDAY_NIGHT)
    with tenant_scope(cast.tenant):
        mail = OutgoingMessage.objects.get(topic="page")
        notice = Notice.objects.get(topic="page")
    assert (mail.to, mail.subject) == (cast.agent.user.email, "INC-1 Messages are late: please acknowledge")
    assert "P1" in mail.text
    assert "Messaging: Down" in mail.text
    assert f"http://acme.localhost:8000{notice.url}" in mail.text
    assert notice.url.startswith("/incidents/acknowledge/")


def test_the_page_names_the_part_that_is_hurt(cast: Any, nights: Any):
    incident = begin(cast)
    with tenant_scope(cast.tenant):
        incident.affected.update(component="gateway")
    sweep(SUNDAY_NIGHT)
    with tenant_scope(cast.tenant):
        mail = OutgoingMessage.objects.get(topic="page")
    assert "Messaging: Messaging gateway: Down" in mail.text


def test_an_acknowledgement_stops_the_round_and_says_whose_it_is(cast: Any, nights: Any):
    incident = begin(cast)
    sweep(SUNDAY_NIGHT)
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 2 * MINUTE)
    sweep(SUNDAY_NIGHT + 10 * MINUTE, SUNDAY_NIGHT + 25 * MINUTE)
    assert len(asked(cast)) == 1
    held = fresh(cast, incident)
    assert (held.acknowledged_by, held.acknowledged_at) == (cast.agent, SUNDAY_NIGHT + 2 * MINUTE)
    # Once more by the same person is the same acknowledgement; by another it is told whose it is.
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 3 * MINUTE)
    with pytest.raises(ValidationError, match=r"Adam Agent acknowledged it 2 m ago\."):
        act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 4 * MINUTE, by=cast.lead)
    assert len(facts(cast, "acknowledged")) == 1


def test_left_alone_an_acknowledgement_goes_stale_and_people_are_asked_again(cast: Any, nights: Any):
    incident = begin(cast)
    sweep(SUNDAY_NIGHT)
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT)
    act(cast, actions.add_note, incident, SUNDAY_NIGHT + 20 * MINUTE, body="Looking.")
    act(cast, actions.post_update, incident, SUNDAY_NIGHT + 40 * MINUTE, body="Still on it.", author="system")
    stale = SUNDAY_NIGHT + 50 * MINUTE
    sweep(stale - timedelta(seconds=1))
    assert len(asked(cast)) == 1
    sweep(stale, stale)
    assert asked(cast) == on_time(("Adam", SUNDAY_NIGHT), ("Adam", stale))
    assert [(fact.at, fact.data["round"]) for fact in facts(cast, "went_stale")] == [(stale, 2)]
    assert fresh(cast, incident).acknowledged_by is None
    act(cast, actions.acknowledge, incident, stale + MINUTE, by=cast.lead)
    assert fresh(cast, incident).acknowledged_by == cast.lead


def test_resolved_nobody_further_is_asked_and_opened_again_it_begins_again(cast: Any, nights: Any):
    incident = begin(cast)
    act(cast, actions.resolve_incident, incident, SUNDAY_NIGHT, body="It was nothing.")
    sweep(SUNDAY_NIGHT + 15 * MINUTE)
    assert asked(cast) == []
    with pytest.raises(ValidationError, match="resolved"):
        act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 15 * MINUTE)
    again = SUNDAY_NIGHT + 60 * MINUTE
    act(cast, actions.reopen_incident, incident, again, reason="It is back.")
    sweep(again)
    assert asked(cast) == on_time(("Adam", again))


def test_merged_into_another_nobody_further_is_asked_about_it(cast: Any, nights: Any):
    incident, other = begin(cast), begin(cast)
    act(cast, actions.merge_incidents, incident, SUNDAY_NIGHT, into_id=other.pk, reason="One cause.")
    sweep(SUNDAY_NIGHT)
    assert asked(cast) == on_time(("Adam", SUNDAY_NIGHT))


def test_a_changed_policy_moves_no_running_incident(cast: Any, nights: Any):
    begin(cast)
    sweep(SUNDAY_NIGHT)
    with tenant_scope(cast.tenant):
        nights.delete()
    policy(cast, step("leads", 1), repeats=9)
    sweep(SUNDAY_NIGHT + 5 * MINUTE, SUNDAY_NIGHT + 10 * MINUTE)
    assert asked(cast) == on_time(("Adam", SUNDAY_NIGHT), ("Lena", SUNDAY_NIGHT + 10 * MINUTE))
    begin(cast, at=SUNDAY_NIGHT + 11 * MINUTE)
    sweep(SUNDAY_NIGHT + 11 * MINUTE)
    assert {name for name, *_ in asked(cast)[2:]} == {"Lena", "Olga"}


def test_where_nobody_is_on_call_it_is_said_and_the_next_step_comes_at_once(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        rota = schedule(cast.agent)  # from Monday on
    policy(cast, step(f"schedule:{rota.pk}"), step(f"member:{cast.lead.pk}"))
    begin(cast)
    sweep(SUNDAY_NIGHT)
    assert asked(cast) == on_time(("Lena", SUNDAY_NIGHT))
    assert [fact.data["asks"] for fact in facts(cast, "nobody_on_call")] == ["whoever is on call for Platform"]


def test_whoever_works_no_tickets_any_more_is_nobody_to_ask(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        rota = schedule(cast.agent)
    policy(cast, step(f"schedule:{rota.pk}"), step(f"member:{cast.agent.pk}"), step(f"member:{cast.lead.pk}"))
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.agent.pk).update(role=Member.Role.ACCOUNT_MANAGER)
    begin(cast, at=MONDAY_MORNING + 60 * MINUTE)
    sweep(MONDAY_MORNING + 60 * MINUTE)
    assert asked(cast) == on_time(("Lena", MONDAY_MORNING + 60 * MINUTE))


def test_beat_stopped_for_an_hour_nothing_is_doubled_or_skipped_and_lateness_shows(cast: Any, nights: Any):
    begin(cast)
    late = SUNDAY_NIGHT + 60 * MINUTE
    sweep(late, late, late + MINUTE)
    due = [SUNDAY_NIGHT + minutes * MINUTE for minutes in (0, 10, 30, 40)]
    assert asked(cast) == [(name, at, late) for name, at in zip(["Adam", "Lena"] * 2, due, strict=True)]
    assert [fact.data["late"] for fact in facts(cast, "paged")] == [3600, 3000, 1800, 1200]


def test_a_sweep_that_is_killed_goes_on_where_it_was(cast: Any, nights: Any, monkeypatch: Any):
    begin(cast), begin(cast)
    from incidents.actions import paging

    real, calls = paging.announcements.asked, []

    def dying(incident: Incident, *args: Any, **more: Any) -> None:
        calls.append(incident.pk)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(incident, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(paging.announcements, "asked", dying)
        with pytest.raises(KeyboardInterrupt):
            sweep(SUNDAY_NIGHT)
    assert len(asked(cast)) == 1
    sweep(SUNDAY_NIGHT)
    assert len(asked(cast)) == 2
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(topic="page").count() == 2


def test_one_incident_that_cannot_be_asked_about_keeps_no_other_waiting(
    cast: Any, nights: Any, monkeypatch: Any, caplog: Any
):
    broken, _ = begin(cast), begin(cast)
    from incidents.actions import paging

    real = paging.keep_course

    def failing(incident: Incident, **more: Any) -> Any:
        if incident.pk == broken.pk:
            raise RuntimeError("no such hours")
        return real(incident, **more)

    with monkeypatch.context() as patched:
        patched.setattr(paging, "keep_course", failing)
        sweep(SUNDAY_NIGHT)
    assert len(asked(cast)) == 1
    assert f"incident {broken.pk}" in caplog.text
    audit(SUNDAY_NIGHT + 2 * MINUTE)
    assert [fact.incident_id for fact in facts(cast, "escalation_missed")] == [broken.pk]


def test_the_auditor_finds_what_was_not_asked_and_says_so_once(cast: Any, nights: Any):
    incident = begin(cast)
    audit(SUNDAY_NIGHT + timedelta(seconds=59))
    assert facts(cast, "escalation_missed") == []
    audit(SUNDAY_NIGHT + MINUTE, SUNDAY_NIGHT + 2 * MINUTE)
    [missed] = facts(cast, "escalation_missed")
    assert (missed.data["asking"], missed.data["late"]) == ([1, 0, 0], None)
    with tenant_scope(cast.tenant):
        told = Notice.objects.filter(title__startswith="Not asked in time")
        assert sorted(notice.user.name for notice in told) == ["Lena Lead", "Olga Owner"]
    # Asked at last it is the same asking; the next one, asked in time, is none of the auditor's.
    sweep(SUNDAY_NIGHT + 9 * MINUTE, SUNDAY_NIGHT + 10 * MINUTE)
    audit(SUNDAY_NIGHT + 15 * MINUTE)
    assert len(facts(cast, "escalation_missed")) == 1
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 15 * MINUTE)


def test_the_auditor_says_how_late_people_were_asked(cast: Any, nights: Any):
    begin(cast)
    sweep(SUNDAY_NIGHT + 5 * MINUTE)
    audit(SUNDAY_NIGHT + 6 * MINUTE)
    assert [fact.data["late"] for fact in facts(cast, "escalation_missed")] == [300]


def test_what_fell_due_moments_before_somebody_had_it_was_not_missed(cast: Any, nights: Any):
    incident = begin(cast)
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + timedelta(seconds=10))
    sweep(SUNDAY_NIGHT + timedelta(seconds=15))
    audit(SUNDAY_NIGHT + 20 * MINUTE)
    assert (asked(cast), facts(cast, "escalation_missed")) == ([], [])


def test_the_auditor_looks_at_what_was_resolved_within_a_day(cast: Any, nights: Any):
    incident = begin(cast)
    act(cast, actions.resolve_incident, incident, SUNDAY_NIGHT + 15 * MINUTE, body="Over.")
    audit(SUNDAY_NIGHT + timedelta(days=2))
    assert facts(cast, "escalation_missed") == []
    audit(SUNDAY_NIGHT + timedelta(hours=12))
    assert [fact.data["asking"] for fact in facts(cast, "escalation_missed")] == [[1, 0, 0], [1, 0, 1]]


def test_a_tenant_is_asked_about_its_own_incidents_alone(cast: Any, nights: Any):
    begin(cast)
    with tenant_scope(cast.other_tenant):
        assert Incident.objects.count() == 0
    sweep(SUNDAY_NIGHT)
    with tenant_scope(cast.other_tenant):
        assert (Notice.objects.count(), OutgoingMessage.objects.count()) == (0, 0)
