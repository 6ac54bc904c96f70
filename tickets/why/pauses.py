"""The pauses on a ticket's record: the facts that set it to wait, how long each held, and what was asked with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from clocks.replay.reasons import Reader, Reason
from tickets.history.facts import struck_pauses
from tickets.models import Message, TicketEvent
from tickets.models.kinds import ROWS
from tickets.promises.terms import Bound, TermsRecord
from tickets.promises.translation import bind_all, terms_of


@dataclass(frozen=True, slots=True)
class TicketPause:
    """One pause. `end` is None while it lasts; `metrics` are those whose clocks the agreement lets it stop.

    A hold that went on by itself after the client wrote is one pause with what it goes on from; `with_it`: its facts.
    """

    fact: TicketEvent
    reason: Reason
    end: datetime | None
    with_it: tuple[TicketEvent, ...]
    metrics: frozenset[str]
    struck: bool

    @property
    def key(self) -> int:
        return self.fact.pk

    def words(self, reader: Reader) -> str:
        return self.reason.sentence(reader, self.fact.data.get("whom", ""))

    @property
    def words_to_desk(self) -> str:
        return self.words("desk")


def pauses_of(events: Sequence[TicketEvent], *, as_of: datetime) -> list[TicketPause]:
    """Every pause up to `as_of`, oldest first, from a ticket's facts in order of time."""
    struck = struck_pauses(events, as_of=as_of)
    found = []
    for place, (event, bound) in enumerate(_with_terms(events)):
        reason = ROWS[event.kind].reason_to_wait(event)
        if reason is None or event.at > as_of or _goes_on_by_itself(event):
            continue
        with_it, end = _until(events[place + 1 :], as_of)
        promises = bound.promises if bound else ()
        metrics = frozenset(metric for metric in promises if bound and reason.key in bound.terms.pauses_of(metric))
        found.append(TicketPause(event, reason, end, with_it, metrics, event.pk in struck))
    return found


def asked_with(pause: TicketPause, events: Sequence[TicketEvent]) -> Message | None:
    """The public message that was sent in one go with the pause: what the client was asked."""
    asking = (
        each.message
        for each in events
        if each.at == pause.fact.at and each.actor_id == pause.fact.actor_id and ROWS[each.kind].to_client
    )
    return next((message for message in asking if message is not None), None)


def _until(later: Sequence[TicketEvent], as_of: datetime) -> tuple[tuple[TicketEvent, ...], datetime | None]:
    """The facts by which a pause went on by itself, and when it ended."""
    with_it: list[TicketEvent] = []
    moves = [event for event in later if ROWS[event.kind].moves_on and event.at <= as_of]
    for event, then in zip_longest(moves, moves[1:]):
        if _goes_on_by_itself(event):
            with_it.append(event)
        elif then is None or not _goes_on_by_itself(then):
            return tuple(with_it), event.at
    return tuple(with_it), None


def _goes_on_by_itself(event: TicketEvent) -> bool:
    return ROWS[event.kind].pauses is not None and event.by == "system"


def _with_terms(events: Sequence[TicketEvent]) -> Iterator[tuple[TicketEvent, Bound | None]]:
    """Each fact with the terms in force when it happened."""
    bound = bind_all(dict.fromkeys(terms_of(events)))
    its: Bound | None = None
    for event in events:
        if ROWS[event.kind].terms:
            its = bound[TermsRecord.from_data(event.data["terms"])] if event.data.get("terms") else None
        yield event, its
