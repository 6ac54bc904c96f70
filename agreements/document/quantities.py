"""The quantities an agreement is made of, each read from one text with its unit in it: `8 business hours`, `99.9 %`.

Every class has `parse(text)`, which raises `ValueError` with a sentence for the person who wrote the text. Nothing here
is a float.
"""

from __future__ import annotations

import math
import re
from calendar import day_name, month_name
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

from agreements.businesstime.local_hours import WEEKDAYS, zone_of
from agreements.document.errors import shortened
from agreements.document.keys import Format
from shell.wording import zone_words

#: A kind of quantity and how much of it (lengths of time in seconds); only sizes of one kind can be compared.
Size = tuple[str, Decimal]

_UNITS: dict[str, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "calendar day": timedelta(days=1),
    "calendar week": timedelta(days=7),
    "business minute": timedelta(minutes=1),
    "business hour": timedelta(hours=1),
    # A business day is as long as its calendar says (B1), so it has no length of its own.
    "business day": timedelta(0),
}
_LONGEST = timedelta(days=366)
_LENGTH = rf"([1-9][0-9]{{0,4}}) ({'|'.join(_UNITS)})s?"
_BARE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(days?|weeks?|months?|d|w)\Z", re.IGNORECASE)
_UNIT_HELP = "seconds, minutes, hours, calendar days, calendar weeks, business minutes, business hours or business days"


