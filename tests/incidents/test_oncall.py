"""Schedules in the database: who is on call, and what people do with them."""

from __future__ import annotations

from datetime import timedelta

from incidents.oncall.roster import members_on_call, rosters
from tenants.actions.members import deactivate_member, reactivate_member
from tenants.models import Member
from tests.incidents.rotas import MONDAY, add_layer, schedule

WEEK = timedelta(days=7)


def test_D2_members_on_call_are_who_the_layers_say(cast, in_tenant):
    made = schedule(cast.agent, cast.lead)
    add_layer(made, cast.owner, name="Nights", hours={"sat": ["22:00", "06:00"]})
    assert members_on_call(made.pk, at=MONDAY) == [cast.agent]
    assert members_on_call(made.pk, at=MONDAY + WEEK) == [cast.lead]
    # Saturday 23:00 in Amsterdam.
    assert members_on_call(made.pk, at=MONDAY + timedelta(days=5, hours=14)) == [cast.owner]
    assert members_on_call(made.pk, at=MONDAY - timedelta(seconds=1)) == []


def test_a_deactivated_member_and_an_ended_schedule_put_nobody_on_call(cast, in_tenant):
    made = schedule(cast.agent, cast.lead)
    Member.objects.filter(pk=cast.agent.pk).update(deactivated_at=MONDAY + timedelta(days=1))
    assert members_on_call(made.pk, at=MONDAY) == [cast.agent]
    assert members_on_call(made.pk, at=MONDAY + timedelta(days=1)) == []
    made.ended_at = MONDAY + WEEK
    made.save()
    assert members_on_call(made.pk, at=MONDAY + WEEK) == []


def test_who_comes_back_was_not_on_call_while_they_were_away(cast, in_tenant):
    made = schedule(cast.agent)
    day = timedelta(days=1)

    def told() -> list[list[Member]]:
        return [members_on_call(made.pk, at=MONDAY + days * day) for days in (0, 1, 3, 5)]

    deactivate_member(member_id=cast.agent.pk, by=None, now=MONDAY + day)
    away = [[cast.agent], [], [], []]
    assert told() == away
    reactivate_member(member_id=cast.agent.pk, by=None, now=MONDAY + 4 * day)
    assert told() == [*away[:3], [cast.agent]]
    # Gone once more: what was said of both times stays.
    deactivate_member(member_id=cast.agent.pk, by=None, now=MONDAY + 6 * day)
    reactivate_member(member_id=cast.agent.pk, by=None, now=MONDAY + 8 * day)
    assert told() == [*away[:3], [cast.agent]]
    assert members_on_call(made.pk, at=MONDAY + 7 * day) == []


def test_schedules_are_read_in_a_fixed_number_of_queries(cast, in_tenant, django_assert_num_queries):
    for name in "ABC":
        add_layer(schedule(cast.agent, cast.lead, name=name), cast.owner)
    with django_assert_num_queries(5):
        assert len([roster.at(MONDAY) for roster in rosters(since=MONDAY)]) == 3
