"""The desk's pages of who is on call: taking over, swapping, standing in, and the line beside the views."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall.roster import members_on_call
from notifications.models import Notice, OutgoingMessage
from tenants.models import HistoryEntry, Member
from tenants.scope import tenant_scope
from tests.incidents.rotas import MONDAY, add_layer, schedule

#: Wednesday noon in Amsterdam.
NOW = MONDAY + timedelta(days=2, hours=3)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def platform(cast: Any) -> OnCallSchedule:
    """The agent this week, the lead the next, the owner the week after."""
    with tenant_scope(cast.tenant):
        return schedule(cast.agent, cast.lead, cast.owner)


def on_call(cast: Any, made: OnCallSchedule, at: datetime) -> list[Member]:
    with tenant_scope(cast.tenant):
        return members_on_call(made.pk, at=at)


def week(number: int) -> tuple[datetime, datetime]:
    return MONDAY + WEEK * number, MONDAY + WEEK * (number + 1)


def shift(who: Member, number: int) -> dict[str, Any]:
    start, end = week(number)
    return {"instead_of": who.pk, "starts_at": start.isoformat(), "ends_at": end.isoformat()}


def slashed(number: int) -> str:
    return "/".join(each.isoformat() for each in week(number))


def path(made: OnCallSchedule, verb: str = "") -> str:
    return f"/desk/on-call/{made.pk}/{verb}"


def test_D2_the_desk_says_who_is_on_call_now_until_when_and_who_is_next(cast, sign_in, platform):
    desk = sign_in(cast.agent)
    page = desk.get("/desk/on-call/").content.decode()
    assert "until <time" in page
    assert "Monday 9 March 2026, 09:00 CET" in page
    assert f"then {cast.lead.name}" in page
    assert page.count('<th scope="row"') == 2  # This week and the one three weeks on are the reader's.
    # Beside the views of the queue too.
    assert f'title="Platform: {cast.agent.name}"' in desk.get("/desk/").content.decode()


def test_the_rail_costs_nothing_once_it_is_known(cast, sign_in, platform):
    desk = sign_in(cast.agent)
    desk.get("/desk/clients/")
    with CaptureQueriesContext(connection) as known:
        assert f'title="Platform: {cast.agent.name}"' in desk.get("/desk/clients/").content.decode()
    assert not [query for query in known.captured_queries if "oncall" in query["sql"]]


def test_the_rail_forgets_when_somebody_takes_over(cast, sign_in, platform, django_capture_on_commit_callbacks):
    desk = sign_in(cast.lead)
    assert f'title="Platform: {cast.agent.name}"' in desk.get("/desk/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(path(platform, "take-over/"), shift(cast.agent, 0))
    assert f'title="Platform: {cast.lead.name}"' in desk.get("/desk/").content.decode()


def test_an_agent_takes_a_shift_over_and_the_colleague_is_told(cast, sign_in, platform):
    desk = sign_in(cast.agent)
    assert "Take over" in desk.get(path(platform)).content.decode()
    page = desk.post(path(platform, "take-over/"), shift(cast.lead, 1), follow=True).content.decode()
    assert "The shift is yours." in page
    assert f"for {cast.lead.name}" in page
    assert [on_call(cast, platform, MONDAY + WEEK * n) for n in range(3)] == [[cast.agent], [cast.agent], [cast.owner]]
    with tenant_scope(cast.tenant):
        notice = Notice.objects.get()
        assert notice.user == cast.lead.user
        assert notice.title == (
            f"{cast.agent.name} stands in for {cast.lead.name} on “Platform”: Mon 9 Mar 09:00 to Mon 16 Mar 09:00"
        )
        assert HistoryEntry.objects.filter(event="on_call_override.made", actor=cast.agent.user).exists()


def test_of_two_who_take_the_same_shift_the_second_is_told_who_has_it(cast, sign_in, platform):
    sign_in(cast.agent).post(path(platform, "take-over/"), shift(cast.lead, 1))
    page = sign_in(cast.owner).post(path(platform, "take-over/"), shift(cast.lead, 1), follow=True).content.decode()
    assert f"{cast.lead.name} is not on call then: {cast.agent.name} is." in page
    assert on_call(cast, platform, MONDAY + WEEK) == [cast.agent]


def test_two_shifts_are_swapped_in_one_go_and_undone_in_one_go(cast, sign_in, platform):
    desk = sign_in(cast.agent)
    desk.post(path(platform, "swap/"), {"instead_of": cast.lead.pk, "theirs": slashed(1), "mine": slashed(3)})
    assert [on_call(cast, platform, MONDAY + WEEK * n) for n in (1, 3)] == [[cast.agent], [cast.lead]]
    with tenant_scope(cast.tenant):
        halves = list(OnCallOverride.objects.all())
    assert len({half.swap for half in halves}) == 1
    # What was held so far stays.
    with time_machine.travel(MONDAY + WEEK + timedelta(days=1), tick=False):
        desk.post(f"/desk/on-call/overrides/{halves[0].pk}/cancel/")
        assert [on_call(cast, platform, MONDAY + WEEK + timedelta(days=n)) for n in (0, 1)] == [
            [cast.agent],
            [cast.lead],
        ]
    assert on_call(cast, platform, MONDAY + WEEK * 3) == [cast.agent]


def test_the_colleague_is_told_of_a_swap_that_nobody_asked_for_and_can_undo_it(cast, sign_in, platform):
    fields = {"instead_of": cast.lead.pk, "theirs": slashed(1), "mine": slashed(3)}
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.lead.pk).update(role=Member.Role.AGENT)
    sign_in(cast.agent).post(path(platform, "swap/"), fields)
    with tenant_scope(cast.tenant):
        notice, mail = Notice.objects.get(), OutgoingMessage.objects.get()
        assert (notice.user, mail.to) == (cast.lead.user, cast.lead.user.email)
        assert notice.title == mail.subject == f"{cast.agent.name} swapped two shifts with you on “Platform”"
        halves = [
            f"{cast.agent.name} stands in for {cast.lead.name} on “Platform”: Mon 9 Mar 09:00 to Mon 16 Mar 09:00",
            f"{cast.lead.name} stands in for {cast.agent.name} on “Platform”: "
            "Mon 23 Mar 09:00 CET to Mon 30 Mar 10:00 CEST",
        ]
        assert notice.body == ". ".join(halves)
        assert mail.text.splitlines()[:2] == halves
        half = OnCallOverride.objects.first()
    undo = f"/desk/on-call/overrides/{half.pk}/cancel/"
    assert undo in sign_in(cast.lead).get(path(platform)).content.decode()
    sign_in(cast.lead).post(undo)
    assert [on_call(cast, platform, MONDAY + WEEK * n) for n in (1, 3)] == [[cast.lead], [cast.agent]]
    with tenant_scope(cast.tenant):
        told = Notice.objects.get(user=cast.agent.user)
        assert told.title == f"{cast.lead.name} undid the swap of two shifts with you on “Platform”"
        assert told.body.startswith(f"No longer so: {halves[0]}")


def test_half_a_swap_that_cannot_be_leaves_nothing(cast, sign_in, platform):
    desk = sign_in(cast.agent)
    mine = {"theirs": slashed(1), "mine": slashed(2)}  # That one is the owner's.
    page = desk.post(path(platform, "swap/"), {"instead_of": cast.lead.pk, **mine}, follow=True).content.decode()
    assert f"{cast.agent.name} is not on call then" in page
    for nonsense in ("", "tomorrow", "2026-03-02T08:00:00/2026-03-09T08:00:00"):
        desk.post(path(platform, "swap/"), {"instead_of": cast.lead.pk, "theirs": slashed(1), "mine": nonsense})
    with tenant_scope(cast.tenant):
        assert not OnCallOverride.objects.exists()


def stand_in(**changed: Any) -> dict[str, Any]:
    return {"starts_at": "2026-03-05T10:00", "ends_at": "2026-03-05T12:00", "reason": "Dentist", **changed}


def test_a_lead_puts_anybody_on_call_and_an_agent_only_themselves(cast, sign_in, platform):
    lead, agent = sign_in(cast.lead), sign_in(cast.agent)
    assert lead.post(path(platform), stand_in(member=cast.owner.pk)).status_code == 302
    # Ten in the tenant's zone, which the reader has not changed.
    with tenant_scope(cast.tenant):
        made = OnCallOverride.objects.get()
    assert on_call(cast, platform, made.starts_at) == [cast.owner]
    refused = agent.post(path(platform), stand_in(member=cast.owner.pk))
    assert list(refused.context["form"].errors) == ["member"]
    assert agent.post(path(platform), stand_in(member=cast.agent.pk, starts_at="2026-03-05T11:00")).status_code == 302
    # Another one's arrangement stays; the lead may undo everything.
    assert "can undo it" in agent.post(f"/desk/on-call/overrides/{made.pk}/cancel/", follow=True).content.decode()
    assert on_call(cast, platform, made.starts_at) == [cast.owner]
    lead.post(f"/desk/on-call/overrides/{made.pk}/cancel/")
    assert on_call(cast, platform, made.starts_at) == [cast.agent]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"ends_at": "2026-03-05T09:00"}, "ends_at", "has to end after it starts"),
        ({"starts_at": "2026-03-01T10:00", "ends_at": "2026-03-02T10:00"}, "ends_at", "over already"),
        ({"ends_at": "2028-03-05T12:00"}, "ends_at", "longer than a year"),
        ({"starts_at": "9999-12-30T10:00", "ends_at": "9999-12-31T10:00"}, "ends_at", "Nobody is on call at that time"),
        ({"starts_at": "soon"}, "starts_at", "Give a day and a time"),
        ({"instead_of": "{lead}"}, "instead_of", "themselves"),
        ({"instead_of": "{owner}"}, "instead_of", "is not on call then"),
    ],
)
def test_what_makes_no_sense_stands_beside_its_field(cast, sign_in, platform, changed, field, sentence):
    who = {"lead": cast.lead.pk, "owner": cast.owner.pk}
    given = {name: value.format(**who) for name, value in changed.items()}
    answer = sign_in(cast.lead).post(path(platform), stand_in(member=cast.lead.pk, **given))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.content.decode()


def test_what_is_past_of_a_shift_stays_with_whoever_had_it(cast, sign_in, platform):
    sign_in(cast.lead).post(path(platform, "take-over/"), shift(cast.agent, 0))
    assert on_call(cast, platform, NOW - timedelta(seconds=1)) == [cast.agent]
    assert on_call(cast, platform, NOW) == [cast.lead]


def test_shifts_of_a_colleague_who_left_can_be_taken_over(cast, sign_in, platform):
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.agent.pk).update(deactivated_at=NOW)
    lead = sign_in(cast.lead)
    assert "Nobody is on call" in lead.get("/desk/on-call/").content.decode()
    assert on_call(cast, platform, NOW) == []
    lead.post(path(platform, "take-over/"), shift(cast.agent, 0))
    assert on_call(cast, platform, NOW) == [cast.lead]


def test_who_may_come_in(cast, sign_in, platform):
    assert sign_in(cast.account_manager).get("/desk/on-call/").status_code == 403
    assert sign_in(cast.contact).get("/desk/on-call/").status_code == 404
    rival = sign_in(cast.rival.owner)
    assert rival.get(path(platform)).status_code == 404
    assert rival.post(path(platform, "take-over/"), shift(cast.agent, 0)).status_code == 404
    with tenant_scope(cast.tenant):
        platform.ended_at = NOW
        platform.save()
    assert sign_in(cast.lead).get(path(platform)).status_code == 404
    assert sign_in(cast.lead).post(path(platform, "swap/")).status_code in {302, 404}


def test_another_layer_is_left_alone_by_a_stand_in(cast, sign_in, platform):
    with tenant_scope(cast.tenant):
        add_layer(platform, cast.owner, name="Nights", hours={"thu": ["22:00", "06:00"]})
    sign_in(cast.lead).post(path(platform, "take-over/"), shift(cast.agent, 0))
    # Thursday 23:00 in Amsterdam.
    assert on_call(cast, platform, MONDAY + timedelta(days=3, hours=14)) == [cast.owner]
    assert on_call(cast, platform, MONDAY + timedelta(days=4)) == [cast.lead]
