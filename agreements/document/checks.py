"""What the schema cannot say: overlapping hours, calendars that never open, contradicting rules, empty plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from agreements.document.calendars import ALWAYS, removed_days, specify
from agreements.document.declaration import declared, parts_of
from agreements.document.document import AgreementDocument
from agreements.document.errors import Path, listed
from agreements.document.model import ENDS, CalendarTerms, Liability
from agreements.document.promises import Rule
from agreements.document.public_holidays import YEARS, public_holidays, supported_subdivisions
from agreements.document.quantities import WEEKDAYS, Duration, Hours
from agreements.document.sentences import disagreeing, figures_of
from agreements.document.source import Source

#: Tables and rules, spelt out one combination of keys each; the largest real agreement needs some dozens.
MAX_COMBINATIONS = 5_000
#: Requests that can be told apart (by product, type, plan and level), and those times the rules each is held against:
#: pages and comparisons work out what every one of them is promised. The largest real agreement has 48 and 864.
MAX_REQUESTS = 20_000
MAX_MATCHES = 2_000_000


def check(document: AgreementDocument, paths: Mapping[int, Path], source: Source) -> None:
    """Report everything that is wrong between the parts of a document whose references all lead somewhere.

    `paths` says where each part came from, by its identity.
    """
    for terms in document.calendar_terms:
        _check_calendar(document, terms, source)
    if source.problems:
        # Targets stand on calendars; what follows would only repeat the same errors in other words.
        return
    _check_levels(document, source)
    _check_metrics(document, source)
    _check_tables(document, source)
    _check_targets(document, source)
    _check_plans(document, source)
    _check_incidents(document, source)
    _check_availability(document, source)
    _check_credits(document, source)
    _check_sentences(document, paths, source)


def _check_sentences(document: AgreementDocument, paths: Mapping[int, Path], source: Source) -> None:
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
                source.report((*paths[id(part)], name), told)


def _check_calendar(document: AgreementDocument, terms: CalendarTerms, source: Source) -> None:
    path = ("calendars", terms.key)
    if terms.key == ALWAYS and not terms.always:
        source.report(path, "“always” is the calendar that never closes. Choose another name.", at_key=True)
        return
    kinds = [
        name for name, given in (("always", terms.always), ("union", terms.union), ("weekly", terms.weekly)) if given
    ]
    if len(kinds) != 1:
        sentence = "A calendar has either weekly hours, or “always: true”, or a union of other calendars."
        if not kinds:
            sentence = f"This calendar has no open hour. {sentence}"
        source.report(path, sentence, at_key=True)
        return
    if terms.union:
        _check_union(document, terms, source)
    if terms.weekly is None:
        for name in ("holidays", "exceptions"):
            if getattr(terms, name):
                source.report(
                    (*path, name),
                    "Only a calendar with weekly hours can have holidays and days of its own.",
                    at_key=True,
                )
    elif _check_hours(terms, source) and _check_holidays(terms, source):
        _check_it_opens(document, terms, source)
    if terms.business_day and (terms.business_day.unit not in ("hour", "minute")):
        source.report(
            (*path, "business_day"), "Say how many hours of opening time make a business day, such as “8 hours”."
        )


def _check_union(document: AgreementDocument, terms: CalendarTerms, source: Source) -> None:
    for position, member in enumerate(terms.union):
        found = document.calendar_terms.get(member)
        if found is not None and found.union:
            path = ("calendars", terms.key, "union", position)
            source.report(path, f"“{member}” is a union itself. Name the calendars it is made of instead.")


def _check_hours(terms: CalendarTerms, source: Source) -> bool:
    before = len(source.problems)
    seen: dict[str, str] = {}
    for written, (weekdays, hours) in zip(_weekly(source, terms.key), (terms.weekly or {}).items(), strict=True):
        path = ("calendars", terms.key, "weekly", written)
        _check_overlaps(hours, path, source)
        for day in weekdays.days:
            if day in seen:
                source.report(
                    path, f"{day} has its hours under “{seen[day]}” already. Name each day once.", at_key=True
                )
            seen[day] = written
    for position, own in enumerate(terms.exceptions):
        _check_overlaps(own.hours, ("calendars", terms.key, "exceptions", position, "hours"), source)
    return len(source.problems) == before


def _weekly(source: Source, key: str) -> Iterable[str]:
    return source.data["calendars"][key]["weekly"]


def _check_overlaps(hours: tuple[Hours, ...], path: tuple[str | int, ...], source: Source) -> None:
    ordered = sorted(enumerate(hours), key=lambda item: item[1].opens)
    for (_, earlier), (position, later) in pairwise(ordered):
        if earlier.overlaps(later):
            sentence = f"{later.opens}-{later.closes} overlaps {earlier.opens}-{earlier.closes}. Join them or move one."
            source.report((*path, position), sentence)


def _check_holidays(terms: CalendarTerms, source: Source) -> bool:
    given, path = terms.holidays, ("calendars", terms.key, "holidays")
    if given is None:
        return True
    if given.country is None:
        if given.subdivision:
            source.report((*path, "subdivision"), "A region needs its country beside it.")
            return False
    else:
        subdivisions = supported_subdivisions(given.country)
        if subdivisions is None:
            source.report(
                (*path, "country"),
                f"No holidays are known for the country “{given.country}”. Use its ISO code, such as NL.",
            )
            return False
        if given.subdivision and given.subdivision not in subdivisions:
            sentence = (
                f"“{given.subdivision}” is not a region of {given.country}. There are: {listed(subdivisions, 60)}."
            )
            source.report((*path, "subdivision"), sentence)
            return False
    days = public_holidays(given.country, given.subdivision).days if given.country else {}
    for removed in given.removed:
        if not removed_days(removed, days):
            known = ", ".join(sorted({part for name in days.values() for part in name.split("; ")})[:30]) or "none"
            source.report((*path, "removed"), f"There is no such holiday to remove. The holidays here: {known}.")
            return False
    return True


def _check_it_opens(document: AgreementDocument, terms: CalendarTerms, source: Source) -> None:
    """A calendar must open in every year, or a target on it could never fall due."""
    spec = specify(terms, document.timezone.name, document.public_holidays(terms.holidays))
    working = {day for day, hours in spec.weekly.items() if hours}
    # A year holds each weekday at least 52 times.
    openings = dict.fromkeys(YEARS, 52 * len(working))
    for day in spec.holidays:
        if WEEKDAYS[day.weekday()] in working:
            openings[day.year] -= 1
    shut = [year for year, count in openings.items() if count <= 0]
    if shut:
        when = "" if len(shut) == len(YEARS) else f" in {shut[0]}"
        source.report(
            ("calendars", terms.key, "weekly"), f"This calendar has no open hour{when}. Give it opening hours."
        )


def _check_levels(document: AgreementDocument, source: Source) -> None:
    for scheme in document.schemes:
        ranks: dict[int, str] = {}
        highest = 0
        for level in scheme.levels:
            path: Path = ("schemes", scheme.key, "levels", level.key, "rank")
            if level.rank in ranks:
                source.report(
                    path, f"Rank {level.rank} is that of “{ranks[level.rank]}” already. Each level has its own."
                )
            elif level.rank < highest:
                source.report(path, "List the levels from the highest, rank 1, downwards.")
            ranks[level.rank] = level.name
            highest = max(highest, level.rank)
    words: dict[str, str] = {}
    for level in document.levels:
        for word in {text.casefold() for text in (level.name, level.label, *level.aliases) if text}:
            if word in words:
                path = ("schemes", document.scheme.key, "levels", level.key)
                source.report(
                    path, f"“{word}” would name both “{words[word]}” and “{level.name}” in a subject.", at_key=True
                )
            words[word] = level.name


def _check_metrics(document: AgreementDocument, source: Source) -> None:
    for metric in document.metrics:
        path = ("metrics", metric.key)
        ends = ENDS[metric.key]
        if "stopped_by" in source.data["metrics"][metric.key] and metric.stopped_by not in ends:
            sentence = f"“{metric.stopped_by}” cannot end this metric. It can end by: {listed(ends)}."
            source.report((*path, "stopped_by"), sentence)
        starts_once = metric.key in {"first_response", "resolution", "workaround"}
        if metric.starts_with != "receipt" and not starts_once:
            source.report((*path, "starts_with"), "This metric starts with a message, and so from nothing else.")
        elif (metric.key, metric.starts_with) == ("first_response", "first response"):
            source.report((*path, "starts_with"), "A first response cannot wait for itself.")
        if metric.workaround_resolves and metric.key != "resolution":
            source.report((*path, "workaround_resolves"), "A workaround can resolve only the metric “resolution”.")
        elif metric.workaround_resolves and metric.stopped_by == "solution":
            sentence = "This says that only a solution ends it, and that a workaround does too. Drop one of the two."
            source.report((*path, "workaround_resolves"), sentence)


def _check_tables(document: AgreementDocument, source: Source) -> None:
    for position, table in enumerate(document.targets.tables):
        for level, cells_by_metric in table.rows.items():
            for metric, cells in cells_by_metric.items():
                if len(cells) not in (1, len(table.plans)):
                    columns = f"the table has {len(table.plans)} plans" if table.plans else "the table names no plans"
                    path = ("targets", "tables", position, "rows", level, metric)
                    source.report(
                        path, f"This row has {len(cells)} cells, but {columns}. Give one cell for each, or one for all."
                    )


def _check_targets(document: AgreementDocument, source: Source) -> None:
    special = {product for rule in document.rules for product in rule.products}
    requests = (1 + len(special)) * len(document.request_types) * len(document.plans) * len(document.levels)
    if requests > MAX_REQUESTS or requests * len(document.rules) > MAX_MATCHES:
        source.report(
            ("targets",),
            f"Products with targets of their own, request types, plans and levels make {requests:,} different requests "
            "here, "
            f"for {len(document.rules):,} targets. Have fewer of them.",
        )
        return
    size = 0
    seen: dict[tuple[str, tuple[str, str, str, str]], Rule] = {}
    for rule in document.rules:
        _check_calendar_of(document, rule, source)
        size += (
            max(len(rule.products), 1)
            * max(len(rule.request_types), 1)
            * max(len(rule.plans), 1)
            * max(len(rule.levels), 1)
        )
        if size > MAX_COMBINATIONS:
            source.report(
                ("targets",),
                f"These targets spell out more than {MAX_COMBINATIONS:,} combinations. Use fewer, wider rules.",
            )
            return
        for combination in rule.combinations():
            first = seen.setdefault((rule.metric, combination), rule)
            if first is not rule:
                line = source.places.get(first.path, (0, 0))[0]
                named = ", ".join(key for key in combination if key) or "everything"
                source.report(
                    rule.path, f"The target for {named} is given in line {line} already. Keep one of the two."
                )
                break


def _check_calendar_of(document: AgreementDocument, rule: Rule, source: Source) -> None:
    duration = rule.pledge.duration
    if duration is None:
        return
    written = _written_calendar(rule, source)
    if not duration.in_business_time:
        if written is not None and not document.calendars[written].always:
            sentence = (
                f"“{duration.text}” is elapsed time, but the calendar “{written}” closes. "
                "Write “business” before the unit, or drop the calendar."
            )
            source.report(rule.path, sentence)
        return
    spec = document.calendars[rule.calendar]
    if spec.always:
        sentence = (
            f"“{duration.text}” is opening time, but “{rule.calendar}” never closes. Write it without “business”."
        )
        source.report(rule.path, sentence)
    elif duration.in_business_days and spec.business_day is None:
        sentence = f"“{duration.text}” needs a length: add “business_day: 8 hours” to the calendar “{rule.calendar}”."
        source.report(rule.path, sentence)


def _written_calendar(rule: Rule, source: Source) -> str | None:
    """The calendar given at the cell, rule or table itself; the document's default contradicts nothing."""
    value, found = source.data, None
    for step in rule.path:
        value = value[step]
        if isinstance(value, dict) and isinstance(value.get("calendar"), str) and value is not source.data["targets"]:
            found = value["calendar"]
    return found


