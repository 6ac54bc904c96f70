"""What a sweep costs: against the bare update of the rows it raises, with few and with many clocks, and a second.

    python -m bench.sweep

The baseline is the least that records a breach: one UPDATE that sets when each due clock breached and when that was
written down. Same table, same indexes, same number of rows spread over the table in the same way, same role under
row-level security, a transaction of its own that commits. What the sweep does beyond it: locks each ticket and clock,
skipping what somebody holds, ends the clock's warnings, notes that people are to be told, and writes the history.

Rounds alternate between baseline and sweep and between the two databases, so that a busy machine is busy for all of
them; medians are compared. Between rounds, what was raised goes back behind all others, and is not measured.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from bench import _seed  # sets Django up
from notifications.models import Notice, OutgoingMessage
from tenants.scope import every_tenant
from tickets import breaches
from tickets.models import Clock

MANY, FEW, DUE = 1_000_000, 10_000, 1_000
ROUNDS = 9
WARM_UP = 10
RAISED = 10_000

COST_AT_MOST = 3.0  # times the bare update
GROWTH_AT_MOST = 2.0  # times the cost with a hundredth of the clocks
RAISED_AT_LEAST = 2_000  # a second, with history and messages

BARE = """
    UPDATE tickets_clock SET breached_at = due_at, breach_recorded_at = %(now)s
    WHERE stopped_at IS NULL AND paused_at IS NULL AND breached_at IS NULL AND due_at <= %(now)s
"""
# Behind all others, as if each were the next clock of its ticket.
BACK = """
    UPDATE tickets_clock SET due_at = due_at + %(all)s * interval '1 second', warn_at = due_at, breached_at = NULL,
        breach_recorded_at = NULL, untold = ''
    WHERE breached_at IS NOT NULL AND due_at <= %(now)s
"""


class Track:
    """One database whose clocks fall due, a thousand after the other."""

    def __init__(self, stage: _seed.Stage, clocks: int) -> None:
        self.stage = stage
        self.clocks = clocks
        self.now = _seed.FIRST_DUE - timedelta(seconds=1)
        _seed.fill(stage, clocks, unsolved_in_hundred=100)

    def raise_next(self, how_many: int, work: Callable[[datetime], int]) -> float:
        """Seconds that `work` took for the next clocks to fall due. Raises AssertionError where it raised others."""
        _seed.enter(self.stage)
        # A worker's connection has looked at these tables before; the first of these clocks are raised unmeasured.
        self.now += timedelta(seconds=WARM_UP)
        assert work(self.now) == WARM_UP
        self.now += timedelta(seconds=how_many)
        begun = time.perf_counter()
        raised = work(self.now)
        took = time.perf_counter() - begun
        assert raised == how_many, f"{raised} raised instead of {how_many}"
        return took

    def put_back(self) -> None:
        """Ready for the next round, dead versions of rows gone: walking over them would flatter whatever costs more."""
        with every_tenant(reason="put back"), connection.cursor() as cursor:
            cursor.execute(BACK, {"all": self.clocks, "now": self.now})
        _seed.tidy(self.stage)


def bare(now: datetime) -> int:
    with every_tenant(reason="bare update"), connection.cursor() as cursor:
        cursor.execute(BARE, {"now": now})
        return cursor.rowcount


def sweep(now: datetime) -> int:
    return breaches.sweep.breaches(now=now)


def tell(now: datetime) -> int:
    return breaches.sweep.tell_people(now=now)


def compare(tracks: list[Track]) -> dict[tuple[int, str], float]:
    """Median seconds for DUE clocks, by how many run and what was done."""
    took: dict[tuple[int, str], list[float]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        for track in tracks:
            for name, work in (("bare", bare), ("sweep", sweep)):
                seconds = track.raise_next(DUE, work)
                track.put_back()
                # The first round fills caches that a running system has filled.
                if number:
                    took[track.clocks, name].append(seconds)
    return {key: statistics.median(seconds) for key, seconds in took.items()}


def raise_and_tell(track: Track) -> float:
    """Breaches a second, from due to recorded, with history, notice and mail: one worker process beside PostgreSQL."""
    with every_tenant(reason="count"):
        before = Notice.objects.count(), OutgoingMessage.objects.count()
    seconds = track.raise_next(RAISED, sweep)
    begun = time.perf_counter()
    assert tell(track.now) == RAISED + WARM_UP
    seconds += time.perf_counter() - begun
    with every_tenant(reason="count"):
        told = Notice.objects.count() - before[0], OutgoingMessage.objects.count() - before[1]
        assert min(told) >= RAISED, f"{told} notices and mails for {RAISED} breaches"
        assert not Clock.objects.untold().exists()
    return RAISED / seconds


def main() -> int:
    with _seed.databases() as stage:
        tracks = [Track(_seed.copy_of(stage), FEW), Track(stage, MANY)]
        took = compare(tracks)
        rate = max(raise_and_tell(tracks[1]) for _ in range(3))
    print(f"{'milliseconds for ' + format(DUE, ',') + ' due clocks':<36}{'bare update':>14}{'sweep':>10}{'ratio':>8}")
    for track in tracks:
        base, cost = took[track.clocks, "bare"], took[track.clocks, "sweep"]
        print(f"  of {track.clocks:>9,} running{base * 1000:>29.1f}{cost * 1000:>10.1f}{cost / base:>8.2f}")
    missed = 0
    for words, value, fine in (
        (f"sweep : bare update, {MANY:,} clocks, at most {COST_AT_MOST}",
         ratio := took[MANY, "sweep"] / took[MANY, "bare"], ratio <= COST_AT_MOST),
        (f"sweep of {MANY:,} : sweep of {FEW:,}, at most {GROWTH_AT_MOST}",
         growth := took[MANY, "sweep"] / took[FEW, "sweep"], growth <= GROWTH_AT_MOST),
        (f"breaches a second with history and messages, at least {RAISED_AT_LEAST:,}", rate, rate >= RAISED_AT_LEAST),
    ):  # fmt: skip
        print(f"{words:<72}{value:>10,.2f}{'' if fine else '   MISSED'}")
        missed += not fine
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
