"""What a policy would do if an incident were declared: the replay of what has not happened, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from incidents.escalation.policy import asked_words, people_asked, terms_at, way_words
from incidents.escalation.replay import Asking, Fact, Key, Step, Terms, replay
from incidents.models.escalation import Kept
from shell.wording import duration_words, listed, sentence

NIGHTFALL = time(22)


def tonight(now: datetime, zone: ZoneInfo) -> datetime:
    """The evening of the day by the clocks of a zone, or now where that is over."""
    return max(datetime.combine(now.astimezone(zone).date(), NIGHTFALL, zone), now)


def foreseen(kept: Kept, document: AgreementDocument, level: str, *, at: datetime) -> Iterator[dict[str, Any]]:
    """What would happen to an incident at a level that is declared then and that nobody acknowledges.

    As `components/_timeline.html` reads it.
    """
    terms = terms_at(document, {level: kept}, level)
    if terms.way is None:
        yield {"at": at, "icon": "moon", "words": "Nobody is asked: the agreement plans it with other work"}
        return
    policy, without = terms.way.policy, list[Key]()
    for number, step in enumerate(policy.steps):
        asking = _askings(terms, at, without)[number]
        names = [member.name for member in people_asked(step.asks, at=asking.due_at)]
        if not names:
            without += [(asking.round, repeat, number) for repeat in range(policy.repeats + 1)]
        icon, words = "bell-ringing" if names else "user-question", _said(step, names, first=number == 0)
        yield {"at": asking.due_at, "icon": icon, "words": words}
    again = _askings(terms, at, without)[len(policy.steps) :]
    if again:
        times = "once" if policy.repeats == 1 else f"{policy.repeats} times"
        yield {"at": again[0].due_at, "icon": "repeat", "words": f"Then everybody again, {times}"}
    note = "Whoever acknowledges it stops this."
    if policy.stale_after:
        holds = duration_words(policy.stale_after.total_seconds())
        note = f"{note} If nothing happens for {holds} after that, it begins again."
    last = (again or _askings(terms, at, without))[-1]
    over_at = last.due_at if last.key in without else last.due_at + policy.steps[last.step].wait
    yield {"at": over_at, "icon": "bell-off", "words": "Nobody further is asked", "note": note}


def _askings(terms: Terms, at: datetime, without: list[Key]) -> tuple[Asking, ...]:
    facts = [Fact(at, "begins", terms), *(Fact(at, "nobody", asking=key) for key in without)]
    return replay(facts, at).rounds[0].askings


def _said(step: Step, names: list[str], *, first: bool) -> str:
    if not names:
        return f"There would be nobody to ask ({asked_words(step.asks)}): on to the next step at once"
    unless = "" if first else "unless somebody acknowledged it, "
    return sentence(f"{unless}{listed(names)} {'is' if len(names) == 1 else 'are'} asked by {way_words(step.by)}")
