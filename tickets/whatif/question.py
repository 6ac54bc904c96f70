"""What a ticket would have been promised: its own terms, mapped to the version and plan that are asked about."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from agreements.document import AgreementDocument
from agreements.document.coverage import Standing, coverage
from agreements.document.period import MONTH
from tickets.promises.terms import Bound, TermsRecord, bind_under

NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a ticket cannot be compared: the plan, type or level that the asked version lacks, or no terms at all."""

    what: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Promised:
    """The terms that a ticket would have had, and what they promise."""

    record: TermsRecord
    bound: Bound


@dataclass(frozen=True)
class Asked:
    """The version that is asked about, which may be a draft, and a plan instead of each ticket's own ("": its own)."""

    version: int
    document: AgreementDocument
    plan: str = ""

    def terms(self, record: TermsRecord, filed: Standing | None, used: int) -> TermsRecord | Missing:
        """What `record` would have been under this version: same type, level and product, other plan and coverage.

        Coverage follows from how the client stood when it filed, by the rules of this version; `used` is what it had
        used of the month by then (E3). Where that standing is not on record, or nothing changes, coverage stays.
        """
        document = self.document
        plan = self.plan if self.plan and record.plan else record.plan
        if plan and plan not in document.plans.keys:
            return Missing("plan", plan)
        if record.request_type not in document.request_types.keys:
            return Missing("request_type", record.request_type)
        if record.level not in document.levels.keys:
            return Missing("level", record.level)
        if (record.version, record.plan) == (self.version, plan):
            return record
        extensions = document.known_extensions(record.extensions)
        mapped = replace(record, version=self.version, plan=plan, extensions=extensions)
        if filed is None:
            return mapped
        standing = replace(filed, used_this_month=used, allowance=self.allowance(plan))
        cover = coverage(document, record.request_type, standing)
        return replace(mapped, coverage=cover.kind, sentence=cover.sentence, clause=cover.clause)

    def allowance(self, plan: str) -> int | None:
        """How many requests a month the plan includes; None for no limit, or no such plan."""
        its = self.document.plans.get(plan)
        return its.included if its else None

    @cached_property
    def limited(self) -> frozenset[str]:
        """The plans whose allowance decides what covers a request."""
        if self.document.coverage.beyond_allowance is None:
            return frozenset()
        return frozenset(plan.key for plan in self.document.plans if plan.allowance)


class Usage:
    """What each client would have used of each month, counted as tickets were filed (E3).

    `before` is what clients had really used of the month in which the period begins, up to its beginning.
    """

    def __init__(self, asked: Asked, since: datetime, before: Mapping[int, int]) -> None:
        self._asked = asked
        self._latest = asked.document.period_at(since, MONTH)
        first = self._latest.first_day
        self._used: Counter[tuple[int, date]] = Counter({(client, first): used for client, used in before.items()})

    def of(self, client: int, at: datetime) -> int:
        return self._used[client, self._month(at)]

    def add(self, client: int, at: datetime, record: TermsRecord) -> None:
        if record.request_type in self._asked.document.types_in_allowance and record.coverage != NOT_COVERED:
            self._used[client, self._month(at)] += 1

    def _month(self, at: datetime) -> date:
        # Tickets come as they were filed: most lie in the month of the one before.
        if not self._latest.holds(at):
            self._latest = self._asked.document.period_at(at, MONTH)
        return self._latest.first_day


class Mapper:
    """Terms as they are stored (JSON text), mapped and bound once each: tickets share a few hundred of them."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._mapped: dict[tuple[str, str | None, int], Promised | Missing] = {}
        self._standings: dict[str, Standing] = {}
        self._own: dict[str, dict[str, Any]] = {}
        self._most_included = max((asked.allowance(plan) or 0 for plan in asked.limited), default=0)

    def own(self, terms: str) -> dict[str, Any]:
        """The terms as they really were, read once."""
        if terms not in self._own:
            self._own[terms] = json.loads(terms)
        return self._own[terms]

    def promised(self, terms: str, filed: str | None, used: int) -> Promised | Missing:
        """What is promised instead of `terms`, for a client who stood like `filed` (None: not on record)."""
        # What is used beyond the largest allowance decides no more than that it is used up.
        used = min(used, self._most_included)
        key = (terms, filed, used)
        found = self._mapped.get(key)
        if found is None:
            record = TermsRecord.from_data(self.own(terms))
            mapped = self.asked.terms(record, self._standing(filed), used)
            found = mapped if isinstance(mapped, Missing) else Promised(mapped, bind_under(self.asked.document, mapped))
            self._mapped[key] = found
        return found

    def _standing(self, filed: str | None) -> Standing | None:
        if not filed:
            return None
        if filed not in self._standings:
            data: dict[str, Any] = json.loads(filed)
            self._standings[filed] = Standing(**data)
        return self._standings[filed]
