"""A credit worked out by an example: exact seconds, exact decimals, rounded down, each step shown.

The example is made from the terms themselves: the period is the one that the document was produced in, the downtime is
one that reaches the second tier where there is one, so that it can be seen that tiers do not add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from agreements.addendum.content import Cell, Column, Table
from agreements.addendum.contract import MONTHS_IN, Contract, listed, rounded_down
from agreements.document.quantities import Compensation, Money, Period
from agreements.document.service import Cap, CreditSchedule, Exclusion, Tier

EXAMPLE_EXCLUDED = 2 * 3600
ROUND = 5 * 60
#: What the arithmetic is shown with where no price is known.
EXAMPLE_FEE = Decimal("1000.00")
#: As reports print availability.
PLACES = 3


@dataclass(frozen=True)
class Span:
    """One measuring period: what it is called, and its exact length in `zone`."""

    name: str
    zone: str
    seconds: int


def span_of(period: Period, on: date, zone: str) -> Span:
    """The calendar period that holds `on`, daylight saving and all; or a rolling one of so many days."""
    if period.rolling is not None:
        return Span(f"{period.rolling.count} days", zone, int(period.rolling.length().total_seconds()))
    months = {"month": 1, "quarter": 3, "year": 12}[period.kind]
    first = date(on.year, (on.month - 1) // months * months + 1, 1)
    after = date(first.year + (first.month + months > 12), (first.month + months - 1) % 12 + 1, 1)
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)).timestamp() for day in (first, after))
    names = {
        "month": f"{first:%B %Y}",
        "quarter": f"the {_ORDINALS[(first.month - 1) // 3]} quarter of {first.year}",
        "year": str(first.year),
    }
    return Span(names[period.kind], zone, int(end) - int(start))


_ORDINALS = ("first", "second", "third", "fourth")


def left_over(counted: int, percent: Decimal) -> int:
    """The most downtime, in whole seconds, with which `counted` seconds still have that availability."""
    return math.floor(counted * (1 - Fraction(percent) / 100))


def reached_from(tier: Tier, counted: int) -> int:
    """The least downtime, in whole seconds, that reaches a tier."""
    if tier.below is not None:
        return left_over(counted, tier.below.value) + 1
    assert tier.downtime_from is not None
    return int(tier.downtime_from.length().total_seconds())


def percent_words(ratio: Fraction) -> str:
    """Rounded down, as everywhere: 99.99999 % is no 100 %."""
    units = math.floor(ratio * 100 * 10**PLACES)
    return f"{Decimal(units).scaleb(-PLACES)} %"


def time_words(seconds: int) -> str:
    """`3 h 35 m 1 s`, without the parts that are nought."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 s"


def tier_words(tier: Tier) -> str:
    if tier.below is not None:
        return f"Availability below {tier.below.text}"
    each = f", for each {tier.for_each.text}" if tier.for_each else ""
    return f"Downtime from {tier.downtime_from.text} on{each}" if tier.downtime_from else ""


def cap_words(cap: Cap) -> str:
    return f"at most {cap.at_most.text} a {cap.per}"


