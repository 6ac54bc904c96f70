"""A credit worked out by an example, as two tables: what reaches each tier, and one calculation step by step.

The example is made from the terms themselves: the period is the one that the document was produced in, the downtime is
one that reaches the second tier where there is one, so that it can be seen that tiers do not add up.
"""

from __future__ import annotations

from agreements.addendum.content import Cell, Column, Table
from agreements.addendum.contract import Contract
from agreements.document.credit import by_depth, credit_of, credit_words, reached_from, tier_words, worth_of
from agreements.document.figure import Availability
from agreements.document.period import PeriodSpan
from agreements.document.service import CreditSchedule, Exclusion, Tier
from agreements.document.steps import time_words

EXAMPLE_EXCLUDED = 2 * 3600
ROUND = 5 * 60


def worked_out(contract: Contract, schedule: CreditSchedule) -> tuple[Table, Table]:
    """Both tables of one schedule, for the period in which the document is shown."""
    span = contract.document.period_at(contract.shown_on)
    terms = contract.document.availability
    exclusions = terms.exclusions if terms else ()
    exclusion = next((each for each in exclusions if each.found_by == "maintenance"), next(iter(exclusions), None))
    excluded = EXAMPLE_EXCLUDED if exclusion else 0
    counted = span.seconds - excluded
    measured = Availability(span.seconds, excluded, 0, _downtime(schedule.tiers, counted))
    return _tiers(contract, schedule, span, counted), _steps(contract, schedule, span, measured, exclusion)


def _downtime(tiers: tuple[Tier, ...], counted: int) -> int:
    """What reaches the second tier, or the only one: a round time where one lies before the next tier."""
    depths = [(least, tier) for least, tier in by_depth(tiers, counted) if least <= counted]
    if not depths:
        return min(ROUND, counted)
    place = min(1, len(depths) - 1)
    least, tier = depths[place]
    if tier.for_each is not None:
        return min(least + int(tier.for_each.length().total_seconds()) * 3 // 2, counted)
    after = depths[place + 1][0] if place + 1 < len(depths) else counted + 1
    rounded = -(-least // ROUND) * ROUND
    return rounded if rounded < after else least


def _tiers(contract: Contract, schedule: CreditSchedule, span: PeriodSpan, counted: int) -> Table:
    rows, fee = [], contract.fee
    for tier in sorted(schedule.tiers, key=lambda tier: reached_from(tier, counted) or 0):
        least, words = reached_from(tier, counted), tier_words(tier)
        in_money = tier.credit.kind == "percent_of_monthly_fee" and fee is not None
        note = worth_of(tier.credit, downtime=0, fee=fee).text if in_money else ""
        reached = "–" if least is None else time_words(least)
        rows.append((Cell(words[:1].upper() + words[1:]), Cell(reached), Cell(credit_words(tier.credit), note=note)))
    name = f"{schedule.name}: tiers, and from how much downtime on in {span.name}"
    if counted < span.seconds:
        name += f" with {time_words(span.seconds - counted)} left out"
    columns = (Column("Tier", 3), Column("Reached from", 2, figures=True), Column("Credit", 3, figures=True))
    return Table(name, columns, tuple(rows), clause=schedule.clause or "")


def _steps(
    contract: Contract, schedule: CreditSchedule, span: PeriodSpan, measured: Availability, exclusion: Exclusion | None
) -> Table:
    left_out = f"{exclusion.name}, for example {time_words(measured.excluded_seconds)}" if exclusion else ""
    downtime = f"for example {time_words(measured.unavailable_seconds)}"
    credit = credit_of(schedule, measured, span=span, fee=contract.fee)
    steps = (span.step, *measured.steps(excluded=left_out, unavailable=downtime), *credit.steps)
    columns = (Column("Step", 3), Column("Arithmetic", 5), Column("Result", 3, figures=True))
    rows = tuple(tuple(map(Cell, step)) for step in steps)
    return Table(f"{schedule.name}: an example", columns, rows, total=True)
