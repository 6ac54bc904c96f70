"""Schedules as the database has them, read into rotas; who is on call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Prefetch

from incidents.models import OnCallLayer, OnCallOverride, OnCallPlace, OnCallSchedule
from incidents.models.oncall import OnCallScheduleQuerySet
from incidents.oncall import rota
from tenants import history
from tenants.models import Member
from tenants.scope import current_tenant_id

#: How far ahead hand-overs and gaps are looked for.
IN_SIGHT = timedelta(weeks=6)
#: Whoever was deactivated for a while was stood in for by nobody, who was never here.
NOBODY, NEVER_HERE = None, datetime.min.replace(tzinfo=UTC)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class Roster:
    """A schedule with its rota: shifts are of members, and their sources the layers and overrides themselves."""

    def __init__(self, schedule: OnCallSchedule, absences: Mapping[int, Sequence[tuple[datetime, datetime]]]) -> None:
        self.schedule = schedule
        seated = [(layer, [place.member for place in layer.places.all()]) for layer in schedule.layers.all()]
        overrides = [each for each in schedule.overrides.all() if each.starts_at < each.until]
        named = {member for _, members in seated for member in members}
        named.update(member for each in overrides for member in (each.member, each.instead_of) if member is not None)
        self.people = sorted(named, key=lambda member: member.pk)
        self.rota = rota.Schedule(
            tuple(as_layer(layer, members) for layer, members in seated if members),
            (
                *(rota.Override(each, each.starts_at, each.until, each.member, each.instead_of) for each in overrides),
                *(rota.Override(NOBODY, *span, NOBODY, each) for each in named for span in absences.get(each.pk, ())),
            ),
            {each: each.deactivated_at for each in named if each.deactivated_at} | {NOBODY: NEVER_HERE},
        )

    def shifts(self, start: datetime, end: datetime) -> list[rota.Shift]:
        """Whole shifts that reach into [start, end); none goes on after the schedule ended."""
        over = self.schedule.ended_at or END_OF_TIME
        found = rota.shifts(self.rota, start, min(end, over)) if start < over else []
        return [shift.within(shift.start, over) for shift in found]

    def told(self, start: datetime, end: datetime) -> list[rota.Shift]:
        """All of [start, end): what somebody has without a pause is one shift, a gap one of `NOBODY`."""
        free = [rota.Shift(*gap, NOBODY, NOBODY) for gap in rota.gaps(self.rota, start, end)]
        return sorted([*rota.stretches(self.shifts(start, end)), *free], key=lambda shift: shift.start)

    def at(self, instant: datetime) -> Member | None:
        shift = rota.on_call_at(self.rota, instant) if instant < (self.schedule.ended_at or END_OF_TIME) else None
        return shift.person if shift else None

    def standing(self, now: datetime) -> Standing:
        return Standing(self.schedule, self.told(now, now + IN_SIGHT))


@dataclass(frozen=True)
class Standing:
    """How it is on a schedule now and from then on, as far as is in sight, gaps and all."""

    schedule: OnCallSchedule
    ahead: list[rota.Shift]

    @property
    def current(self) -> rota.Shift | None:
        return self.ahead[0] if self.ahead[0].person else None

    @property
    def next(self) -> rota.Shift | None:
        """The next that somebody has."""
        return next((shift for shift in self.ahead[1:] if shift.person), None)


def as_layer(layer: OnCallLayer, people: Sequence[Member]) -> rota.Layer:
    """ValueError that begins with the field, for what makes no sense."""
    return rota.Layer(
        source=layer,
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
    """Those of `schedules` (None: all that are current), with what held at `since` or after. In five queries."""
    wanted = OnCallSchedule.objects.current() if schedules is None else schedules
    places = OnCallPlace.objects.select_related("member__user")
    layers = OnCallLayer.objects.standing(now=since).prefetch_related(Prefetch("places", places))
    overrides = OnCallOverride.objects.filter(ends_at__gt=since).select_related("member__user", "instead_of__user")
    found = list(wanted.prefetch_related(Prefetch("layers", layers), Prefetch("overrides", overrides)))
    absences = history.absences(since=since) if found else {}
    return [Roster(schedule, absences) for schedule in found]


def roster_of(schedule: OnCallSchedule, *, since: datetime) -> Roster:
    return rosters(OnCallSchedule.objects.filter(pk=schedule.pk), since=since)[0]


def members_on_call(schedule_id: int, *, at: datetime) -> list[Member]:
    """Who is on call on a schedule: one person, or nobody. Nobody too for a schedule that ended before."""
    found = rosters(OnCallSchedule.objects.filter(pk=schedule_id), since=at)
    return [member for roster in found if (member := roster.at(at)) is not None]


def kept_at() -> str:
    """Where pages keep who is on call."""
    return f"on-call:{current_tenant_id()}"


def forget() -> None:
    """What pages keep of who is on call is asked anew once the transaction is over."""
    key = kept_at()
    transaction.on_commit(lambda: cache.delete(key))
