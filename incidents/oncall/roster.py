"""Schedules as the database has them, read into rotas; who is on call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Prefetch

from incidents.models import OnCallLayer, OnCallOverride, OnCallPlace, OnCallSchedule
from incidents.models.oncall import OnCallScheduleQuerySet
from incidents.oncall import rota
from tenants.models import Member
from tenants.scope import current_tenant_id

KEPT_SECONDS = 60
#: How far ahead hand-overs are looked for.
IN_SIGHT = timedelta(weeks=6)


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
            tuple(
                as_layer(layer, people)
                for layer in self.layers.values()
                if (people := [place.member_id for place in layer.places.all()])
            ),
            tuple(
                rota.Override(("override", each.pk), each.starts_at, each.until, each.member_id, each.instead_of_id)
                for each in self.overrides.values()
                if each.starts_at < each.until
            ),
            {pk: member.deactivated_at for pk, member in self.people.items() if member.deactivated_at},
        )

    def shifts(self, start: datetime, end: datetime) -> list[rota.Shift]:
        """Whole shifts that reach into [start, end); none goes on after the schedule ended."""
        found, over = rota.shifts(self.rota, start, end), self.schedule.ended_at
        return [shift.within(shift.start, over) for shift in found if shift.start < over] if over else found

    def gaps(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        return rota.gaps(self.rota, start, end)

    def at(self, instant: datetime) -> Member | None:
        over = self.schedule.ended_at
        shift = rota.on_call_at(self.rota, instant) if over is None or instant < over else None
        return self.people[shift.person] if shift else None

    def now_and_next(self, now: datetime) -> tuple[rota.Shift | None, rota.Shift | None]:
        """Turns of one person that follow each other are one."""
        ahead = rota.stretches(self.shifts(now, now + IN_SIGHT))
        current = ahead.pop(0) if ahead and ahead[0].start <= now else None
        return current, ahead[0] if ahead else None

    def standing(self, now: datetime) -> Standing:
        current, following = self.now_and_next(now)
        until = current.end if current else following.start if following else None
        follows = following is not None and (current is None or following.start == current.end)
        return Standing(
            schedule_id=self.schedule.pk,
            schedule=self.schedule.name,
            name=self.people[current.person].name if current else "",
            until=None if until is None or until > now + IN_SIGHT else until,
            next_name=self.people[following.person].name if following and follows else "",
        )

    def said_at(self, shift: rota.Shift) -> datetime:
        """When what a shift goes by was said: its layer's beginning, its override's making."""
        kind, pk = shift.source
        return self.layers[pk].starts_at if kind == "layer" else self.overrides[pk].made_at


def as_layer(layer: OnCallLayer, people: Iterable[int]) -> rota.Layer:
    """ValueError that begins with the field, for what makes no sense."""
    return rota.Layer(
        source=("layer", layer.pk),
        timezone=layer.timezone,
        first_day=layer.first_day,
        handover=layer.handover,
        turn_days=layer.turn_days,
        people=tuple(people),
        starts_at=layer.starts_at,
        ends_at=layer.ends_at,
        hours={
            day: (time.fromisoformat(opens), time.fromisoformat(closes)) for day, (opens, closes) in layer.hours.items()
        },
    )


def rosters(schedules: OnCallScheduleQuerySet | None = None, *, since: datetime) -> list[Roster]:
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
    member = found[0].at(at) if found else None
    return [member] if member else []


def forget() -> None:
    """What pages keep of who is on call is asked anew once the transaction is over."""
    key = _kept_at()
    transaction.on_commit(lambda: cache.delete(key))


@dataclass(frozen=True)
class Standing:
    """Who is on call on a schedule at an instant ("": nobody), until when, and who is next."""

    schedule_id: int
    schedule: str
    name: str
    until: datetime | None
    next_name: str


def stand_now(*, now: datetime) -> list[Standing]:
    """That of each current schedule, kept for a minute: every page of the desk shows it."""
    key = _kept_at()
    if (kept := cache.get(key)) is None:
        kept = [roster.standing(now) for roster in rosters(since=now)]
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _kept_at() -> str:
    return f"on-call:{current_tenant_id()}"
