"""What a workspace's incidents, maintenance and news are described with. Times count from the day of loading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

#: Product key, component key or "", and how bad it is (`incidents.models.Impact`).
Part = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Word:
    """Something said or done in an incident so many minutes after it was declared.

    `what` is "tell", a status that goes with a word to everybody, "note", "acknowledge", "resolve", "level:p1",
    "step:triage", or "role:engineer"; `text` the words, the reason, or who takes the role over.
    """

    minute: int
    what: str
    text: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A ticket about an incident, filed so many minutes after it was declared, or with a minus before."""

    minute: int
    customer: str
    caller: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt: the postmortem, published so many days after, with actions as (title, owner, days, is done)."""

    summary: str
    happened: str
    causes: str
    measures: str
    days: int = 4
    actions: tuple[tuple[str, str, int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One incident, declared so long `ago` by `by`; it began `began` minutes before that."""

    title: str
    level: str
    ago: timedelta
    by: str
    parts: tuple[Part, ...]
    first: str
    words: tuple[Word, ...] = ()
    began: int = 12
    reports: tuple[Report, ...] = ()
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Works:
    """Maintenance: starts `starts` from the day of loading (below zero: was), at an hour of the tenant's zone.

    `hour` None: so long before or after this very minute. It was announced `notice` before it starts, and took `took`
    where that is not the planned length; `moved`: by how much it was put off, a day after it was announced, and why.
    """

    title: str
    parts: tuple[tuple[str, str], ...]
    starts: timedelta
    length: timedelta
    by: str
    description: str
    notice: timedelta | None = timedelta(days=16)
    hour: int | None = 2
    took: timedelta | None = None
    kind: str = "planned"
    risky: bool = True
    urgent_because: str = ""
    moved: tuple[timedelta, str] | None = None
    cancelled: str = ""
    every_weeks: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """A system update or a line of the change log, published so long `ago`; None is a draft."""

    kind: str
    title: str
    body: str
    ago: timedelta | None
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rota:
    """An on-call schedule of one layer, weekly from Monday at an hour of the tenant's zone."""

    name: str
    people: tuple[str, ...]
    hour: int = 9
    days: int = 7


@dataclass(frozen=True, slots=True)
class Operations:
    """What goes on beside tickets. `followers` are addresses of the public: mail, topics, products ("" for all).

    `reported_as` is the request type and the level of tickets about incidents.
    """

    reported_as: tuple[str, str]

    troubles: tuple[Trouble, ...] = ()
    works: tuple[Works, ...] = ()
    news: tuple[News, ...] = ()
    rotas: tuple[Rota, ...] = ()
    #: Who is asked in turn: the names of rotas, members, or "leads", with minutes to wait.
    escalation: tuple[tuple[str, int], ...] = ()
    followers: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    templates: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)
