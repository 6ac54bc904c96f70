"""What no term can say by itself: overlapping hours, calendars that never open, contradicting rules, empty plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, product
from math import prod
from typing import Any

from agreements.document.calendar_terms import CalendarTerms
from agreements.document.calendars import ALWAYS, removed_days, specify
from agreements.document.declaration import declared, parts_of
from agreements.document.document import AgreementDocument
from agreements.document.errors import Path, Problem, listed
from agreements.document.model import ENDS, Liability
from agreements.document.promises import Rule
from agreements.document.prose_figures import disagreeing, figures_of
from agreements.document.public_holidays import YEARS, supported_subdivisions
from agreements.document.quantities import WEEKDAYS, Duration, Hours

#: Tables and rules, spelt out one combination of keys each; the largest real agreement needs some dozens.
MAX_COMBINATIONS = 5_000
#: Requests that can be told apart (by product, type, plan and level), and those times the rules each is held against:
#: pages and comparisons work out what every one of them is promised. The largest real agreement has 48 and 864.
MAX_REQUESTS = 20_000
MAX_MATCHES = 2_000_000


def check(
    document: AgreementDocument, paths: Mapping[int, Path], places: Mapping[Path, tuple[int, int]]
) -> Iterator[Problem]:
    """Everything that is wrong between the parts of a document whose references all lead somewhere.

    `paths` says where each part came from, by its identity, and `places` the line and column of every path.
    """
    found = [problem for terms in document.calendar_terms for problem in _calendar(document, terms)]
    yield from found
    if found:
        # Targets stand on calendars; what follows would only repeat the same errors in other words.
        return
    yield from _levels(document)
    yield from _metrics(document)
    yield from _tables(document)
    yield from _targets(document, places)
    yield from _plans(document)
    yield from _incidents(document)
    yield from _maintenance(document)
    yield from _availability(document)
    yield from _credits(document)
    yield from _sentences(document, paths)


def _sentences(document: AgreementDocument, paths: Mapping[int, Path]) -> Iterator[Problem]:
    """A sentence may say how a thing is meant, but no other figure than the part beside it (how binding: the whole)."""
    for part in parts_of(document):
        whole = document if isinstance(part, Liability) else part
        for name, each in declared(part.__class__).items():
            sentence = getattr(part, each.field) if each.term.restates else ""
            if sentence and (wrong := disagreeing(sentence, whole)):
                said = "" if whole is document else f": {listed(figures_of(part))}"
                told = (
                    f"“{wrong}” is not what is said beside it{said}. Change one of the two, or leave this sentence out."
                )
                yield Problem((*paths[id(part)], name), told)


def _calendar(document: AgreementDocument, terms: CalendarTerms) -> Iterator[Problem]:
    path = ("calendars", terms.key)
    kinds = sum(map(bool, (terms.always, terms.union, terms.weekly)))
    if terms.key == ALWAYS and not terms.always:
        yield Problem(path, "“always” is the calendar that never closes. Choose another name.", at_key=True)
        return
    if kinds != 1:
        sentence = "A calendar has either weekly hours, or “always: true”, or a union of other calendars."
        yield Problem(path, sentence if kinds else f"This calendar has no open hour. {sentence}", at_key=True)
        return
    if terms.business_day and terms.business_day.unit not in ("hour", "minute"):
        sentence = "Say how many hours of opening time make a business day, such as “8 hours”."
        yield Problem((*path, "business_day"), sentence)
        return
    for position, member in enumerate(terms.union):
        if document.parts["calendar"][member].union:
            sentence = f"“{member}” is a union itself. Name the calendars it is made of instead."
            yield Problem((*path, "union", position), sentence)
    if terms.weekly:
        yield from [*_hours(document, terms)] or [*_holidays(document, terms)] or _openings(document, terms)
    for name in ("holidays", "exceptions"):
        if getattr(terms, name) and not terms.weekly:
            sentence = "Only a calendar with weekly hours can have holidays and days of its own."
            yield Problem((*path, name), sentence, at_key=True)


def _hours(document: AgreementDocument, terms: CalendarTerms) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    written_days = document.data["calendars"][terms.key]["weekly"]
    for written, (weekdays, hours) in zip(written_days, (terms.weekly or {}).items(), strict=True):
        path = ("calendars", terms.key, "weekly", written)
        yield from _overlaps(hours, path)
        for day in weekdays.days:
            if day in seen:
                sentence = f"{day} has its hours under “{seen[day]}” already. Name each day once."
                yield Problem(path, sentence, at_key=True)
            seen[day] = written
    for position, own in enumerate(terms.exceptions):
        yield from _overlaps(own.hours, ("calendars", terms.key, "exceptions", position, "hours"))


def _overlaps(hours: tuple[Hours, ...], path: Path) -> Iterator[Problem]:
    ordered = sorted(enumerate(hours), key=lambda item: item[1])
    for (_, earlier), (position, later) in pairwise(ordered):
        if later.opens < earlier.closes:
            sentence = f"{later.opens}-{later.closes} overlaps {earlier.opens}-{earlier.closes}. Join them or move one."
            yield Problem((*path, position), sentence)


def _holidays(document: AgreementDocument, terms: CalendarTerms) -> Iterator[Problem]:
    given, path = terms.holidays, ("calendars", terms.key, "holidays")
    if given is None:
        return
    country, region = given.country, given.subdivision
    regions = supported_subdivisions(country) if country else ()
    days = document.public_holidays(given).days
    if region and not country:
        yield Problem((*path, "subdivision"), "A region needs its country beside it.")
    elif regions is None:
        sentence = f"No holidays are known for the country “{country}”. Use its ISO code, such as NL."
        yield Problem((*path, "country"), sentence)
    elif region and region not in regions:
        sentence = f"“{region}” is not a region of {country}. There are: {listed(regions, 60)}."
        yield Problem((*path, "subdivision"), sentence)
    elif not all(removed_days(removed, days) for removed in given.removed):
        known = ", ".join(sorted({part for name in days.values() for part in name.split("; ")})[:30]) or "none"
        yield Problem((*path, "removed"), f"There is no such holiday to remove. The holidays here: {known}.")


def _openings(document: AgreementDocument, terms: CalendarTerms) -> Iterator[Problem]:
    """A calendar must open in every year, or a target on it could never fall due."""
    # Not of the document's own, which has the other calendars too: those may not be right yet.
    spec = specify(terms, document.timezone.name, document.public_holidays(terms.holidays))
    working = {day for day, hours in spec.weekly.items() if hours}
    # A year holds each weekday at least 52 times.
    openings = dict.fromkeys(YEARS, 52 * len(working))
    for day in spec.holidays:
        # A closed day of its own may lie in a year beyond those.
        if day.year in openings and WEEKDAYS[day.weekday()] in working:
            openings[day.year] -= 1
    shut = [year for year, count in openings.items() if count <= 0]
    if shut:
        when = "" if len(shut) == len(YEARS) else f" in {shut[0]}"
        sentence = f"This calendar has no open hour{when}. Give it opening hours."
        yield Problem(("calendars", terms.key, "weekly"), sentence)


def _levels(document: AgreementDocument) -> Iterator[Problem]:
    for scheme in document.schemes:
        ranks: dict[int, str] = {}
        for level in scheme.levels:
            path: Path = ("schemes", scheme.key, "levels", level.key, "rank")
            if level.rank in ranks:
                sentence = f"Rank {level.rank} is that of “{ranks[level.rank]}” already. Each level has its own."
                yield Problem(path, sentence)
            elif level.rank < max(ranks, default=0):
                yield Problem(path, "List the levels from the highest, rank 1, downwards.")
            ranks[level.rank] = level.name
    words: dict[str, str] = {}
    for level in document.levels:
        for word in {text.casefold() for text in (level.name, level.label, *level.aliases) if text}:
            if word in words:
                path = ("schemes", document.scheme.key, "levels", level.key)
                sentence = f"“{word}” would name both “{words[word]}” and “{level.name}” in a subject."
                yield Problem(path, sentence, at_key=True)
            words[word] = level.name


def _metrics(document: AgreementDocument) -> Iterator[Problem]:
    for metric in document.metrics:
        path, ends = ("metrics", metric.key), ENDS[metric.key]
        if "stopped_by" in document.data["metrics"][metric.key] and metric.stopped_by not in ends:
            sentence = f"“{metric.stopped_by}” cannot end this metric. It can end by: {listed(ends)}."
            yield Problem((*path, "stopped_by"), sentence)
        if metric.starts_with != "receipt" and metric.key in ("next_response", "update"):
            yield Problem((*path, "starts_with"), "Each message starts this clock anew. Leave “starts_with” out.")
        elif (metric.key, metric.starts_with) == ("first_response", "first response"):
            yield Problem((*path, "starts_with"), "A first response cannot wait for itself.")
        if metric.workaround_resolves and metric.key != "resolution":
            yield Problem((*path, "workaround_resolves"), "A workaround can resolve only the metric “resolution”.")
        elif metric.workaround_resolves and metric.stopped_by == "solution":
            sentence = "This says that only a solution ends it, and that a workaround does too. Drop one of the two."
            yield Problem((*path, "workaround_resolves"), sentence)


def _tables(document: AgreementDocument) -> Iterator[Problem]:
    for position, table in enumerate(document.targets.tables):
        for level, cells_by_metric in table.rows.items():
            for metric, cells in cells_by_metric.items():
                if len(cells) not in (1, len(table.plans)):
                    columns = f"the table has {len(table.plans)} plans" if table.plans else "the table names no plans"
                    path = ("targets", "tables", position, "rows", level, metric)
                    sentence = (
                        f"This row has {len(cells)} cells, but {columns}. Give one cell for each, or one for all."
                    )
                    yield Problem(path, sentence)


def _targets(document: AgreementDocument, places: Mapping[Path, tuple[int, int]]) -> Iterator[Problem]:
    special = {product for rule in document.rules for product in rule.products}
    requests = (1 + len(special)) * len(document.request_types) * len(document.plans) * len(document.levels)
    if requests > MAX_REQUESTS or requests * len(document.rules) > MAX_MATCHES:
        sentence = (
            f"Products with targets of their own, request types, plans and levels make {requests:,} different requests "
            f"here, for {len(document.rules):,} targets. Have fewer of them."
        )
        yield Problem(("targets",), sentence)
        return
    size = 0
    seen: dict[tuple[str, tuple[str, ...]], Rule] = {}
    for rule in document.rules:
        yield from _calendar_of(document, rule)
        size += prod(max(len(keys), 1) for keys in rule.narrowed)
        if size > MAX_COMBINATIONS:
            sentence = f"These targets spell out more than {MAX_COMBINATIONS:,} combinations. Use fewer, wider rules."
            yield Problem(("targets",), sentence)
            return
        for combination in rule.combinations():
            first = seen.setdefault((rule.metric, combination), rule)
            if first is not rule:
                line = places.get(first.path, (0, 0))[0]
                named = ", ".join(key for key in combination if key) or "everything"
                sentence = f"The target for {named} is given in line {line} already. Keep one of the two."
                yield Problem(rule.path, sentence)
                break


def _calendar_of(document: AgreementDocument, rule: Rule) -> Iterator[Problem]:
    duration = rule.pledge.duration
    yield from _counted(document, duration, rule.calendar, rule.path)
    if duration is None or duration.in_business_time:
        return
    written = _written_calendar(document.data, rule)
    if written is not None and not document.calendars[written].always:
        sentence = (
            f"“{duration.text}” is elapsed time, but the calendar “{written}” closes. "
            "Write “business” before the unit, or drop the calendar."
        )
        yield Problem(rule.path, sentence)


def _written_calendar(data: Any, rule: Rule) -> str | None:
    """The calendar given at the cell, rule or table itself; the document's default contradicts nothing."""
    value, found = data, None
    for step in rule.path:
        value = value[step]
        if isinstance(value, dict) and isinstance(value.get("calendar"), str) and value is not data["targets"]:
            found = value["calendar"]
    return found


