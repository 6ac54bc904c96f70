"""What people can ask for, at which levels, who sets them, and what covers a request."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.document.model import CoverageRule, Level, RequestType, Scheme
from agreements.readable.blocks import Blocks, Facts, Line, Listing, Text, below, facts
from agreements.readable.reader import Reader
from shell.wording import listed, notes, sentence

ASKS = {
    "scope": "whether it lies in our software, on the client's side or with a third party",
    "reproducibility": "whether and how it can be repeated",
    "impact": "who is affected and how badly",
    "approval": "who approves it and when it may happen",
}
OUTCOMES = {
    "covered": "It is covered as promised.",
    "best effort": "Best effort: measured, without a due time.",
    "not covered": "No service level applies.",
}


def levels(reader: Reader) -> Blocks:
    """The scheme of tickets, that of incidents where they have their own (B11, C3, E6), and how a ticket gets its level."""
    document = reader.document
    blocks = _scheme(document.scheme, tuple(_level(level, _who(reader, level)) for level in document.levels))
    if document.incidents and document.incidents.scheme != document.tickets.scheme:
        own = document.schemes[document.incidents.scheme]
        blocks = (
            *below(document.scheme.name, blocks, document.scheme.clause),
            *below(own.name, _scheme(own, tuple(_level(level, "") for level in own.levels)), own.clause),
        )
    return (*blocks, *below(f"How a ticket gets its {document.scheme.name.lower()}", facts(*_level_rules(reader))))


def _scheme(scheme: Scheme, lines: tuple[Line, ...]) -> Blocks:
    return (*((Text(scheme.description, scheme.clause),) if scheme.description else ()), Facts(lines))


def _level(level: Level, who: str) -> Line:
    lists = (Listing(level.examples, "For example"), Listing(level.expectations, "What to expect"))
    called = f"Also called {listed(level.aliases)}." if level.aliases else ""
    return Line(
        f"{level.name} ({level.label})" if level.label else level.name,
        level.definition,
        level.clause,
        notes(who, called),
        tuple(each for each in lists if each.items),
        level.intent,
    )


def _who(reader: Reader, level: Level) -> str:
    if not level.contacts_may_choose:
        return reader.voice.not_choose
    return reader.voice.choose_with_permission if level.needs_permission else reader.voice.choose


def _level_rules(reader: Reader) -> Iterator[Line]:
    """How a ticket gets its level, and who may change it later (B10, D4, D5, D6)."""
    document, voice, tickets = reader.document, reader.voice, reader.document.tickets
    mail, change = tickets.mail, tickets.reclassification
    called = document.scheme.name.lower()
    yield Line("Without a choice", f"A ticket gets {document.levels[tickets.default_level].name}.", tickets.clause)
    named = f"A subject that begins with a {called}, such as “{document.levels[0].name}: …”, sets the one it names."
    by_mail = document.levels[mail.default_level or tickets.default_level].name
    yield Line("By mail", f"{voice.by_mail} {by_mail}.", mail.clause, notes(named if mail.subject_names_level else ""))
    who = listed(
        (
            voice.contacts_reclassify if change.by_contacts else "",
            voice.team_reclassifies if change.by_team else "",
        )
    )
    told = f"{sentence(voice.shown)}." if change.shown_to_client else "The change stays with the team."
    reason = "A reason is always given." if change.reason_required else "A reason can be given."
    said = f"{sentence(who)}." if who else f"Nobody changes the {called} later."
    yield Line("Later", said, change.clause, (reason, told) if who else ())
    if tickets.source_of_truth:
        yield Line("Where it is written", tickets.source_of_truth, tickets.clause)


def requests(reader: Reader) -> Blocks:
    """What people can ask for, and what stands outside (A4, D6, E8)."""
    return facts(*(line for kind in reader.document.request_types for line in _request(reader, kind)))


def _request(reader: Reader, kind: RequestType) -> Iterator[Line]:
    """Its level, what is asked, whether it uses the allowance up; and on a line of its own what happens outside hours (A7)."""
    document = reader.document
    limited = any(plan.allowance for plan in reader.plans)
    uncounted = limited and not kind.counts_towards_allowance and not kind.is_outside
    yield Line(
        kind.name,
        f"{kind.description} {kind.outside}".rstrip(),
        kind.clause,
        notes(
            f"Always {document.levels[kind.forced_level].name}." if kind.forced_level else "",
            f"Only {reader.names(document.levels, kind.levels, last='or')}." if kind.levels else "",
            f"{reader.voice.asks} {listed(ASKS[each] for each in kind.asks)}." if kind.asks else "",
            "It uses none of the incidents that are included." if uncounted else "",
        ),
    )
    if terms := kind.outside_hours:
        at = f"At {reader.names(document.levels, terms.levels, last='or')}, in the hours “{reader.hours(terms.calendar)}”."
        yield Line(f"{kind.name}, outside the usual hours", terms.sentence, terms.clause, (at,))


def coverage(reader: Reader) -> Blocks:
    """Who is covered, and what everybody else gets (A2, A3, B8, E3)."""
    terms, trial = reader.document.coverage, reader.document.coverage.trial
    asked = reader.names(reader.document.request_types, trial.request_types) if trial else ""
    return facts(
        _rule(reader, "Without a subscription", terms.without_subscription),
        Line(
            "On a trial account",
            trial.sentence,
            trial.clause,
            (f"For: {asked}. {OUTCOMES[trial.outcome]}", f"For anything else: {trial.other_sentence}"),
        )
        if trial and reader.on_trial is not False
        else None,
        _rule(reader, "With an overdue invoice", terms.unpaid),
        _rule(reader, "Asked by somebody who may not", terms.unauthorised),
        _rule(reader, "Beyond what the plan includes", terms.beyond_allowance),
    )


def _rule(reader: Reader, label: str, rule: CoverageRule | None) -> Line | None:
    return Line(label, _numbers(reader, rule.sentence), rule.clause, (OUTCOMES[rule.outcome],)) if rule else None


def _numbers(reader: Reader, said: str) -> str:
    """The sentence of a rule with what the plan includes, or with words where it will have the numbers of the month."""
    if reader.plan and reader.plan.allowance:
        # What is used up when the rule applies is all that is included.
        included = str(reader.plan.allowance.incidents)
        return said.replace("{allowance}", included).replace("{used}", included)
    return (
        said.replace("({allowance})", "(as many as the plan includes)")
        .replace("{allowance}", "the included number")
        .replace("{used}", "so many")
    )
