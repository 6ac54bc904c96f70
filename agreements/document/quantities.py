"""The quantities an agreement is made of, each read from one text with its unit in it: `8 business hours`, `99.9 %`.

Every class has `parse(text)`, which raises `ValueError` with a sentence for the person who wrote the text. Nothing here
is a float.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agreements.document.errors import shortened
from agreements.document.keys import Format

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
_UNIT_PATTERN = "|".join(f"{unit}s?" for unit in _UNITS)
_LONGEST = timedelta(days=366)
_DURATION = re.compile(r"([1-9][0-9]{0,4}) ((?:business |calendar )?[a-z]+?)s?\Z")
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
        "duration",
        rf"^[1-9][0-9]{{0,4}} ({_UNIT_PATTERN})$",
        ("8 business hours", "7 business days", "24 hours", "30 minutes"),
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _DURATION.match(text)
        unit = match.group(2) if match else ""
        if match is None or unit not in _UNITS:
            raise ValueError(_duration_sentence(text))
        duration = cls(int(match.group(1)), unit)
        if _UNITS[unit] * duration.count > _LONGEST or duration.count > 9999:
            raise ValueError(f"“{text}” is longer than a year, which no promise is. Check the number.")
        return duration

    @property
    def in_business_time(self) -> bool:
        return self.unit.startswith("business ")

    @property
    def in_business_days(self) -> bool:
        return self.unit == "business day"

    @property
    def text(self) -> str:
        return f"{self.count} {self.unit}" + ("" if self.count == 1 else "s")

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
        "promise",
        rf"^(best effort|none|[1-9][0-9]{{0,4}} ({_UNIT_PATTERN}))$",
        ("8 business hours", "best effort", "none"),
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

    format: ClassVar[Format] = Format("percentage", r"^[0-9]{1,3}(\.[0-9]{1,6})? ?%$", ("99.9 %",))

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.match(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%\Z", text)
        if match is None:
            raise ValueError(f"“{shortened(text)}” is not a percentage. Write it like “99.9 %”.")
        if Decimal(match.group(1)) > 100:
            raise ValueError(f"“{text}” is more than 100 %.")
        return cls(Decimal(match.group(1)))

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

    format: ClassVar[Format] = Format("money", r"^[0-9]{1,9}(\.[0-9]{1,4})? [A-Z]{3}$", ("1499.00 EUR",))

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.match(r"([0-9]{1,9}(?:\.[0-9]{1,4})?) ([A-Z]{3})\Z", text)
        if match is None:
            raise ValueError(f"“{shortened(text)}” is not an amount of money. Write it like “1499.00 EUR”.")
        return cls(Decimal(match.group(1)), match.group(2))

    @classmethod
    def rounded_down(cls, amount: Fraction, currency: str) -> Self:
        """An exact amount cut to the smallest unit of its currency, never up."""
        places = 0 if currency in _WHOLE else 2
        return cls(Decimal(math.floor(amount * 10**places)).scaleb(-places), currency)

    @property
    def text(self) -> str:
        """As people read it: `€ 1,499.00`, not broken over lines; a currency without a sign keeps its code."""
        return f"{SIGNS.get(self.currency, self.currency)}\N{NO-BREAK SPACE}{self.amount:,}"


@dataclass(frozen=True)
class Compensation:
    """What is given back: “7 service days”, “10 % of the monthly fee”, “10 times the downtime” or an amount of
    money such as “50.00 EUR”."""

    kind: Literal["service_days", "percent_of_monthly_fee", "times_downtime", "money"]
    #: Counts what `kind` says; for money it is the sum in `currency`.
    amount: Decimal
    text: str
    currency: str = ""

    format: ClassVar[Format] = Format(
        "credit",
        r"^[0-9]{1,9}(\.[0-9]{1,4})?( service days?| ?% of the monthly fee| times the downtime| [A-Z]{3})$",
        ("7 service days", "10 % of the monthly fee", "10 times the downtime", "50.00 EUR"),
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        number = r"([0-9]{1,6}(?:\.[0-9]{1,4})?)"
        if match := re.match(number + r" service days?\Z", text):
            return cls("service_days", Decimal(match.group(1)), text)
        if match := re.match(number + r" ?% of the monthly fee\Z", text):
            return cls("percent_of_monthly_fee", Decimal(match.group(1)), text)
        if match := re.match(number + r" times the downtime\Z", text):
            return cls("times_downtime", Decimal(match.group(1)), text)
        if re.match(number + r" [A-Z]{3}\Z", text):
            money = Money.parse(text)
            return cls("money", money.amount, text, money.currency)
        raise ValueError(
            f"“{shortened(text)}” is not a credit. Write “7 service days”, “10 % of the monthly fee”, "
            "“10 times the downtime” or an amount such as “50.00 EUR”."
        )


@dataclass(frozen=True)
class WarningPoint:
    """When to warn before a due time: a share of the target (75 %) or a time before it (30 minutes before), in the
    time the clock itself counts."""

    share: Fraction | None
    before: timedelta | None
    text: str

    format: ClassVar[Format] = Format(
        "warning",
        r"^([0-9]{1,2}(\.[0-9]{1,2})? ?%|[1-9][0-9]{0,4} (minutes?|hours?) before)$",
        ("75 %", "30 minutes before"),
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        if text.endswith("%"):
            share = Percent.parse(text).share
            if not 0 < share < 1:
                raise ValueError(f"“{text}” is not between 0 % and 100 %: a warning comes before the due time.")
            return cls(share, None, text)
        match = re.match(r"([1-9][0-9]{0,4}) (minute|hour)s? before\Z", text)
        if match is None:
            raise ValueError(f"“{shortened(text)}” is not a warning point. Write “75 %” or “30 minutes before”.")
        return cls(None, int(match.group(1)) * _UNITS[match.group(2)], text)

    @property
    def point(self) -> Fraction | timedelta:
        if self.share is not None:
            return self.share
        return self.before or timedelta(0)


@dataclass(frozen=True)
class Hours:
    """Opening hours from and to, such as 08:30-17:00. The end may be 24:00."""

    opens: str
    closes: str

    format: ClassVar[Format] = Format("opening hours", r"^[0-9]{2}:[0-9]{2} ?- ?[0-9]{2}:[0-9]{2}$", ("09:00-17:00",))

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.match(r"([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2})\Z", text)
        if match is None:
            raise ValueError(f"“{shortened(text)}” are not opening hours. Write them like 08:30-17:00.")
        hours = cls(match.group(1), match.group(2))
        for moment in (hours.opens, hours.closes):
            if moment != "24:00":
                try:
                    time.fromisoformat(moment)
                except ValueError:
                    raise ValueError(f"“{moment}” is not a time of day.") from None
        if hours.opens >= hours.closes:
            raise ValueError(f"“{text}” ends before it starts. Split hours across midnight into two days.")
        return hours

    def overlaps(self, other: Hours) -> bool:
        return self.opens < other.closes and other.opens < self.closes


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Weekdays:
    """A weekday (sat) or a run of them (mon-fri)."""

    days: tuple[str, ...]

    format: ClassVar[Format] = Format(
        "weekdays", r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$", ("mon-fri",)
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        first, dash, last = text.partition("-")
        last = last if dash else first
        if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(first) > WEEKDAYS.index(last):
            raise ValueError(
                f"“{shortened(text)}” are not weekdays. Write mon, tue, wed, thu, fri, sat, sun or a run: mon-fri."
            )
        return cls(WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1])

    @property
    def text(self) -> str:
        """`Saturday`, `Saturday and Sunday`, `Monday to Friday`."""
        # The first of January 2001 was a Monday.
        first, last = (f"{date(2001, 1, 1 + WEEKDAYS.index(day)):%A}" for day in (self.days[0], self.days[-1]))
        return first if len(self.days) == 1 else f"{first} {'and' if len(self.days) == 2 else 'to'} {last}"


@dataclass(frozen=True)
class Day:
    """A date, such as 2026-12-24, or a day of every year, such as 12-24."""

    year: int | None
    month: int
    day: int

    format: ClassVar[Format] = Format("day", r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$", ("2026-12-24", "12-24"))

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.match(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})\Z", text)
        try:
            if match is None:
                raise ValueError
            year = int(match.group(1)) if match.group(1) else None
            date(year or 2000, int(match.group(2)), int(match.group(3)))
        except ValueError:
            raise ValueError(f"“{shortened(text)}” is not a date. Write 2026-12-24, or 12-24 for every year.") from None
        return cls(year, int(match.group(2)), int(match.group(3)))

    @property
    def text(self) -> str:
        return f"{self.day} {date(2000, self.month, 1):%B}" + (f" {self.year}" if self.year else " of every year")

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
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"“{shortened(text)}” is not a time zone. Write its full name, such as Europe/Amsterdam."
            ) from None
        return cls(text)

    @property
    def text(self) -> str:
        return self.name.replace("_", " ")


def parse_date(text: str) -> date:
    """A calendar date, `2024-07-01`."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{shortened(text)}” is not a date. Write it like 2024-07-01.") from None


DATE = Format("date", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", help="A calendar date, such as 2024-07-01.")
Date = Annotated[date, DATE]
