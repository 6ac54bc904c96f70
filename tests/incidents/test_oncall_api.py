"""Who is on call, through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from incidents.models import OnCallOverride, OnCallSchedule
from tenants.scope import tenant_scope
from tests.incidents.rotas import MONDAY, schedule

NOW = MONDAY + timedelta(days=2)
WEEK = timedelta(days=7)
URL = "/api/v1/on-call/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def platform(cast: Any) -> OnCallSchedule:
    with tenant_scope(cast.tenant):
        return schedule(cast.agent, cast.lead)


def test_D2_now_and_next(cast, sign_in, platform):
    (only,) = sign_in(cast.account_manager).get(URL).json()
    assert (only["name"], only["now"]["name"], only["next"]["name"]) == ("Platform", cast.agent.name, cast.lead.name)
    assert only["now"]["ends_at"] == only["next"]["starts_at"] == "2026-03-09T08:00:00Z"


def test_shifts_of_a_time(cast, sign_in, platform):
    agent = sign_in(cast.agent)
    asked = {"since": "2026-03-10T00:00:00Z", "until": "2026-03-20T00:00:00Z"}
    told = agent.get(f"{URL}{platform.pk}/shifts/", asked).json()
    assert [each["member"] for each in told] == [cast.lead.pk, cast.agent.pk]
    assert len(agent.get(f"{URL}{platform.pk}/shifts/").json()) == 5


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"since": "soon"}, "/since"),
        ({"since": "0001-01-01T00:00:00Z"}, "/since"),
        ({"until": "2026-03-01T00:00:00Z"}, "/until"),
        ({"until": "2036-03-01T00:00:00Z"}, "/until"),
        ({"sinse": "2026-03-01T00:00:00Z"}, "/sinse"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(cast, sign_in, platform, asked, pointer):
    answer = sign_in(cast.agent).get(f"{URL}{platform.pk}/shifts/", asked)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def post(browser: Any, made: OnCallSchedule, **given: Any) -> Any:
    usual = {"starts_at": "2026-03-10T08:00:00Z", "ends_at": "2026-03-10T10:00:00Z"}
    return browser.post(f"{URL}{made.pk}/overrides/", {**usual, **given}, content_type="application/json")


def test_an_agent_stands_in_and_a_lead_puts_anybody_in(cast, sign_in, platform):
    agent, lead = sign_in(cast.agent), sign_in(cast.lead)
    answer = post(agent, platform, instead_of=cast.lead.pk)
    assert answer.status_code == 201
    assert answer.json()["member"] == cast.agent.pk
    refused = post(agent, platform, member=cast.owner.pk)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/member")
    assert post(lead, platform, member=cast.owner.pk).status_code == 201
    assert post(lead, platform, ends_at="2026-03-10T08:00:00Z").json()["errors"][0]["pointer"] == "/ends_at"
    with tenant_scope(cast.tenant):
        assert OnCallOverride.objects.count() == 2


def test_who_may(cast, sign_in, platform):
    assert post(sign_in(cast.account_manager), platform).status_code == 403
    assert sign_in(cast.contact).get(URL).status_code == 404
    rival = sign_in(cast.rival.owner)
    assert rival.get(f"{URL}{platform.pk}/shifts/").status_code == 404
    assert post(rival, platform).status_code == 404
    assert rival.get(URL).json() == []
