"""What another version of an agreement would make of the open tickets: each replayed under it, nothing written.

The publisher sees this before anything moves, and the sweep that moves tickets makes the same `Move` and writes it
down, so that the two cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from agreements.document import AgreementDocument
from agreements.document.coverage import Standing, coverage
from agreements.models import AgreementVersion
from clocks import store
from clocks.verdict import is_late
from tickets.history.facts import standing_on_record
from tickets.models import Clock, Ticket, TicketEvent
from tickets.models.kinds import ROWS, Kind
from tickets.promises.terms import TermsRecord, bind_under
from tickets.promises.translation import bind_all, terms_of
from tickets.promises.upkeep import replay_under, rows_of

BATCH = 500
MOMENT = timedelta(microseconds=1)


class Effect(StrEnum):
    """What can become of a clock, the most alarming first; tone and icon say whether somebody has to worry.

    "target" is a paused clock's, whose due time is known when it goes on.
    """

    words: str
    tone: str
    icon: str

    def __new__(cls, value: str, words: str, tone: str, icon: str) -> Effect:
        member = str.__new__(cls, value)
        member._value_, member.words, member.tone, member.icon = value, words, tone, icon
        return member

    OVERDUE = "overdue", "Newly overdue", "bad", "alert-triangle"
    EARLIER = "earlier", "Due earlier", "warn", "arrow-left"
    UNPROMISED = "unpromised", "No longer promised", "warn", "circle-minus"
    TARGET = "target", "Another target, paused", "", "player-pause"
    PROMISED = "promised", "Newly promised", "calm", "circle-plus"
    LATER = "later", "Due later", "calm", "arrow-right"
    SAVED = "saved", "No longer overdue", "good", "circle-check"


EFFECTS = tuple(Effect)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one live clock. Due times are UTC, None while it is paused or where nothing falls due."""

    metric: str
    cycle: int
    effect: Effect
    due_before: datetime | None
    due_after: datetime | None
    target_before: str
    target_after: str


@dataclass(frozen=True, slots=True)
class Move:
    """A ticket under another version, worked out and not written: its fact, its clocks, what changes about them."""

    ticket: Ticket
    terms: TermsRecord
    event: TicketEvent
    clocks: list[Clock]
    gone: list[int]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What `Impact` keeps of a ticket. `lacking`: what the version does not have, so that it stays."""

    ticket: int
    plan: str
    level: str
    changes: tuple[Change, ...] = ()
    lacking: tuple[str, str] | None = None


@dataclass(slots=True)
class Impact:
    """What has been found out so far. `after` is the id of the last ticket looked at."""

    as_of: datetime
    open_tickets: int
    looked_at: int = 0
    after: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return self.looked_at >= self.open_tickets

    @property
    def changed(self) -> list[Row]:
        """Tickets on which something changes, those with the most alarming change first."""
        return sorted((row for row in self.rows if row.changes), key=_alarm)

    @property
    def kept(self) -> list[Row]:
        """Tickets that stay under their old version because this one lacks something they name."""
        return [row for row in self.rows if row.lacking]

    @property
    def clocks(self) -> Counter[Effect]:
        return Counter(change.effect for row in self.rows for change in row.changes)

    @property
    def by_promise(self) -> dict[tuple[str, str, str], Counter[Effect]]:
        """How many clocks change how, by plan, level and metric."""
        found: dict[tuple[str, str, str], Counter[Effect]] = {}
        for row in self.rows:
            for change in row.changes:
                found.setdefault((row.plan, row.level, change.metric), Counter())[change.effect] += 1
        return found


def _alarm(row: Row) -> tuple[int, int]:
    return min(EFFECTS.index(change.effect) for change in row.changes), row.ticket


def begin(version: AgreementVersion, *, as_of: datetime) -> Impact:
    """An impact that nothing has been found out of yet."""
    return Impact(as_of, Ticket.objects.open_before(version).count())


def go_on(impact: Impact, version: AgreementVersion, *, batch: int | None = None) -> Impact:
    """Look at the next tickets; three queries, however many they are."""
    batch = batch or BATCH
    tickets = list(Ticket.objects.open_before(version).filter(pk__gt=impact.after).order_by("pk")[:batch])
    impact.rows += rows(version, tickets, as_of=impact.as_of)
    impact.looked_at += len(tickets)
    if len(tickets) < batch:
        # Some were solved, and others filed, since they were counted.
        impact.open_tickets = impact.looked_at
    impact.after = tickets[-1].pk if tickets else impact.after
    return impact


def impact_of(version: AgreementVersion, *, as_of: datetime) -> Impact:
    """The whole impact at once."""
    impact = go_on(begin(version, as_of=as_of), version)
    while not impact.is_complete:
        go_on(impact, version)
    return impact


def rows(version: AgreementVersion, tickets: Sequence[Ticket], *, as_of: datetime) -> Iterator[Row]:
    """What would become of each ticket if it came under `version` at `as_of`."""
    document = version.document
    for ticket, move in moves(version, tickets, starts_at=as_of, now=as_of):
        if move is None:
            yield Row(ticket.pk, ticket.plan, ticket.level, lacking=lacking(document, ticket))
        elif move.changes:
            yield Row(ticket.pk, ticket.plan, ticket.level, move.changes)


def lacking(document: AgreementDocument, ticket: Ticket) -> tuple[str, str] | None:
    """What the document lacks of what a ticket's terms name, as (what, its key); None where it has all of it."""
    for what, key, known in (
        ("plan", ticket.plan, document.plans.keys),
        ("request type", ticket.request_type, document.request_types.keys),
        ("level", ticket.level, document.levels.keys),
    ):
        if key and key not in known:
            return what, key
    return None