def _counted(document: AgreementDocument, duration: Duration | None, calendar: str, path: Path) -> Iterator[Problem]:
    """Opening time needs hours that close, and business days hours that say how long one is."""
    spec = document.calendars[calendar]
    if duration is not None and duration.in_business_time and spec.always:
        sentence = f"“{duration.text}” is opening time, but “{calendar}” never closes. Write it without “business”."
        yield Problem(path, sentence)
    elif duration is not None and duration.in_business_days and spec.business_day is None:
        sentence = f"“{duration.text}” needs a length: add “business_day: 8 hours” to the calendar “{calendar}”."
        yield Problem(path, sentence)


def _plans(document: AgreementDocument) -> Iterator[Problem]:
    promised = [rule.plans for rule in document.rules if rule.pledge.kind != "none"]
    for plan in document.plans:
        if not any(not plans or plan.key in plans for plans in promised):
            sentence = f"The plan “{plan.name}” has no targets. Promise at least one thing, if only “best effort”."
            yield Problem(("plans", plan.key), sentence, at_key=True)
        if plan.allowance and document.coverage.beyond_allowance is None:
            sentence = "Say under coverage, beyond_allowance, what happens once this is used up."
            yield Problem(("plans", plan.key, "allowance"), sentence)


def _incidents(document: AgreementDocument) -> Iterator[Problem]:
    if document.incidents is None:
        return
    for level in document.incident_levels:
        if level.key not in document.incidents.levels:
            yield Problem(("incidents", "levels"), f"Say what happens at the level “{level.name}”.", at_key=True)
    for key, terms in document.incidents.levels.items():
        path = ("incidents", "levels", key)
        yield from _counted(document, terms.update_every.duration, terms.calendar, (*path, "update_every"))
        for position, step in enumerate(terms.steps):
            if step not in document.incidents.steps.keys:
                sentence = f"The step “{step}” is not described under incidents, steps."
                yield Problem((*path, "steps", position), sentence)


