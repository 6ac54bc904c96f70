"""Business time against the libraries people would otherwise use. Run: python -m bench.businesstime

Same calendar (Monday to Friday 09:00-17:00 in Amsterdam, Dutch holidays), same questions, same process. First who is
right, judged by a walk over every minute; then how fast, as ratios. Exits with 1 when we are wrong or too slow.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import numpy.typing as npt
import pytz
from business_duration import businessDuration
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule

from agreements.businesstime import BusinessCalendar
from bench import minute_oracle as oracle
from bench.minute_oracle import Place

ZONE = "Europe/Amsterdam"
AMSTERDAM = ZoneInfo(ZONE)
HOLIDAYS = frozenset(holidays.country_holidays("NL", years=range(2023, 2029)))
WORKDAYS, EVERY_DAY = ("mon", "tue", "wed", "thu", "fri"), ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
CLOCK_CHANGES = [
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in (
        (2024, 3, 31),
        (2024, 10, 27),
        (2025, 3, 30),
        (2025, 10, 26),
        (2026, 3, 29),
        (2026, 10, 25),
    )
]
EVERYBODY = ("slatrack", "slatrack, columns", "businesstimedelta", "business_duration", "numpy, by hand")
ROWS, QUESTIONS = 1_000_000, 20_000
SINGLE, BULK, BULK_NUMPY = 50, 500, 2  # thresholds: times as fast

Add = Callable[[datetime, timedelta], datetime]
Between = Callable[[datetime, datetime], timedelta]
Column = npt.NDArray[np.int64]


# The competitors


@dataclass(frozen=True)
class Hours:
    """One pair of hours on some weekdays: all that the libraries can say."""

    days: tuple[str, ...]
    opens: int
    closes: int
    closed: frozenset[date] = HOLIDAYS

    @property
    def weekly(self) -> dict[str, list[tuple[str, str]]]:
        return {day: [(f"{self.opens:02}:00", f"{self.closes:02}:00")] for day in self.days}

    def ours(self) -> BusinessCalendar:
        return BusinessCalendar(ZONE, self.weekly, self.closed)

    def judge(self) -> list[Place]:
        return [Place(ZONE, self.weekly, self.closed)]

    def businesstimedelta(self) -> tuple[Add, Between]:
        zone = pytz.timezone(ZONE)
        work = WorkDayRule(
            start_time=clock_time(self.opens),
            end_time=clock_time(self.closes),
            working_days=[EVERY_DAY.index(day) for day in self.days],
            tz=zone,
        )
        rules = Rules([work, HolidayRule(self.closed, tz=zone)] if self.closed else [work])

        def add(start: datetime, duration: timedelta) -> datetime:
            return start + BusinessTimeDelta(rules, timedelta=duration)

        def between(start: datetime, end: datetime) -> timedelta:
            return rules.difference(start, end).timedelta

        return add, between

    def business_duration(self) -> Between:
        opens, closes = clock_time(self.opens), clock_time(self.closes)
        weekend = [number for number, day in enumerate(EVERY_DAY) if day not in self.days]

        def between(start: datetime, end: datetime) -> timedelta:
            # It knows wall clocks only.
            start, end = (at.astimezone(AMSTERDAM).replace(tzinfo=None) for at in (start, end))
            return timedelta(seconds=float(businessDuration(start, end, opens, closes, weekend, self.closed, "sec")))

        return between


class NumpyBusdays:
    """What one would write by hand: numpy's business days, the seconds of the day, and one UTC offset per day.

    Right as long as clocks change outside opening hours, all days have the same hours, and nothing is added backwards.
    """

    def __init__(self, hours: Hours) -> None:
        self.opens, self.length = hours.opens * 3600, (hours.closes - hours.opens) * 3600
        weekmask = [day in hours.days for day in EVERY_DAY]
        self.calendar = np.busdaycalendar(weekmask=weekmask, holidays=sorted(hours.closed))
        self.first_day = int(FIRST.timestamp()) // 86_400 - 1000
        noons = [datetime.fromtimestamp((self.first_day + day) * 86_400 + 43_200, AMSTERDAM) for day in range(3000)]
        self.offsets = np.array([round((noon.replace(tzinfo=UTC) - noon).total_seconds()) for noon in noons])

    def _local(self, at: Column) -> tuple[npt.NDArray[np.datetime64], Column]:
        local = at + self.offsets[at // 86_400 - self.first_day]
        day = local // 86_400
        dates = day.astype("datetime64[D]")
        elapsed = np.clip(local - day * 86_400 - self.opens, 0, self.length)
        elapsed *= np.is_busday(dates, busdaycal=self.calendar)
        return dates, elapsed

    def add(self, starts: Column, durations: Column) -> Column:
        dates, elapsed = self._local(starts)
        days, rest = np.divmod(elapsed + durations - 1, self.length)
        due = np.busday_offset(dates, days, roll="forward", busdaycal=self.calendar).astype(np.int64)
        return due * 86_400 + self.opens + rest + 1 - self.offsets[due - self.first_day]

    def between(self, starts: Column, ends: Column) -> Column:
        (first, before), (last, after) = self._local(starts), self._local(ends)
        return np.busday_count(first, last, busdaycal=self.calendar) * self.length + after - before


# Who is right


def judge_everybody(random: Random) -> bool:
    """Print how many answers of each are right; whether ours all are."""
    office = Hours(WORKDAYS, 9, 17)
    nights = Hours(EVERY_DAY, 1, 5, closed=frozenset())
    samples = [
        ("office hours, any day", office, [_instant(random) for _ in range(60)]),
        ("office hours, clock changes", office, [at + _span(random, -3, 1) for at in CLOCK_CHANGES for _ in range(10)]),
        ("nights 01-05, clock changes", nights, [at + _span(random, -1, 1) for at in CLOCK_CHANGES for _ in range(10)]),
    ]
    print(f"{'right answers of 60':<38}" + "".join(f"{who:>20}" for who in EVERYBODY))
    fine = True
    for name, hours, starts in samples:
        ours, numpy_days = hours.ours(), NumpyBusdays(hours)
        library_add, library_between = hours.businesstimedelta()
        pairs = [(at, at + _span(random, 0, 4)) for at in starts]
        durations = [timedelta(seconds=random.randrange(1, 12 * 3600)) for _ in starts]
        spent = [oracle.between(hours.judge(), *pair) for pair in pairs]
        due = [
            oracle.add(hours.judge(), *pair, give_up=timedelta(days=14)) for pair in zip(starts, durations, strict=True)
        ]
        columns = _seconds(starts), _seconds([end for _, end in pairs]), np.array([d.seconds for d in durations])
        adds = {
            "slatrack": [ours.add(*pair) for pair in zip(starts, durations, strict=True)],
            "slatrack, columns": _instants(ours.add_many(columns[0], columns[2])),
            "businesstimedelta": [library_add(*pair) for pair in zip(starts, durations, strict=True)],
            "numpy, by hand": _instants(numpy_days.add(columns[0], columns[2])),
        }
        measured = {
            "slatrack": [ours.between(*pair) for pair in pairs],
            "slatrack, columns": _durations(ours.between_many(columns[0], columns[1])),
            "businesstimedelta": [library_between(*pair) for pair in pairs],
            "business_duration": [hours.business_duration()(*pair) for pair in pairs],
            "numpy, by hand": _durations(numpy_days.between(columns[0], columns[1])),
        }
        for verb, answers, truth in (("add", adds, due), ("between", measured, spent)):
            right = {who: sum(map(_equal, given, truth)) for who, given in answers.items()}
            fine = fine and right["slatrack"] == right["slatrack, columns"] == len(starts)
            shown = "".join(f"{right.get(who, '-'):>20}" for who in EVERYBODY)
            print(f"{verb + ', ' + name:<38}{shown}")
    return fine


def _equal(given: object, truth: object) -> bool:
    return given == truth


def _instant(random: Random) -> datetime:
    return FIRST + timedelta(seconds=random.randrange(int((LAST - FIRST).total_seconds())))


def _span(random: Random, first_day: int, last_day: int) -> timedelta:
    return timedelta(seconds=random.randrange(first_day * 86_400, last_day * 86_400))


def _seconds(instants: list[datetime]) -> Column:
    return np.array([int(at.timestamp()) for at in instants])


def _instants(column: npt.NDArray[np.int64]) -> list[datetime]:
    return [datetime.fromtimestamp(second, UTC) for second in column.tolist()]


def _durations(column: npt.NDArray[np.int64]) -> list[timedelta]:
    return [timedelta(seconds=seconds) for seconds in column.tolist()]


# Who is fast


def per_second(count: int, work: Callable[[], object], rounds: int = 3) -> float:
    """Best of some rounds; the first also warms what each of them keeps."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return count / best


