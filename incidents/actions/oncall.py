"""On-call schedules and their layers: made, changed, ended. What was in force before stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.models import EscalationPolicy, OnCallLayer, OnCallPlace, OnCallSchedule
from incidents.oncall import roster, rota
from shell.entry import name_of
from shell.wording import listed
from tenants import history
from tenants.models import Member, User
from tenants.timezones import known_timezone

NAMELESS = "Give the schedule a name."
NOBODY = "Put somebody into the rotation: a rota of nobody leaves nobody on call."
#: As far as anybody looks ahead at a rota: what a layer comes to is judged by it.
AHEAD = timedelta(weeks=6)


@transaction.atomic
def add_schedule(*, name: str, timezone: str, by: User | None, now: datetime) -> OnCallSchedule:
    """Make a schedule. Until it has a layer, nobody is on call on it."""
    made = OnCallSchedule.objects.create(name=_free(name), timezone=_zone(timezone), made_at=now)
    history.record(made, "on_call_schedule.made", actor=by, at=now)
    return made


@transaction.atomic
def change_schedule(*, schedule_id: int, name: str, timezone: str, by: User | None, now: datetime) -> OnCallSchedule:
    """Call it otherwise, or read it in another zone. Hand-overs stay where their layers have them."""
    schedule = locked(schedule_id)
    name, timezone = _free(name, but=schedule), _zone(timezone)
    event = "on_call_schedule.changed"
    history.change(schedule, event, actor=by, at=now, name=name, timezone=timezone)
    roster.forget()
    return schedule


@transaction.atomic
def end_schedule(*, schedule_id: int, by: User | None, now: datetime) -> OnCallSchedule:
    """Nobody is on call on it from here on; what was stays. ValidationError while an escalation asks it."""
    schedule = locked(schedule_id)
    if policies := EscalationPolicy.objects.asking(f"schedule:{schedule.pk}"):
        named = listed(f"“{policy.name}”" for policy in policies)
        raise ValidationError(f"The escalation {named} asks this schedule. Let it ask somebody else first.")
    history.change(schedule, "on_call_schedule.ended", actor=by, at=now, ended_at=now)
    roster.forget()
    return schedule


@transaction.atomic
def renew_address(*, schedule_id: int, by: User | None, now: datetime) -> OnCallSchedule:
    """Give the schedule's calendar another address; the one before shows nothing from here on."""
    schedule = locked(schedule_id)
    event = "on_call_schedule.address_renewed"
    history.change(schedule, event, actor=by, at=now, data={}, renewals=schedule.renewals + 1)
    return schedule


@transaction.atomic
def add_layer(*, schedule_id: int, by: User | None, now: datetime, **terms: Any) -> OnCallLayer:
    """Put a rotation on top of a schedule: it stands before those below it. `terms` are those of `_layer_of`.

    It holds from its first hand-over on, and never before now. ValidationError keyed by field.
    """
    schedule = locked(schedule_id)
    top = schedule.layers.order_by("-position").first()
    layer = _begin(schedule, position=top.position + 1 if top else 0, now=now, **terms)
    history.record(layer, "on_call_layer.added", actor=by, at=now)
    return layer


@transaction.atomic
def change_layer(*, layer_id: int, by: User | None, now: datetime, **terms: Any) -> OnCallLayer:
    """Let a layer go on with other terms from their first hand-over on, and never before now. Gives the one that does.

    Raises OnCallLayer.DoesNotExist for one that is over.
    """
    layer = _locked_layer(layer_id, now=now)
    successor = _begin(layer.schedule, position=layer.position, now=now, instead_of=layer, **terms)
    history.record(successor, "on_call_layer.changed", actor=by, at=now)
    return successor


@transaction.atomic
def end_layer(*, layer_id: int, by: User | None, now: datetime) -> OnCallLayer:
    """Take a layer out of its schedule from now on."""
    layer = _locked_layer(layer_id, now=now)
    _end(layer, at=now)
    history.record(layer, "on_call_layer.ended", actor=by, at=now)
    return layer


@transaction.atomic
def raise_layer(*, layer_id: int, by: User | None, now: datetime) -> OnCallLayer:
    """Let a layer stand before the one above it, from now on. The highest stays where it is."""
    layer = _locked_layer(layer_id, now=now)
    standing = layer.schedule.layers.standing(now=now)
    above = standing.filter(position__gt=layer.position).order_by("position").first()
    if above is None:
        return layer
    lower, upper = (list(standing.filter(position=each.position).prefetch_related("places")) for each in (layer, above))
    goes_on = [_succeed(each, position=above.position, now=now) for each in lower]
    for each in upper:
        _succeed(each, position=layer.position, now=now)
    raised = next(each for each in goes_on if each.name == layer.name)
    _refuse_hidden(layer.schedule, now=now)
    history.record(raised, "on_call_layer.raised", actor=by, at=now)
    roster.forget()
    return raised


