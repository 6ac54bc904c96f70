"""“Why?”: one clock with everything that made it what it is, for a page, a panel and the API alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreements.document import AgreementDocument
from agreements.document.calendars import CalendarSpec
from agreements.document.model import Clause
from agreements.models import AgreementVersion
from clocks.face import Face, face
from clocks.replay import METRICS, ClockState
from clocks.replay.reasons import Reader
from clocks.why.account import Account, Change, change, own_days
from clocks.why.explanation import Pausing, explain
from shell.wording import time_words
from tenants.models import Contact
from tickets.history.facts import whom_it_waits_for
from tickets.models import Clock, PauseContest, Ticket, TicketEvent
from tickets.models.kinds import ROWS, Kind, reclassification
from tickets.promises.terms import Bound, TermsRecord
from tickets.promises.translation import bind_all, terms_of
from tickets.promises.upkeep import replay_ticket
from tickets.why.pauses import TicketPause, asked_with, pauses_of

ASKED_MAX = 600
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseTold:
    """A pause as its reader may see it. `lost` is how much time would have counted on this clock."""

    id: int
    kind: str
    words: str
    start: datetime
    end: datetime | None
    by: str
    reason: str
    asked: str
    struck: bool
    lost: timedelta
    contest: PauseContest | None
    can_be_contested: bool

    @property
    def lost_words(self) -> str:
        return time_words(self.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Account):
    """One clock of a ticket, explained to one reader."""

    ticket: Ticket
    clock: Clock
    face: Face
    reader: Reader
    record: TermsRecord
    pauses: tuple[PauseTold, ...]
    #: The number of a ticket merged into this one from whose receipt the clock counts.
    counts_from: int | None

    @property
    def plan(self) -> str:
        return self.document.plans.name_of(self.record.plan, "")

    @property
    def level(self) -> str:
        return self.document.levels.name_of(self.record.level, "")

    def pause(self, key: int | None) -> PauseTold | None:
        return next((each for each in self.pauses if each.id == key), None)


def explained(
    ticket: Ticket, metric: str, cycle: int, *, reader: Reader, now: datetime, contact: Contact | None = None
) -> Explained | None:
    """The explanation of a ticket's clock; None where it has no such clock. `contact` is who might contest its pauses.

    A client reads nothing of internal notes. A fixed number of queries, whatever the ticket has been through.
    """
    clock = Clock.objects.filter(ticket=ticket, metric=metric, cycle=cycle).first()
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("at", "id").select_related("message"))
    # Facts that were written down after `now` was read are on record all the same.
    as_of = max([now, *(event.at for event in events)])
    replayed = replay_ticket(events, as_of=as_of)
    cycles = replayed.cycles.get(metric, ()) if replayed else ()
    state = next((each for each in cycles if each.cycle == cycle), None)
    if clock is None or state is None:
        return None
    so_far = _terms_so_far(events, state)
    record, bound = _terms_of_clock(so_far, state)
    document, promise = bound.document, bound.promises[metric]
    hours, spec = _hours_of_clock(so_far, state)
    pauses = [pause for pause in pauses_of(events, as_of=as_of) if metric in pause.metrics]
    explanation = explain(
        state,
        document.zone,
        pausings=_pausings(pauses),
        day_names=own_days(hours, spec),
    )
    contests = {each.pause_id: each for each in _contests(ticket)}
    cited = clock.clause or promise.clause
    return Explained(
        ticket=ticket,
        clock=clock,
        face=face(
            clock, document, waits_for=ticket.waits_for, whom=whom_it_waits_for(ticket, events), now=now, reader=reader
        ),
        reader=reader,
        explanation=explanation,
        document=document,
        version=AgreementVersion.objects.select_related("agreement").defer("source").get(pk=record.version),
        record=record,
        promise=promise,
        metric=document.metrics.get(metric),
        clause=document.clauses.get(cited) if cited else None,
        calendar=spec,
        members=tuple(hours.calendars[key] for key in spec.members),
        pauses=tuple(
            _told(pause, state, events, contests.get(pause.key), reader=reader, ticket=ticket, contact=contact)
            for pause in pauses
            if _concerns(pause, state)
        ),
        changes=tuple(_changes(events, state)),
        restarted_at=_restarted_at(events, state),
        counts_from=_counts_from(events, state),
    )


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A ticket that no service level applies to: by which sentence of which agreement, if there was any."""

    ticket: Ticket
    sentence: str
    clause: Clause | None
    document: AgreementDocument | None


def uncovered_because(ticket: Ticket, metric: str, cycle: int) -> Uncovered | None:
    """Why there is no such clock on an uncovered ticket (A2, A3, B8, E8); None where it is covered or has clocks."""
    if (metric, cycle) != ("first_response", 0) or ticket.coverage != Ticket.CoverageKind.NOT_COVERED:
        return None
    document = ticket.document
    clause = document.clauses.get(ticket.coverage_clause) if document and ticket.coverage_clause else None
    return Uncovered(ticket, ticket.coverage_sentence, clause, document)


def _terms_so_far(events: Sequence[TicketEvent], state: ClockState) -> list[tuple[TermsRecord, Bound]]:
    """The terms that reached a clock and have its metric, the latest first; once it stopped, others have no say."""
    records = terms_of(event for event in events if event.at <= (state.stopped_at or state.as_of))
    bound = bind_all(dict.fromkeys(records))
    return [(record, bound[record]) for record in reversed(records) if state.metric in bound[record].promises]


