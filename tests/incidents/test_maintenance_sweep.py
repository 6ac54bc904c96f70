"""What beat does about maintenance: once each, dated by when it was so, however late or often anybody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Product
from incidents.actions import maintenance_series
from incidents.models import Maintenance, MaintenanceEvent, MaintenanceSeries
from notifications.models import Notice, OutgoingMessage
from tenants.models import Member
from tenants.scope import tenant_scope
from tests.incidents.maintaining import (
    DAY,
    EARLY,
    END,
    HOUR,
    MINUTE,
    START,
    act,
    again,
    announced,
    facts,
    kinds,
    planned,
    sweep,
    under,
)
from tests.tickets.side_by_side import all_at_once

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def engage(cast: Any) -> Any:
    return under("engage", "standard", cast)


def told(cast: Any, person: Any) -> list[str]:
    with tenant_scope(cast.tenant):
        return list(Notice.objects.filter(user=person.user).order_by("id").values_list("title", flat=True))


@pytest.mark.django_db
def test_the_team_is_reminded_in_time_to_keep_the_notice(cast: Any, engage: Any):
    draft = planned(cast)
    sweep(START - 15 * DAY - MINUTE)
    assert kinds(cast, draft) == ["planned"]
    sweep(START - 15 * DAY)
    sweep(START - 15 * DAY + MINUTE)
    assert told(cast, cast.agent) == ["Announce it: New routers"]
    act(cast, "announce", draft)
    assert again(cast, draft).due == "reminded"


@pytest.mark.django_db
def test_people_are_reminded_a_day_before_and_the_responsible_when_it_begins(cast: Any, engage: Any):
    maintenance = announced(cast)
    for now in (START - DAY, START - DAY + MINUTE, START, START + MINUTE):
        sweep(now)
    assert facts(cast, maintenance)[2:] == [("reminded", START - DAY, START - DAY), ("start_due", START, START)]
    assert told(cast, cast.agent) == ["Tomorrow: New routers", "Begins now: New routers"]
    assert told(cast, cast.contact) == ["Planned maintenance: New routers", "Soon: New routers"]
    # A reminder is no second mail to clients, and nothing begins by itself that nobody chose to.
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.mails().filter(to=cast.contact.email).count() == 1
    assert again(cast, maintenance).status == "announced"


@pytest.mark.django_db
def test_C8_an_overrun_is_a_fact_since_the_announced_end_and_proposes_an_incident(cast: Any, engage: Any):
    maintenance = announced(cast)
    act(cast, "start", maintenance, now=START)
    sweep(END - MINUTE)
    assert again(cast, maintenance).overrun_at is None
    # Beat stood still for an hour: the fact is of when it was so, and says when we came to see it.
    for now in (END + HOUR, END + HOUR + MINUTE):
        sweep(now)
    assert facts(cast, maintenance)[-1] == ("overrun", END, END + HOUR)
    assert again(cast, maintenance).overrun_at == END
    with tenant_scope(cast.tenant):
        (notice,) = Notice.objects.filter(title="Overrun: New routers")
        assert (notice.user_id, notice.url) == (cast.agent.user_id, "/desk/incidents/new/?maintenance=1")


@pytest.mark.django_db
def test_an_extension_does_not_hide_the_overrun_and_an_end_in_time_takes_it_back(cast: Any, engage: Any):
    maintenance = announced(cast)
    act(cast, "start", maintenance, now=START)
    act(cast, "extend", maintenance, end_at=END + HOUR, reason="A disk failed.", now=END - MINUTE)
    sweep(END)
    assert again(cast, maintenance).overrun_at == END
    act(cast, "complete", maintenance, at=END - MINUTE, now=END + HOUR)
    assert again(cast, maintenance).overrun_at is None
    assert facts(cast, maintenance)[-1][0] == "overrun"  # by when it was so; it was thought so
    assert ("completed", END - MINUTE, END + HOUR) in facts(cast, maintenance)


@pytest.mark.django_db
def test_what_begins_by_itself_began_when_it_was_to_begin_however_late_beat_is(cast: Any, engage: Any):
    maintenance = announced(cast, starts_by_itself=True)
    late = START + HOUR
    sweep(late)
    sweep(late + MINUTE)
    assert facts(cast, maintenance)[2:] == [
        ("reminded", START - DAY, late), ("start_due", START, late), ("started", START, late),
    ]  # fmt: skip
    # A reminder that comes after the start alarms nobody.
    assert told(cast, cast.agent) == []
    sweep(END + DAY)
    assert again(cast, maintenance).overrun_at == END


@pytest.mark.django_db
def test_who_is_responsible_no_more_is_not_written_to(cast: Any, engage: Any):
    announced(cast)
    with tenant_scope(cast.tenant):
        cast.agent.deactivated_at = EARLY
        cast.agent.save()
    sweep(START)
    assert told(cast, cast.agent) == []
    assert told(cast, cast.lead) == told(cast, cast.owner) == ["Begins now: New routers"]


@pytest.mark.django_db
def test_each_tenant_has_its_own_sweep_and_one_that_fails_keeps_nobody_waiting(
    cast: Any, engage: Any, monkeypatch: Any
):
    from incidents.actions import maintenance_due

    first, second = announced(cast), announced(cast, title="New switches")
    said = maintenance_due.messages.tell_team

    def fails(event: MaintenanceEvent, **kwargs: Any) -> None:
        if event.maintenance == first:
            raise RuntimeError("no such luck")
        said(event, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(maintenance_due.messages, "tell_team", fails)
        sweep(START)
    assert (again(cast, first).due, again(cast, second).due) == ("reminded", "")
    sweep(START + MINUTE)
    assert kinds(cast, first) == kinds(cast, second)


def series(cast: Any, **said: Any) -> Maintenance:
    start = datetime(2026, 3, 1, 2, 30, tzinfo=AMSTERDAM)
    fields = {
        "title": "Patches", "parts": [("messaging", "")], "start_at": start, "end_at": start + HOUR, "every_weeks": 2,
        "timezone": "Europe/Amsterdam", "now": start - 10 * DAY, **said,
    }  # fmt: skip
    with tenant_scope(cast.tenant):
        return maintenance_series.plan_series(by=cast.agent, **fields)


def starts(cast: Any) -> list[str]:
    with tenant_scope(cast.tenant):
        rows = Maintenance.objects.order_by("occurrence").values_list("occurrence", "planned_start_at")
        return [f"{number} {start.astimezone(AMSTERDAM):%d.%m. %H:%M}" for number, start in rows]


@pytest.mark.django_db
def test_what_comes_back_is_planned_ahead_by_the_clock_on_the_wall(cast: Any, engage: Any):
    first = series(cast, is_risky=True, description="Patches of the month.")
    # In the night of 29 March there is no 02:30.
    assert starts(cast) == ["1 01.03. 02:30", "2 15.03. 02:30", "3 29.03. 03:30", "4 12.04. 02:30"]
    now = first.planned_start_at
    for _ in range(2):
        sweep(now + 20 * DAY)
    assert starts(cast)[4:] == ["5 26.04. 02:30", "6 10.05. 02:30"]
    with tenant_scope(cast.tenant):
        newest = Maintenance.objects.get(occurrence=6)
        assert (newest.description, newest.is_risky, newest.responsible) == ("Patches of the month.", True, cast.agent)
        assert [str(part) for part in newest.parts.all()] == ["Business Messaging"]
        assert newest.planned_end_at - newest.planned_start_at == HOUR
    # Beat stood still for months: what should have been is no plan, and what comes is planned once.
    sweep(now + 120 * DAY)
    assert [each.split()[0] for each in starts(cast)][6:] == [str(number) for number in range(10, 14)]


@pytest.mark.django_db
def test_what_is_gone_since_does_not_come_back_with_it(cast: Any, engage: Any):
    first = series(cast, parts=[("messaging", ""), ("voice", "trunk_a")])
    with tenant_scope(cast.tenant):
        Product.objects.filter(key="voice").update(retired_at=first.planned_start_at)
        Member.objects.filter(pk=cast.agent.pk).update(deactivated_at=first.planned_start_at)
    sweep(first.planned_start_at + 20 * DAY)
    with tenant_scope(cast.tenant):
        newest = Maintenance.objects.get(occurrence=6)
        assert ([str(part) for part in newest.parts.all()], newest.responsible) == (["Business Messaging"], None)
        Product.objects.update(retired_at=first.planned_start_at)
    # There is nothing left to work on: no more of it are planned, and no sweep stumbles over it again and again.
    sweep(first.planned_start_at + 40 * DAY)
    assert len(starts(cast)) == 6
    with tenant_scope(cast.tenant):
        stopped = MaintenanceSeries.objects.get()
        assert (stopped.plan_next_at, bool(stopped.stopped_at)) == (None, True)


@pytest.mark.django_db
def test_a_series_comes_to_its_end_and_can_be_stopped(cast: Any, engage: Any):
    first = series(cast, at_most=2)
    assert len(starts(cast)) == 2
    second = series(cast, title="More")
    with tenant_scope(cast.tenant):
        assert MaintenanceSeries.objects.get(pk=first.series_id).plan_next_at is None
        maintenance_series.stop_series(maintenance_id=second.pk, by=cast.agent, now=EARLY)
        assert second.events.get(kind="stopped").actor_name == cast.agent.name
    before = len(starts(cast))
    sweep(second.planned_start_at + 200 * DAY)
    assert len(starts(cast)) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("every_weeks", {"every_weeks": 0}), ("at_most", {"at_most": 0}),
        ("until", {"until": datetime(2026, 2, 1, tzinfo=AMSTERDAM).date()}),
        ("end_at", {"end_at": datetime(2026, 3, 20, tzinfo=AMSTERDAM)}),
    ],
)  # fmt: skip
def test_a_series_that_cannot_be_is_refused(cast: Any, engage: Any, field: str, said: dict[str, Any]):
    with pytest.raises(ValidationError) as refused:
        series(cast, **said)
    assert field in refused.value.message_dict


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["announce", "start"])
def test_of_two_who_do_it_at_once_one_does_it(cast: Any, verb: str):
    under("engage", "standard", cast)
    maintenance = planned(cast) if verb == "announce" else announced(cast)
    outcomes = all_at_once(*[lambda: act(cast, verb, maintenance)] * 2)
    assert sorted(type(each).__name__ for each in outcomes) == ["Maintenance", "ValidationError"]
    assert kinds(cast, maintenance).count("announced") == 1
    assert kinds(cast, maintenance).count("started") == (verb == "start")


@pytest.mark.django_db(transaction=True)
def test_of_two_of_whom_one_moves_it_and_one_cancels_it_the_second_finds_what_the_first_did(cast: Any):
    under("engage", "standard", cast)
    maintenance = announced(cast)
    moved = {"start_at": START + DAY, "end_at": END + DAY, "reason": "No parts."}
    all_at_once(
        lambda: act(cast, "reschedule", maintenance, **moved),
        lambda: act(cast, "cancel", maintenance, reason="Not needed.", by=cast.lead),
    )
    done, after = kinds(cast, maintenance)[2:], again(cast, maintenance)
    # Cancelled it is either way; moved it was only if that came first, and then people were told of both.
    assert done in (["cancelled"], ["rescheduled", "cancelled"])
    assert (after.status, after.due) == ("cancelled", "")
    assert after.announced_start_at == (START + DAY if len(done) == 2 else START)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_everything_once(cast: Any):
    under("engage", "standard", cast)
    maintenance = announced(cast, starts_by_itself=True)
    all_at_once(*[lambda: sweep(END + HOUR)] * 3)
    sweep(END + HOUR + timedelta(seconds=15))
    assert sorted(kinds(cast, maintenance)) == sorted(
        ["planned", "announced", "reminded", "start_due", "started", "overrun"]
    )
