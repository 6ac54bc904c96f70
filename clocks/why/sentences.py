"""An explanation in plain words: amounts, days, what was closed, and the sum that leads to the due time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from agreements.businesstime import Reason
from clocks.replay.state import ZERO
from clocks.verdict import Verdict, on_target
from clocks.why.explanation import Day, Explanation, Fold, Line, Segment, days_of
from shell.wording import clock_words, listed, short_day, time_words

DAY = timedelta(days=1)
#: More terms than these do not read as a sum.
TERMS_MAX = 5
#: As many days are named one by one.
DAYS_NAMED = 4
_CLOSED = {
    Reason.NIGHT: ("night", "nights"),
    Reason.BREAK: ("break", "breaks"),
    Reason.WEEKEND: ("weekend", "weekends"),
    Reason.CLOSED_DAY: ("closed day", "closed days"),
    Reason.HOLIDAY: ("holiday", "holidays"),
    Reason.EXCEPTION: ("day with hours of its own", "days with hours of their own"),
}
_PLURALS = dict(_CLOSED.values())
#: What goes without saying beside anything else that a place is closed for.
_ORDINARY = {Reason.NIGHT, Reason.BREAK}


def instant_words(at: datetime, zone: ZoneInfo, beside: datetime | None = None) -> str:
    """`Fri 27 Mar, 11:18`."""
    local = at.astimezone(zone)
    return f"{short_day(local, beside.astimezone(zone) if beside else None)}, {clock_words(local)}"


def span_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`09:00 – 17:00`, `17:00 – Fri 09:00`, `17:00 – Tue 7 Apr 09:00` from six days on; midnight is its day's 24:00."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    days = (last.date() - first.date()).days
    if days == 0 and last.utcoffset() == first.utcoffset():
        closing = clock_words(last)
    elif days == 1 and f"{last:%H%M%S}" == "000000":
        closing = "24:00"
    elif days == 0:
        # On the day the clocks change, 02:30 may come twice.
        closing = f"{clock_words(last)} {last.tzname()}"
    else:
        closing = f"{last:%a} {clock_words(last)}" if days < 6 else f"{short_day(last, first)} {clock_words(last)}"
    return f"{clock_words(first)} – {closing}"


def closed_words(line: Line) -> str:
    """Why the place was closed: `Good Friday, weekend and Easter Monday`; a night only where nothing else is."""
    return listed(dict.fromkeys(_closed_names(line.segments)))


def segment_words(segment: Segment) -> str:
    """What one closed segment is called: its holiday or own day by name."""
    return segment.name or _CLOSED[Reason(segment.reason)][0]


def fold_words(fold: Fold) -> str:
    """What lies between the working days of a fold: `8 nights, 2 weekends and Good Friday`."""
    counted = Counter(name for line in fold.closures for name in _closed_names(line.segments))
    return listed(f"{count} {_PLURALS.get(name, name)}" if count > 1 else _one(name) for name, count in counted.items())


def _closed_names(segments: Sequence[Segment]) -> list[str]:
    telling = [each for each in segments if each.reason not in _ORDINARY]
    return [segment_words(each) for each in telling or segments[:1]]


def _one(name: str) -> str:
    return f"a {name}" if name in _PLURALS else name


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of the sum: how much, and when."""

    counted: timedelta
    when: str

    @property
    def words(self) -> str:
        return f"{time_words(self.counted)} {self.when}"


def terms(explanation: Explanation) -> list[Term]:
    """What the counted time adds up from, day by day, up to a due time. Days alike become one term."""
    days = [
        (day, sum((each.counted for line in day.lines for each in line.segments if not each.over), ZERO))
        for day in days_of(explanation)
    ]
    days = [(day, counted) for day, counted in days if counted]
    if not days:
        return []
    zone = explanation.zone
    near = (days[-1][0].day - days[0][0].day).days < 7
    named = [(_day_name(day, zone, near=near), counted) for day, counted in days]
    if len(named) <= DAYS_NAMED:
        return [Term(counted, f"on {name}") for name, counted in named]
    first, last = named[0], named[-1]
    alike = [list(run) for _, run in groupby(named[1:-1], key=lambda pair: pair[1])]
    if len(alike) + 2 <= TERMS_MAX:
        middle = [
            Term(
                run[0][1] * len(run),
                f"on {len(run)} days of {time_words(run[0][1])}" if len(run) > 1 else f"on {run[0][0]}",
            )
            for run in alike
        ]
    else:
        middle = [Term(sum((counted for _, counted in named[1:-1]), ZERO), f"on {len(named) - 2} days between")]
    return [Term(first[1], f"on {first[0]}"), *middle, Term(last[1], f"on {last[0]}")]


def _day_name(day: Day, zone: ZoneInfo, *, near: bool) -> str:
    local = day.lines[0].start.astimezone(zone)
    return f"{local:%A}" if near else short_day(local, local)


def verdict_of(explanation: Explanation) -> Verdict:
    """How the target in force stands: what the hours add up to. What was missed before is told beside it."""
    return on_target(explanation.state, now=explanation.state.as_of)


def sum_words(explanation: Explanation) -> str:
    """`8 h promised = 5 h 12 m on Thursday + 2 h 48 m on Friday → due Fri 27 Mar, 11:18`: the whole sum in a line."""
    addends = " + ".join(term.words for term in terms(explanation))
    return f"{left_of(explanation)}{addends and f' = {addends}'} → {right_of(explanation)}"


def left_of(explanation: Explanation) -> str:
    """What the sum comes to, and what that is."""
    total, verdict = explanation.counted_to_due, verdict_of(explanation)
    return f"{time_words(total)} {'promised' if verdict in {Verdict.RUNNING, Verdict.MISSED} else 'counted'}"


def right_of(explanation: Explanation) -> str:
    """What follows from the sum."""
    state, verdict, ended = explanation.state, verdict_of(explanation), explanation.ended

    def told(at: datetime | None) -> str:
        assert at is not None  # the verdict says that there is one
        return instant_words(at, explanation.zone, state.as_of)

    if state.target is None:
        return "nothing falls due" if state.stopped_at is None else f"{ended}, nothing was due"
    if verdict in {Verdict.MET, Verdict.MERGED}:
        spare = state.target - explanation.counted_to_due
        return f"{ended} {told(state.stopped_at)}, with {time_words(spare)} of {time_words(state.target)} to spare"
    if verdict == Verdict.PAUSED:
        left = state.target - explanation.counted_to_due
        return f"paused since {told(state.paused_at)}, with {time_words(left)} left when it goes on"
    due = f"due {told(state.promised_at)}"
    if verdict == Verdict.RUNNING:
        return due
    if state.stopped_at is None:
        return f"{due}; {time_words(explanation.over)} over"
    late = f"{time_words(explanation.over)} late" if explanation.over else "a moment too late"
    return f"{due}; {ended} {told(state.stopped_at)}, {late}"
