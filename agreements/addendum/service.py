"""Chapters about the service itself: hours and windows, how availability is measured, what is left out, credits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from agreements.addendum.content import Block, Cell, Column, Facts, Heading, Item, Table, Text
from agreements.addendum.contract import Contract, listed
from agreements.addendum.example import worked_out
from agreements.document.calendars import CalendarSpec
from agreements.document.credit import cap_words, left_over
from agreements.document.quantities import WEEKDAYS
from agreements.document.service import AvailabilityTerms, ClaimTerms
from agreements.document.steps import time_words

_DAYS = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_NEEDS = {"reason": "a reason", "evidence": "evidence", "approval": "an approval"}
_COUNTED_FROM = {
    "downtime": "the downtime",
    "incident end": "the end of the incident",
    "month end": "the end of the month",
    "quarter end": "the end of the quarter",
}


def windows(contract: Contract) -> tuple[Block, ...]:
    """Opening hours with the holidays of the year, and when maintenance may take place (C14)."""
    specs = list(_calendars(contract))
    rows = tuple(
        (
            Cell(spec.name, note=spec.description, strong=True, clause=spec.clause or ""),
            Cell(_hours(contract, spec), note=_zone(contract, spec)),
            Cell(_length(spec.business_day) or "–"),
        )
        for spec in specs
    )
    columns = (Column("Hours", 5), Column("Open", 6), Column("A business day is", 3))
    blocks: list[Block] = [Table("Opening hours", columns, rows)]
    for each in contract.extensions:
        blocks.append(Text(f"{each.name}, agreed with the client: {each.text}", each.clause or ""))
    blocks += _holidays(contract, specs)
    maintenance = tuple(_maintenance(contract))
    if maintenance:
        blocks += [Heading("Maintenance"), Facts(maintenance)]
    return tuple(blocks)


def _calendars(contract: Contract) -> Iterator[CalendarSpec]:
    """The agreement's calendars, without hours that only other clients have, or that longer ones replace here (E7)."""
    document = contract.document
    others = {each.by for each in document.extensions if each not in contract.extensions}
    replaced = {each.replaces for each in contract.extensions}
    for key in document.calendar_terms.keys:
        if key not in others and key not in replaced:
            yield document.calendars[key]


def _hours(contract: Contract, spec: CalendarSpec) -> str:
    if spec.always:
        return "Every hour of every day"
    if spec.members:
        return f"Whenever one of these is open: {listed(contract.document.calendars[key].name for key in spec.members)}"
    runs: list[tuple[list[str], str]] = []
    for day in WEEKDAYS:
        open_at = " and ".join(f"{each.opens}–{each.closes}" for each in spec.weekly.get(day, ()))
        if runs and runs[-1][1] == open_at:
            runs[-1][0].append(day)
        else:
            runs.append(([day], open_at))
    return ", ".join(f"{_run(days)} {open_at}" for days, open_at in runs if open_at)


def _run(days: list[str]) -> str:
    return _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]}–{_DAYS[days[-1]]}"


def _zone(contract: Contract, spec: CalendarSpec) -> str:
    return "" if spec.always or spec.members else f"{spec.timezone.replace('_', ' ')} time"


def _length(day: timedelta | None) -> str:
    return "" if day is None else time_words(int(day.total_seconds()))


def _holidays(contract: Contract, specs: list[CalendarSpec]) -> Iterator[Block]:
    """Closed days and days with hours of their own, once for all hours that share them."""
    year = contract.shown_on.year
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for spec in specs:
        if spec.always or spec.members:
            continue
        days = {day: (name, "closed") for day, name in spec.holidays_in(year).items()}
        for day, hours in spec.exceptions.items():
            if day.year == year:
                open_at = listed(f"{each.opens}–{each.closes}" for each in hours) or "closed"
                days[day] = (spec.exception_names[day], open_at)
        found = tuple(
            (f"{day:%a} {day.day} {day:%B}", name if what == "closed" else f"{name}, {what}")
            for day, (name, what) in sorted(days.items())
        )
        if year not in spec.known_years:
            yield Text(f"The public holidays of {year} are not known yet for {spec.name}.", quiet=True)
        if found:
            alike.setdefault(found, []).append(spec.name)
    for closed, names in alike.items():
        yield Heading(f"Closed in {year}: {listed(names)}")
        yield Facts(tuple(Item(name, day) for day, name in closed))


