"""Which measuring period a day or an instant lies in: months, quarters, years and rolling days, in a time zone."""

from __future__ import annotations

from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

from agreements.businesstime.local_hours import zone_of
from agreements.document.keys import Format
from agreements.document.quantities import Duration
from agreements.document.steps import Step, in_seconds
from shell.wording import day_words, time_words

#: The periods of the calendar, by their length in months.
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
MONTHS = month_name[1:]


@dataclass(frozen=True)
class Period:
    """A calendar month, quarter or year; one that ends on another day: “quarter ending 31 January”; or rolling days."""

    kind: Literal["month", "quarter", "year", "rolling"]
    rolling: Duration | None = None
    #: Day and month on which a quarter or year ends that is none of the calendar's.
    ends: tuple[int, int] | None = None

    format: ClassVar[Format] = Format(
        "period",
        rf"^(?:(month|quarter|year)|(quarter|year) ending ([1-9]|[12][0-9]|3[01]) ({'|'.join(MONTHS)})"
        r"|rolling ([1-9][0-9]{0,3} calendar days?))$",
        ("month", "quarter", "quarter ending 31 January", "rolling 30 calendar days"),
        "is not a period. Write month, quarter, year, “quarter ending 31 January” or “rolling 30 calendar days”.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        match = cls.format.match(text)
        kind: Any = match[1] or match[2] or "rolling"
        if match[5]:
            return cls(kind, Duration.parse(match[5]))
        if match[1]:
            return cls(kind)
        day, month = int(match[3]), MONTHS.index(match[4]) + 1
        period = cls(kind, ends=(day, month))
        if day > monthrange(2000, month)[1] or period.begins[1] > 28:
            raise ValueError(f"“{text}”: write the last day of a month, or one up to the 27th, which every month has.")
        return period

    @property
    def begins(self) -> tuple[int, int]:
        """The month in which one of its periods begins, and the day of that month on which all of them do."""
        if self.ends is None:
            return 1, 1
        day, month = self.ends
        # February ends on its 28th as well as on its 29th.
        if day >= monthrange(2001, month)[1]:
            return month % 12 + 1, 1
        return month, day + 1

    @property
    def text(self) -> str:
        if self.ends:
            return f"{self.kind} ending {self.ends[0]} {MONTHS[self.ends[1] - 1]}"
        return f"rolling {self.rolling.text}" if self.rolling else self.kind

    @property
    def rate(self) -> str:
        """What stands behind an amount: `a month`, `a quarter ending 31 January`, `in any 30 calendar days`."""
        return f"in any {self.rolling.text}" if self.rolling else f"a {self.text}"


MONTH, QUARTER = Period("month"), Period("quarter")


@dataclass(frozen=True)
class PeriodSpan:
    """One period of a kind, from `first_day` to `last_day`, that one included, by the clocks of `zone` (IANA).

    Spans of one kind follow each other without gap or overlap; rolling ones do so in steps of their whole length.
    """

    period: Period
    first_day: date
    last_day: date
    zone: str

    @cached_property
    def start(self) -> datetime:
        """Its first instant, in UTC: midnight of the zone, whatever its clocks do."""
        return _midnight(self.first_day, self.zone)

    @cached_property
    def end(self) -> datetime:
        """The first instant after it, in UTC."""
        return _midnight(self.last_day + timedelta(days=1), self.zone)

    @property
    def seconds(self) -> int:
        """Its exact length: the first quarter of 2026 has 7,772,400 s in Vienna."""
        return int((self.end - self.start).total_seconds())

    def holds(self, at: datetime) -> bool:
        """Whether an aware instant lies in `[start, end)`."""
        return self.start <= at < self.end

    @property
    def previous(self) -> PeriodSpan:
        """The one that ends where this one begins. ValueError at the beginning of the calendar."""
        return period_at(self.period, _moved(self.first_day, -1), self.zone)

    def latest(self, count: int) -> list[PeriodSpan]:
        """This one and those before it, `count` in all, the newest first."""
        found = [self]
        while len(found) < count:
            found.append(found[-1].previous)
        return found

    @property
    def name(self) -> str:
        """`November 2026`, `Q4 2026`, `2026`, `the quarter to 31 January 2027`, `the 30 days to 4 December 2026`."""
        if self._of_the_calendar:
            names = {"month": f"{self.first_day:%B %Y}", "quarter": f"Q{self._number} {self.first_day.year}"}
            return names.get(self.period.kind, f"{self.first_day.year}")
        rolling = self.period.rolling
        length = self.period.kind if rolling is None else f"{rolling.count} days" if rolling.count > 1 else "day"
        return f"the {length} to {day_words(self.last_day)}"

    @property
    def key(self) -> str:
        """How addresses name it: `2026-11`, `2026-Q4`, `2026`, else the ISO 8601 dates `2026-11-05/2026-12-04`."""
        if self._of_the_calendar:
            keys = {"month": f"{self.first_day:%Y-%m}", "quarter": f"{self.first_day.year}-Q{self._number}"}
            return keys.get(self.period.kind, f"{self.first_day.year}")
        return f"{self.first_day}/{self.last_day}"

    @property
    def _of_the_calendar(self) -> bool:
        first = self.first_day
        return self.period.rolling is None and first.day == 1 and (first.month - 1) % MONTHS_IN[self.period.kind] == 0

    @property
    def _number(self) -> int:
        return (self.first_day.month + 2) // 3

    @property
    def step(self) -> Step:
        """Its length as the first line of a calculation."""
        how = f"{time_words(self.seconds)}, by the clocks of {self.zone}"
        return Step(f"Time in {self.name}", how, in_seconds(self.seconds))


def period_at(period: Period, on: date | datetime, zone: str) -> PeriodSpan:
    """The span of `period` that a local date, or an aware instant by the clocks of `zone`, lies in.

    Of rolling days it is the one whose last day that is, so that a report made on it counts that day too. ValueError,
    naming the argument: a naive datetime, an unknown zone, a span that reaches beyond the calendar (years 1 to 9999).
    """
    clocks = zone_of(zone)
    if not isinstance(on, datetime):
        return _span(period, on, zone)
    if on.utcoffset() is None:
        raise ValueError(f"on: {on} is a naive datetime, give it a time zone")
    span = _span(period, on.astimezone(clocks).date(), zone)
    # Clocks that go back over midnight show yesterday's date again, when its period has ended already.
    return span if on < span.end else _span(period, _moved(span.last_day, 1), zone)


def _span(period: Period, on: date, zone: str) -> PeriodSpan:
    if period.rolling is not None:
        return PeriodSpan(period, _moved(on, 1 - period.rolling.count), on, zone)
    months, (month, day) = MONTHS_IN[period.kind], period.begins
    # Months since the year 0, of a month that begins on `day`.
    place = on.year * 12 + on.month - 1 - (on.day < day)
    place -= (place - (month - 1)) % months
    return PeriodSpan(period, _day(place, day, on), _moved(_day(place + months, day, on), -1), zone)


def _day(place: int, day: int, on: date) -> date:
    year, month = divmod(place, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"on: the period of {on} reaches beyond the calendar")
    return date(year, month + 1, day)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise ValueError(f"on: the period of {day} reaches beyond the calendar") from None


def _midnight(day: date, zone: str) -> datetime:
    try:
        return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"on: the period of {day} reaches beyond the calendar") from None
