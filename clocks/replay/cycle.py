"""The life of one clock: the spans in which it lived, the waiting that lies inside, the terms that governed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clocks.replay.state import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from clocks.replay.events import Terms


class Span:
    """A time in which a clock lived, from its start (or reopening) to what stopped it; waiting may lie inside."""

    __slots__ = ("end", "ended_by", "first_wait", "start")

    def __init__(self, start: datetime, first_wait: int) -> None:
        self.start = start
        self.first_wait = first_wait  # the earlier ones are over
        self.end: datetime | None = None
        self.ended_by: str | None = None


class Wait:
    """A time in which the ticket waited for one reason; `goes_on` where it waited for another until then."""

    __slots__ = ("end", "goes_on", "reason", "start")

    def __init__(self, start: datetime, reason: str, goes_on: bool) -> None:
        self.start = start
        self.end: datetime | None = None
        self.reason = reason
        self.goes_on = goes_on


class Cycle:
    """One clock's life, free of arithmetic: when it lived, and which terms governed it until when.

    `starts` is what it counts from; the instant of a first response is found by arithmetic, and until then its cycle
    lives from the receipt. `answered_at` is when the promise was kept by what it asks for, if after a solution.
    """

    __slots__ = ("answered_at", "breached_before", "earlier_terms", "governed_from", "spans", "starts", "terms")

    def __init__(self, span: Span, terms: Terms, breached_before: datetime | None = None, starts: str = "") -> None:
        self.spans = [span]
        self.terms = terms
        self.governed_from = span.start
        self.earlier_terms: list[tuple[Terms, datetime]] = []
        self.breached_before = breached_before
        self.answered_at: datetime | None = None
        self.starts = starts

    @property
    def live(self) -> bool:
        return self.spans[-1].end is None

    def stop(self, at: datetime, kind: str) -> None:
        span = self.spans[-1]
        span.end, span.ended_by = at, kind

    def count_from(self, since: datetime) -> None:
        """Move the start of the run that goes on back to `since`; not into a time in which the clock ran already."""
        earlier = self.spans[-2].end if len(self.spans) > 1 else None
        self.spans[-1].start = min(self.spans[-1].start, max(since, earlier or since))

    def govern(self, terms: Terms, at: datetime) -> None:
        if terms is self.terms:
            return
        # Terms replaced in the instant in which they began were never in force.
        if self.governed_from < at:
            self.earlier_terms.append((self.terms, at))
        self.terms, self.governed_from = terms, at

    def pieces(
        self, start_at: datetime, until: datetime, waits: Sequence[Wait], reasons: frozenset[str]
    ) -> Iterator[tuple[datetime, datetime, str | None]]:
        """Its spans from `start_at` to `until`, without those of the `waits` that are for one of the `reasons`.

        Each span yields at least one piece, if an empty one, so that the last always says how the clock stands.
        """
        for span in self.spans:
            start, end, why = max(span.start, start_at), span.end, span.ended_by
            if start > until:
                return
            if end is None or end > until:
                end, why = until, None
            elif end < start:
                continue
            paused = False
            if reasons:
                lived_from, waited = start, False
                for position in range(span.first_wait, len(waits)):
                    wait = waits[position]
                    if wait.start > end or (wait.start == end and why is not None):
                        break
                    if wait.reason not in reasons or wait.start == wait.end:
                        continue
                    if wait.end is not None and wait.end <= lived_from:
                        continue
                    # Waiting that goes on for another reason is one pause.
                    if not (waited and wait.goes_on and wait.start == start):
                        yield start, max(wait.start, lived_from), WAITING
                    waited = True
                    if wait.end is None or wait.end > end:
                        paused = True
                        break
                    start = wait.end
            if not paused:
                yield start, end, why
            elif why is not None:
                yield end, end, why