def _maintenance(contract: Contract) -> Iterator[Item]:
    terms = contract.document.maintenance
    if terms is None:
        return
    if terms.window:
        hours = contract.calendar(terms.window.calendar)
        note = f"{hours.name}: {_hours(contract, hours)}, {_zone(contract, hours)}".rstrip(", ")
        if terms.window.agreed_per_client:
            note += ". Another window can be agreed with the client."
        yield Item(terms.window.sentence, "Service window", note, terms.window.clause or "")
    if terms.notice:
        yield Item(terms.notice.sentence, "Notice", clause=terms.notice.clause or "")
    if terms.emergency_notice:
        yield Item(terms.emergency_notice.sentence, "Emergency notice", clause=terms.emergency_notice.clause or "")
    if terms.risky_outside:
        hours = contract.calendar(terms.risky_outside)
        yield Item(f"Outside {hours.name}.", "Risky maintenance", clause=terms.clause or "")
    if terms.allowance:
        words = f"At most {terms.allowance.duration.text} a {terms.allowance.per.text}."
        yield Item(words, "Allowance", clause=terms.allowance.clause or "")
    if terms.announced_by:
        yield Item(f"By {listed(terms.announced_by)}.", "Announced", clause=terms.clause or "")
    if terms.overrun_counts and contract.document.availability:
        yield Item("Time beyond an announced window counts as downtime.", "Overrun", clause=terms.clause or "")


def measurement(contract: Contract) -> tuple[Block, ...]:
    """What is promised of availability for this plan, how it is measured, and what the promise leaves in time."""
    terms = contract.document.availability
    if terms is None:
        return ()
    blocks: list[Block] = [Text(terms.sentence, terms.clause or "")] if terms.sentence else []
    blocks += _commitments(contract, terms)
    formula = f"{terms.formula} Printed figures are rounded down; the exact value decides."
    facts = [Item(formula, "Formula", clause=terms.measured_clause or "")]
    zone = (terms.timezone or contract.document.timezone).name.replace("_", " ")
    per = f"Rolling, over {terms.period.rolling.text}" if terms.period.rolling else f"Per calendar {terms.period.text}"
    facts.append(Item(f"{per}, by {zone} time, to the second.", "Period", clause=terms.clause or ""))
    if terms.measured_by:
        facts.append(
            Item(f"{listed(terms.measured_by)}.", "Measured by", clause=terms.measured_clause or terms.clause or "")
        )
    points = tuple(_points(contract))
    if points:
        facts += points
    if terms.counts_from:
        least = (
            f"when it lasts {terms.counts_from.length.text} or longer" if terms.counts_from.length else "",
            f"while {terms.counts_from.error_rate.text} of requests or more fail"
            if terms.counts_from.error_rate
            else "",
        )
        facts.append(Item(f"It counts {listed(least)}.", "Downtime", clause=terms.counts_from.clause or ""))
    blocks += [Heading("Method"), Facts(tuple(facts))]
    if terms.expectations:
        rows = tuple(
            (Cell(each.name, note=each.text, clause=each.clause or ""), Cell(each.value)) for each in terms.expectations
        )
        blocks += [
            Heading("Expectations without a promise"),
            Table(
                "Not promised, and no credit goes with them",
                (Column("Expectation", 3), Column("Value", 1, figures=True)),
                rows,
            ),
        ]
    return tuple(blocks)


