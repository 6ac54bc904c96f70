"""Computing what was asked, in the background: one question at a time, by whoever comes first, and again if they die.

A worker claims a question by a conditional update and says every chunk that it lives. Its claim is its `started_at`:
whoever finds another one there, or a cancellation, has lost the question and stops with nothing written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from agreements.models import AgreementVersion
from tenants.models import Tenant
from tenants.scope import every_tenant, tenant_scope
from tickets.models import WhatIf, WhatIfTicket
from tickets.whatif.columns import Period, clocks_of, facts_of
from tickets.whatif.comparison import Comparison
from tickets.whatif.question import Asked, Mapper, Usage

logger = logging.getLogger(__name__)

#: Tickets read, replayed and committed at a time: what is held in memory, and how often progress shows.
CHUNK = 1000
#: How many questions may be computed at one time on the whole installation. Computing keeps a worker's process busy for
#: up to a minute, and the sweeps of clocks want one that is free.
AT_ONCE = 1
#: A question that has not been computed after so long never will be: whatever killed its workers would kill the next.
GIVEN_UP_AFTER = timedelta(days=1)
_LOCK = 0x7768_6174  # any number that nothing else locks

UNEXPECTED = "It could not be computed; the cause is in the log. Ask again, or tell who runs this installation."
CHANGED = "The draft was changed before its turn came. Ask again about the text as it is now."
GIVEN_UP = "It could not be computed within a day. Ask again, for a shorter period."


class LostError(Exception):
    """The question is not ours any more: cancelled, thrown away, or taken up by another worker."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to compute one question, as long as its row says `started_at`."""

    what_if: int
    tenant: Tenant
    started_at: datetime


def compute_all(*, clock: Callable[[], datetime]) -> int:
    """Compute what waits, the oldest first, until nothing does or somebody else computes; returns how many were done.

    `clock` gives the time: computing takes long enough that it has to be looked at again.
    """
    done = 0
    while (claim := take_up(now=clock())) is not None:
        compute(claim, clock=clock)
        done += 1
    return done


def take_up(*, now: datetime) -> Claim | None:
    """Claim the oldest question that nobody computes; None where there is none, or enough are being computed.

    Starts it over: whatever an earlier worker left is thrown away.
    """
    with every_tenant(reason="take up a what-if"):
        # Two who choose at once would both find room; the one who comes second leaves the choosing to the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            [chosen_here] = cursor.fetchone()
        if not chosen_here or WhatIf.objects.under_way(now=now).count() >= AT_ONCE:
            return None
        found = WhatIf.objects.waiting(now=now).first()
        # The row may have been cancelled since; what is updated says who has it.
        if found is None or not WhatIf.objects.waiting(now=now).filter(pk=found.pk).update(
            started_at=now, seen_at=now, done=0, total=0
        ):
            return None
        WhatIfTicket.objects.filter(what_if=found.pk).delete()
        return Claim(found.pk, Tenant.objects.get(pk=found.tenant_id), now)  # type: ignore[misc]  # every row has one


def compute(claim: Claim, *, clock: Callable[[], datetime]) -> None:
    """Compute a claimed question, chunk by chunk, each in a transaction of its own so that progress can be seen."""
    try:
        _compute(claim, clock)
    except LostError:
        logger.info("what-if %s: cancelled or taken over", claim.what_if)
    except Exception:
        # One that was thrown away meanwhile fails too, in a reference, and nobody needs to hear of it.
        if fail(claim, UNEXPECTED, now=clock()):
            logger.exception("what-if %s failed", claim.what_if)


