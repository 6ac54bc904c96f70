"""What credit schedules give for a measured availability: tiers, limits, several schedules, each figure as a step.

The one arithmetic of credits (C6, D8): the addendum's example, a claim, a report and the API print these steps. Exact
integers, fractions and decimals; whatever is rounded is rounded down and says so. docs/decisions/periods-and-credits.md
says why it reckons as it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from agreements.document.figure import Availability
from agreements.document.period import MONTHS_IN, Period, PeriodSpan, period_at
from agreements.document.quantities import Compensation, Duration, Money
from agreements.document.service_terms import Cap, CreditSchedule, Tier
from agreements.document.steps import Step
from shell.wording import time_words

_DAY = 86_400
#: A day of service is worth twelve monthly fees in 365.
_FEES_A_DAY = Fraction(12, 365)


@dataclass(frozen=True)
class Fee:
    """What a client pays, for how long; `source` says where that stands (`as agreed`)."""

    price: Money
    per: Literal["month", "quarter", "year"]
    source: str

    @property
    def monthly(self) -> Money:
        """What a month costs, rounded down to the smallest unit of its currency."""
        return Money.rounded_down(Fraction(self.price.amount) / MONTHS_IN[self.per], self.price.currency)

    @property
    def step(self) -> Step:
        months = MONTHS_IN[self.per]
        how = f"{self.price.text} a {self.per} ÷ {months}, rounded down" if months > 1 else self.source
        return Step("Monthly fee", how, self.monthly.text)


@dataclass(frozen=True)
class Worth:
    """So much of a `unit`: `day` or `second` of service, `percent` of the monthly fee, or a currency (ISO 4217)."""

    amount: Decimal
    unit: str

    @property
    def text(self) -> str:
        if self.unit == "second":
            return f"{time_words(int(self.amount))} of service"
        return Compensation(self.amount, self.unit).text

    def fees(self, fee: Fee | None) -> Fraction | None:
        """How many monthly fees that is, exactly; None for money that the fee is not known in, or that is nothing."""
        if self.unit in _FEES:
            return Fraction(self.amount) * _FEES[self.unit]
        if fee is None or fee.monthly.currency != self.unit or not fee.monthly.amount:
            return None
        return Fraction(self.amount) / Fraction(fee.monthly.amount)

    def as_unit(self, unit: str, fee: Fee | None) -> Worth | None:
        """The same in another unit, rounded down: whole days, seconds, thousandths of a percent, cents; or None."""
        fees = self.fees(fee)
        if unit == self.unit or fees is None:
            return self if unit == self.unit else None
        if unit in _FEES:
            places = 3 if unit == "percent" else 0
            return Worth(Decimal(math.floor(fees / _FEES[unit] * 10**places)).scaleb(-places), unit)
        if fee is None or fee.monthly.currency != unit:
            return None
        return Worth(Money.rounded_down(fees * Fraction(fee.monthly.amount), unit).amount, unit)


_FEES = {"day": _FEES_A_DAY, "second": _FEES_A_DAY / _DAY, "percent": Fraction(1, 100)}


@dataclass(frozen=True)
class Given:
    """What a schedule gave for a period already: limits for longer than the period count it in."""

    schedule: str
    span: PeriodSpan
    worth: Worth


@dataclass(frozen=True)
class Credit:
    """What is given for one period, and how that was reckoned; `worth` is None for nothing.

    `open` says what could not be decided or applied, such as a limit in a currency that the fee is not known in: a
    person has to, before anything is given.
    """

    schedule: CreditSchedule
    worth: Worth | None
    steps: tuple[Step, ...]
    open: tuple[str, ...] = ()


def left_over(counted: int, percent: Decimal) -> int:
    """The most downtime, in whole seconds, with which `counted` seconds still have that availability."""
    return math.floor(counted * (1 - Fraction(percent) / 100))


def reached_from(tier: Tier, counted: int) -> int | None:
    """The least downtime, in whole seconds of `counted`, that reaches a tier.

    None for opening time, which no calendar is named for. New agreements cannot say that; published ones may.
    """
    if tier.for_each is not None and _seconds(tier.for_each) is None:
        return None
    if tier.below is not None:
        return left_over(counted, tier.below.value) + 1
    return _seconds(tier.downtime_from) if tier.downtime_from else None


def by_depth(tiers: Iterable[Tier], counted: int) -> list[tuple[int, Tier]]:
    """The tiers with the downtime that reaches them, the mildest first; without those of which that cannot be said."""
    found = [(least, tier) for tier in tiers if (least := reached_from(tier, counted)) is not None]
    return sorted(found, key=lambda each: each[0])


def tier_words(tier: Tier) -> str:
    """`availability below 99.9 %`, `downtime from 1 hour on, once more with each further 30 minutes`."""
    each = f", once more with each further {tier.for_each.text}" if tier.for_each else ""
    return f"{_threshold(tier)}{each}"


def cap_words(cap: Cap, measured: Period) -> str:
    """`at most 5 service days a quarter`; `measured` is the period that availability is measured over."""
    return f"at most {cap.at_most.text} {(measured if cap.per == 'period' else Period(cap.per)).rate}"


def worth_of(credit: Compensation, *, downtime: int, fee: Fee | None, times: int = 1) -> Worth:
    """What one credit comes to, `times` over, rounded down once. `downtime` is in seconds."""
    amount, unit = credit.amount * times, credit.unit
    if unit == "times":
        return Worth(Decimal(math.floor(Fraction(amount) * downtime)), "second")
    if unit == "percent" and fee is not None:
        of_fee = Fraction(amount) / 100 * Fraction(fee.monthly.amount)
        return Worth(Money.rounded_down(of_fee, fee.monthly.currency).amount, fee.monthly.currency)
    if unit not in _FEES:
        amount = Money.rounded_down(Fraction(amount), unit).amount
    return Worth(amount, unit)


@dataclass(frozen=True)
class Reached:
    """A tier that is reached, with what it gives; `open` as in Credit."""

    tier: Tier
    worth: Worth
    steps: tuple[Step, ...]
    open: tuple[str, ...] = ()


def tiers_reached(tiers: Iterable[Tier], measured: Availability, *, fee: Fee | None = None) -> list[Reached]:
    """The tiers that an availability reaches, the mildest first, with what each gives before any limit."""
    downtime = measured.unavailable_seconds
    depths = by_depth(tiers, measured.measured_seconds)
    return [_given_by(tier, least, downtime, fee) for least, tier in depths if least <= downtime]


def most_given(reached: Iterable[Reached], *, fee: Fee | None = None) -> tuple[Reached | None, str]:
    """The tier that applies, and why: they do not stack, it is the one that gives the most.

    The worse one of two that cannot be compared. None where none is reached.
    """
    found, why = None, ""
    for each in reached:
        more = found is not None and _more(found.worth, each.worth, fee)
        if more is None:
            why = f"{each.worth.text} cannot be compared with a milder tier, the worse one applies"
        elif found is not None:
            why = why or "tiers are not added up, the one that gives the most applies"
        found = found if more else each
    return found, why


def credit_of(
    schedule: CreditSchedule,
    measured: Availability,
    *,
    span: PeriodSpan,
    fee: Fee | None = None,
    given: Iterable[Given] = (),
) -> Credit:
    """What one schedule gives for the availability `measured` in `span`: of its tiers, within every limit, the most.

    A limit that is for longer than the span holds for what was `given` in that time as well.
    """
    counted, downtime = measured.measured_seconds, measured.unavailable_seconds
    earlier = [each for each in given if each.schedule == schedule.key]
    reached = tiers_reached(schedule.tiers, measured, fee=fee)
    found, why = most_given((_limited(each, schedule.caps, downtime, span, fee, earlier) for each in reached), fee=fee)
    said, unsaid = [], []
    for tier in schedule.tiers:
        least = reached_from(tier, counted)
        said.append(f"{_threshold(tier)}: {_NO_LENGTH if least is None else 'yes' if least <= downtime else 'no'}")
        if least is None:
            unsaid.append(f"{tier_words(tier)}: {_NO_LENGTH}.")
    how = "; ".join([*said, why] if why else said)
    if found is None:
        steps = Step("Tier that is reached", how, "none"), Step("Credit", "no tier is reached", "none")
        return Credit(schedule, None, steps, tuple(unsaid))
    first = Step("Tier that is reached", how, found.tier.credit.text)
    return Credit(schedule, found.worth, (first, *found.steps), (*unsaid, *found.open))


def most_of(offered: Sequence[Credit], *, fee: Fee | None = None) -> Credit:
    """Of several schedules for one product and period the one that gives the most: nothing is given twice.

    Of two that cannot be compared it is the one that the agreement lists first, and `open` says so. ValueError when
    none is offered.
    """
    if not offered:
        raise ValueError("offered: there is none to choose from")
    best, problems = offered[0], [problem for each in offered for problem in each.open]
    for each in offered[1:]:
        more = each.worth is not None and (best.worth is None or _more(each.worth, best.worth, fee))
        if more is None:
            problems.append(f"{best.schedule.name} and {each.schedule.name} cannot be compared: {_known(fee)}.")
        best = each if more else best
    if len(offered) == 1:
        return best
    steps = [step._replace(label=f"{each.schedule.name}: {step.label}") for each in offered for step in each.steps]
    how = f"nothing is given twice, {best.schedule.name} gives the most"
    steps.append(Step("Credit", how, best.worth.text if best.worth else "none"))
    return replace(best, steps=tuple(steps), open=tuple(problems))


_NO_LENGTH = "cannot be told, because no calendar says how long that is"


def _threshold(tier: Tier) -> str:
    if tier.below is not None:
        return f"availability below {tier.below.text}"
    return f"downtime from {tier.downtime_from.text} on" if tier.downtime_from else ""


def _given_by(tier: Tier, least: int, downtime: int, fee: Fee | None) -> Reached:
    """What a tier gives that is reached from `least` on."""
    credit, steps, times, length = tier.credit, [], 1, downtime
    if tier.for_each is not None:
        length = _seconds(tier.for_each) or 0
        times += (downtime - least) // length
        how = f"1 + ({downtime:,} − {least:,}) ÷ {length:,}, rounded down"
        steps.append(Step("How often", how, f"{times} time{'' if times == 1 else 's'}"))
    worth = worth_of(credit, downtime=length, fee=fee, times=times)
    how = credit.text
    if credit.unit == "times":
        how = f"{credit.amount} × {time_words(length)}, rounded down"
    elif credit.unit == "percent" and fee is not None:
        steps.append(fee.step)
        how = f"{fee.monthly.text} × {credit.amount} ÷ 100, rounded down"
    steps.append(Step("Credit", f"{times} × {how}" if times > 1 else how, worth.text))
    return Reached(tier, worth, tuple(steps))


def _limited(
    reached: Reached, caps: Iterable[Cap], downtime: int, span: PeriodSpan, fee: Fee | None, given: list[Given]
) -> Reached:
    """What the limits leave of what a tier gives."""
    worth, limits, problems = reached.worth, [], []
    for cap in caps:
        limit, how = _limit(worth.unit, cap, downtime, span, fee, given)
        label = f"Limit: {cap_words(cap, span.period)}"
        if limit is None:
            problems.append(f"{label}: {how}.")
            limits.append(Step(label, how, "cannot be applied"))
        else:
            how = f"{how}, which is {'less' if limit.amount < worth.amount else 'not exceeded'}"
            worth = min(worth, limit, key=lambda each: each.amount)
            limits.append(Step(label, how, worth.text))
    if not limits:
        return reached
    *before, given_by_tier = reached.steps
    how = "the least of these" + (", without a limit that cannot be applied" if problems else "")
    steps = (*before, given_by_tier._replace(label="Credit before limits"), *limits, Step("Credit", how, worth.text))
    return replace(reached, worth=worth, steps=steps, open=tuple(problems))


def _limit(
    unit: str, cap: Cap, downtime: int, span: PeriodSpan, fee: Fee | None, given: list[Given]
) -> tuple[Worth | None, str]:
    """A limit in the unit of a credit, less what used it up before, and how; None with the reason where it has none."""
    window, times = _window(cap, span)
    most = worth_of(cap.at_most, downtime=downtime, fee=fee, times=times)
    within = [each for each in given if window.first_day <= each.span.last_day <= window.last_day]
    limit, used = most.as_unit(unit, fee), [each.worth.as_unit(unit, fee) for each in within]
    if limit is None or None in used:
        return None, f"it has no measure in common with the credit: {_known(fee)}"
    how = f"{times} × {cap.at_most.text} = {limit.text}" if times > 1 else limit.text
    if limit.unit != most.unit:
        how = f"{most.text} = {limit.text}, a day of service being 12 monthly fees ÷ 365, rounded down"
    before = sum((each.amount for each in used if each), Decimal(0))
    if before:
        how = f"{how}, less {Worth(before, unit).text} given already"
    return Worth(max(limit.amount - before, Decimal(0)), unit), how


def _known(fee: Fee | None) -> str:
    return f"the monthly fee is {fee.monthly.text}" if fee else "no monthly fee is known"


def _window(cap: Cap, span: PeriodSpan) -> tuple[PeriodSpan, int]:
    """The time that a limit is for, and how often it fits: a limit per month holds thrice in a quarter.

    Quarters and years of the limit end when the measured ones do. A rolling period counts where its last day lies.
    """
    kind = span.period.kind
    if cap.per == "period" or cap.per == kind:
        return span, 1
    if kind != "rolling" and MONTHS_IN[cap.per] < MONTHS_IN[kind]:
        return span, MONTHS_IN[kind] // MONTHS_IN[cap.per]
    return period_at(Period(cap.per, ends=span.period.ends), span.last_day, span.zone), 1


def _more(one: Worth, other: Worth, fee: Fee | None) -> bool | None:
    """Whether one is worth more than another; None where they cannot be compared."""
    if one.unit == other.unit:
        return one.amount > other.amount
    first, second = one.fees(fee), other.fees(fee)
    return None if first is None or second is None else first > second


def _seconds(length: Duration) -> int | None:
    """None for opening time: downtime is counted round the clock."""
    return None if length.in_business_time else int(length.length().total_seconds())