def _commitments(contract: Contract, terms: AvailabilityTerms) -> Iterator[Block]:
    """A row per commitment that concerns the contract, with the downtime that it leaves at most in one period."""
    span = contract.document.period_at(contract.shown_on)
    rows = []
    for each in terms.commitments:
        if not contract.concerns(each.plans, each.categories):
            continue
        categories = [contract.document.categories[key].name for key in each.categories if key in contract.categories]
        rows.append(
            (
                Cell(listed(categories) or "Everything that is measured", clause=each.clause or ""),
                Cell(each.percent.text),
                Cell(time_words(left_over(span.seconds, each.percent.value))),
            )
        )
    if not rows:
        yield Text(f"No availability is promised with {contract.plan.name}; it is measured and reported.")
        return
    kind = "Commitment" if terms.liability == "commitment" else "Objective"
    columns = (
        Column("Service", 5),
        Column(kind, 2, figures=True),
        Column(f"Leaves at most in {span.name}", 4, figures=True),
    )
    yield Table("Availability", columns, tuple(rows))
    if terms.liability == "objective":
        yield Text("This is an objective: it is reported, and nothing is owed when it is missed.", terms.clause or "")


def _points(contract: Contract) -> Iterator[Item]:
    """The measured components of the client's products; those of all products where none is known (C7)."""
    document = contract.document
    chosen = [document.products[each.key] for each in contract.products if each.key in document.products.keys]
    for product in chosen or document.products:
        names = [component.name for component in product.components if component.measured]
        if names:
            yield Item(listed(names), f"Points of {product.name}")


def exceptions(contract: Contract) -> tuple[Block, ...]:
    """What is left out of availability, and what each exclusion on record needs (C8)."""
    terms = contract.document.availability
    if terms is None:
        return ()
    if not terms.exclusions:
        return (Text("The agreement leaves nothing out of the measured availability."),)
    items = []
    for each in terms.exclusions:
        note = f"On record with {listed(_NEEDS[need] for need in each.needs)}." if each.needs else ""
        if each.found_by == "beta product" and (beta := [p.name for p in contract.products if p.is_beta]):
            note = f"Now: {listed(beta)}. {note}".rstrip()
        items.append(Item(each.text, each.name, note, each.clause or ""))
    return (
        Text("Time is left out of what is measured, up or down, only for these causes and only where it is on record."),
        Facts(tuple(items)),
    )


def credit_calculation(contract: Contract) -> tuple[Block, ...]:
    """The sentence, each schedule with its tiers and an example worked out, and how to claim (C6, D8, D9)."""
    terms = contract.document.credits
    if terms is None:
        return ()
    blocks: list[Block] = [Text(terms.sentence, terms.clause or "")]
    if terms.scope:
        blocks.append(Text(terms.scope, terms.clause or ""))
    if not terms.offered:
        return tuple(blocks)
    schedules = [each for each in terms.schedules if contract.concerns(each.plans, each.categories)]
    if not schedules:
        return (*blocks, Text(f"No credits are agreed with {contract.plan.name}."))
    for schedule in schedules:
        blocks.append(Heading(schedule.name, schedule.clause or ""))
        concerned = [
            contract.document.categories[key].name for key in schedule.categories if key in contract.categories
        ]
        about = f"For {listed(concerned)}. " if concerned else ""
        stacking = "Tiers are not added up: the one that gives the most applies. " if len(schedule.tiers) > 1 else ""
        measured = contract.document.period_at(contract.shown_on).period
        caps = f"In all {listed(cap_words(cap, measured) for cap in schedule.caps)}." if schedule.caps else ""
        blocks.append(Text(f"{about}{stacking}{caps}".strip() or "One tier, without a cap."))
        blocks += worked_out(contract, schedule)
    if terms.claim:
        blocks += [Heading("Claims"), Facts(tuple(_claim(terms.claim)))]
    return tuple(blocks)


def _claim(claim: ClaimTerms) -> Iterator[Item]:
    yield Item(claim.sentence, "On request" if claim.on_request else "How", clause=claim.clause or "")
    yield Item(f"{claim.within.text} from {_COUNTED_FROM[claim.counted_from]}", "Within", clause=claim.clause or "")
    if claim.evidence:
        label = "Evidence, required" if claim.evidence_required else "Evidence"
        yield Item(f"{listed(claim.evidence)}.", label, clause=claim.clause or "")