def single_rates(random: Random) -> dict[str, float]:
    office = Hours(WORKDAYS, 9, 17)
    ours, (library_add, library_between) = office.ours(), office.businesstimedelta()
    naive_between = office.business_duration()
    tasks = [(_instant(random), timedelta(seconds=random.randrange(60, 40 * 3600))) for _ in range(QUESTIONS)]
    pairs = [(at, at + _span(random, 0, 14)) for at, _ in tasks]

    def ask(
        verb: Callable[..., object], questions: list[tuple[datetime, datetime]] | list[tuple[datetime, timedelta]]
    ) -> float:
        def work() -> None:
            for one, other in questions:
                verb(one, other)

        return per_second(len(questions), work)

    return {
        "slatrack add": ask(ours.add, tasks),
        "slatrack between": ask(ours.between, pairs),
        "businesstimedelta add": ask(library_add, tasks[:800]),
        "businesstimedelta between": ask(library_between, pairs[:200]),
        "business_duration between": ask(naive_between, pairs[:1500]),
    }


def bulk_rates(seed: int) -> dict[str, float]:
    office = Hours(WORKDAYS, 9, 17)
    ours, numpy_days = office.ours(), NumpyBusdays(office)
    random = np.random.default_rng(seed)
    starts = random.integers(int(FIRST.timestamp()), int(LAST.timestamp()), ROWS)
    durations = random.integers(60, 40 * 3600, ROWS)
    ends = starts + random.integers(0, 14 * 86_400, ROWS)
    if not np.array_equal(ours.add_many(starts, durations), numpy_days.add(starts, durations)):
        raise SystemExit("The hand-made baseline is wrong for office hours: its speed would say nothing.")
    if not np.array_equal(ours.between_many(starts, ends), numpy_days.between(starts, ends)):
        raise SystemExit("The hand-made baseline is wrong for office hours: its speed would say nothing.")
    return {
        "slatrack add, column": per_second(ROWS, lambda: ours.add_many(starts, durations), 7),
        "slatrack between, column": per_second(ROWS, lambda: ours.between_many(starts, ends), 7),
        "numpy add, column": per_second(ROWS, lambda: numpy_days.add(starts, durations)),
        "numpy between, column": per_second(ROWS, lambda: numpy_days.between(starts, ends)),
    }


def main() -> int:
    if not judge_everybody(Random(20260105)):
        print("\nslatrack is wrong: speed does not matter.")
        return 1
    rate = single_rates(Random(7)) | bulk_rates(11)
    print("\nanswers a second")
    for name, value in rate.items():
        print(f"  {name:<28}{value:>14,.0f}")
    comparisons = [
        ("slatrack add", "businesstimedelta add", SINGLE),
        ("slatrack between", "businesstimedelta between", SINGLE),
        ("slatrack between", "business_duration between", None),
        ("slatrack add, column", "businesstimedelta add", BULK),
        ("slatrack between, column", "businesstimedelta between", BULK),
        ("slatrack add, column", "numpy add, column", BULK_NUMPY),
        ("slatrack between, column", "numpy between, column", BULK_NUMPY),
    ]
    print("\ntimes as fast")
    missed = 0
    for fast, slow, least in comparisons:
        ratio = rate[fast] / rate[slow]
        verdict = "shown only, wrong where clocks change" if least is None else f"at least {least}"
        if least is not None and ratio < least:
            missed += 1
            verdict += "  MISSED"
        print(f"  {fast + ' : ' + slow:<54}{ratio:>10,.1f}   {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