def _terms_of_clock(so_far: Sequence[tuple[TermsRecord, Bound]], state: ClockState) -> tuple[TermsRecord, Bound]:
    """The terms that a clock stands under."""
    for record, bound in so_far:
        # New terms in the very instant of the stop may have come before or after it.
        terms = bound.terms
        if terms.targets.get(state.metric) == state.target and terms.calendar_of(state.metric) == state.calendar:
            return record, bound
    return so_far[0]


def _hours_of_clock(
    so_far: Sequence[tuple[TermsRecord, Bound]], state: ClockState
) -> tuple[AgreementDocument, CalendarSpec]:
    """The calendar that counts: what is promised no more goes on being measured in the hours of the last promise."""
    found = [(bound.document, bound.promises[state.metric].calendar) for _, bound in so_far]
    document, key = next((each for each in found if each[0].calendar(each[1]) == state.calendar), found[0])
    return document, document.calendars[key]


def _pausings(pauses: Sequence[TicketPause]) -> list[Pausing]:
    return [
        Pausing(key=pause.key, start=start, end=end, reason=pause.reason.slug, struck=pause.struck)
        for pause in pauses
        for start, end in _parts(pause)
    ]


def _parts(pause: TicketPause) -> list[tuple[datetime, datetime | None]]:
    """A hold that went on by itself is heard again where it did."""
    starts = [pause.fact.at, *(event.at for event in pause.with_it)]
    return list(zip(starts, [*starts[1:], pause.end], strict=True))


def _contests(ticket: Ticket) -> list[PauseContest]:
    return list(PauseContest.objects.filter(ticket=ticket).select_related("contact", "answered_by__user"))


def _concerns(pause: TicketPause, state: ClockState) -> bool:
    """Whether the clock lived while the ticket waited."""
    assert state.started_at is not None
    end = state.stopped_at or state.as_of
    return pause.fact.at < end and (pause.end is None or pause.end > state.started_at)


def _told(
    pause: TicketPause,
    state: ClockState,
    events: Sequence[TicketEvent],
    contest: PauseContest | None,
    *,
    reader: Reader,
    ticket: Ticket,
    contact: Contact | None,
) -> PauseTold:
    fact, message = pause.fact, asked_with(pause, events)
    assert state.started_at is not None
    start, end = max(fact.at, state.started_at), min(pause.end or state.as_of, state.stopped_at or state.as_of)
    lost = state.calendar.between(start, end)
    may = contact is not None and contact.may_request_support and ticket.status != Ticket.Status.CLOSED
    return PauseTold(
        id=pause.key,
        kind=pause.reason.slug,
        words=pause.words(reader),
        start=fact.at,
        end=pause.end,
        by=fact.actor_name,
        reason=fact.reason,
        asked=_excerpt(message.body) if message else "",
        struck=pause.struck,
        lost=lost,
        contest=contest,
        can_be_contested=may and contest is None and not pause.struck and lost > ZERO,
    )


def _excerpt(body: str) -> str:
    return body if len(body) <= ASKED_MAX else f"{body[:ASKED_MAX].rstrip()}…"


def _changes(events: Sequence[TicketEvent], state: ClockState) -> Iterator[Change]:
    """The clock just before and just after each change of terms that reached it, as it was known then."""
    for place, event in enumerate(events):
        if ROWS[event.kind].terms != "new" or event.at > (state.stopped_at or state.as_of):
            continue
        before, old = _stood(events[:place], state, event.at)
        after, new = _stood(events[: place + 1], state, event.at)
        if new is None:
            continue
        found = change(
            state,
            event.at,
            before=before,
            after=after,
            old=old.promises.get(state.metric) if old else None,
            new=new.promises.get(state.metric),
            by=event.actor_name,
            reason=event.reason,
            words=_changed(event, new.document),
        )
        if found is not None:
            yield found


def _stood(events: Sequence[TicketEvent], state: ClockState, at: datetime) -> tuple[ClockState | None, Bound | None]:
    replayed = replay_ticket(events, as_of=at)
    if replayed is None:
        return None, None
    cycles = replayed.cycles.get(state.metric, ())
    return next((each for each in cycles if each.cycle == state.cycle), None), replayed.bound


def _changed(event: TicketEvent, document: AgreementDocument) -> str:
    """What changed: `from Severity 3 to Severity 2`, or the version that it came under."""
    if event.kind == Kind.TERMS_CHANGED:
        return f"It came under {event.data.get('to_version') or document.version.label}"
    return f"Reclassified {reclassification(event, document)}".strip()


def _restarted_at(events: Sequence[TicketEvent], state: ClockState) -> datetime | None:
    """When the clock was set going again from nothing, as the agreement may have it for a reopened ticket."""
    at_start = {event.kind for event in events if event.at == state.started_at}
    restarted = state.cycle == 0 and METRICS[state.metric].reopens and Kind.REOPENED in at_start
    return state.started_at if restarted else None


def _counts_from(events: Sequence[TicketEvent], state: ClockState) -> int | None:
    """Whose receipt the clock counts from, where the agreement has it start with the oldest of merged tickets."""
    for event in events:
        if event.kind == Kind.ABSORBED and datetime.fromisoformat(event.data["received_at"]) == state.started_at:
            return int(event.data["from"])
    return None
