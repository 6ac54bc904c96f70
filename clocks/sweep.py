"""Raising warnings and breaches: once each, with history, however late or often anybody looks.

Sweeps look for what is due through a partial index, in all tenants: their cost follows what is due, not what exists.
Raising is one statement a batch that writes the clocks and their history. Telling people comes after it and looks at
facts again, so that a crash in between delays a message and loses none (docs/decisions/sweeps.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection, models

from agreements.document import AgreementDocument
from clocks.face import metric_name
from clocks.models import StoredClock
from clocks.replay import METRICS
from clocks.verdict import Verdict, on_record
from notifications import outbox
from shell.wording import next_words, when_words, whole_minute
from tenants.models import Member, Tenant
from tenants.scope import every_tenant

BATCH = 1000
WARNED, BREACHED = "warned", "breached"
C = TypeVar("C", bound=StoredClock)

# The owner is locked before its clock is touched: whoever answers holds the owner, so the two cannot both claim the
# deadline. One that somebody works on at this moment is skipped; their transaction settles it, or the next sweep does.
# A lock in a subquery and rows named by their place keep the planner to a probe of an index for each due clock: left to
# join, it reads whole tables as long as those look small enough.
# What is due is asked again where it is changed, because the lock may have come just after somebody else's change.
_RAISE = """
    WITH due AS MATERIALIZED (
        SELECT clock.ctid AS place FROM {clocks} clock
        CROSS JOIN LATERAL (
            SELECT FROM {owners} owner
            WHERE (owner.tenant_id, owner.id) = (clock.tenant_id, clock.{owner}_id)
                AND ({owed} IS NULL OR {owed} < %(now)s::timestamptz - interval '1 day') FOR UPDATE SKIP LOCKED
        ) locked
        WHERE {due} ORDER BY {column} LIMIT %(batch)s
    ), raised AS (
        UPDATE {clocks} clock SET untold = %(kind)s, {change}
        WHERE clock.ctid = ANY (ARRAY(SELECT place FROM due)) AND {due}
        RETURNING tenant_id, {owner}_id, metric, cycle, target_text, clause, breached_at
    )
    INSERT INTO {history} (tenant_id, {owner}_id, kind, at, recorded_at, by, actor_name, reason, data)
    SELECT tenant_id, {owner}_id, %(kind)s, {fact_at}, %(now)s, 'system', 'slatrack', '',
        jsonb_build_object('metric', metric, 'cycle', cycle, 'target', target_text, 'clause', clause)
    FROM raised
