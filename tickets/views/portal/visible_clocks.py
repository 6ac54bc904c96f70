"""Which of a ticket's clocks a client is told of."""

from __future__ import annotations

from collections.abc import Iterable

from tickets.models import Clock


def shown_clocks(clocks: Iterable[Clock]) -> list[Clock]:
    """All but a next response that says nothing: while the first is open, or once over where none was promised."""
    clocks = list(clocks)
    unanswered = any(clock.metric == "first_response" and clock.stopped_at is None for clock in clocks)
    return [clock for clock in clocks if clock.metric != "next_response" or (not unanswered and _says_something(clock))]


def _says_something(clock: Clock) -> bool:
    return clock.stopped_at is None or (clock.kind == Clock.Kind.TARGET and clock.cycle > 0)
