"""Schedules as the database has them, read into rotas; who is on call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Prefetch

from incidents.models import OnCallLayer, OnCallOverride, OnCallPlace, OnCallSchedule
from incidents.oncall import rota
from tenants.models import Member


class Roster:
    """A schedule with the rota of it and the people that the rota names by their ids.

    Sources of shifts are ("layer", id) and ("override", id).
    """

    def __init__(self, schedule: OnCallSchedule) -> None:
        self.schedule = schedule
        self.layers = {layer.pk: layer for layer in schedule.layers.all()}
        self.overrides = {override.pk: override for override in schedule.overrides.all()}
        named = [place.member for layer in self.layers.values() for place in layer.places.all()]
        for override in self.overrides.values():
            named += [who for who in (override.member, override.instead_of) if who is not None]
        self.people = {member.pk: member for member in named}
        self.rota = rota.Schedule(
            tuple(as_layer(layer) for layer in self.layers.values() if layer.places.all()),
            tuple(
                rota.Override(("override", each.pk), each.starts_at, each.until, each.member_id, each.instead_of_id)
                for each in self.overrides.values()
                if each.starts_at < each.until
            ),
            {pk: member.deactivated_at for pk, member in self.people.items() if member.deactivated_at},
        )

    def shifts(self, start: datetime, end: datetime) -> list[rota.Shift]:
        return rota.shifts(self.rota, start, end)

    def gaps(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        return rota.gaps(self.rota, start, end)

    def at(self, instant: datetime) -> Member | None:
        shift = rota.on_call_at(self.rota, instant)
        return self.people[shift.person] if shift else None

    def said_at(self, shift: rota.Shift) -> datetime:
        """When what a shift goes by was said: its layer's beginning, its override's making."""
        kind, pk = shift.source
        return self.layers[pk].starts_at if kind == "layer" else self.overrides[pk].made_at


def as_layer(layer: OnCallLayer) -> rota.Layer:
    """ValueError that begins with the field, for what makes no sense."""
    return rota.Layer(
        source=("layer", layer.pk),
        timezone=layer.timezone,
        first_day=layer.first_day,
        handover=layer.handover,
        turn_days=layer.turn_days,
        people=tuple(place.member_id for place in layer.places.all()),
        starts_at=layer.starts_at,
        ends_at=layer.ends_at,
        hours={
            day: (time.fromisoformat(opens), time.fromisoformat(closes)) for day, (opens, closes) in layer.hours.items()
        },
    )


def rosters(schedules: Iterable[OnCallSchedule] | None = None, *, since: datetime) -> list[Roster]:
    """Those of `schedules` (None: all that are current), with what held at `since` or after. In four queries."""
    wanted = OnCallSchedule.objects.current() if schedules is None else schedules
    places = OnCallPlace.objects.select_related("member__user")
    layers = OnCallLayer.objects.standing(now=since).prefetch_related(Prefetch("places", places))
    overrides = OnCallOverride.objects.filter(ends_at__gt=since).select_related("member__user", "instead_of__user")
    return [
        Roster(schedule)
        for schedule in wanted.prefetch_related(Prefetch("layers", layers), Prefetch("overrides", overrides))
    ]


def members_on_call(schedule_id: int, *, at: datetime) -> list[Member]:
    """Who is on call on a schedule: one person, or nobody. Nobody too for a schedule that ended before."""
    found = rosters(OnCallSchedule.objects.filter(pk=schedule_id), since=at)
    ended = not found or (found[0].schedule.ended_at is not None and found[0].schedule.ended_at <= at)
    member = None if ended else found[0].at(at)
    return [member] if member else []
