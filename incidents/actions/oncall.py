"""On-call schedules and their layers: made, changed, ended. What was in force before stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from incidents.models import EscalationPolicy, OnCallLayer, OnCallPlace, OnCallSchedule
from incidents.oncall import ical, roster, rota
from shell.entry import name_of
from shell.wording import listed, sentence
from tenants import history
from tenants.models import Member, User
from tenants.timezones import known_timezone

NOBODY = "Put somebody into the rotation: a rota of nobody leaves nobody on call."


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
    history.change(schedule, "on_call_schedule.changed", actor=by, at=now, name=name, timezone=timezone)
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
    schedule = OnCallSchedule.objects.current().get(pk=schedule_id)
    history.record(schedule, ical.RENEWED["schedule"], actor=by, at=now)
    return schedule


@transaction.atomic
def add_layer(*, schedule_id: int, by: User | None, now: datetime, **terms: Any) -> OnCallLayer:
    """Put a rotation on top of a schedule: it stands before those below it. `terms` are those of `_begin`.

    It holds from its first hand-over on, and never before now. ValidationError keyed by field.
    """
    schedule = locked(schedule_id)
    top = schedule.layers.aggregate(top=Max("position"))["top"]
    layer = _begin(schedule, 0 if top is None else top + 1, now=now, **terms)
    history.record(layer, "on_call_layer.added", actor=by, at=now)
    return layer


@transaction.atomic
def change_layer(*, layer_id: int, by: User | None, now: datetime, **terms: Any) -> OnCallLayer:
    """Let a layer go on with other terms from their first hand-over on, and never before now. Gives the one that does.

    Raises OnCallLayer.DoesNotExist for one that is over.
    """
    layer = _locked_layer(layer_id, now=now)
    successor = _begin(layer.schedule, layer.position, now=now, instead_of=layer, **terms)
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
    layer = raised = _locked_layer(layer_id, now=now)
    standing = layer.schedule.layers.standing(now=now)
    above = standing.filter(position__gt=layer.position).order_by("position").first()
    if above is None:
        return layer
    places = {layer.position: above.position, above.position: layer.position}
    for each in standing.filter(position__in=places):
        goes_on = OnCallLayer.objects.get(pk=each.pk)
        goes_on.pk, goes_on._state.adding = None, True
        goes_on.position, goes_on.starts_at = places[each.position], max(now, each.starts_at)
        _seat(goes_on, [place.member_id for place in each.places.all()])
        _end(each, at=now)
        raised = goes_on if each == layer else raised
    _refuse_hidden(layer.schedule, now=now)
    history.record(raised, "on_call_layer.raised", actor=by, at=now)
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
    position: int,
    *,
    now: datetime,
    name: str,
    people: Sequence[int],
    timezone: str = "",
    instead_of: OnCallLayer | None = None,
    **rhythm: Any,
) -> OnCallLayer:
    """A new layer from its first hand-over on; `people` are the members' ids in their order, `timezone` "" its own.

    `rhythm` is `first_day`, `handover`, `turn_days` and `hours` as the model has them.
    """
    name = name_of(name, "Say what this rotation is, “Nights” or “Second line”.")
    timezone = known_timezone(timezone) or schedule.timezone
    layer = OnCallLayer(schedule=schedule, position=position, name=name, timezone=timezone, starts_at=now, **rhythm)
    known = Member.objects.working_tickets().in_bulk(people)
    if not known.keys() >= set(people):
        raise ValidationError({"people": "Choose people who work tickets here."})
    try:
        layer.starts_at = max(now, roster.as_layer(layer, [known[pk] for pk in people]).turn_starts_at(0))
    except ValueError as error:
        field, _, said = str(error).partition(": ")
        raise ValidationError({field: f"{sentence(said)}."}) from None
    if instead_of is not None:
        layer.ends_at = instead_of.ends_at
        if layer.ends_at is not None and layer.ends_at <= layer.starts_at:
            raise ValidationError({"first_day": "Another rotation follows this one by then. Change that one instead."})
        _end(instead_of, at=layer.starts_at)
    _seat(layer, people)
    _refuse_hidden(schedule, now=layer.starts_at)
    return layer


def _seat(layer: OnCallLayer, people: Sequence[int]) -> None:
    layer.save()
    OnCallPlace.objects.bulk_create(
        OnCallPlace(layer=layer, position=position, member_id=pk) for position, pk in enumerate(people)
    )
    roster.forget()


def _end(layer: OnCallLayer, *, at: datetime) -> None:
    layer.ends_at = max(layer.starts_at, min(at, layer.ends_at or at))
    layer.save(update_fields=["ends_at"])
    roster.forget()


def _refuse_hidden(schedule: OnCallSchedule, *, now: datetime) -> None:
    """Two rotations for the same hours: of one that higher ones cover all the time nobody would ever be on call."""
    alone, end = rota.Schedule(roster.roster_of(schedule, since=now).rota.layers), now + roster.IN_SIGHT
    heard = {shift.source for shift in rota.shifts(alone, now, end)}
    for layer in alone.layers:
        if layer.source not in heard and layer.shifts(now, end):
            hidden = (
                f"Nobody of “{layer.source.name}” would ever be on call: what stands above it covers all its hours. "
                "Give the upper one hours of its own, or end one of them first."
            )
            raise ValidationError({"hours": hidden})


def _free(name: str, *, but: OnCallSchedule | None = None) -> str:
    name = name_of(name, "Give the schedule a name.")
    if OnCallSchedule.objects.current().filter(name=name).exclude(pk=but.pk if but else 0).exists():
        raise ValidationError({"name": "There is a schedule of this name already."})
    return name


def _zone(timezone: str) -> str:
    if not timezone:
        raise ValidationError({"timezone": "Choose the zone in whose time people hand over."})
    return known_timezone(timezone)
