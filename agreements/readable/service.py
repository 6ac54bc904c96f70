"""What an agreement says about the service itself: maintenance, availability, what is left out, and credits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agreements.document.credit import cap_words, left_over, reached_from, tier_words
from agreements.document.period import PeriodSpan
from agreements.document.service_terms import AvailabilityTerms, Commitment, CreditSchedule, Exclusion, Tier
from agreements.readable.blocks import Block, Blocks, Cell, Column, Heading, Line, Table, Text, below, facts
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of, lines, opening
from shell.wording import listed, notes, sentence, time_words

#: What has an end that is announced, so that it can be overrun.
ANNOUNCED = ("maintenance", "emergency maintenance", "approved change")


def maintenance(reader: Reader) -> Blocks:
    """When maintenance may happen and how early it is announced (B16, C14)."""
    terms = reader.document.maintenance
    return facts(*lines(reader, terms)) if terms else ()


def availability(reader: Reader) -> Blocks:
    """Commitments, measurement, expectations without credit (A8, B4, B5, C6, C7, D7, D10)."""
    terms = reader.document.availability
    if terms is None:
        return ()
    expected = (Line(each.name, each.value, each.clause, notes(each.text)) for each in terms.expectations)
    unpromised = Text("These figures are published to set expectations. There is no credit for them.", quiet=True)
    return (
        *opening(reader, terms, "liability"),
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
    zone = (terms.timezone or reader.document.timezone).text
    period = f"any {terms.period.rolling.text}" if terms.period.rolling else f"each {terms.period.text}"
    exact = "Printed figures are rounded down; the exact value decides."
    yield Line("Measured over", f"{sentence(period)}, in {zone} time.", terms.measured_clause, (exact,))
    yield from lines(reader, terms)
    if reader.products is not None:
        for product in reader.known_products:
            if points := [part.name for part in product.components if part.measured]:
                yield Line(f"Points of {product.name}", listed(points), terms.measured_clause)


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
        *facts(*(_excluded(reader, each) for each in terms.exclusions)),
    )


def _excluded(reader: Reader, exclusion: Exclusion) -> Line:
    line = line_of(reader, exclusion, but=() if exclusion.found_by in ANNOUNCED else ("overrun_counts",))
    beta = [each.name for each in reader.products or () if each.is_beta] if exclusion.found_by == "beta product" else []
    return replace(line, notes=(f"Now: {listed(beta)}.", *line.notes)) if beta else line


def credit(reader: Reader) -> Blocks:
    """What is given back, by how much, up to what, and how to claim it (C6, D8, D9)."""
    terms = reader.document.credits
    if terms is None:
        return ()
    words = (*opening(reader, terms, "offered"), *((Text(terms.scope),) if terms.scope else ()))
    if not terms.offered:
        return words
    schedules = [each for each in terms.schedules if reader.concerns(each.plans, each.categories)]
    if not schedules:
        return (*words, Text("No credits are agreed here."))
    worked = (block for each in schedules for block in _schedule(reader, each))
    claim = (line_of(reader, terms.claim, "How to claim"), *lines(reader, terms.claim)) if terms.claim else ()
    return (*words, *worked, *below("Claims", facts(*claim)))


def _schedule(reader: Reader, schedule: CreditSchedule) -> Iterator[Block]:
    """Its steps from the mildest on, its limits, and what it is for."""
    yield Heading(schedule.name, schedule.clause)
    holds_for = listed((reader.of_plans(schedule.plans), reader.of_categories(schedule.categories)))
    if holds_for:
        yield Text(f"For {holds_for}", quiet=True)
    span = reader.document.period_at(reader.on)
    columns = (Column("Reached by", 3), Column("Credit", 2, figures=True))
    rows = tuple((_tier(tier, span), Cell(tier.credit.text)) for tier in schedule.tiers)
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
    in_time = f"In {span.name} from {time_words(least)} of downtime on." if least else ""
    return Cell(sentence(tier_words(tier)), notes(in_time))
