"""Raising warnings and breaches: once each, with history and messages, however late or often anybody looks.

Sweeps look for what is due through a partial index, in all tenants: their cost follows what is due and not what exists.
Raising is one statement a batch that writes the clocks and their history. Telling people comes after it and looks at
facts again, so that a crash in between delays a message and loses none (docs/decisions/sweeps.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from notifications import outbox
from shell.wording import when_words
from tenants.models import Member, Tenant
from tenants.scope import every_tenant
from tickets.models import Clock, Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.wording import METRIC_LABELS, desk_path

BATCH = 1000

# The ticket is locked before its clock is touched: whoever answers holds the ticket, so the two cannot both claim the
# deadline. A ticket that somebody works on at this moment is skipped; their transaction settles it, or the next sweep
# does. A lock in a subquery and rows named by their place keep the planner to a probe of an index for each due clock:
# left to join, it reads whole tables as long as those look small enough.
# What is due is asked again where it is changed, because the lock may have come just after somebody else's change.
_RAISE = """
    WITH due AS MATERIALIZED (
        SELECT clock.ctid AS place FROM tickets_clock clock
        CROSS JOIN LATERAL (
            SELECT FROM tickets_ticket ticket
            WHERE (ticket.tenant_id, ticket.id) = (clock.tenant_id, clock.ticket_id) FOR UPDATE SKIP LOCKED
        ) locked
        WHERE {due} ORDER BY {column} LIMIT %(batch)s
    ), raised AS (
        UPDATE tickets_clock clock SET untold = %(kind)s, {change}
        WHERE clock.ctid = ANY (ARRAY(SELECT place FROM due)) AND {due}
        RETURNING tenant_id, ticket_id, metric, cycle, target_text, clause, breached_at
    )
    INSERT INTO tickets_ticketevent (tenant_id, ticket_id, kind, at, recorded_at, by, actor_name, reason, data)
    SELECT tenant_id, ticket_id, %(kind)s, {fact_at}, %(now)s, 'system', 'slatrack', '',
        jsonb_build_object('metric', metric, 'cycle', cycle, 'target', target_text, 'clause', clause)
    FROM raised
