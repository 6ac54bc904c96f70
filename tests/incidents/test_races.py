"""Two at once, in transactions that really commit: one update, one resolution, one declaration."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from incidents import actions
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import Kind
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, declared, workspace

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tenant: Any, *deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave, or raised, all begun together on connections of their own."""
    begin, told = threading.Barrier(len(deeds)), [None] * len(deeds)

    def do(place: int, deed: Callable[[], Any]) -> None:
        try:
            with tenant_scope(tenant):
                begin.wait()
                told[place] = deed()
        except ValidationError as refusal:
            told[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def events(cast: Any, kind: Kind) -> int:
    with tenant_scope(cast.tenant):
        return IncidentEvent.objects.filter(kind=kind).count()


@pytest.fixture
def incident(cast: Any) -> Incident:
    workspace(cast)
    with tenant_scope(cast.tenant):
        return declared(cast.agent)


def test_two_coordinators_tell_everybody_at_once_and_one_is_asked_to_read_first(cast: Any, incident: Incident) -> None:
    with tenant_scope(cast.tenant):
        seen = IncidentEvent.objects.latest("pk").pk

    def tell(by: Any) -> Callable[[], Any]:
        said = {"body": f"{by.name} knows.", "seen_event": seen, "submission": uuid.uuid4()}
        return lambda: actions.post_update(incident_id=incident.pk, by=by, now=START + MINUTE, **said)

    told = at_once(cast.tenant, tell(cast.agent), tell(cast.lead))
    assert sorted(isinstance(each, ValidationError) for each in told) == [False, True]
    assert events(cast, Kind.PUBLIC_UPDATE) == 1


def test_one_form_that_arrives_twice_at_once_is_one_update(cast: Any, incident: Incident) -> None:
    said = {"body": "Once.", "submission": uuid.uuid4()}
    deed = lambda: actions.post_update(incident_id=incident.pk, by=cast.agent, now=START + MINUTE, **said).pk  # noqa: E731
    one, two = at_once(cast.tenant, deed, deed)
    assert one == two
    assert events(cast, Kind.PUBLIC_UPDATE) == 1


def test_two_resolutions_at_once_are_one(cast: Any, incident: Incident) -> None:
    def resolve(by: Any) -> Callable[[], Any]:
        return lambda: actions.resolve_incident(incident_id=incident.pk, by=by, body="Over.", now=START + MINUTE)

    told = at_once(cast.tenant, resolve(cast.agent), resolve(cast.lead))
    assert sum(isinstance(each, ValidationError) for each in told) == 1
    assert events(cast, Kind.RESOLVED) == 1


def test_an_update_and_a_resolution_at_once_leave_one_story(cast: Any, incident: Incident) -> None:
    told = at_once(
        cast.tenant,
        lambda: actions.post_update(incident_id=incident.pk, by=cast.agent, body="Still.", now=START + MINUTE),
        lambda: actions.resolve_incident(incident_id=incident.pk, by=cast.lead, body="Over.", now=START + MINUTE),
    )
    with tenant_scope(cast.tenant):
        kinds = [each.kind for each in IncidentEvent.objects.of(incident)]
        assert not Incident.objects.get().is_open
    # Either the word came first, or whoever wrote it is told that it is over.
    assert kinds[-1] == Kind.RESOLVED
    assert kinds.count(Kind.PUBLIC_UPDATE) == 2 - isinstance(told[0], ValidationError)


def test_two_who_take_a_role_at_once_have_it_one_after_the_other(cast: Any, incident: Incident) -> None:
    from incidents.models import Duty, Role

    def take(by: Any) -> Callable[[], Any]:
        return lambda: actions.hand_over(incident_id=incident.pk, role=Role.ENGINEER, to=by, by=by, now=START + MINUTE)

    told = at_once(cast.tenant, take(cast.agent), take(cast.lead))
    assert not any(isinstance(each, ValidationError) for each in told)
    with tenant_scope(cast.tenant):
        assert Duty.objects.current().filter(role=Role.ENGINEER).count() == 1
        assert Duty.objects.filter(role=Role.ENGINEER).count() == 2