"""
_OPEN = "clock.stopped_at IS NULL AND clock.paused_at IS NULL AND clock.breached_at IS NULL"
_WAYS = {
    # A breach happened when it fell due, whenever we noticed.
    BREACHED: {
        "due": f"{_OPEN} AND clock.due_at <= %(now)s",
        "column": "clock.due_at",
        "change": "breached_at = clock.due_at, breach_recorded_at = %(now)s, warn_at = NULL, warn_later = '{}'",
        "fact_at": "breached_at",
    },
    # Several points that passed unseen are one warning; the earliest that is still to come is the next.
    WARNED: {
        "due": f"{_OPEN} AND clock.warn_at <= %(now)s AND clock.due_at > %(now)s",
        "column": "clock.warn_at",
        "change": """warned_at = %(now)s, (warn_at, warn_later) = (
            SELECT min(point), coalesce((array_agg(point ORDER BY point))[2:], '{}')
            FROM unnest(clock.warn_later) point WHERE point > %(now)s)""",
        "fact_at": "%(now)s",
    },
}


@dataclass(frozen=True, slots=True)
class Sweep(Generic[C]):
    """What is due of one table of clocks. `history` is the owner's table of facts; both name the owner `OWNER`.

    `tell` puts a batch of raised clocks in front of people, in the transaction that takes the mark off them; a key for
    each occasion has to keep a repeat from being a second message.
    """

    model: type[C]
    history: type[models.Model]
    tell: Callable[[Sequence[C], datetime], None]
    #: The column that says since when a word is owed on the owner that may have kept its promises: they are left alone,
    #: but for a day only, where it never comes.
    owed: str = "NULL::timestamptz"

    def breaches(self, *, now: datetime) -> int:
        """Record every breach that is due and not recorded, in all tenants, earliest first; returns how many.

        One transaction a batch. Safe to miss, repeat, overlap and kill: what is due is a fact, and is recorded once.
        """
        return self._raise_all(BREACHED, now=now)

    def warnings(self, *, now: datetime) -> int:
        """Raise every warning that is due, of clocks that are not over yet; returns how many. Like `breaches`."""
        return self._raise_all(WARNED, now=now)

    def tell_people(self, *, now: datetime) -> int:
        """Tell of what was raised, in all tenants; returns of how many clocks. Those being told of now are skipped."""
        told = 0
        while True:
            with every_tenant(reason="tell people of warnings and breaches"):
                clocks = list(self.model.objects.untold().select_for_update(skip_locked=True)[:BATCH])
                if clocks:
                    self._told(clocks, now=now)
            told += len(clocks)
            if len(clocks) < BATCH:
                return told

    def in_tenant(self, *, now: datetime) -> None:
        """Raise what is due in the tenant in force and tell people, in the caller's transaction.

        For a past that is being written down and cannot wait for a sweep: the demo plays each sweep at its own instant.
        """
        with connection.cursor() as cursor:
            for kind in (WARNED, BREACHED):
                cursor.execute(self.statement(kind), {"now": now, "batch": BATCH, "kind": kind})
        self._told(list(self.model.objects.untold()), now=now)

    def announce(self, clocks: Sequence[C], *, now: datetime) -> None:
        """History and messages of breaches that their caller has just recorded on clocks of a locked owner."""
        self.record(clocks, now=now)
        for clock in clocks:
            clock.untold = BREACHED
        self.tell(clocks, now)

    def record(self, clocks: Sequence[C], *, now: datetime) -> None:
        """The history of such breaches alone, where nobody can act on them any more."""
        self.history._default_manager.bulk_create(self._fact(clock, now) for clock in clocks)

    def _told(self, clocks: Sequence[C], *, now: datetime) -> None:
        self.tell(clocks, now)
        self.model.objects.filter(pk__in=[clock.pk for clock in clocks]).update(untold="")

    def _fact(self, clock: C, now: datetime) -> models.Model:
        data = {"metric": clock.metric, "cycle": clock.cycle, "target": clock.target_text, "clause": clock.clause}
        fields: dict[str, Any] = {f"{self.model.OWNER}_id": clock.owner_id, "kind": BREACHED, "at": clock.breached_at}
        return self.history(**fields, recorded_at=now, by="system", actor_name="slatrack", data=data)

    def _raise_all(self, kind: str, *, now: datetime) -> int:
        total = 0
        while True:
            with every_tenant(reason=f"sweep: {kind}"), connection.cursor() as cursor:
                cursor.execute(self.statement(kind), {"now": now, "batch": BATCH, "kind": kind})
                raised = cursor.rowcount
            total += raised
            if raised < BATCH:
                return total

    def statement(self, kind: str) -> str:
        """What raises a batch of that kind; its parameters are the instant, the batch and the kind."""
        owner = self.model._meta.get_field(self.model.OWNER).related_model
        assert isinstance(owner, type)
        return _RAISE.format(
            clocks=self.model._meta.db_table,
            owners=owner._meta.db_table,
            owner=self.model.OWNER,
            history=self.history._meta.db_table,
            owed=self.owed,
            **_WAYS[kind],
        )


class Reader(NamedTuple):
    """A user to tell; `zone` "" is the tenant's."""

    user_id: int
    email: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What raised clocks count for. Without `readers` the leads and owners of its tenant are told."""

    name: str
    #: Whose it is, where that is somebody's.
    client: str = ""
    path: str
    document: AgreementDocument | None
    readers: Sequence[Reader]


def tell_readers(
    clocks: Sequence[C], now: datetime, about: Callable[[Sequence[C], set[int]], Mapping[int, Concerned]]
) -> None:
    """Queue what was raised on these clocks, in any tenants. `about` gives what they count for, by the owner's id."""
    # A warning that came too late to act on, or whose promise has been kept meanwhile, would only alarm.
    clocks = [clock for clock in clocks if clock.untold == BREACHED or _still_to_keep(clock, now)]
    tenants = Tenant.objects.in_bulk({clock.tenant_id for clock in clocks})
    concerned = about(clocks, set(tenants))
    nobodys = {clock.tenant_id for clock in clocks if not concerned[clock.owner_id].readers}
    leads: dict[int | None, list[Reader]] = {}
    for member in Member.objects.leading().filter(tenant__in=nobodys).select_related("user") if nobodys else ():
        leads.setdefault(member.tenant_id, []).append(reader_of(member))
    words = []
    for clock in clocks:
        its, tenant, owner = concerned[clock.owner_id], tenants[clock.tenant_id], _owner(clock)
        label = metric_name(clock.metric, its.document)
        heading = "\n".join(part for part in (its.name, its.client) if part)
        # Whoever has two roles is told once.
        for reader in dict.fromkeys(its.readers or leads.get(clock.tenant_id, [])):
            zone = ZoneInfo(reader.zone or tenant.timezone)
            title = _headline(clock, f"{label.lower()} on {its.name}", zone, now)
            text = f"{heading}\n\n{_said(clock, label, zone, now)}\n\n{tenant.url(its.path)}\n"
            words.append(
                outbox.Word(
                    key=f"{_occasion(clock, owner)}:{reader.user_id}", title=title,
                    topic=f"{owner.replace('-', '_')}.{clock.untold}", body=its.client, url=its.path,
                    user_id=reader.user_id, to=reader.email, text=text, tenant_id=clock.tenant_id,
                )
            )  # fmt: skip
    outbox.tell(words, now=now)


