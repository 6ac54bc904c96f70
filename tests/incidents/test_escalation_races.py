"""Two at the same time: one acknowledgement, each person asked once in a step."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents import actions
from incidents.models import Incident
from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.incidents.asking import SUNDAY_NIGHT, act, asked, audit, begin, facts, fresh, sweep, usual_policy
from tests.incidents.mending import MINUTE, workspace
from tests.tickets.side_by_side import PATIENCE, all_at_once, side_by_side

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(cast: Any) -> Incident:
    workspace(cast, "engage")
    usual_policy(cast)
    return begin(cast)


def test_of_two_coordinators_who_acknowledge_at_once_one_does_and_the_other_reads_who(incident: Incident, cast: Any):
    sweep(SUNDAY_NIGHT)
    at = SUNDAY_NIGHT + MINUTE
    results = all_at_once(
        *(lambda who=who: act(cast, actions.acknowledge, incident, at, by=who) for who in (cast.agent, cast.lead))
    )
    [refused] = [result for result in results if isinstance(result, ValidationError)]
    [fact] = facts(cast, "acknowledged")
    assert refused.messages == [f"{fact.actor_name} acknowledged it just now."]
    assert fresh(cast, incident).acknowledged_by.name == fact.actor_name


def test_sweeps_at_once_ask_each_person_once(incident: Incident, cast: Any):
    for _ in range(5):
        begin(cast)
    late = SUNDAY_NIGHT + 15 * MINUTE
    assert all_at_once(*[lambda: sweep(late)] * 3) == [None] * 3
    sweep(late)
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(topic="page").count() == 12
        assert Notice.objects.filter(topic="page").count() == 12
    assert len(asked(cast)) == len(facts(cast, "paged")) == 12


def test_an_acknowledgement_that_holds_the_incident_decides_and_the_sweep_passes_it_by(incident: Incident, cast: Any):
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with tenant_scope(cast.tenant):
            actions.acknowledge(incident_id=incident.pk, by=cast.agent, now=SUNDAY_NIGHT)
            written.set()
            assert go_on.wait(PATIENCE)

    with side_by_side() as start:
        acknowledged = start(slowly)
        assert written.wait(PATIENCE)
        sweep(SUNDAY_NIGHT)
        audit(SUNDAY_NIGHT + 5 * MINUTE)
        go_on.set()
        acknowledged.result(PATIENCE)
    sweep(SUNDAY_NIGHT + 10 * MINUTE)
    assert asked(cast) == []


def test_auditors_at_once_say_it_once(incident: Incident, cast: Any):
    late = SUNDAY_NIGHT + 5 * MINUTE
    assert all_at_once(*[lambda: audit(late)] * 3) == [None] * 3
    audit(late)
    assert len(facts(cast, "escalation_missed")) == 1
