"""What people can ask for, at which levels, who sets them, and what covers a request."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.document import AgreementDocument
from agreements.document.model import Level, RequestType, Scheme
from agreements.readable.lines import Line, listed, notes, sentence
from agreements.readable.voice import Voice

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


@dataclass(frozen=True)
class LevelShown:
    """One level with its definition, and who may set it."""

    level: Level
    who: str


@dataclass(frozen=True)
class SchemeShown:
    """A way to rank tickets or incidents. `title` is its heading: `Severity`, `Incident priority`."""

    title: str
    scheme: Scheme
    levels: tuple[LevelShown, ...]


def schemes_of(document: AgreementDocument, voice: Voice) -> list[SchemeShown]:
    """The scheme of tickets, and that of incidents where they have their own (B11, C3, E6)."""
    found = [
        SchemeShown(
            document.scheme.name,
            document.scheme,
            tuple(LevelShown(level, _who(level, voice)) for level in document.levels),
        )
    ]
    if document.incidents and document.incidents.scheme != document.tickets.scheme:
        scheme = document.schemes[document.incidents.scheme]
        found.append(SchemeShown(scheme.name, scheme, tuple(LevelShown(level, "") for level in scheme.levels)))
    return found


def _who(level: Level, voice: Voice) -> str:
    if not level.contacts_may_choose:
        return voice.not_choose
    return voice.choose_with_permission if level.needs_permission else voice.choose


@dataclass(frozen=True)
class RequestShown:
    """One type of request; `remarks` say its level, what is asked, and whether it uses the allowance up."""

    kind: RequestType
    remarks: tuple[str, ...]
    outside_hours: str = ""


def requests_of(document: AgreementDocument, voice: Voice) -> list[RequestShown]:
    """What people can ask for (A4, D6, E8)."""
    return [
        RequestShown(kind, _remarks(document, kind, voice), _outside_hours(document, kind))
        for kind in document.request_types
    ]


def _remarks(document: AgreementDocument, kind: RequestType, voice: Voice) -> tuple[str, ...]:
    forced = f"Always {document.levels[kind.forced_level].name}." if kind.forced_level else ""
    levels = [document.levels[key].name for key in kind.levels]
    narrowed = f"Only {listed(levels, last='or')}." if levels else ""
    asks = f"{voice.asks} {listed(ASKS[each] for each in kind.asks)}." if kind.asks else ""
    limited = any(plan.allowance for plan in document.plans)
    uncounted = limited and not kind.counts_towards_allowance and not kind.is_outside
    return notes(forced, narrowed, asks, "It uses none of the incidents that are included." if uncounted else "")


def _outside_hours(document: AgreementDocument, kind: RequestType) -> str:
    terms = kind.outside_hours
    if terms is None:
        return ""
    levels = listed((document.levels[key].name for key in terms.levels), last="or")
    return f"{terms.sentence} At {levels}, in the hours “{document.calendars[terms.calendar].name}”."


def levels_rules(document: AgreementDocument, voice: Voice) -> list[Line]:
    """How a ticket gets its level, and who may change it later (B10, D4, D5, D6)."""
    tickets = document.tickets
    mail, change = tickets.mail, tickets.reclassification
    called = document.scheme.name.lower()
    found = [Line("Without a choice", f"A ticket gets {document.levels[tickets.default_level].name}.", tickets.clause)]
    named = f"A subject that begins with a {called}, such as “{document.levels[0].name}: …”, sets the one it names."
    by_mail = document.levels[mail.default_level or tickets.default_level].name
    found.append(
        Line("By mail", f"{voice.by_mail} {by_mail}.", mail.clause, notes(named if mail.subject_names_level else ""))
    )
    who = listed(
        [
            voice.contacts_reclassify if change.by_contacts else "",
            voice.team_reclassifies if change.by_team else "",
        ]
    )
    said = f"{sentence(who)}." if who else f"Nobody changes the {called} later."
    told = f"{sentence(voice.shown)}." if change.shown_to_client else "The change stays with the team."
    reason = "A reason is always given." if change.reason_required else "A reason can be given."
    found.append(Line("Later", said, change.clause, notes(reason, told) if who else ()))
    if tickets.source_of_truth:
        found.append(Line("Where it is written", tickets.source_of_truth, tickets.clause))
    return found


def coverage_of(document: AgreementDocument) -> list[Line]:
    """Who is covered, and what everybody else gets (A2, A3, B8, E3)."""
    terms = document.coverage
    rules = (
        ("Without a subscription", terms.without_subscription),
        ("With an overdue invoice", terms.unpaid),
        ("Asked by somebody who may not", terms.unauthorised),
        ("Beyond what the plan includes", terms.beyond_allowance),
    )
    found = [
        Line(label, _numbers(rule.sentence), rule.clause, (OUTCOMES[rule.outcome],)) for label, rule in rules if rule
    ]
    if terms.trial:
        asked = listed(document.request_types[key].name for key in terms.trial.request_types)
        remarks = (f"For: {asked}. {OUTCOMES[terms.trial.outcome]}", f"For anything else: {terms.trial.other_sentence}")
        found.insert(1, Line("On a trial account", terms.trial.sentence, terms.trial.clause, remarks))
    return found


def _numbers(said: str) -> str:
    """The sentence of a rule with words where it will have the numbers of the month."""
    return (
        said.replace("({allowance})", "(as many as the plan includes)")
        .replace("{allowance}", "the included number")
        .replace("{used}", "so many")
    )