def reader_of(member: Member) -> Reader:
    return Reader(member.user_id, member.user.email, member.user.timezone)


def _still_to_keep(clock: StoredClock, now: datetime) -> bool:
    """Whether a warning still says something: the promise is neither kept nor missed."""
    return on_record(clock, now=now) == Verdict.RUNNING


def _owner(clock: StoredClock) -> str:
    return "clock" if clock.OWNER == "ticket" else f"{clock.OWNER}-clock"


def _occasion(clock: StoredClock, owner: str) -> str:
    """The key of what was raised: a breach happens once in a cycle, a warning once for each point."""
    about = f"{owner}:{clock.owner_id}:{clock.metric}:{clock.cycle}:{clock.untold}"
    # A point is named by when it was given.
    return f"{about}:{clock.warned_at:%Y%m%dT%H%M%S}" if clock.untold == WARNED else about


def _headline(clock: StoredClock, what: str, zone: ZoneInfo, now: datetime) -> str:
    """`Missed: first response on #7 …`, or `Due today 14:05: …` in the reader's zone."""
    if clock.untold == BREACHED or clock.due_at is None:
        return f"Missed: {what}"
    # The instant and not what is left of it: clock time until Monday morning would read as three days to spare.
    due = when_words(clock.due_at.astimezone(zone), now.astimezone(zone))
    return f"Due {due}: {what}"


def _said(clock: StoredClock, label: str, zone: ZoneInfo, now: datetime) -> str:
    """The promise that was raised, in a sentence with times in the reader's zone; `label` is the metric's name."""
    cited, metric = f" ({clock.clause})" if clock.clause else "", METRICS[clock.metric]
    due_at = clock.due_at if clock.untold == WARNED else clock.breached_at
    if metric.restarts and due_at is not None:
        due = next_words(whole_minute(due_at.astimezone(zone)), now.astimezone(zone))
        state = f"is due by {due}" if clock.untold == WARNED else f"{metric.undone} since {due}"
        if clock.stopped_at is not None:
            state = f"was due by {due} and came late"
        return f"The {label.lower()} promised every {clock.target_text}{cited} {state}."
    if clock.untold == WARNED:
        return f"{label} is promised within {clock.target_text}{cited} and is due soon."
    how = metric.undone if clock.stopped_at is None else "came late"
    return f"{label} was promised within {clock.target_text}{cited} and {how}."
