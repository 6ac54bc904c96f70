"""A credit worked out by an example, one calculation step by step.

The example is made from the terms themselves: the period is the one that the document was produced in, the downtime is
one that reaches the second tier where there is one, so that it can be seen that tiers do not add up.
"""

from __future__ import annotations

from agreements.addendum.contract import Contract
from agreements.document.credit import by_depth, credit_of
from agreements.document.figure import Availability
from agreements.document.service_terms import CreditSchedule, Tier
from agreements.readable.blocks import Cell, Column, Table
from shell.wording import time_words

EXAMPLE_EXCLUDED = 2 * 3600
ROUND = 5 * 60


def worked_out(contract: Contract, schedule: CreditSchedule) -> Table:
    """The steps of one schedule, for the period in which the document is shown."""
    span = contract.document.period_at(contract.shown_on)
    terms = contract.document.availability
    exclusions = terms.exclusions if terms else ()
    exclusion = next((each for each in exclusions if each.found_by == "maintenance"), next(iter(exclusions), None))
    excluded = EXAMPLE_EXCLUDED if exclusion else 0
    downtime = _downtime(schedule.tiers, span.seconds - excluded)
    measured = Availability(span.seconds, excluded, 0, downtime)
    shown = measured.steps(
        excluded=f"{exclusion.name}, for example {time_words(excluded)}" if exclusion else "",
        unavailable=f"for example {time_words(downtime)}",
    )
    credit = credit_of(schedule, measured, span=span, fee=contract.fee)
    columns = (Column("Step", 3), Column("Arithmetic", 5), Column("Result", 3, figures=True))
    rows = tuple(tuple(map(Cell, step)) for step in (span.step, *shown, *credit.steps))
    return Table(f"{schedule.name}: an example", columns, rows, total=True)


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