def _check_plans(document: AgreementDocument, source: Source) -> None:
    for plan in document.plans:
        if not any(
            rule.pledge.kind != "none" and (not rule.plans or plan.key in rule.plans) for rule in document.rules
        ):
            sentence = f"The plan “{plan.name}” has no targets. Promise at least one thing, if only “best effort”."
            source.report(("plans", plan.key), sentence, at_key=True)
        if plan.allowance and document.coverage.beyond_allowance is None:
            sentence = "Say under coverage, beyond_allowance, what happens once this is used up."
            source.report(("plans", plan.key, "allowance"), sentence)


def _check_incidents(document: AgreementDocument, source: Source) -> None:
    if document.incidents is None:
        return
    for level in document.incident_levels:
        if level.key not in document.incidents.levels:
            source.report(("incidents", "levels"), f"Say what happens at the level “{level.name}”.", at_key=True)
    for key, terms in document.incidents.levels.items():
        duration: Duration | None = terms.update_every.duration
        path = ("incidents", "levels", key, "update_every")
        if duration is None:
            continue
        spec = document.calendars[terms.calendar]
        if duration.in_business_time and spec.always:
            source.report(path, f"“{duration.text}” is opening time, but “{terms.calendar}” never closes.")
        elif duration.in_business_days and spec.business_day is None:
            source.report(path, f"The calendar “{terms.calendar}” does not say how long a business day is.")
    known = {step.key for step in document.incidents.steps}
    for key, terms in document.incidents.levels.items():
        for position, step in enumerate(terms.steps):
            if step not in known:
                place = ("incidents", "levels", key, "steps", position)
                source.report(place, f"The step “{step}” is not described under incidents, steps.")


