"""Many tickets replayed under other terms, and compared with how they really went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from tickets.models import TicketEvent
from tickets.models.kinds import ROWS
from tickets.promises.terms import Bound, TermsRecord
from tickets.promises.upkeep import Replayed, replay_under
from tickets.whatif.columns import ClockRow, FactRow, TicketRow
from tickets.whatif.question import Mapper, Missing, Promised, Usage
from tickets.whatif.tally import Flip, Tally, went

_NOTHING: dict[str, Any] = {}


class Heard(NamedTuple):
    """As much of a `TicketEvent` as a replay reads. Rows of the model would cost more than the replay itself."""

    pk: int
    kind: str
    at: datetime
    by: str
    data: dict[str, Any]


class Comparison:
    """Compares tickets as they were with how they would have been at `as_of`; the sums are in `tally`."""

    def __init__(self, mapper: Mapper, usage: Usage, as_of: datetime) -> None:
        self._mapper = mapper
        self._usage = usage
        self._as_of = as_of
        self._terms_data: dict[TermsRecord, dict[str, Any]] = {}
        self.tally = Tally()
        #: The tickets' own version in which a plan, request type or level has its name, by what it is and its key.
        self.named_in: dict[tuple[str, str], int] = {}

    def compare(self, ticket: TicketRow, facts: Sequence[FactRow], clocks: Sequence[ClockRow]) -> Iterator[Flip]:
        """Count one ticket; yields its clocks that turn out differently. To be called in the order of filing (E3)."""
        was = {
            (clock.metric, clock.cycle): went(clock, clock.target_text, self._as_of)
            for clock in clocks
            if clock.started_at <= self._as_of
        }
        found = self.replayed(ticket, facts)
        if isinstance(found, Missing):
            self.tally.leave_out(found, was.values())
            return
        replayed, own, promised = found
        would_be = {
            (metric, state.cycle): went(state, target_text(state.target, metric, promised), self._as_of)
            for metric, states in replayed.cycles.items()
            for state in states
        }
        latest = promised[-1].record
        self.named_in["plan", own["plan"]] = own["version"]
        self.tally.coverage_changed += latest.coverage != own["coverage"]
        yield from self.tally.compare(ticket.pk, own["plan"], latest.level, was, would_be)

    def replayed(
        self, ticket: TicketRow, facts: Sequence[FactRow]
    ) -> tuple[Replayed, dict[str, Any], list[Promised]] | Missing:
        """The clocks under the mapped terms; the ticket's own latest terms, and all it would have been promised."""
        limited = bool(self._mapper.asked.limited)
        used = self._usage.of(ticket.client, ticket.received_at) if limited else 0
        filed = next((fact.filed for fact in facts if fact.filed), None)
        events, promised = [], []
        for fact in facts:
            data = fact.data or _NOTHING
            if fact.terms and ROWS[fact.kind].terms:
                found = self._mapper.promised(fact.terms, filed, used)
                if isinstance(found, Missing):
                    self.named_in[found.what, found.key] = self._mapper.own(fact.terms)["version"]
                    return found
                promised.append(found)
                data = self._as_data(found.record)
            events.append(Heard(fact.pk, fact.kind, fact.at, fact.by, data))
        if not promised:
            return Missing("terms")
        if limited and not ticket.is_merged:
            self._usage.add(ticket.client, ticket.received_at, promised[-1].record)
        bound: dict[TermsRecord, Bound] = {each.record: each.bound for each in promised}
        records = [each.record for each in promised]
        # Of an event a replay reads what a `Heard` has.
        heard = cast("list[TicketEvent]", events)
        own = self._mapper.own(next(fact.terms for fact in reversed(facts) if fact.terms))
        return replay_under(heard, records, bound, as_of=self._as_of), own, promised

    def _as_data(self, record: TermsRecord) -> dict[str, Any]:
        if record not in self._terms_data:
            self._terms_data[record] = {"terms": record.as_data()}
        return self._terms_data[record]


def target_text(target: Any, metric: str, promised: Sequence[Promised]) -> str:
    """The words for the target that a clock ran under: of the latest terms that set it."""
    for each in reversed(promised):
        promise = each.bound.promises.get(metric)
        if promise is not None and promise.kind != "none" and promise.duration == target:
            return promise.text
    return ""
