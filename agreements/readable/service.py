"""What an agreement says about the service itself: maintenance, availability, what is left out, and credits."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.document.credit import cap_words, credit_words, left_over, reached_from, tier_words
from agreements.document.period import PeriodSpan
from agreements.document.service import (
    AvailabilityTerms,
    ClaimTerms,
    Commitment,
    CreditSchedule,
    Exclusion,
    Notice,
    Tier,
)
from agreements.readable.blocks import Block, Blocks, Cell, Column, Heading, Line, Table, Text, below, facts
from agreements.readable.reader import Reader
from shell.wording import listed, notes, sentence, time_words

PLACES = {"status page": "on the status page", "mail": "by mail", "ticket": "in a ticket"}
FOUND_BY = {
    "hand": "",
    "maintenance": "Found from recorded maintenance.",
    "emergency maintenance": "Found from recorded emergency maintenance.",
    "beta product": "Found from products that are marked beta or early access for a client.",
    "approved change": "Found from recorded changes that were approved.",
}
ANNOUNCED = ("maintenance", "emergency maintenance", "approved change")
NEEDS = {"reason": "its reason", "evidence": "evidence", "approval": "who approved it"}
COUNTED_FROM = {
    "downtime": "the downtime",
    "incident end": "the end of the incident",
    "month end": "the end of the month",
    "quarter end": "the end of the quarter",
}
LIABILITY = {
    "commitment": "A commitment, not only an aim.",
    "objective": "An objective: it is reported, and nothing is owed when it is missed.",
    "best endeavours": "Best endeavours: tried within reason, without liability for a figure.",
}


def maintenance(reader: Reader) -> Blocks:
    """When maintenance may happen and how early it is announced (B16, C14)."""
    return facts(*_maintenance(reader))


def _maintenance(reader: Reader) -> Iterator[Line]:
    terms = reader.document.maintenance
    if terms is None:
        return
    if terms.notice:
        yield Line("Planned maintenance", terms.notice.sentence, terms.notice.clause, _notice(terms.notice))
    if terms.emergency_notice:
        notice = terms.emergency_notice
        yield Line("Emergency maintenance", notice.sentence, notice.clause, _notice(notice))
    if terms.window:
        own = "A client can agree another window." if terms.window.agreed_per_client else ""
        hours = f"Hours: {reader.hours(terms.window.calendar)}."
        yield Line("Service window", terms.window.sentence, terms.window.clause, notes(hours, own))
    if terms.risky_outside:
        yield Line("Risky work", f"Kept outside these hours: {reader.hours(terms.risky_outside)}.", terms.clause)
    if terms.allowance:
        said = f"At most {terms.allowance.duration.text} of planned maintenance {terms.allowance.per.rate}."
        yield Line("How much", said, terms.allowance.clause)
    if terms.announced_by:
        yield Line("Announced", f"{sentence(listed(PLACES[each] for each in terms.announced_by))}.", terms.clause)
    overrun = (
        "Time beyond the announced end counts as downtime."
        if terms.overrun_counts
        else "Time beyond the announced end does not count as downtime."
    )
    yield Line("Overrun", overrun, terms.clause)


def _notice(notice: Notice) -> tuple[str, ...]:
    return notes(
        f"At least {notice.at_least.text} ahead.",
        "Urgent work may come with less notice." if notice.unless_urgent else "",
    )


def availability(reader: Reader) -> Blocks:
    """Commitments, measurement, expectations without credit (A8, B4, B5, C6, C7, D7, D10)."""
    terms = reader.document.availability
    if terms is None:
        return ()
    expected = (Line(each.name, each.value, each.clause, notes(each.text)) for each in terms.expectations)
    unpromised = Text("These figures are published to set expectations. There is no credit for them.", quiet=True)
    return (
        *((Text(terms.sentence, terms.clause),) if terms.sentence else ()),
        Text(LIABILITY[terms.liability], None if terms.sentence else terms.clause, quiet=True),
        _commitments(reader, terms),
        *facts(*_measurement(reader, terms)),
        *below("Expected, not promised", (*facts(*expected), unpromised) if terms.expectations else ()),
    )


def _commitments(reader: Reader, terms: AvailabilityTerms) -> Table | Text:
    """The promised percentages that concern the reader (B4, C6, D7)."""
    concerned = [each for each in terms.commitments if reader.concerns(each.plans, each.categories)]
    if not concerned:
        return Text("No availability is promised here; it is measured and reported.")
    by_plan = any(reader.of_plans(each.plans) for each in concerned)
    rows = tuple(
        (
            Cell(reader.of_categories(each.categories) or "Everything measured"),
            *((Cell(reader.of_plans(each.plans) or "Every plan"),) if by_plan else ()),
            Cell(each.percent.text, (_leaves(reader, each),), each.clause),
        )
        for each in concerned
    )
    columns = (Column("Service", 5), *((Column("Plan", 4),) if by_plan else ()), Column("At least", 2, figures=True))
    return Table("Promised availability", columns, rows)


def _leaves(reader: Reader, commitment: Commitment) -> str:
    span = reader.document.period_at(reader.on)
    return f"at most {time_words(left_over(span.seconds, commitment.percent.value))} of downtime in {span.name}"


def _measurement(reader: Reader, terms: AvailabilityTerms) -> Iterator[Line]:
    """How availability is measured: period, formula, where, and from when downtime counts (B5, C7)."""
    zone = (terms.timezone or reader.document.timezone).name.replace("_", " ")
    period = f"any {terms.period.rolling.text}" if terms.period.rolling else f"each {terms.period.text}"
    exact = ("Printed figures are rounded down; the exact value decides.",)
    yield Line("Measured over", f"{sentence(period)}, in {zone} time.", terms.measured_clause)
    yield Line("Calculated", terms.formula, terms.measured_clause, exact)
    if terms.measured_by:
        yield Line("Measured by", f"{listed(terms.measured_by)}.", terms.measured_clause)
    if reader.products is not None:
        for product in reader.known_products:
            if points := [part.name for part in product.components if part.measured]:
                yield Line(f"Points of {product.name}", listed(points), terms.measured_clause)
    if terms.counts_from:
        length = f"{terms.counts_from.length.text} of downtime" if terms.counts_from.length else ""
        rate = f"an error rate of {terms.counts_from.error_rate.text}" if terms.counts_from.error_rate else ""
        said = f"Only from {listed((length, rate))} on; what is shorter or milder is left out."
        yield Line("What counts", said, terms.counts_from.clause)


def exclusions(reader: Reader) -> Blocks:
    """What is not downtime (A9, B3, B7, C8, C11)."""
    terms = reader.document.availability
    if terms is None:
        return ()
    if not terms.exclusions:
        return (Text("The agreement leaves nothing out of the measured availability."),)
    only = "Time is left out of what is measured, up or down, only for these causes and only where it is on record."
    return (
        Text(only, quiet=True),
        *facts(*(Line(each.name, each.text, each.clause, _excluded(reader, each)) for each in terms.exclusions)),
    )


def _excluded(reader: Reader, exclusion: Exclusion) -> tuple[str, ...]:
    overrun = ""
    if exclusion.found_by in ANNOUNCED:
        overrun = (
            "Time beyond the announced end counts as downtime."
            if exclusion.overrun_counts
            else "Time beyond the announced end is left out as well."
        )
    beta = [each.name for each in reader.products or () if each.is_beta] if exclusion.found_by == "beta product" else []
    now = f"Now: {listed(beta)}." if beta else ""
    needs = f"Recorded with {listed(NEEDS[each] for each in exclusion.needs)}." if exclusion.needs else ""
    return notes(FOUND_BY[exclusion.found_by], now, overrun, needs)


def credit(reader: Reader) -> Blocks:
    """What is given back, by how much, up to what, and how to claim it (C6, D8, D9)."""
    terms = reader.document.credits
    if terms is None:
        return ()
    said = (Text(terms.sentence, terms.clause), *((Text(terms.scope),) if terms.scope else ()))
    if not terms.offered:
        return said
    schedules = [each for each in terms.schedules if reader.concerns(each.plans, each.categories)]
    if not schedules:
        return (*said, Text("No credits are agreed here."))
    worked = (block for each in schedules for block in _schedule(reader, each))
    return (*said, *worked, *below("Claims", facts(*_claim(terms.claim))))


def _schedule(reader: Reader, schedule: CreditSchedule) -> Iterator[Block]:
    """Its steps from the mildest on, its limits, and what it is for."""
    yield Heading(schedule.name, schedule.clause)
    holds_for = listed((reader.of_plans(schedule.plans), reader.of_categories(schedule.categories)))
    if holds_for:
        yield Text(f"For {holds_for}", quiet=True)
    span = reader.document.period_at(reader.on)
    columns = (Column("Reached by", 3), Column("Credit", 2, figures=True))
    rows = tuple((_tier(tier, span), Cell(credit_words(tier.credit))) for tier in schedule.tiers)
    yield Table(f"{schedule.name}: tiers", columns, rows)
    if len(schedule.tiers) > 1:
        yield Text("Tiers are not added up: of those that are reached the one that gives the most applies.", quiet=True)
    if schedule.caps:
        yield Text(f"In all {listed(cap_words(cap, span.period) for cap in schedule.caps)}.")
    if reader.example:
        yield from reader.example(schedule)


def _tier(tier: Tier, span: PeriodSpan) -> Cell:
    """What reaches it, and how much downtime that is in the period of the day."""
    least = reached_from(tier, span.seconds) if tier.below else None
    in_time = f"from {time_words(least)} of downtime on in {span.name}" if least else ""
    return Cell(sentence(tier_words(tier)), notes(in_time))


def _claim(claim: ClaimTerms | None) -> Iterator[Line]:
    """How a credit is asked for (D9)."""
    if claim is None:
        return
    asked = (
        "Nothing is given without a claim."
        if claim.on_request
        else "Credits are given without a claim; one can still be made."
    )
    window = f"Within {claim.within.text} of {COUNTED_FROM[claim.counted_from]}."
    evidence = "Evidence is required." if claim.evidence_required else "No evidence is required."
    yield Line("How to claim", claim.sentence, claim.clause, (asked, window, evidence))
    if claim.evidence:
        yield Line("What serves as evidence", f"{listed(claim.evidence, last='or')}.", claim.clause)
