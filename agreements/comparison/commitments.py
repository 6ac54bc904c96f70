"""Which availability is promised for what: the commitments spelt out by category and plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agreements.comparison.changes import Change
from agreements.comparison.side_by_side import Place, Walk
from agreements.document.directions import more
from agreements.document.service_terms import AvailabilityTerms, Commitment
from shell.wording import listed

#: A category and a plan by key; "" for any.
Holder = tuple[str, str]


def commitment_changes(walk: Walk, place: Place, old: AvailabilityTerms, new: AvailabilityTerms) -> Iterator[Change]:
    """One line for everything whose percentage goes from one figure to another."""
    before, after = _spelt_out(old), _spelt_out(new)
    groups: dict[tuple[Commitment | None, Commitment | None], list[Holder]] = {}
    for holder in {**after, **before}:
        was, now = before.get(holder), after.get(holder)
        if was is None or now is None or was.percent != now.percent:
            groups.setdefault((was, now), []).append(holder)
    for (was, now), holders in groups.items():
        document = (walk.new if now else walk.old).document
        named = (
            listed(document.name_of(kind, key) for key in dict.fromkeys(keys) if key)
            for kind, keys in zip(("category", "plan"), zip(*holders, strict=True), strict=True)
        )
        inner = replace(
            place,
            subject=tuple(filter(None, named)) or ("Everything measured",),
            old_clause=(was and was.clause) or place.old_clause,
            new_clause=(now and now.clause) or place.new_clause,
        )
        direction = more(was.percent, now.percent) if was and now else "better" if now else "worse"
        yield walk.told(inner, was.percent.text if was else "", now.percent.text if now else "", direction)


def _spelt_out(terms: AvailabilityTerms) -> dict[Holder, Commitment]:
    return {
        (category, plan): each
        for each in terms.commitments
        for category in each.categories or ("",)
        for plan in each.plans or ("",)
    }
