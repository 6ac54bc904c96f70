"""What owners do to escalation policies. Incidents that run keep what they started with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.escalation.policy import LEADS, MEMBER, SCHEDULE, WAYS, way_of
from incidents.models import EscalationPolicy, OnCallSchedule
from incidents.models.escalation import Kept
from notifications.models import Channel
from shell.entry import id_of, name_of
from tenants import history
from tenants.models import Member, Tenant, User
from tenants.scope import current_tenant_id

LONGEST_WAIT_MINUTES = 24 * 60
MOST_REPEATS = 20


def check_policy(*, kept: Kept, levels: Sequence[str], now: datetime, policy_id: int | None = None) -> Kept:
    """The policy as it would be kept for these levels (none: all others), the one of that id from then on.

    Saves nothing. ValidationError beside the field, of the first step beside `asks_1`, `by_1` or `wait_1`.
    """
    name, refused = name_of(kept["name"], "Give the policy a name."), {}
    for other in EscalationPolicy.objects.exclude(pk=policy_id or 0):
        if other.name.casefold() == name.casefold():
            refused["name"] = f"There is a policy called {other.name} already."
        if not levels and not other.levels:
            refused["levels"] = f"“{other}” is for all levels that no policy names. Choose levels for this one."
        elif set(levels) & set(other.levels):
            refused["levels"] = f"“{other}” is for one of these levels already."
    if not kept["steps"]:
        refused["asks_1"] = "Nobody would be asked: choose who is asked first."
    for number, step in enumerate(kept["steps"], 1):
        if wrong := _not_to_be_asked(step["asks"], now=now):
            refused[f"asks_{number}"] = wrong
        if step["by"] not in WAYS and not isinstance(way_of(step["by"]), Channel):
            refused[f"by_{number}"] = "Choose one of the ways."
        if not 60 <= step["wait"] <= 60 * LONGEST_WAIT_MINUTES:
            refused[f"wait_{number}"] = f"Wait between 1 and {LONGEST_WAIT_MINUTES} minutes for an acknowledgement."
    if not 0 <= kept["repeats"] <= MOST_REPEATS:
        refused["repeats"] = f"Everybody can be asked again up to {MOST_REPEATS} times."
    if kept["stale_after"] is not None and kept["stale_after"] < 60:
        refused["stale_after"] = "Give people a minute at least, or leave it empty."
    if refused:
        raise ValidationError(refused)
    return {**kept, "name": name}


@transaction.atomic
def save_policy(
    *, kept: Kept, levels: Sequence[str], by: User | None, now: datetime, policy_id: int | None = None
) -> EscalationPolicy:
    """Write a policy, or change the one of that id. Raises ValidationError as `check_policy` does."""
    # One at a time, so that of two policies for one level the second is refused.
    Tenant.objects.select_for_update(no_key=True).get(pk=current_tenant_id())
    policy = EscalationPolicy.objects.get(pk=policy_id) if policy_id else EscalationPolicy()
    kept = check_policy(kept=kept, levels=levels, now=now, policy_id=policy_id)
    stale_after = timedelta(seconds=kept["stale_after"]) if kept["stale_after"] else None
    fields: dict[str, Any] = {**kept, "levels": list(levels), "stale_after": stale_after}
    if policy_id:
        history.change(policy, "escalation_policy.changed", actor=by, at=now, **fields)
        return policy
    policy = EscalationPolicy.objects.create(**fields)
    history.record(policy, "escalation_policy.added", actor=by, at=now)
    return policy


@transaction.atomic
def remove_policy(*, policy_id: int, by: User | None, now: datetime) -> EscalationPolicy:
    """Take a policy away: its levels follow the one for the rest. Incidents that run keep it."""
    policy = EscalationPolicy.objects.select_for_update().get(pk=policy_id)
    history.record(policy, "escalation_policy.removed", actor=by, at=now)
    policy.delete()
    return policy


def _not_to_be_asked(asks: str, *, now: datetime) -> str:
    """Why a step may not ask that; "" where it may."""
    kind, _, which = asks.partition(":")
    schedule = OnCallSchedule.objects.current().filter(pk=id_of(which)).first() if kind == SCHEDULE else None
    if schedule is not None and not schedule.layers.standing(now=now).exists():
        return f"{schedule} is a schedule of nobody: put people on it first."
    member = kind == MEMBER and Member.objects.working_tickets().filter(pk=id_of(which)).exists()
    return "" if schedule or member or asks == LEADS else "Choose who is asked."
