"""A ticket's facts as what the replay takes: its terms, and what its clocks hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from clocks.replay import Event
from tickets.history.facts import struck_pauses
from tickets.models import TicketEvent
from tickets.models.kinds import ROWS, Kind
from tickets.promises.terms import Bound, TermsRecord, bind


def terms_of(events: Iterable[TicketEvent]) -> list[TermsRecord]:
    """Every set of terms the ticket has had, oldest first. The first is that of its filing."""
    return [
        TermsRecord.from_data(event.data["terms"])
        for event in events
        if ROWS[event.kind].terms and event.data.get("terms")
    ]


def bind_all(records: Iterable[TermsRecord]) -> dict[TermsRecord, Bound]:
    return {record: bind(record) for record in records}


def replay_events(events: Sequence[TicketEvent], bound: dict[TermsRecord, Bound], *, as_of: datetime) -> list[Event]:
    """The facts up to `as_of` as the replay takes them."""
    struck = struck_pauses(events, as_of=as_of)
    its: Bound | None = None
    heard: list[Event] = []
    for event in events:
        row, terms = ROWS[event.kind], None
        if row.terms and event.data.get("terms"):
            # A ticket filed before the tenant had any agreement has no terms until it is given some.
            its = bound[TermsRecord.from_data(event.data["terms"])]
            terms = its.terms if row.terms == "new" else None
        if event.pk in struck:
            # A pause that was struck out never was; what it put an end to, such as another pause, ended all the same.
            heard.append(Event(event.at, ROWS[Kind.PAUSE_STRUCK].heard))
        elif event.kind == Kind.ABSORBED:
            heard += _taken_over(event, its)
        elif row.heard and not _says_nothing(event):
            reason = row.reason_to_wait(event)
            heard.append(Event(event.at, row.heard, by=event.by, terms=terms, reason=reason.key if reason else ""))
    return heard


def _says_nothing(event: TicketEvent) -> bool:
    """A strike speaks in the place of the pause it strikes out; whoever gives a ticket back assigns nobody."""
    return event.kind == Kind.PAUSE_STRUCK or (event.kind == Kind.ASSIGNED and not event.data.get("to"))


def _taken_over(absorbed: TicketEvent, its: Bound | None) -> list[Event]:
    """How the clocks hear that a ticket which owed something was merged into theirs.

    A fact without `since` is older than this rule: it moves a start that nothing has ended, and no more.
    """
    earliest, data = its is not None and its.document.tickets.merging == "earliest start", absorbed.data
    if "since" in data:
        since = {
            metric: datetime.fromisoformat(at) if earliest else absorbed.at for metric, at in data["since"].items()
        }
        return [Event(absorbed.at, "owed", since=since)]
    since = dict.fromkeys(data["owed"], datetime.fromisoformat(data["received_at"]))
    return [Event(absorbed.at, "started_earlier", since=since)] if earliest else []