def _maintenance(document: AgreementDocument) -> Iterator[Problem]:
    terms = document.maintenance
    if terms is None:
        return
    for name in ("notice", "emergency_notice"):
        notice = getattr(terms, name)
        path = ("maintenance", name, "at_least")
        yield from _counted(document, notice and notice.at_least, document.targets.calendar, path)
    if terms.allowance:
        yield from _elapsed(terms.allowance.duration, ("maintenance", "allowance", "duration"), "maintenance")


def _availability(document: AgreementDocument) -> Iterator[Problem]:
    if document.availability is None:
        return
    if document.availability.counts_from:
        yield from _elapsed(document.availability.counts_from.length, ("availability", "counts_from", "length"))
    seen: set[tuple[str, str]] = set()
    for position, commitment in enumerate(document.availability.commitments):
        promised = set(product(commitment.categories or ("",), commitment.plans or ("",)))
        if promised & seen:
            path = ("availability", "commitments", position)
            yield Problem(path, "Another commitment says this for the same services and plans already.")
        seen |= promised


def _credits(document: AgreementDocument) -> Iterator[Problem]:
    if document.credits is None:
        return
    if document.credits.offered and (not document.credits.schedules or document.credits.claim is None):
        yield Problem(("credits",), "Credits that are offered need schedules and a claim section.", at_key=True)
    for schedule in document.credits.schedules:
        last = None
        for position, tier in enumerate(schedule.tiers):
            path: Path = ("credits", "schedules", schedule.key, "tiers", position)
            if (tier.below is None) == (tier.downtime_from is None):
                sentence = "A tier starts either below a percentage or from a length of downtime on. Give one of them."
                yield Problem(path, sentence)
                continue
            if tier.below is not None:
                if last is not None and tier.below.value >= last:
                    yield Problem(path, f"List the tiers from the mildest down: this is not below {last} %.")
                last = tier.below.value
            for name in ("downtime_from", "for_each"):
                yield from _elapsed(getattr(tier, name), (*path, name))


def _elapsed(length: Duration | None, path: Path, what: str = "downtime") -> Iterator[Problem]:
    """Downtime and maintenance last by the clock: no calendar is named that could say how long opening time is."""
    if length is not None and length.in_business_time:
        sentence = f"“{length.text}” is opening time, but {what} is counted around the clock."
        yield Problem(path, f"{sentence} Write minutes, hours or calendar days.")
