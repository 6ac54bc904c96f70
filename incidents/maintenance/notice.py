"""What an agreement promises about maintenance, held against a plan: notice, service window, risky work, allowance.

Pure: documents and instants in, findings out (B16, C8, C14).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from agreements.document import AgreementDocument
from agreements.document.quantities import Duration
from shell.wording import duration_words

if TYPE_CHECKING:
    from incidents.models import Maintenance

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One promise, and whether the plan keeps it. `owed` and `given` are words, `short_seconds` by how much it fails.

    `given` is the notice left, or as much of the work as lies where it should not; for the allowance, all there is.
    """

    promise: Literal["notice", "window", "risky", "allowance"]
    is_kept: bool
    owed: str
    given: str
    clause: str
    short_seconds: int = 0

    def sentence(self, whom: str, *, many: bool, is_announced: bool = False) -> str:
        """The finding about `whom`, such as “4 clients”: `11 days left: 4 clients are owed 2 calendar weeks.`

        Once it is announced, the notice is a fact that stays as it was.
        """
        if is_announced and self.promise == "notice":
            given = self.given[:1].lower() + self.given[1:]
            were, kept = "were" if many else "was", "Kept" if self.is_kept else "Not kept"
            return f"Announced with {given} to go: {whom} {were} owed {self.owed}. {kept}."
        return _SENTENCES[self.promise, self.is_kept or self.promise == "notice"].format(
            given=self.given, owed=self.owed, whom=whom, are="are" if many else "is"
        )


_SENTENCES = {
    ("notice", True): "{given} left: {whom} {are} owed {owed}.",
    ("window", True): "All of it lies in the hours agreed with {whom}: {owed}.",
    ("window", False): "{given} of it lies outside the hours agreed with {whom}: {owed}.",
    ("risky", True): "Risky work stays outside the hours named to {whom}: {owed}.",
    ("risky", False): "{given} of risky work falls in the hours named to {whom}: {owed}.",
    ("allowance", True): "{given}: {whom} {are} promised at most {owed}.",
    ("allowance", False): "{given}: {whom} {are} promised at most {owed}.",
}


def findings(
    document: AgreementDocument,
    work: Maintenance,
    *,
    announced_at: datetime,
    extensions: Sequence[str] = (),
    beside: Sequence[Window] = (),
) -> tuple[Finding, ...]:
    """What `document` promises about `work` that is announced at that instant; nothing where it is silent.

    `extensions` are the longer hours agreed with the client (E7), `beside` the other planned maintenance that it has.
    """
    return tuple(_found(document, work, announced_at, extensions, beside))


def _found(
    document: AgreementDocument, work: Maintenance, at: datetime, extensions: Sequence[str], beside: Sequence[Window]
) -> Iterator[Finding]:
    terms = document.maintenance
    if terms is None:
        return
    if finding := _notice(document, work, at):
        yield finding

    def within(calendar: str) -> timedelta:
        hours = document.calendar_for(calendar, extensions)
        return document.calendar(hours).between(work.planned_start_at, work.planned_end_at)

    def hours_finding(promise: Literal["window", "risky"], calendar: str, stray: timedelta, clause: str) -> Finding:
        return Finding(
            promise=promise,
            is_kept=not stray,
            owed=document.calendars[document.calendar_for(calendar, extensions)].name,
            given=duration_words(stray.total_seconds()),
            clause=clause,
            short_seconds=int(stray.total_seconds()),
        )

    # A service window is agreed for planned maintenance (C14); risky work is risky in an emergency too.
    if terms.window and work.is_planned:
        window = terms.window
        stray = work.planned_end_at - work.planned_start_at - within(window.calendar)
        yield hours_finding("window", window.calendar, stray, window.clause or terms.clause or "")
    if terms.risky_outside and work.is_risky:
        yield hours_finding("risky", terms.risky_outside, within(terms.risky_outside), terms.clause or "")
    if terms.allowance and work.is_planned:
        yield _allowance(document, work, beside)


def announce_by(document: AgreementDocument, work: Maintenance) -> datetime | None:
    """The last instant (UTC) at which `document` lets `work` be announced; None where it owes no notice."""
    return document.announce_by(_kind(work), work.planned_start_at)


def _kind(work: Maintenance) -> Literal["planned", "emergency"]:
    return "planned" if work.is_planned else "emergency"


def _notice(document: AgreementDocument, work: Maintenance, at: datetime) -> Finding | None:
    notice, latest = document.notice_for(_kind(work)), announce_by(document, work)
    if notice is None or latest is None or document.maintenance is None:
        return None
    late = max(at - latest, timedelta(0))
    may_be_less = notice.unless_urgent and work.is_urgent
    return Finding(
        promise="notice",
        is_kept=not late or may_be_less,
        owed=notice.at_least.text + (", or less when it is urgent" if may_be_less else ""),
        given=_left(document, notice.at_least, at, work.planned_start_at),
        clause=notice.clause or document.maintenance.clause or "",
        short_seconds=int(late.total_seconds()),
    )


def _left(document: AgreementDocument, owed: Duration, at: datetime, start: datetime) -> str:
    """The time from `at` to `start` in the unit that is owed; whole days, because half of one is none."""
    if at >= start:
        return "No time"
    count, unit = 0, "day"
    passing = start - at
    if owed.in_calendar_days:
        there = at.astimezone(document.zone), start.astimezone(document.zone)
        count = (there[1].replace(tzinfo=None) - there[0].replace(tzinfo=None)).days
    elif owed.in_business_time:
        hours = document.targets.calendar
        passing, unit = document.calendar(hours).between(at, start), "business day"
        business_day = document.calendars[hours].business_day
        if owed.in_business_days and business_day:
            count = passing // business_day
    if not count:
        return duration_words(passing.total_seconds()) + (" of business time" if owed.in_business_time else "")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _allowance(document: AgreementDocument, work: Maintenance, beside: Sequence[Window]) -> Finding:
    """The fullest of the periods that the work lies in, with what else lies there."""
    assert document.maintenance is not None
    terms = document.maintenance.allowance
    assert terms is not None
    windows = _merged([*beside, (work.planned_start_at, work.planned_end_at)])
    # Of rolling days another one's last day may end the fullest stretch that this work is in.
    spans = [document.period_at(at, terms.per) for at in (work.planned_start_at, *(end for _, end in windows))]
    totals = [
        (sum((_shared(window, (span.start, span.end)) for window in windows), timedelta(0)), span.name)
        for span in spans
        if span.start < work.planned_end_at and work.planned_start_at < span.end
    ]
    total, name = max(totals)
    over = max(total - terms.duration.length(), timedelta(0))
    return Finding(
        promise="allowance",
        is_kept=not over,
        owed=f"{terms.duration.text} {terms.per.rate}",
        given=f"{duration_words(total.total_seconds())} of planned maintenance in {name}",
        clause=terms.clause or document.maintenance.clause or "",
        short_seconds=int(over.total_seconds()),
    )


def _merged(windows: Sequence[Window]) -> list[Window]:
    """The same time without overlaps: two teams at work at once are one maintenance to a client."""
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _shared(one: Window, other: Window) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), timedelta(0))
