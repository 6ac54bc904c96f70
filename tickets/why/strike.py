"""What striking a pause out does to a ticket's clocks: worked out before anybody decides, kept with the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agreements.document import AgreementDocument
from clocks.face import metric_name
from clocks.replay import ClockState
from clocks.verdict import Verdict, on_record
from clocks.why.sentences import instant_words
from shell.wording import time_words
from tickets.models import TicketEvent
from tickets.models.kinds import Kind
from tickets.promises.upkeep import replay_ticket
from tickets.why.pauses import TicketPause, pauses_of

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Effect:
    """One clock as it stands, and as it would with the pause struck out, under that agreement."""

    before: ClockState
    after: ClockState
    document: AgreementDocument

    @property
    def is_missed_by_it(self) -> bool:
        """A promise that stood as kept, or as still to be kept, would turn out missed."""
        before, after = (on_record(state, now=state.as_of) for state in (self.before, self.after))
        return after == Verdict.MISSED != before

    @property
    def words(self) -> str:
        """`First response would have been due Tue 3 Mar, 14:00, and is 22 m over.`"""
        label, after = metric_name(self.after.metric, self.document), self.after
        took = f"{time_words(after.elapsed)} instead of {time_words(self.before.elapsed)}"
        if after.target is None:
            return f"{label}: {took} are measured. Nothing falls due."
        over = after.elapsed - after.target
        if self.is_missed_by_it and after.promised_at is not None:
            came = f"came {time_words(over)} late" if after.stopped_at else f"is {time_words(over)} over"
            return f"{label} would have been due {self._at(after.promised_at)} and {came}. It goes on record as missed."
        if self.before.breached:
            known = [self._at(at) for at in (after.breached_at, self.before.breached_at) if at is not None]
            due = " instead of ".join(dict.fromkeys(known))
            return f"{label} was missed already. With this time counted it fell due {due}."
        if after.stopped_at is not None:
            return f"{label} took {took}, of {time_words(after.target)}: still kept."
        due = (
            f"due {self._at(after.due_at)}"
            if after.due_at
            else f"{time_words(after.target - after.elapsed)} left when it goes on"
        )
        return f"{label} counts {took}: {due}."

    def as_data(self) -> dict[str, Any]:
        """What goes on record with the decision. Durations in seconds."""
        due = [state.promised_at.isoformat() if state.promised_at else None for state in (self.before, self.after)]
        return {
            "metric": self.after.metric,
            "cycle": self.after.cycle,
            "elapsed": [self.before.elapsed // SECOND, self.after.elapsed // SECOND],
            "due": due,
            "missed": self.is_missed_by_it,
        }

    def _at(self, at: datetime) -> str:
        return instant_words(at, self.document.zone, self.after.as_of)


def effects(pause: TicketPause, events: Sequence[TicketEvent], *, as_of: datetime) -> list[Effect]:
    """The clocks that striking `pause` out at `as_of` would change. `events`: its ticket's facts, in order of time."""
    strike = TicketEvent(kind=Kind.PAUSE_STRUCK, at=as_of, by="agent", data=strike_data(pause))
    before, after = replay_ticket(events, as_of=as_of), replay_ticket([*events, strike], as_of=as_of)
    if before is None or after is None:
        return []
    return [
        Effect(old, new, after.bound.document)
        for metric, cycles in after.cycles.items()
        for old, new in zip(before.cycles[metric], cycles, strict=True)
        if (old.elapsed, old.paused_at) != (new.elapsed, new.paused_at)
    ]


def strike_data(pause: TicketPause) -> dict[str, Any]:
    """What the replay reads on a struck pause: the fact that began it, and those by which it went on by itself."""
    return {"pause": pause.key, "with": [fact.pk for fact in pause.with_it]}


def pause_of(key: int, events: Sequence[TicketEvent], *, as_of: datetime) -> TicketPause | None:
    """The pause that the fact `key` began; None for a fact that began none which stops a clock."""
    return next((each for each in pauses_of(events, as_of=as_of) if each.key == key and each.metrics), None)
