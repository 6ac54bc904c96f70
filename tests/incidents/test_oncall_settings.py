"""Settings of on-call schedules: what owners make, what is refused beside which field, what a change comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from incidents.models import EscalationPolicy, OnCallLayer, OnCallSchedule
from incidents.oncall.roster import members_on_call
from tenants.models import HistoryEntry, Member
from tenants.scope import tenant_scope
from tests.incidents.rotas import MONDAY, add_layer, schedule

pytestmark = pytest.mark.thorough

#: Wednesday noon in Amsterdam.
NOW = MONDAY + timedelta(days=2, hours=3)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner(cast: Any, sign_in: Any) -> Any:
    return sign_in(cast.owner)


@pytest.fixture
def platform(cast: Any) -> OnCallSchedule:
    with tenant_scope(cast.tenant):
        return schedule(cast.agent, cast.lead)


def layer_fields(*people: Any, **changed: str) -> dict[str, Any]:
    usual = {
        "name": "Nights",
        "every": "1",
        "unit": "7",
        "handover": "09:00",
        "first_day": "2026-03-02",
        "hours": "always",
    }
    return {**usual, "people": [each.pk for each in people], **changed}


def on_call(cast: Any, made: OnCallSchedule, at: datetime) -> list[str]:
    with tenant_scope(cast.tenant):
        return [member.name for member in members_on_call(made.pk, at=at)]


def test_D2_an_owner_makes_a_schedule_and_puts_people_into_it(cast, owner):
    assert b"No schedules yet" in owner.get("/settings/on-call/").content
    answer = owner.post("/settings/on-call/new/", {"name": " Platform ", "timezone": "Europe/Amsterdam"})
    with tenant_scope(cast.tenant):
        made = OnCallSchedule.objects.get(name="Platform")
    assert answer.url == f"/settings/on-call/{made.pk}/layers/new/"
    assert owner.post(answer.url, layer_fields(cast.lead, cast.agent)).status_code == 302
    assert on_call(cast, made, NOW) == [cast.lead.name]
    # The first hand-over lies behind us: nobody was on call before, and the turns are counted from it.
    assert on_call(cast, made, NOW - timedelta(hours=1)) == []
    assert on_call(cast, made, MONDAY + WEEK) == [cast.agent.name]
    page = owner.get(f"/settings/on-call/{made.pk}/").content.decode()
    assert cast.lead.name in page
    assert "added the rotation Platform: Nights" in page
    assert cast.lead.name in owner.get("/settings/on-call/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"people": []}, "people", "a rota of nobody"),
        ({"every": "0"}, "every", "greater than or equal to 1"),
        ({"every": "60"}, "every", "from 1 to 366 days"),
        ({"first_day": "0001-01-01"}, "first_day", "no day that anybody"),
        ({"first_day": "9997-12-31", "every": "52"}, "first_day", "no day that anybody"),
        ({"name": "   "}, "name", "Fill this in."),
        ({"hours": "own"}, "hours", "at least one day"),
        ({"hours": "own", "mon_from": "18:00"}, "hours", "until when on Monday"),
        (
            {"hours": "own", "fri_from": "18:00", "fri_until": "08:00", "sat_from": "07:00", "sat_until": "12:00"},
            "hours",
            "Friday&#x27;s hours run until 08:00",
        ),
        # Two rotations for the same hours.
        ({}, "hours", "Nobody of “Primary” would ever be on call"),
    ],
    ids=[
        "nobody",
        "no days",
        "too long",
        "no such day",
        "too far",
        "nameless",
        "no hours",
        "half",
        "overlap",
        "hides another",
    ],
)  # fmt: skip
def test_bad_input_stands_beside_its_field(cast, owner, platform, changed, field, sentence):
    answer = owner.post(f"/settings/on-call/{platform.pk}/layers/new/", {**layer_fields(cast.lead), **changed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.content.decode()
    with tenant_scope(cast.tenant):
        assert OnCallLayer.objects.count() == 1


def test_a_stranger_an_account_manager_and_somebody_gone_cannot_be_put_into_a_rota(cast, owner, platform):
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.agent.pk).update(deactivated_at=NOW)
    for who in (cast.account_manager, cast.rival.agent, cast.agent):
        answer = owner.post(f"/settings/on-call/{platform.pk}/layers/new/", layer_fields(who))
        assert list(answer.context["form"].errors) == ["people"]


def test_the_effect_is_shown_before_anything_is_saved(cast, owner, platform):
    with tenant_scope(cast.tenant):
        layer, entries = platform.layers.get(), HistoryEntry.objects.count()
    fields = layer_fields(cast.owner, cast.lead, name="Primary", preview="1")
    page = owner.post(f"/settings/on-call/layers/{layer.pk}/", fields).content.decode()
    assert f"Wed 4 Mar 12:00 to Mon 9 Mar 09:00: {cast.owner.name} instead of {cast.agent.name}" in page
    with tenant_scope(cast.tenant):
        assert list(platform.layers.all()) == [layer]
        assert HistoryEntry.objects.count() == entries
    assert on_call(cast, platform, NOW) == [cast.agent.name]


def test_a_turn_that_others_nights_cut_changes_in_parts(cast, owner, platform):
    with tenant_scope(cast.tenant):
        layer = platform.layers.get()
        add_layer(platform, cast.agent, name="Nights", hours={"thu": ["22:00", "06:00"], "fri": ["22:00", "06:00"]})
    fields = layer_fields(cast.owner, cast.lead, name="Primary", preview="1")
    answer = owner.post(f"/settings/on-call/layers/{layer.pk}/", fields)
    said = answer.context["effect"]["changes"]
    assert said[0] == f"Wed 4 Mar 12:00 to Mon 9 Mar 09:00, in 3 parts: {cast.owner.name} instead of {cast.agent.name}"


def test_a_layer_that_changes_leaves_what_was_as_it_was(cast, owner, platform):
    with tenant_scope(cast.tenant):
        layer = platform.layers.get()
    owner.post(f"/settings/on-call/layers/{layer.pk}/", layer_fields(cast.owner, first_day="2026-03-16"))
    assert [on_call(cast, platform, MONDAY + WEEK * n) for n in range(4)] == [
        [cast.agent.name], [cast.lead.name], [cast.owner.name], [cast.owner.name],
    ]  # fmt: skip
    # What changes before then holds until then.
    owner.post(f"/settings/on-call/layers/{layer.pk}/", layer_fields(cast.lead, first_day="2026-03-02"))
    assert [on_call(cast, platform, at) for at in (MONDAY, NOW, MONDAY + WEEK * 2)] == [
        [cast.agent.name], [cast.lead.name], [cast.owner.name],
    ]  # fmt: skip
    with tenant_scope(cast.tenant):
        current = platform.layers.standing(now=NOW).first()
    late = owner.post(f"/settings/on-call/layers/{current.pk}/", layer_fields(cast.lead, first_day="2026-03-16"))
    assert "Another rotation follows this one" in late.content.decode()


def test_a_layer_can_stand_higher_and_end(cast, owner, platform):
    with tenant_scope(cast.tenant):
        low = platform.layers.get()
        high = add_layer(platform, cast.owner, name="Days", hours={"wed": ["09:00", "17:00"]})
    assert on_call(cast, platform, NOW) == [cast.owner.name]
    answer = owner.post(f"/settings/on-call/layers/{low.pk}/raise/", follow=True)
    assert "would ever be on call" in answer.content.decode()
    owner.post(f"/settings/on-call/layers/{high.pk}/end/")
    assert on_call(cast, platform, NOW) == [cast.agent.name]
    assert on_call(cast, platform, NOW - timedelta(seconds=1)) == [cast.owner.name]
    assert owner.get(f"/settings/on-call/layers/{high.pk}/").status_code == 404


def test_of_two_layers_the_raised_one_stands_first_from_then_on(cast, owner, platform):
    hours = {"wed": ["09:00", "17:00"]}
    with tenant_scope(cast.tenant):
        below = add_layer(platform, cast.owner, name="Days", hours=hours)
        add_layer(platform, cast.lead, name="Noon", hours={"wed": ["11:00", "13:00"]})
    assert on_call(cast, platform, NOW) == [cast.lead.name]
    owner.post(f"/settings/on-call/layers/{below.pk}/end/")
    with tenant_scope(cast.tenant):
        primary = platform.layers.standing(now=NOW).first()
    assert "would ever be" in owner.post(f"/settings/on-call/layers/{primary.pk}/raise/", follow=True).content.decode()
    with tenant_scope(cast.tenant):
        add_layer(platform, cast.owner, name="Late", hours={"wed": ["12:00", "18:00"]})
        noon = platform.layers.standing(now=NOW).get(name="Noon")
    assert on_call(cast, platform, NOW) == [cast.owner.name]
    owner.post(f"/settings/on-call/layers/{noon.pk}/raise/")
    assert on_call(cast, platform, NOW) == [cast.lead.name]
    assert on_call(cast, platform, NOW - timedelta(seconds=1)) == [cast.lead.name]


def test_gaps_are_said_before_they_happen(cast, owner):
    with tenant_scope(cast.tenant):
        made = schedule(cast.agent, hours={"sat": ["06:00", "02:00"], "fri": ["00:00", "06:00"]})
        add_layer(
            made, cast.lead, name="Week", hours={day: ["00:00", "00:00"] for day in ("mon", "tue", "wed", "thu", "sun")}
        )
    said = ["Nobody is on call Fri 6 Mar 06:00 to Sat 7 Mar 06:00, and 5 more times until Sat 11 Apr"]
    assert _gaps(owner, made) == said
    assert said[0] in owner.get(f"/settings/on-call/{made.pk}/").content.decode()


def _gaps(owner: Any, made: OnCallSchedule) -> list[str]:
    return owner.get(f"/settings/on-call/{made.pk}/").context["picture"].gaps


def test_a_deactivated_member_is_said_to_leave_a_gap(cast, owner, platform):
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.lead.pk).update(deactivated_at=NOW)
    page = owner.get(f"/settings/on-call/{platform.pk}/").content.decode()
    assert f"{cast.lead.name} is deactivated and still in “Primary”" in page
    assert "Nobody is on call Mon 9 Mar 09:00 to Mon 16 Mar 09:00" in page


def test_whoever_works_no_tickets_any_more_is_said_to_be_in_it_still(cast, owner, platform):
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.lead.pk).update(role=Member.Role.ACCOUNT_MANAGER)
    page = owner.get(f"/settings/on-call/{platform.pk}/").content.decode()
    assert f"{cast.lead.name} works no tickets any more and is still in “Primary”" in page


def test_a_schedule_ends_unless_an_escalation_asks_it(cast, owner, platform):
    with tenant_scope(cast.tenant):
        step = {"asks": f"schedule:{platform.pk}", "by": "all", "wait": 600}
        policy = EscalationPolicy.objects.create(name="Urgent", levels=["p1"], steps=[step], repeats=1)
    page = owner.post(f"/settings/on-call/{platform.pk}/end/", follow=True).content.decode()
    assert "The escalation “Urgent” asks this schedule" in page
    with tenant_scope(cast.tenant):
        policy.delete()
    owner.post(f"/settings/on-call/{platform.pk}/end/")
    assert on_call(cast, platform, NOW) == []
    assert on_call(cast, platform, NOW - timedelta(hours=1)) == [cast.agent.name]
    assert owner.get(f"/settings/on-call/{platform.pk}/").status_code == 404
    # Its name is free again.
    assert owner.post("/settings/on-call/new/", {"name": "Platform", "timezone": "UTC"}).status_code == 302


def test_a_name_that_is_taken_and_a_zone_that_does_not_exist(cast, owner, platform):
    taken = owner.post("/settings/on-call/new/", {"name": "Platform", "timezone": "UTC"})
    assert list(taken.context["form"].errors) == ["name"]
    nowhere = owner.post("/settings/on-call/new/", {"name": "Other", "timezone": "Europe/Nowhere"})
    assert list(nowhere.context["form"].errors) == ["timezone"]
    owner.post(f"/settings/on-call/{platform.pk}/", {"name": "Core", "timezone": "UTC"})
    with tenant_scope(cast.tenant):
        assert str(OnCallSchedule.objects.get()) == "Core"


def test_another_tenants_schedules_are_not_there(cast, sign_in, platform):
    stranger = sign_in(cast.rival.owner)
    with tenant_scope(cast.tenant):
        layer = platform.layers.get()
    for path in (f"{platform.pk}/", f"{platform.pk}/layers/new/", f"layers/{layer.pk}/"):
        assert stranger.get(f"/settings/on-call/{path}").status_code == 404
    for path in (f"{platform.pk}/end/", f"layers/{layer.pk}/end/", f"layers/{layer.pk}/raise/"):
        assert stranger.post(f"/settings/on-call/{path}").status_code == 404
    assert datetime.now(UTC) == NOW
