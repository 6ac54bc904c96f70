"""One verdict: the database and Python give the same, whatever a stored clock has been through."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from clocks.verdict import Verdict, for_programs, is_late, on_record, on_target
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, filed, under
from tickets.models import Clock

HOUR = timedelta(hours=1)
NOW = MORNING + 2 * HOUR
TIMES = [None, NOW - HOUR, NOW, NOW + HOUR]


@pytest.mark.django_db
def test_the_database_gives_the_verdict_that_python_gives(cast: Any):
    under("identity", "standard", cast)
    ticket = filed(cast.contact, at=MORNING, request_type="question", level="urgent")
    with tenant_scope(cast.tenant):
        Clock.objects.all().delete()
        clocks = [
            Clock(
                ticket=ticket,
                metric="resolution",
                cycle=cycle,
                kind=kind,
                started_at=MORNING,
                promised_at=promised_at,
                due_at=promised_at if promised_at and not (paused_at or stopped_at) else None,
                paused_at=None if stopped_at else paused_at,
                stopped_at=stopped_at,
                stopped_by=ended if stopped_at else "",
                breached_at=breached_at,
                counted_at=MORNING,
            )
            for cycle, (kind, promised_at, paused_at, stopped_at, breached_at, ended) in enumerate(
                product(["target", "best_effort"], TIMES, TIMES[:2], TIMES, TIMES[:3], ["solved", "merged"])
            )
            if kind == "target" or promised_at is None
        ]
        Clock.objects.bulk_create(clocks)
        found = {clock.cycle: clock.verdict for clock in Clock.objects.with_verdict(now=NOW)}
        expected = {clock.cycle: on_record(clock, now=NOW) for clock in clocks}
        assert found == expected
        assert set(found.values()) == {
            Verdict.RUNNING, Verdict.PAUSED, Verdict.MET, Verdict.MISSED, Verdict.MEASURED, Verdict.MERGED,
        }  # fmt: skip
        late = {clock.cycle for clock in Clock.objects.missed(now=NOW)}
        assert late == {cycle for cycle, verdict in expected.items() if verdict == Verdict.MISSED}


def test_an_earlier_target_that_was_missed_stays_on_record_and_is_not_the_one_in_force():
    clock = Clock(kind="target", started_at=MORNING, breached_at=NOW - HOUR, promised_at=NOW + HOUR, due_at=NOW + HOUR)
    assert (on_record(clock, now=NOW), on_target(clock, now=NOW)) == (Verdict.MISSED, Verdict.RUNNING)
    assert not is_late(clock, now=NOW)
    assert is_late(clock, now=NOW + HOUR)


@pytest.mark.parametrize(
    ("verdict", "live", "told"),
    [
        (Verdict.MISSED, True, "breached"),
        (Verdict.MISSED, False, "missed"),
        (Verdict.MEASURED, True, "best_effort"),
        (Verdict.MEASURED, False, "measured"),
        (Verdict.WARNING, True, "running"),
        (Verdict.STANDING, True, "running"),
        (Verdict.PAUSED, True, "paused"),
        (Verdict.MERGED, False, "merged"),
    ],
)
def test_programs_read_what_they_always_read(verdict: Verdict, live: bool, told: str):
    assert for_programs(verdict, live=live) == told


def test_whatever_is_still_to_be_kept_is_counted_as_running():
    assert {verdict for verdict in Verdict if verdict.plain == Verdict.RUNNING} == {
        verdict for verdict in Verdict if verdict.is_open
    }
    assert all(verdict.words for verdict in Verdict)