def _check_availability(document: AgreementDocument, source: Source) -> None:
    if document.availability is None:
        return
    if document.availability.counts_from:
        _check_elapsed(document.availability.counts_from.length, ("availability", "counts_from", "length"), source)
    seen: set[tuple[str, str]] = set()
    for position, commitment in enumerate(document.availability.commitments):
        for category in commitment.categories or ("",):
            for plan in commitment.plans or ("",):
                if (category, plan) in seen:
                    path = ("availability", "commitments", position)
                    source.report(path, "Another commitment says this for the same services and plans already.")
                seen.add((category, plan))


def _check_credits(document: AgreementDocument, source: Source) -> None:
    if document.credits is None:
        return
    if document.credits.offered and (not document.credits.schedules or document.credits.claim is None):
        source.report(("credits",), "Credits that are offered need schedules and a claim section.", at_key=True)
    for schedule in document.credits.schedules:
        last = None
        for position, tier in enumerate(schedule.tiers):
            path = ("credits", "schedules", schedule.key, "tiers", position)
            if (tier.below is None) == (tier.downtime_from is None):
                source.report(
                    path, "A tier starts either below a percentage or from a length of downtime on. Give one of them."
                )
                continue
            if tier.below is not None:
                if last is not None and tier.below.value >= last:
                    source.report(path, f"List the tiers from the mildest down: this is not below {last} %.")
                last = tier.below.value
            for name in ("downtime_from", "for_each"):
                _check_elapsed(getattr(tier, name), (*path, name), source)


def _check_elapsed(length: Duration | None, path: Path, source: Source) -> None:
    """Downtime lasts by the clock: no calendar is named that could say how long opening time is."""
    if length is not None and length.in_business_time:
        sentence = f"“{length.text}” is opening time, but downtime is counted around the clock."
        sentence += " Write minutes, hours or calendar days."
        source.report(path, sentence)
