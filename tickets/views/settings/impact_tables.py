"""An impact as people read it: totals by promise, and tickets with their due times side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agreements.document import AgreementDocument
from agreements.models import AgreementVersion
from clocks.face import metric_name
from tickets.addresses import desk_path
from tickets.impact.impact import EFFECTS, Change, Effect, Impact, Row
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Total:
    """How many clocks of one plan, level and metric change how; `counts` in the order of the totals' effects."""

    plan: str
    level: str
    metric: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Only effects that occur have a column."""

    effects: tuple[tuple[Effect, int], ...]
    lines: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One clock of a ticket."""

    metric: str
    change: Change


@dataclass(frozen=True, slots=True)
class ImpactOn:
    """A ticket with the clocks that change; `why_kept` says why it stays under its old version instead."""

    ticket: Ticket
    url: str
    plan: str
    level: str
    lines: tuple[Line, ...]
    why_kept: str


def totals_of(impact: Impact, version: AgreementVersion) -> Totals:
    document = version.document
    effects = [effect for effect in EFFECTS if impact.clocks[effect]]
    order = {
        (plan, level, metric): (_place(document.plans.keys, plan), _place(document.levels.keys, level), metric)
        for plan, level, metric in impact.by_promise
    }
    lines = tuple(
        Total(
            _plan(document, key[0]),
            document.levels.name_of(key[1]),
            metric_name(key[2], document),
            tuple(counts[effect] for effect in effects),
        )
        for key, counts in sorted(impact.by_promise.items(), key=lambda item: order[item[0]])
    )
    return Totals(tuple((effect, impact.clocks[effect]) for effect in effects), lines)


def tickets_of(rows: Sequence[Row], version: AgreementVersion) -> list[ImpactOn]:
    """The tickets of these rows, in their order; one query. Those that are gone meanwhile are left out."""
    document = version.document
    known = Ticket.objects.with_version().select_related("client").in_bulk([row.ticket for row in rows])
    return [
        ImpactOn(
            ticket,
            desk_path(ticket),
            _plan(document, row.plan),
            document.levels.name_of(row.level),
            tuple(Line(metric_name(change.metric, document), change) for change in row.changes),
            _why_kept(ticket, *row.lacking) if row.lacking else "",
        )
        for row in rows
        if (ticket := known.get(row.ticket)) is not None
    ]


def _why_kept(ticket: Ticket, what: str, key: str) -> str:
    """What the new version lacks, by the name that the ticket's own version has for it."""
    its = ticket.document
    assert its is not None  # what has no agreement comes under no other version of one
    parts: Any = {"plan": its.plans, "request type": its.request_types, "level": its.levels}
    return f"It has no {what} “{parts[what].name_of(key)}”."


def _place(keys: Sequence[str], key: str) -> int:
    return keys.index(key) if key in keys else -1


def _plan(document: AgreementDocument, key: str) -> str:
    return document.plans.name_of(key) or "No subscription"