"""
_OPEN = "clock.stopped_at IS NULL AND clock.paused_at IS NULL AND clock.breached_at IS NULL"
# A breach happened when it fell due, whenever we noticed.
_BREACH = _RAISE.format(
    due=f"{_OPEN} AND clock.due_at <= %(now)s",
    column="clock.due_at",
    change="breached_at = clock.due_at, breach_recorded_at = %(now)s, warn_at = NULL, warn_later = '{}'",
    fact_at="breached_at",
)
# Several points that passed unseen are one warning; the earliest that is still to come is the next.
_WARN = _RAISE.format(
    due=f"{_OPEN} AND clock.warn_at <= %(now)s AND clock.due_at > %(now)s",
    column="clock.warn_at",
    change="""warned_at = %(now)s, (warn_at, warn_later) = (
        SELECT min(point), coalesce((array_agg(point ORDER BY point))[2:], '{}')
        FROM unnest(clock.warn_later) point WHERE point > %(now)s)""",
    fact_at="%(now)s",
)


def sweep_breaches(*, now: datetime) -> int:
    """Record every breach that is due and not recorded, in all tenants, earliest first; returns how many.

    One transaction a batch. Safe to miss, repeat, overlap and kill: what is due is a fact, and is recorded once.
    """
    return _raise_all(_BREACH, Kind.BREACHED, now=now)


def sweep_warnings(*, now: datetime) -> int:
    """Raise every warning that is due, of clocks that are not over yet; returns how many. Like `sweep_breaches`."""
    return _raise_all(_WARN, Kind.WARNED, now=now)


def tell_people(*, now: datetime) -> int:
    """Put notices and mails about what was raised in front of people, in all tenants; returns how many clocks.

    Those being told about now are skipped, and a key for each occasion keeps a repeat from being a second mail.
    """
    told = 0
    while True:
        with every_tenant(reason="tell people of warnings and breaches"):
            clocks = list(Clock.objects.untold().select_for_update(skip_locked=True)[:BATCH])
            if clocks:
                _tell(clocks, now=now)
                Clock.objects.untold().filter(pk__in=[clock.pk for clock in clocks]).update(untold="")
        told += len(clocks)
        if len(clocks) < BATCH:
            return told


def raise_in_tenant(*, now: datetime) -> None:
    """Raise what is due in the tenant in force and tell people, in the caller's transaction.

    For a past that is being written down and cannot wait for a sweep: the demo plays each sweep at its own instant.
    """
    with connection.cursor() as cursor:
        for statement, kind in ((_WARN, Kind.WARNED), (_BREACH, Kind.BREACHED)):
            cursor.execute(statement, {"now": now, "batch": BATCH, "kind": kind.value})
    clocks = list(Clock.objects.untold())
    _tell(clocks, now=now)
    Clock.objects.untold().filter(pk__in=[clock.pk for clock in clocks]).update(untold="")


def announce(clocks: Sequence[Clock], *, now: datetime) -> None:
    """History and messages of breaches that their caller has just recorded on clocks of a locked ticket."""
    facts = []
    for clock in clocks:
        assert clock.breached_at is not None
        data = {"metric": clock.metric, "cycle": clock.cycle, "target": clock.target_text, "clause": clock.clause}
        facts.append(
            TicketEvent(
                ticket_id=clock.ticket_id, kind=Kind.BREACHED, at=clock.breached_at, recorded_at=now, by="system",
                actor_name="slatrack", data=data,
            )
        )  # fmt: skip
        clock.untold = Kind.BREACHED.value
    TicketEvent.objects.bulk_create(facts)
    _tell(clocks, now=now)


def _raise_all(statement: str, kind: Kind, *, now: datetime) -> int:
    total = 0
    while True:
        with every_tenant(reason=f"sweep: {kind.label.lower()}"), connection.cursor() as cursor:
            cursor.execute(statement, {"now": now, "batch": BATCH, "kind": kind.value})
            raised = cursor.rowcount
        total += raised
        if raised < BATCH:
            return total


def _tell(clocks: Sequence[Clock], *, now: datetime) -> None:
    # A warning that came too late to act on, or whose promise has been kept meanwhile, would only alarm.
    clocks = [clock for clock in clocks if clock.untold == Kind.BREACHED or _still_to_keep(clock, now)]
    tenants = Tenant.objects.in_bulk({clock.tenant_id for clock in clocks})
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.filter(tenant__in=tenants, pk__in={clock.ticket_id for clock in clocks})
        .only("tenant_id", "number", "subject")
        .annotate(client_name=F("client__name"), left_at=F("assignee__deactivated_at"))
        .annotate(user_id=F("assignee__user_id"), email=F("assignee__user__email"), zone=F("assignee__user__timezone"))
    }
    theirs = {
        pk: (row.user_id, row.email, row.zone) for pk, row in tickets.items() if row.user_id and row.left_at is None
    }
    leads = _leads({ticket.tenant_id for pk, ticket in tickets.items() if pk not in theirs})
    mails, notices = [], []
    for clock in clocks:
        ticket = tickets[clock.ticket_id]
        tenant = tenants[clock.tenant_id]
        topic, key = f"clock.{clock.untold}", _key(clock)
        path = desk_path(ticket)
        text = f"{ticket}\n{ticket.client_name}\n\n{_said(clock)}\n\n{tenant.url(path)}\n"
        hearing = [theirs[ticket.pk]] if ticket.pk in theirs else leads.get(clock.tenant_id, [])
        for user_id, email, zone in hearing:
            title = _title(clock, ticket, ZoneInfo(zone or tenant.timezone), now)
            notices.append(
                outbox.NoticeDraft(
                    tenant_id=clock.tenant_id, user_id=user_id, key=key, topic=topic, title=title,
                    body=ticket.client_name, url=path,
                )
            )  # fmt: skip
            mails.append(
                outbox.Draft(
                    tenant_id=clock.tenant_id, key=f"{key}:{user_id}", topic=topic, to=email, subject=title, text=text
                )
            )
    outbox.notify(notices, now=now)
    outbox.queue(mails, now=now)


def _leads(tenants: set[int | None]) -> dict[int | None, list[tuple[int, str, str]]]:
    """Who hears of tickets that nobody has: each tenant's leads and owners, as (user, address, zone or "")."""
    leads: dict[int | None, list[tuple[int, str, str]]] = {}
    if tenants:
        for member in Member.objects.active().filter(tenant__in=tenants).select_related("user"):
            if member.hears_of_unassigned:
                leads.setdefault(member.tenant_id, []).append((member.user_id, member.user.email, member.user.timezone))
    return leads


def _still_to_keep(clock: Clock, now: datetime) -> bool:
    return clock.stopped_at is None and clock.due_at is not None and clock.due_at > now


def _key(clock: Clock) -> str:
    about = f"clock:{clock.ticket_id}:{clock.metric}:{clock.cycle}:{clock.untold}"
    # A breach happens once in a cycle; a warning once for each point, named by when it was given.
    return f"{about}:{clock.warned_at:%Y%m%dT%H%M%S}" if clock.untold == Kind.WARNED else about


def _title(clock: Clock, ticket: Ticket, zone: ZoneInfo, now: datetime) -> str:
    label = METRIC_LABELS[clock.metric].lower()
    if clock.untold == Kind.BREACHED or clock.due_at is None:
        return f"Missed: {label} on {ticket}"
    # The instant and not what is left of it: clock time until Monday morning would read as three days to spare.
    due = when_words(clock.due_at.astimezone(zone), now.astimezone(zone))
    return f"Due {due}: {label} on {ticket}"


def _said(clock: Clock) -> str:
    label, cited = METRIC_LABELS[clock.metric], f" ({clock.clause})" if clock.clause else ""
    if clock.untold == Kind.WARNED:
        return f"{label} is promised within {clock.target_text}{cited} and is due soon."
    how = "has not been given" if clock.stopped_at is None else "came late"
    return f"{label} was promised within {clock.target_text}{cited} and {how}."