def locked(schedule_id: int) -> OnCallSchedule:
    """The schedule: whoever changes anything on it waits here, so that each sees what the other did."""
    return OnCallSchedule.objects.current().select_for_update().get(pk=schedule_id)


def _locked_layer(layer_id: int, *, now: datetime) -> OnCallLayer:
    layer = OnCallLayer.objects.get(pk=layer_id)
    locked(layer.schedule_id)
    return OnCallLayer.objects.standing(now=now).select_related("schedule").get(pk=layer_id)


def _begin(
    schedule: OnCallSchedule,
    *,
    position: int,
    now: datetime,
    name: str,
    people: Sequence[int],
    first_day: date,
    handover: time,
    turn_days: int,
    hours: dict[str, tuple[time, time]],
    timezone: str = "",
    instead_of: OnCallLayer | None = None,
) -> OnCallLayer:
    """A new layer from its first hand-over on; `people` are the members' ids in their order, `timezone` "" its own."""
    layer = OnCallLayer(
        schedule=schedule,
        position=position,
        name=name_of(name, "Say what this rotation is, “Nights” or “Second line”."),
        timezone=known_timezone(timezone) or schedule.timezone,
        first_day=first_day,
        handover=handover,
        turn_days=turn_days,
        hours={day: [f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, (opens, closes) in hours.items()},
        starts_at=now,
    )
    known = set(Member.objects.working_tickets().filter(pk__in=people).values_list("pk", flat=True))
    if not people:
        raise ValidationError({"people": NOBODY})
    if not known.issuperset(people):
        raise ValidationError({"people": "Choose people who work tickets here."})
    try:
        layer.starts_at = max(now, roster.as_layer(layer, people).turn_starts_at(0))
    except ValueError as error:
        field, _, said = str(error).partition(": ")
        raise ValidationError({field: f"{said[:1].upper()}{said[1:]}."}) from None
    if instead_of is not None:
        layer.ends_at = instead_of.ends_at
        if layer.ends_at is not None and layer.ends_at <= layer.starts_at:
            raise ValidationError({"first_day": "Another rotation follows this one by then. Change that one instead."})
        _end(instead_of, at=layer.starts_at)
    layer.save()
    _seat(layer, people)
    _refuse_hidden(schedule, now=layer.starts_at)
    roster.forget()
    return layer


def _seat(layer: OnCallLayer, people: Sequence[int]) -> None:
    OnCallPlace.objects.bulk_create(
        OnCallPlace(layer=layer, position=position, member_id=pk) for position, pk in enumerate(people)
    )


def _end(layer: OnCallLayer, *, at: datetime) -> None:
    layer.ends_at = max(layer.starts_at, min(at, layer.ends_at or at))
    layer.save(update_fields=["ends_at"])
    roster.forget()


def _succeed(layer: OnCallLayer, *, position: int, now: datetime) -> OnCallLayer:
    """The same layer elsewhere from now on."""
    people, before = [place.member_id for place in layer.places.all()], layer.pk
    layer.pk, layer.position, layer.starts_at, layer._state.adding = None, position, max(now, layer.starts_at), True
    layer.save()
    _seat(layer, people)
    OnCallLayer.objects.filter(pk=before).update(ends_at=layer.starts_at)
    return layer


def _refuse_hidden(schedule: OnCallSchedule, *, now: datetime) -> None:
    """Two rotations for the same hours: of one that higher ones cover all the time nobody would ever be on call."""
    found = roster.rosters(OnCallSchedule.objects.filter(pk=schedule.pk), since=now)[0]
    alone = rota.Schedule(found.rota.layers)
    heard = {shift.source for shift in rota.shifts(alone, now, now + AHEAD)}
    for layer in alone.layers:
        if layer.source not in heard and layer.shifts(now, now + AHEAD):
            hidden = found.layers[layer.source[1]].name
            raise ValidationError(
                {
                    "hours": f"Nobody of “{hidden}” would ever be on call: what stands above it covers all its hours. "
                    "Give the upper one hours of its own, or end one of them first."
                }
            )


def _free(name: str, *, but: OnCallSchedule | None = None) -> str:
    name = name_of(name, NAMELESS)
    if OnCallSchedule.objects.current().filter(name=name).exclude(pk=but.pk if but else 0).exists():
        raise ValidationError({"name": "There is a schedule of this name already."})
    return name


def _zone(timezone: str) -> str:
    if not timezone:
        raise ValidationError({"timezone": "Choose the zone in whose time people hand over."})
    return known_timezone(timezone)
