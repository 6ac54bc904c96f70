"""What a change means for the client, by rule: a shorter target is better, a shorter claim window worse.

Only what a rule is certain of is called better or worse. A text that carries a promise is `unclear` when its words
change: a person has to read it. Names, order and paper work are `neutral`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from agreements.document.quantities import Duration, Figure, Pledge

#: What a change means for the client, decided by rule. `unclear`: it matters, and a person has to judge it.
Direction = Literal["better", "worse", "neutral", "unclear"]
#: Two values, None for what is not said.
Rule = Callable[[Any, Any], Direction]


def opposite(direction: Direction) -> Direction:
    """What a removal means when the addition means `direction`."""
    turned: dict[Direction, Direction] = {"better": "worse", "worse": "better"}
    return turned.get(direction, direction)


def _size(value: Any) -> tuple[str, Any] | None:
    if isinstance(value, Figure):
        return value.size
    return (type(value).__name__, value) if isinstance(value, int | timedelta) else None


def more(old: Any, new: Any) -> Direction:
    """The larger the better."""
    before, after = _size(old), _size(new)
    if before is None or after is None or before[0] != after[0]:
        return "unclear"
    if before[1] == after[1]:
        return "neutral"
    return "better" if after[1] > before[1] else "worse"


def less(old: Any, new: Any) -> Direction:
    """The smaller the better."""
    return opposite(more(old, new))


def both(first: Direction, second: Direction) -> Direction:
    """What two changes at once come to: one that helps and one that harms have to be judged."""
    if "neutral" in (first, second):
        return second if first == "neutral" else first
    return first if first == second else "unclear"


def pledge(old: Pledge | None, new: Pledge | None) -> Direction:
    """A target is better than best effort, that is better than nothing, and a shorter target than a longer one."""
    before, after = (each.kind if each else "none" for each in (old, new))
    if before != after:
        return PROMISED(before, after)
    if old is None or new is None or old.duration is None or new.duration is None:
        return "neutral"
    return length(old.duration, new.duration)


def length(old: Duration, new: Duration) -> Direction:
    """A due time that comes sooner is better. Opening time never runs faster than the clock on the wall."""
    judged = less(old, new)
    if judged != "unclear" or old.in_business_days or new.in_business_days:
        return judged
    before, after = old.length(), new.length()
    if old.in_business_time and after <= before:
        return "better"
    if new.in_business_time and after >= before:
        return "worse"
    return "unclear"


def gained(old: Any, new: Any) -> Direction:
    """The more is named the better; an exchange has to be judged."""
    before, after = set(old or ()), set(new or ())
    if before == after:
        return "neutral"
    if before <= after:
        return "better"
    return "worse" if after <= before else "unclear"


def lost(old: Any, new: Any) -> Direction:
    return opposite(gained(old, new))


def ranked(*best_first: Any) -> Rule:
    """One of these is better than the next; what is not among them has to be judged."""

    def judge(old: Any, new: Any) -> Direction:
        if old not in best_first or new not in best_first:
            return "unclear"
        before, after = best_first.index(old), best_first.index(new)
        return "neutral" if before == after else "better" if after < before else "worse"

    return judge


def narrowing(old: Any, new: Any) -> Direction:
    """Which plans, levels or services something holds for; empty means all."""
    if not old or not new:
        return "unclear" if bool(old) == bool(new) else "better" if not new else "worse"
    return gained(old, new)


def neutral(old: Any, new: Any) -> Direction:
    return "neutral"


def judged(old: Any, new: Any) -> Direction:
    """It matters, and a person has to say how."""
    return "unclear"


YES: Rule = ranked(True, False)
NO: Rule = ranked(False, True)
PROMISED: Rule = ranked("target", "best_effort", "none")
OUTCOME: Rule = ranked("covered", "best effort", "not covered")


def reopened(old: Any, new: Any) -> Direction:
    """A second clock beside a finished one can be better or worse than either."""
    return "unclear" if "new cycle" in (old, new) else ranked("resume", "restart")(old, new)


def less_said(old: Any, new: Any) -> Direction:
    """The sentence itself takes something away."""
    return "unclear" if old and new else "worse" if new else "better"


def covered(rule: Any) -> Direction:
    """A situation that is left out takes nothing away."""
    return "neutral" if rule.outcome == "covered" else "worse"


def offered(terms: Any) -> Direction:
    return "better" if terms.offered else "neutral"


def shortened(day: Any) -> Direction:
    """A day of every year with hours of its own is a half-day; one date may be an opened one."""
    return "worse" if day.date.year is None else "unclear"
