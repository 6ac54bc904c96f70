"""Who should have been asked about an incident by when: a replay of its facts. Pure: no Django, no database, no clock.

A round goes through the steps of a policy, again as often as it says, until somebody acknowledges. An acknowledgement
after which nothing happens goes stale, and another round begins (B14, D2; docs/decisions/escalation.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from agreements.businesstime import BusinessCalendar

Reason = Literal["began", "level", "stale"]
#: A round, which time it goes through its steps, and the step; all from 0 on but rounds.
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to ask and by which way, which the replay only carries; and how long to wait until the next step.

    After the last step the wait is until the first again.
    """

    asks: str
    by: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The steps, gone through `repeats` times more after the first.

    `stale_after` is how long an acknowledgement holds without progress; None: until the end.
    """

    steps: tuple[Step, ...]
    repeats: int = 0
    stale_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """By which policy people are asked, and in which hours steps begin and waits count."""

    policy: Policy
    hours: BusinessCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """How a level is escalated; the lowest `rank` is the highest level. Without a way it is planned work (B14)."""

    rank: int
    way: Way | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, as the escalation hears it: begins, changes, acknowledged, progress, nobody, ends.

    What begins or changes carries terms, `nobody` which asking there was nobody for. After an end nothing but another
    beginning counts.
    """

    at: datetime
    heard: str
    terms: Terms | None = None
    asking: Key | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody is to be asked, in a step of a round."""

    round: int
    repeat: int
    step: int
    due_at: datetime

    @property
    def key(self) -> Key:
        return (self.round, self.repeat, self.step)


@dataclass(frozen=True)
class Round:
    """One round, and why it was begun: at `from_at`, though its first step waits for the hours."""

    number: int
    way: Way
    from_at: datetime
    why: Reason
    ended_at: datetime | None = None
    without: frozenset[Key] = frozenset()

    @cached_property
    def askings(self) -> tuple[Asking, ...]:
        """All of them until it ended; if nothing ends it, all that there will be."""
        return tuple(each for each in self._planned() if self.ended_at is None or each.due_at < self.ended_at)

    def _planned(self) -> Iterator[Asking]:
        policy, hours = self.way.policy, self.way.hours
        due_at = hours.next_open(self.from_at)
        for repeat in range(policy.repeats + 1):
            for position, step in enumerate(policy.steps):
                asking = Asking(self.number, repeat, position, due_at)
                yield asking
                # Where there is nobody to answer there is nothing to wait for.
                if asking.key not in self.without:
                    due_at = hours.next_open(hours.add(due_at, step.wait))


@dataclass(frozen=True)
class Course:
    """How an escalation went until `as_of`.

    `way` is how it is escalated now, None where nobody is asked (any more). `stale_at` is when the acknowledgement no
    longer holds, if it is left alone.
    """

    rounds: tuple[Round, ...]
    as_of: datetime
    way: Way | None
    acknowledged_at: datetime | None
    stale_at: datetime | None

    @property
    def askings(self) -> tuple[Asking, ...]:
        """Those that should have been by now, in order."""
        return tuple(each for one in self.rounds for each in one.askings if each.due_at <= self.as_of)

    @property
    def running(self) -> Round | None:
        """The round in which people are being asked, also when everybody was."""
        return self.rounds[-1] if self.rounds and self.rounds[-1].ended_at is None else None

    def left(self, asked: Iterable[Key]) -> tuple[Asking, ...]:
        """Of the running round, those that nobody was asked in: first what is due, then what will be.

        Of an earlier round nobody is asked any more: somebody has it, or it is over.
        """
        done = set(asked)
        return tuple(each for each in (self.running.askings if self.running else ()) if each.key not in done)


def replay(facts: Iterable[Fact], as_of: datetime) -> Course:
    """The course until `as_of` of facts in the order in which they happened. All instants are aware."""
    walk = _Walk()
    for fact in facts:
        if fact.at <= as_of:
            walk.to(fact.at)
            walk.hear(fact)
    walk.to(as_of)
    return Course(tuple(walk.rounds), as_of, walk.way, walk.acknowledged_at, walk.stale_at)


class _Walk:
    def __init__(self) -> None:
        self.rounds: list[Round] = []
        self.acknowledged_at: datetime | None = None
        self._terms: Terms | None = None
        self._sign_at: datetime | None = None

    @property
    def way(self) -> Way | None:
        return self._terms.way if self._terms else None

    @property
    def stale_at(self) -> datetime | None:
        if self._sign_at is None or self.way is None or self.way.policy.stale_after is None:
            return None
        return self.way.hours.add(self._sign_at, self.way.policy.stale_after)

    def to(self, at: datetime) -> None:
        """Let time pass: an acknowledgement that is stale by then has begun a round, which nobody acknowledged."""
        stale_at = self.stale_at
        if stale_at is not None and stale_at <= at:
            self._begin(stale_at, "stale")

    def hear(self, fact: Fact) -> None:
        match fact.heard:
            case "begins":
                self._terms = fact.terms
                self._begin(fact.at, "began")
            case "changes" if self._terms is not None:
                self._change(self._terms, fact)
            case "acknowledged" if self.way and self.acknowledged_at is None:
                self._stop(fact.at)
                self.acknowledged_at = self._sign_at = fact.at
            case "progress" if self.acknowledged_at:
                self._sign_at = fact.at
            case "nobody" if fact.asking and self.rounds:
                self.rounds[-1] = replace(self.rounds[-1], without=self.rounds[-1].without | {fact.asking})
            case "ends":
                self._terms = None
                self._stop(fact.at)

    def _change(self, before: Terms, fact: Fact) -> None:
        """An acknowledgement stands when the level is lowered; else what is escalated otherwise begins anew."""
        after = self._terms = fact.terms or before
        lowered = after.rank >= before.rank
        if after.way is not None and (after.way == before.way or (self.acknowledged_at and lowered)):
            if self.acknowledged_at:
                self._sign_at = fact.at
        else:
            self._begin(fact.at, "level")

    def _begin(self, at: datetime, why: Reason) -> None:
        self._stop(at)
        if self.way:
            self.rounds.append(Round(len(self.rounds) + 1, self.way, at, why))

    def _stop(self, at: datetime) -> None:
        """End what is running; whoever had acknowledged it no longer has."""
        self.acknowledged_at = self._sign_at = None
        if self.rounds and self.rounds[-1].ended_at is None:
            self.rounds[-1] = replace(self.rounds[-1], ended_at=at)
