"""Raising warnings and breaches: once each, with history and messages, however late or often anybody looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from notifications import outbox
from tenants.models import Member, Tenant, User
from tenants.scope import every_tenant
from tenants.wording import duration_words
from tickets.models import Clock, TicketEvent
from tickets.wording import METRIC_LABELS, desk_path

BATCH = 500
Kind = TicketEvent.Kind


def sweep_breaches(*, now: datetime) -> int:
    """Record every breach that is due and not recorded, in all tenants; returns how many.

    In batches of one transaction each, earliest first. A clock whose ticket somebody is working on at this moment is
    skipped: their transaction settles it, or the next sweep does. Safe to miss, repeat, overlap and kill.
    """
    raised = 0
    while True:
        with every_tenant(reason="raise breaches"):
            clocks = _lock(Clock.objects.overdue(now=now))
            if clocks:
                Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
                    breached_at=F("due_at"), breach_recorded_at=now, warn_at=None, warn_later=[]
                )
                for clock in clocks:
                    clock.breached_at = clock.due_at
                announce(clocks, now=now)
        raised += len(clocks)
        if len(clocks) < BATCH:
            return raised


def sweep_warnings(*, now: datetime) -> int:
    """Raise every warning that is due; several points that passed unseen are one warning. Like `sweep_breaches`."""
    raised = 0
    while True:
        with every_tenant(reason="raise warnings"):
            clocks = _lock(Clock.objects.to_warn(now=now).filter(due_at__gt=now))
            for clock in clocks:
                clock.warned_at = now
                later = [at for at in clock.warn_later if at > now]
                clock.warn_at, clock.warn_later = (later[0], later[1:]) if later else (None, [])
            Clock.objects.bulk_update(clocks, ["warned_at", "warn_at", "warn_later"])
            _tell(clocks, kind=Kind.WARNED, now=now)
        raised += len(clocks)
        if len(clocks) < BATCH:
            return raised


def announce(clocks: Sequence[Clock], *, now: datetime) -> None:
    """History and messages of breaches that their caller has just recorded on locked clocks."""
    _tell(clocks, kind=Kind.BREACHED, now=now)


def _lock(due: Iterable[Clock]) -> list[Clock]:
    # The ticket is locked with its clock: whoever answers holds the ticket, so the two cannot both claim the deadline.
    return list(
        due.select_related("ticket__assignee__user", "ticket__client", "tenant").select_for_update(  # type: ignore[attr-defined]
            of=("self", "ticket"), skip_locked=True
        )[:BATCH]
    )


def _tell(clocks: Sequence[Clock], *, kind: TicketEvent.Kind, now: datetime) -> None:
    TicketEvent.objects.bulk_create(
        [
            TicketEvent(
                tenant_id=clock.tenant_id,
                ticket_id=clock.ticket_id,
                kind=kind,
                at=_fact_at(clock, kind, now),
                recorded_at=now,
                by="system",
                actor_name="slatrack",
                data={
                    "metric": clock.metric,
                    "cycle": clock.cycle,
                    "target": clock.target_text,
                    "clause": clock.clause,
                },
            )
            for clock in clocks
        ]
    )
    told = _readers(clocks)
    pairs = [(clock, user) for clock in clocks for user in told[clock.pk]]
    outbox.notify(
        [
            outbox.NoticeDraft(
                tenant_id=clock.tenant_id,
                user_id=user.pk,
                key=_key(clock, kind),
                topic=f"clock.{kind}",
                title=_title(clock, kind, now),
                body=clock.ticket.client.name,
                url=desk_path(clock.ticket),
            )
            for clock, user in pairs
        ],
        now=now,
    )
    outbox.queue(
        [
            outbox.Draft(
                tenant_id=clock.tenant_id,
                key=f"{_key(clock, kind)}:{user.pk}",
                topic=f"clock.{kind}",
                to=user.email,
                subject=_title(clock, kind, now),
                text=_text(clock, kind, clock.tenant),
            )
            for clock, user in pairs
        ],
        now=now,
    )


def _fact_at(clock: Clock, kind: TicketEvent.Kind, now: datetime) -> datetime:
    if kind == Kind.BREACHED:
        assert clock.breached_at is not None
        return clock.breached_at
    return now


def _readers(clocks: Sequence[Clock]) -> dict[int, list[User]]:
    """Whom each clock's news goes to: the ticket's assignee, or while there is none the tenant's leads and owners."""
    orphans = {clock.tenant_id for clock in clocks if clock.ticket.assignee is None}
    leads: dict[int, list[User]] = {}
    if orphans:
        for member in Member.objects.active().filter(tenant_id__in=orphans).select_related("user"):
            if member.hears_of_unassigned:
                leads.setdefault(member.tenant_id, []).append(member.user)
    return {
        clock.pk: [clock.ticket.assignee.user] if clock.ticket.assignee else leads.get(clock.tenant_id, [])
        for clock in clocks
    }


def _key(clock: Clock, kind: TicketEvent.Kind) -> str:
    about = f"clock:{clock.ticket_id}:{clock.metric}:{clock.cycle}:{kind}"
    # A breach happens once in a cycle; a warning once for each point, named by when it was raised.
    return about if kind == Kind.BREACHED or clock.warned_at is None else f"{about}:{clock.warned_at.timestamp():.0f}"


def _title(clock: Clock, kind: TicketEvent.Kind, now: datetime) -> str:
    label = METRIC_LABELS[clock.metric]
    if kind == Kind.BREACHED:
        return f"Missed: {label.lower()} on {clock.ticket}"
    assert clock.due_at is not None
    return f"Due in {duration_words((clock.due_at - now).total_seconds())}: {label.lower()} on {clock.ticket}"


def _text(clock: Clock, kind: TicketEvent.Kind, tenant: Tenant) -> str:
    label = METRIC_LABELS[clock.metric]
    promised = clock.target_text or duration_words(timedelta(seconds=clock.target_seconds or 0).total_seconds())
    cited = f" ({clock.clause})" if clock.clause else ""
    said = (
        f"{label} was promised within {promised}{cited} and has not been given."
        if kind == Kind.BREACHED
        else f"{label} is promised within {promised}{cited} and is due soon."
    )
    return f"{clock.ticket}\n{clock.ticket.client.name}\n\n{said}\n\n{tenant.url(desk_path(clock.ticket))}\n"