def _compute(claim: Claim, clock: Callable[[], datetime]) -> None:
    with tenant_scope(claim.tenant):
        what_if = WhatIf.objects.filter(pk=claim.what_if).select_related("version__agreement").first()
        if what_if is None:
            raise LostError
        version = what_if.version
        changed = what_if.text_changed
        if not changed:
            asked = Asked(version.pk, version.document, what_if.plan)
            period = Period.of(what_if)
            usage = Usage(asked, period.since, period.used_before(asked))
            _live(claim, clock(), total=period.count())
    if changed:
        fail(claim, CHANGED, now=clock())
        return
    comparison = Comparison(Mapper(asked), usage, claim.started_at)
    last = done = 0
    while True:
        with tenant_scope(claim.tenant):
            tickets = period.page(last, CHUNK)
            facts, clocks = facts_of(tickets), clocks_of(tickets)
            flips = [
                flip.row(claim.what_if)
                for ticket in tickets
                for flip in comparison.compare(ticket, facts.get(ticket.pk, []), clocks.get(ticket.pk, []))
            ]
            done += len(tickets)
            WhatIfTicket.objects.bulk_create(flips, batch_size=CHUNK)
            if len(tickets) < CHUNK:
                result = _result(comparison, asked, claim.started_at, str(version))
                _live(claim, clock(), done=done, total=done, result=result, finished_at=clock())
                return
            _live(claim, clock(), done=done)
            last = tickets[-1].pk


def _live(claim: Claim, now: datetime, **columns: Any) -> None:
    """Say that we live, and how far we are. Raises LostError, and so undoes the chunk, where the claim is gone."""
    ours = WhatIf.objects.unfinished().filter(pk=claim.what_if, started_at=claim.started_at)
    if not ours.update(seen_at=now, **columns):
        raise LostError


def fail(claim: Claim, sentence: str, *, now: datetime) -> bool:
    """Put on record that it could not be computed, and why; False where the question is not ours any more."""
    with tenant_scope(claim.tenant):
        ours = WhatIf.objects.unfinished().filter(pk=claim.what_if, started_at=claim.started_at)
        failed = ours.update(failed_at=now, failure=sentence)
        if failed:
            WhatIfTicket.objects.filter(what_if=claim.what_if).delete()
    return bool(failed)


def clear_away(*, now: datetime) -> None:
    """Throw away what nobody kept, and give up on what cannot be computed, in all tenants."""
    with every_tenant(reason="clear away what-ifs"):
        WhatIf.objects.waiting(now=now).filter(asked_at__lte=now - GIVEN_UP_AFTER).update(
            failed_at=now, failure=GIVEN_UP
        )
        # Locked, so that what somebody keeps at this moment keeps its tickets.
        waiting = WhatIf.objects.expired(now=now).select_for_update(skip_locked=True)
        expired = list(waiting.values_list("pk", flat=True))
        if expired:
            WhatIfTicket.objects.filter(what_if__in=expired).delete()
            WhatIf.objects.filter(pk__in=expired).delete()


def _result(comparison: Comparison, asked: Asked, as_of: datetime, title: str) -> dict[str, Any]:
    """The answer as it is stored: plain values, with the names that things have today."""
    document, tally = asked.document, comparison.tally
    names = _Names(comparison.named_in)
    plan_names = {key: names.of("plan", key) for what, key in comparison.named_in if what == "plan" and key}
    plan_names |= {plan.key: plan.name for plan in document.plans} | {"": "No plan"}
    return {
        "as_of": as_of.isoformat(),
        "title": title,
        "plan_name": document.plans[asked.plan].name if asked.plan else "",
        "level_word": document.scheme.name,
        "compared": tally.tickets,
        "coverage_changed": tally.coverage_changed,
        "rows": tally.rows(document, plan_names),
        "left_out": [
            {**row, "name": names.of(row["what"], row["key"]) if row["key"] else ""} for row in tally.left_out()
        ],
    }


class _Names:
    """Names of what the asked version does not have, as the tickets' own versions call it."""

    def __init__(self, named_in: dict[tuple[str, str], int]) -> None:
        self._named_in = named_in

    def of(self, what: str, key: str) -> str:
        number = self._named_in.get((what, key), 0)
        version = AgreementVersion.objects.filter(pk=number).defer("source").first()
        if version is None:
            return key
        parts: Any = {
            "plan": version.document.plans,
            "request_type": version.document.request_types,
            "level": version.document.levels,
        }[what]
        return str(parts.name_of(key))
