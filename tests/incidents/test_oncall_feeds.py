"""Calendars of shifts: who can read them, what stands in them, and that names and addresses do no harm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall.ical import address_of
from tenants.actions.members import deactivate_member, reactivate_member
from tenants.models import Member
from tenants.scope import tenant_scope
from tests.incidents.rotas import MONDAY, schedule

NOW = MONDAY + timedelta(days=2)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def platform(cast: Any) -> OnCallSchedule:
    with tenant_scope(cast.tenant):
        return schedule(cast.agent, cast.lead)


def url(cast: Any, about: Any) -> str:
    with tenant_scope(cast.tenant):
        address = address_of(about)
    return f"/calendars/on-call/{address}.ics"


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_D2_a_schedules_calendar_is_read_without_signing_in(cast, stranger, platform):
    told = events(stranger.get(url(cast, platform)))
    assert str(told[0]["summary"]) == f"On call: Platform, {cast.agent.name}"
    assert (told[0].start, told[0].end) == (MONDAY, MONDAY + WEEK)
    assert len(told) == 27
    assert len({str(event["uid"]) for event in told}) == len(told)


def test_a_persons_calendar_has_their_shifts_on_all_schedules(cast, stranger, platform):
    with tenant_scope(cast.tenant):
        schedule(cast.lead, name="Second line")
    told = events(stranger.get(url(cast, cast.lead)))
    assert {str(event["summary"]) for event in told} == {"On call: Platform", "On call: Second line"}
    assert len(told) == 40


def test_a_shift_is_the_same_entry_at_every_fetch(cast, stranger, platform):
    before = {str(event["uid"]): event.start for event in events(stranger.get(url(cast, platform)))}
    with tenant_scope(cast.tenant):
        OnCallOverride.objects.create(
            schedule=platform, member=cast.owner, starts_at=MONDAY + WEEK, ends_at=MONDAY + WEEK * 2,
            instead_of=cast.lead, made_at=NOW,
        )  # fmt: skip
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        after = {str(event["uid"]): event.start for event in events(stranger.get(url(cast, platform)))}
    gone = before.keys() - after.keys()
    assert [before[uid] for uid in gone] == [MONDAY + WEEK]


def test_what_has_not_changed_is_not_sent_again(cast, stranger, platform):
    first = stranger.get(url(cast, platform))
    assert "max-age" in first["Cache-Control"]
    again = stranger.get(url(cast, platform), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.lead.pk).update(deactivated_at=NOW)
    assert stranger.get(url(cast, platform), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_renewed_address_opens_and_the_one_before_does_not(cast, stranger, sign_in, platform):
    old, own = url(cast, platform), url(cast, cast.agent)
    sign_in(cast.owner).post(f"/settings/on-call/{platform.pk}/address/")
    sign_in(cast.agent).post("/desk/on-call/address/")
    assert [stranger.get(each).status_code for each in (old, own)] == [404, 404]
    with tenant_scope(cast.tenant):
        renewed = OnCallSchedule.objects.get()
    assert stranger.get(url(cast, renewed)).status_code == 200
    assert stranger.get(url(cast, cast.agent)).status_code == 200
    assert url(cast, renewed) in sign_in(cast.owner).get(f"/settings/on-call/{platform.pk}/").content.decode()
    assert url(cast, cast.agent) in sign_in(cast.agent).get("/desk/on-call/").content.decode()


def test_somebody_who_left_and_another_tenants_host_open_nothing(cast, stranger, platform):
    own = url(cast, cast.lead)
    assert stranger.get(url(cast, platform), HTTP_HOST="rival.localhost").status_code == 404
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.lead.pk).update(deactivated_at=NOW)
    assert stranger.get(own).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        '"',
        "'%22",
        "schedule-1-0",
        "schedule-1-0.forged",
        'schedule-1-0."',
        "%0d%0aSet-Cookie:x",
        "person--",
        "x" * 3000,
        "é.",
    ],
)
def test_an_address_with_quotes_or_nonsense_is_a_page_that_is_not_there(cast, stranger, platform, address):
    assert stranger.get(f"/calendars/on-call/{address}.ics").status_code == 404


def test_a_calendar_leaves_out_when_somebody_was_away(cast, stranger, platform):
    with tenant_scope(cast.tenant):
        deactivate_member(member_id=cast.agent.pk, by=None, now=MONDAY + timedelta(days=1))
        reactivate_member(member_id=cast.agent.pk, by=None, now=NOW)
    told = events(stranger.get(url(cast, cast.agent)))
    assert [(event.start, event.end) for event in told][:2] == [
        (MONDAY, MONDAY + timedelta(days=1)), (NOW, MONDAY + WEEK),
    ]  # fmt: skip


def test_names_with_control_characters_and_commas_stay_names(cast, stranger):
    wicked = 'Plat\x07form\r\nBEGIN:VALARM;"; \u202e,x'
    with tenant_scope(cast.tenant):
        made = schedule(cast.agent, name=wicked)
    answer = stranger.get(url(cast, made))
    told = events(answer)
    assert str(told[0]["summary"]) == f'On call: PlatformBEGIN:VALARM;"; ,x, {cast.agent.name}'
    assert b"\nBEGIN:VALARM" not in answer.content
    assert not any(byte < 32 and byte not in (10, 13) for byte in answer.content)