def moves(
    version: AgreementVersion, tickets: Sequence[Ticket], *, starts_at: datetime, now: datetime
) -> Iterator[tuple[Ticket, Move | None]]:
    """Each ticket under `version` from `starts_at` on, its clocks as at `now`; None for one that stays. Two queries."""
    pks = [ticket.pk for ticket in tickets]
    facts = _by_ticket(TicketEvent.objects.filter(ticket__in=pks).order_by("ticket_id", "at", "id"))
    clocks = _by_ticket(Clock.objects.filter(ticket__in=pks).order_by("ticket_id", "metric", "cycle"))
    document = version.document
    for ticket in tickets:
        if lacking(document, ticket):
            yield ticket, None
        else:
            yield ticket, _move(version, document, ticket, facts[ticket.pk], clocks.get(ticket.pk, []), starts_at, now)


def _move(
    version: AgreementVersion,
    document: AgreementDocument,
    ticket: Ticket,
    facts: list[TicketEvent],
    clocks: Iterable[Clock],
    starts_at: datetime,
    now: datetime,
) -> Move:
    known = terms_of(facts)
    standing = _standing_under(document, known[-1].plan, standing_on_record(facts))
    terms = _terms_under(version.pk, document, known[-1], standing)
    bound = bind_all(dict.fromkeys(known)) | {terms: bind_under(document, terms)}
    event = TicketEvent(
        ticket=ticket,
        kind=Kind.TERMS_CHANGED,
        at=_takes_effect(facts, starts_at),
        recorded_at=now,
        by="system",
        actor_name="slatrack",
        reason=version.publish_reason,
        data={
            "terms": terms.as_data(),
            "from_version": _label(ticket),
            "to_version": version.label,
            **({"standing": asdict(standing)} if standing else {}),
        },
    )
    now = max(now, event.at)
    replayed = replay_under([*facts, event], [*known, terms], bound, as_of=now)
    stored = store.by_key(list(clocks))
    after = rows_of(ticket, replayed, stored)
    found = (_change(stored.get((clock.metric, clock.cycle)), clock, now) for clock in after)
    changes = tuple(change for change in found if change is not None)
    return Move(ticket, terms, event, after, store.gone(stored, after), changes)


def _standing_under(document: AgreementDocument, plan: str, on_record: dict[str, Any]) -> Standing | None:
    """How the client stood, held to what the plan includes under `document`; None where no fact says how it stood."""
    if not on_record:
        return None
    its = document.plans.get(plan)
    return replace(Standing(**on_record), allowance=its.included if its else None)


def _terms_under(version: int, document: AgreementDocument, old: TermsRecord, standing: Standing | None) -> TermsRecord:
    """The same request under another version; its coverage as that version's rules say of how the client stood."""
    extensions = document.known_extensions(old.extensions)
    terms = replace(old, version=version, extensions=extensions)
    if standing is None:
        return terms
    cover = coverage(document, old.request_type, standing)
    return replace(terms, coverage=cover.kind, sentence=cover.sentence, clause=cover.clause)


def _takes_effect(facts: Iterable[TicketEvent], starts_at: datetime) -> datetime:
    """Never before a fact on record, and after the terms it replaces: in force for no time, those leave no breach."""
    at = starts_at
    for event in facts:
        at = max(at, event.at + MOMENT if ROWS[event.kind].terms else event.at)
    return at


def _label(ticket: Ticket) -> str:
    return ticket.agreement_version.label if ticket.agreement_version else ""


def _change(old: Clock | None, new: Clock, now: datetime) -> Change | None:
    if new.stopped_at is not None:
        return None
    effect = _effect(old, new, now)
    if effect is None:
        return None
    return Change(
        new.metric,
        new.cycle,
        effect,
        old.due_at if old else None,
        new.due_at,
        old.target_text if old else "",
        new.target_text,
    )


def _effect(old: Clock | None, new: Clock, now: datetime) -> Effect | None:
    before, after = old.target_seconds if old else None, new.target_seconds
    if after is None:
        return None if before is None else Effect.UNPROMISED
    was_late = old is not None and is_late(old, now=now)
    late = is_late(new, now=now)
    if late and not was_late:
        return Effect.OVERDUE
    if before is None or old is None:
        return Effect.PROMISED
    if was_late and not late:
        return Effect.SAVED
    if old.due_at is not None and new.due_at is not None:
        return None if old.due_at == new.due_at else Effect.EARLIER if new.due_at < old.due_at else Effect.LATER
    return None if before == after else Effect.TARGET


def _by_ticket(events: Iterable[Any]) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(events, key=attrgetter("ticket_id"))}