class Example:
    """One schedule worked out for a contract. `tables` are what the document shows of it."""

    def __init__(self, contract: Contract, schedule: CreditSchedule) -> None:
        self.contract, self.schedule = contract, schedule
        terms = contract.document.availability
        zone = terms.timezone if terms and terms.timezone else contract.document.timezone
        period = terms.period if terms else Period("month")
        self.span = span_of(period, contract.shown_on, zone.name)
        exclusions = terms.exclusions if terms else ()
        self.exclusion: Exclusion | None = next(
            (each for each in exclusions if each.found_by == "maintenance"), exclusions[0] if exclusions else None
        )
        self.excluded = EXAMPLE_EXCLUDED if self.exclusion else 0
        self.counted = self.span.seconds - self.excluded
        self.tiers = sorted(schedule.tiers, key=lambda tier: reached_from(tier, self.counted))
        self.fee = contract.monthly_fee
        self.downtime = self._downtime()
        #: Tiers do not stack: the worst one that is reached applies.
        self.tier = [tier for tier in self.tiers if reached_from(tier, self.counted) <= self.downtime][-1]

    @property
    def tables(self) -> tuple[Table, ...]:
        return self._overview(), self._steps()

    def _downtime(self) -> int:
        """What reaches the second tier, or the only one: a round time where one lies before the next tier."""
        place = min(1, len(self.tiers) - 1)
        tier = self.tiers[place]
        least = reached_from(tier, self.counted)
        if tier.for_each is not None:
            return least + int(tier.for_each.length().total_seconds()) * 3 // 2
        after = reached_from(self.tiers[place + 1], self.counted) if place + 1 < len(self.tiers) else self.counted + 1
        rounded = -(-least // ROUND) * ROUND
        return rounded if rounded < after else least

    def _overview(self) -> Table:
        rows = []
        for tier in self.tiers:
            worth = self._amount(tier.credit)
            in_money = tier.credit.kind == "percent_of_monthly_fee" and self.fee is not None and worth is not None
            note = self._money(worth) if in_money and worth is not None else ""
            least = time_words(reached_from(tier, self.counted))
            rows.append((Cell(tier_words(tier)), Cell(least), Cell(credit_words(tier.credit), note=note)))
        name = f"{self.schedule.name}: tiers, and from how much downtime on in {self.span.name}"
        if self.exclusion:
            name += f" with {time_words(self.excluded)} left out"
        columns = (Column("Tier", 3), Column("Reached from", 2, figures=True), Column("Credit", 3, figures=True))
        return Table(name, columns, tuple(rows), clause=self.schedule.clause or "")

    def _steps(self) -> Table:
        span, counted, downtime = self.span, self.counted, self.downtime
        rows = [
            (
                f"Time in {span.name}",
                f"{time_words(span.seconds)}, by the clocks of {span.zone}",
                _seconds(span.seconds),
            )
        ]
        if self.exclusion:
            rows += [
                (
                    "Left out",
                    f"{self.exclusion.name}, for example {time_words(self.excluded)}",
                    _seconds(self.excluded),
                ),
                ("Time that counts", f"{span.seconds:,} − {self.excluded:,}", _seconds(counted)),
            ]
        rows += [
            ("Downtime", f"for example {time_words(downtime)}", _seconds(downtime)),
            (
                "Availability",
                f"({counted:,} − {downtime:,}) ÷ {counted:,}, rounded down",
                percent_words(Fraction(counted - downtime, counted)),
            ),
            ("Tier that is reached", self._verdicts(), credit_words(self.tier.credit)),
            *self._worth(),
        ]
        columns = (Column("Step", 3), Column("Arithmetic", 5), Column("Result", 3, figures=True))
        cells = tuple((Cell(step), Cell(how), Cell(result)) for step, how, result in rows)
        return Table(f"{self.schedule.name}: an example", columns, cells, total=True)

    def _verdicts(self) -> str:
        """Each tier with a yes or no, in the words that it is reached by."""
        said = []
        for tier in self.tiers:
            reached = "yes" if reached_from(tier, self.counted) <= self.downtime else "no"
            said.append(f"{tier_words(tier).split(', ')[0].lower()}: {reached}")
        return "; ".join(said) + ("; the worst one applies" if len(said) > 1 else "")

    def _worth(self) -> list[tuple[str, str, str]]:
        credit, count, rows = self.tier.credit, 1, []
        if self.tier.for_each is not None:
            each = int(self.tier.for_each.length().total_seconds())
            count = self.downtime // each
            rows.append(("How often", f"{self.downtime:,} ÷ {each:,}, rounded down", f"{count} times"))
        if credit.kind == "times_downtime":
            long = count * int(self.tier.for_each.length().total_seconds()) if self.tier.for_each else self.downtime
            worth = rounded_seconds(credit.amount, long)
            rows.append(("Credit", f"{credit.amount} × {time_words(long)}", f"{time_words(worth)} of service"))
        elif credit.kind == "service_days":
            days = credit.amount * count
            how = f"{count} × {credit.amount}" if count > 1 else "tiers are not added up"
            rows.append(("Credit", how, f"{days} days of service"))
        else:
            rows += self._in_money(credit, count)
        return rows

    def _in_money(self, credit: Compensation, count: int) -> list[tuple[str, str, str]]:
        """The steps from tier to money, and the caps."""
        rows = []
        amount = self._amount(credit, count) or Decimal(0)
        times = f"{count} × " if count > 1 else ""
        if credit.kind == "percent_of_monthly_fee":
            rows.append(("Monthly fee", self._fee_words(), self._money(self._fee_amount)))
            how = f"{times}{self._money(self._fee_amount)} × {credit.amount} ÷ 100, rounded down"
        else:
            how = f"{times}{credit_words(credit)}"
        result = self._money(amount, credit.currency)
        for cap in self.schedule.caps:
            most = self._amount(cap.at_most)
            if most is None or cap.at_most.currency != credit.currency:
                continue
            rows.append((f"Credit before the cap ({cap_words(cap)})", how, result))
            reached = amount > most
            amount = min(amount, most)
            how = f"{self._money(most, credit.currency)} {'is less' if reached else 'is not exceeded'}"
            result = self._money(amount, credit.currency)
        return [*rows, ("Credit", how, result)]

    @property
    def _fee_amount(self) -> Decimal:
        return self.fee.amount if self.fee else EXAMPLE_FEE

    def _fee_words(self) -> str:
        contract = self.contract
        price, months = contract.price_due, MONTHS_IN[contract.price_per]
        if price is None:
            return "for example"
        if months > 1:
            return f"{price.text} a {contract.price_per} ÷ {months}, rounded down"
        return "as agreed" if contract.price else "as the plan says"

    def _amount(self, credit: Compensation, count: int = 1) -> Decimal | None:
        """In money, rounded down; None for a credit that is no money."""
        if credit.kind == "money":
            return credit.amount * count
        if credit.kind != "percent_of_monthly_fee":
            return None
        currency = self.fee.currency if self.fee else ""
        return rounded_down(self._fee_amount * credit.amount * count / 100, currency)

    def _money(self, amount: Decimal, currency: str = "") -> str:
        currency = currency or (self.fee.currency if self.fee else "")
        return Money(amount, currency).text if currency else f"{amount:,}"


def credit_words(credit: Compensation) -> str:
    return Money(credit.amount, credit.currency).text if credit.kind == "money" else credit.text


def rounded_seconds(times: Decimal, seconds: int) -> int:
    return math.floor(Fraction(times) * seconds)


def _seconds(seconds: int) -> str:
    return f"{seconds:,} s"


def caps_sentence(schedule: CreditSchedule) -> str:
    """`In all at most 20 % of the monthly fee a month.`; "" where there is no limit."""
    return f"In all {listed(map(cap_words, schedule.caps))}." if schedule.caps else ""
