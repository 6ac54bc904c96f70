"""Which availability is promised for what: the commitments spelt out by category and plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agreements.document.comparison.changes import Change, Kind
from agreements.document.comparison.values import ABSENT, bound
from agreements.document.comparison.walk import Place, Walk
from agreements.document.declaration import direction_of
from agreements.document.directions import more, opposite
from agreements.document.document import AgreementDocument
from agreements.document.errors import listed
from agreements.document.service import Commitment

#: A category and a plan by key; "" for any.
Holder = tuple[str, str]


def commitment_changes(walk: Walk, place: Place, old: Any, new: Any) -> Iterator[Change]:
    """One line for everything whose percentage goes from one figure to another."""
    if old is ABSENT or new is ABSENT:
        return
    before, after = _spelt_out(bound(place.declared, old)), _spelt_out(bound(place.declared, new))
    groups: dict[tuple[Commitment | None, Commitment | None], list[Holder]] = {}
    for holder in dict.fromkeys((*after, *before)):
        was, now = before.get(holder), after.get(holder)
        if was is None or now is None or was.percent != now.percent:
            groups.setdefault((was, now), []).append(holder)
    for (was, now), holders in groups.items():
        kind: Kind = "added" if was is None else "removed" if now is None else "changed"
        direction = opposite(direction_of(was)) if was else direction_of(now)
        if was and now:
            direction = more(was.percent, now.percent)
        yield Change(
            section=place.section,
            subject=_named(holders, walk.old if now is None else walk.new),
            title=place.title,
            kind=kind,
            before=was.percent.text if was else "",
            after=now.percent.text if now else "",
            direction=direction,
            old_clause=(was.clause if was else None) or place.old_clause,
            new_clause=(now.clause if now else None) or place.new_clause,
        )


def _spelt_out(commitments: Iterable[Commitment]) -> dict[Holder, Commitment]:
    return {
        (category, plan): commitment
        for commitment in commitments
        for category in commitment.categories or ("",)
        for plan in commitment.plans or ("",)
    }


def _named(holders: list[Holder], document: AgreementDocument) -> str:
    categories = dict.fromkeys(category for category, _ in holders)
    plans = dict.fromkeys(plan for _, plan in holders)
    words = [
        listed(document.name_of(kind, key) for key in keys)
        for kind, keys in (("category", categories), ("plan", plans))
        if any(keys)
    ]
    return " · ".join(words) or "Everything measured"