@dataclass(frozen=True)
class Duration:
    """A whole number and its unit: seconds, minutes, hours, calendar days, calendar weeks (elapsed time), business
    minutes, business hours or business days (opening time). A bare “day” is refused, because it can mean three
    things."""

    count: int
    unit: str

    format: ClassVar[Format] = Format(
        "duration", f"^{_LENGTH}$", ("8 business hours", "7 business days", "24 hours", "30 minutes")
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(_LENGTH, text)
        if match is None:
            raise ValueError(_duration_sentence(text))
        duration = cls(int(match[1]), match[2])
        if _UNITS[duration.unit] * duration.count > _LONGEST or duration.count > 9999:
            raise ValueError(f"“{text}” is longer than a year, which no promise is. Check the number.")
        return duration

    @property
    def in_business_time(self) -> bool:
        return self.unit.startswith("business ")

    @property
    def in_business_days(self) -> bool:
        return self.unit == "business day"

    @property
    def in_calendar_days(self) -> bool:
        """Whether it is days of the calendar, which are 23 or 25 hours long where clocks change."""
        return self.unit.startswith("calendar ")

    @property
    def text(self) -> str:
        return f"{self.count} {self.unit}" + ("" if self.count == 1 else "s")

    @property
    def size(self) -> Size:
        # A business day has no length of its own, so it compares with business days only.
        if self.in_business_days:
            return "business days", Decimal(self.count)
        kind = "business" if self.in_business_time else "elapsed"
        return kind, Decimal(int(self.length().total_seconds()))

    def length(self, business_day: timedelta | None = None) -> timedelta:
        """The time to count: elapsed time, or opening time for business units. Business days need their length (B1)."""
        if self.in_business_days:
            if business_day is None:
                raise ValueError(f"“{self.text}” needs a calendar that says how long a business day is.")
            return business_day * self.count
        return _UNITS[self.unit] * self.count


def _duration_sentence(text: str) -> str:
    shown = shortened(text)
    bare = _BARE.match(text)
    if bare:
        number, unit = bare.group(1), bare.group(2).lower()
        if unit.startswith("m"):
            return f"“{shown}” is refused, because months differ in length. Write a number of calendar days."
        if unit.startswith("w"):
            return (
                f"“{shown}” can mean seven days or five. Write “{number} calendar weeks” or a number of business days."
            )
        instead = f"Write “{number} business days” or “{number} calendar days”."
        return f"“{shown}” can mean 24 hours, a working day or a date. {instead}"
    return f"“{shown}” is not a length of time. Write a whole number and its unit: {_UNIT_HELP}."


@dataclass(frozen=True)
class Pledge:
    """A duration, or “best effort” (measured and reported, never breached), or “none” (nothing promised, shown as
    a dash)."""

    kind: Literal["target", "best_effort", "none"]
    duration: Duration | None = None

    format: ClassVar[Format] = Format(
        "promise", f"^(best effort|none|{_LENGTH})$", ("8 business hours", "best effort", "none")
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        if text == "best effort":
            return cls("best_effort")
        if text == "none":
            return cls("none")
        try:
            return cls("target", Duration.parse(text))
        except ValueError as error:
            if _BARE.match(text):
                raise
            raise ValueError(f"{error} Or write “best effort” or “none”.") from None

    @property
    def text(self) -> str:
        """How people read it. The dash for nothing promised is the one of the source of E4."""
        if self.duration is not None:
            return self.duration.text
        return "Best effort" if self.kind == "best_effort" else "–"


@dataclass(frozen=True)
class Percent:
    """An exact percentage, such as 99.9 %."""

    value: Decimal

    format: ClassVar[Format] = Format(
        "percentage", r"^([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%$", ("99.9 %",), "is not a percentage. Write it like “99.9 %”."
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        value = Decimal(cls.format.match(text)[1])
        if value > 100:
            raise ValueError(f"“{text}” is more than 100 %.")
        return cls(value)

    @property
    def size(self) -> Size:
        return "percent", self.value

    @property
    def share(self) -> Fraction:
        return Fraction(self.value) / 100

    @property
    def text(self) -> str:
        return f"{self.value} %"


SIGNS = {"EUR": "€", "GBP": "£", "USD": "US$"}
#: Currencies without a smaller unit; all others are counted in hundredths here.
_WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "VND"})


@dataclass(frozen=True)
class Money:
    """An amount with its ISO 4217 currency, such as 1499.00 EUR."""

    amount: Decimal
    currency: str

    format: ClassVar[Format] = Format(
        "money",
        r"^([0-9]{1,9}(?:\.[0-9]{1,4})?) ([A-Z]{3})$",
        ("1499.00 EUR",),
        "is not an amount of money. Write it like “1499.00 EUR”.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        amount, currency = cls.format.match(text).groups()
        return cls(Decimal(amount), currency)

    @classmethod
    def rounded_down(cls, amount: Fraction, currency: str) -> Self:
        """An exact amount cut to the smallest unit of its currency, never up."""
        places = 0 if currency in _WHOLE else 2
        return cls(Decimal(math.floor(amount * 10**places)).scaleb(-places), currency)

    @property
    def size(self) -> Size:
        return self.currency, self.amount

    @property
    def text(self) -> str:
        """As people read it: `€ 1,499.00`, not broken over lines; a currency without a sign keeps its code."""
        return f"{SIGNS.get(self.currency, self.currency)}\N{NO-BREAK SPACE}{self.amount:,}"


@dataclass(frozen=True)
class Compensation:
    """What is given back: “7 service days”, “10 % of the monthly fee”, “10 times the downtime” or an amount of
    money such as “50.00 EUR”."""

    amount: Decimal
    #: `day` of service, `percent` of the monthly fee, `times` the downtime, or a currency (ISO 4217).
    unit: str

    format: ClassVar[Format] = Format(
        "credit",
        r"^([0-9]{1,9}(?:\.[0-9]{1,4})?)( service days?| ?% of the monthly fee| times the downtime| [A-Z]{3})$",
        ("7 service days", "10 % of the monthly fee", "10 times the downtime", "50.00 EUR"),
        "is not a credit. Write “7 service days”, “10 % of the monthly fee”, “10 times the downtime” or an amount such "
        "as “50.00 EUR”.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        amount, unit = cls.format.match(text).groups()
        units = {" service day": "day", "% of the monthly fee": "percent", " times the downtime": "times"}
        return cls(Decimal(amount), next((units[each] for each in units if each in unit), unit.strip()))

    @property
    def size(self) -> Size:
        return self.unit, self.amount

    @property
    def text(self) -> str:
        """`7 service days`, `10 % of the monthly fee`, `10 times the downtime`, `€ 50.00`."""
        days = f"service day{'' if self.amount == 1 else 's'}"
        words = {"day": days, "percent": "% of the monthly fee", "times": "times the downtime"}.get(self.unit)
        return f"{self.amount} {words}" if words else Money(self.amount, self.unit).text


#: What has a size.
Figure = Duration | Percent | Money | Compensation


@dataclass(frozen=True)
class WarningPoint:
    """When to warn before a due time: a share of the target (75 %) or a time before it (30 minutes before), in the
    time the clock itself counts."""

    point: Fraction | timedelta
    #: As people read it: `at 75 %`, `30 minutes before`.
    text: str

    format: ClassVar[Format] = Format(
        "warning",
        r"^([0-9]{1,3}(?:\.[0-9]{1,2})? ?%|([1-9][0-9]{0,4}) (minute|hour)s? before)$",
        ("75 %", "30 minutes before"),
        "is not a warning point. Write “75 %” or “30 minutes before”.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        _, count, unit = cls.format.match(text).groups()
        if count:
            return cls(int(count) * _UNITS[unit], text)
        percent = Percent.parse(text)
        if not 0 < percent.share < 1:
            raise ValueError(f"“{text}” is not between 0 % and 100 %: a warning comes before the due time.")
        return cls(percent.share, f"at {percent.text}")


class _FromTo(NamedTuple):
    opens: str
    closes: str


class Hours(_FromTo):
    """Opening hours from and to, such as 08:30-17:00. The end may be 24:00."""

    format: ClassVar[Format] = Format(
        "opening hours",
        "^([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2})$",
        ("09:00-17:00",),
        "are not opening hours. Write them like 08:30-17:00.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        hours = cls(*cls.format.match(text).groups())
        for moment in (hours.opens, hours.closes):
            if moment != "24:00":
                try:
                    time.fromisoformat(moment)
                except ValueError:
                    raise ValueError(f"“{moment}” is not a time of day.") from None
        if hours.opens >= hours.closes:
            raise ValueError(f"“{text}” ends before it starts. Split hours across midnight into two days.")
        return hours


_DAY = f"({'|'.join(WEEKDAYS)})"


@dataclass(frozen=True)
class Weekdays:
    """A weekday (sat) or a run of them (mon-fri)."""

    days: tuple[str, ...]

    format: ClassVar[Format] = Format(
        "weekdays",
        f"^{_DAY}(?:-{_DAY})?$",
        ("mon-fri",),
        "are not weekdays. Write mon, tue, wed, thu, fri, sat, sun or a run: mon-fri.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        first, last = cls.format.match(text).groups()
        days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]
        if not days:
            raise ValueError(f"“{text}” {cls.format.refusal}")
        return cls(days)

    @property
    def text(self) -> str:
        """`Saturday`, `Saturday and Sunday`, `Monday to Friday`."""
        first, last = (day_name[WEEKDAYS.index(day)] for day in (self.days[0], self.days[-1]))
        return first if len(self.days) == 1 else f"{first} {'and' if len(self.days) == 2 else 'to'} {last}"


@dataclass(frozen=True)
class Day:
    """A date, such as 2026-12-24, or a day of every year, such as 12-24."""

    year: int | None
    month: int
    day: int

    format: ClassVar[Format] = Format(
        "day",
        "^(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})$",
        ("2026-12-24", "12-24"),
        "is not a date. Write 2026-12-24, or 12-24 for every year.",
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        match = cls.format.match(text)
        found = cls(int(match[1]) if match[1] else None, int(match[2]), int(match[3]))
        try:
            date(found.year or 2000, found.month, found.day)
        except ValueError:
            raise ValueError(f"“{text}” {cls.format.refusal}") from None
        return found

    @property
    def text(self) -> str:
        return f"{self.day} {month_name[self.month]}" + (f" {self.year}" if self.year else " of every year")

    def dates(self, years: range) -> list[date]:
        """The dates it stands for within `years`; 29 February only where there is one."""
        found = []
        for year in years if self.year is None else (self.year,):
            try:
                found.append(date(year, self.month, self.day))
            except ValueError:
                continue
        return found


@dataclass(frozen=True)
class Zone:
    """An IANA time zone, such as Europe/Amsterdam."""

    name: str

    format: ClassVar[Format] = Format("time zone", r"^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$", longest=60)

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            zone_of(text)
        except ValueError:
            raise ValueError(
                f"“{shortened(text)}” is not a time zone. Write its full name, such as Europe/Amsterdam."
            ) from None
        return cls(text)

    @property
    def text(self) -> str:
        return zone_words(self.name)


def _parse_date(text: str) -> date:
    try:
        return date.fromisoformat(DATE.match(text)[0])
    except ValueError:
        raise ValueError(f"“{shortened(text)}” {DATE.refusal}") from None


DATE = Format(
    "date",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    refusal="is not a date. Write it like 2024-07-01.",
    help="A calendar date, such as 2024-07-01.",
    parse=_parse_date,
)
Date = Annotated[date, DATE]
