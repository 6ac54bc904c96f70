"""D2: exactly who the layers say, across both daylight-saving changes in three zones; no gap, no double."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.oncall.rota import DAYS, Layer, Override, Schedule, gaps, on_call_at, shifts

MINUTE = timedelta(minutes=1)
#: A few days before a change of the clocks, by zone: spring and autumn, Lord Howe's by half an hour.
CHANGES = {
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
}
WEEKDAYS = [day[:3].lower() for day in DAYS]
ZONES = st.sampled_from(sorted(CHANGES))
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 29, 30, 45, 59]))
#: In the hour that is left out or comes twice more often than elsewhere.
HANDOVER = st.one_of(st.builds(time, st.integers(1, 2), st.sampled_from([0, 15, 29, 30, 31, 59])), CLOCK)
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@st.composite
def layers(draw, source, zone, change):
    people = tuple(draw(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=4)))
    shape, opens = draw(st.sampled_from(["always", "days", "nights", "whole days"])), draw(HANDOVER)
    hours = {}
    if shape != "always":
        for day in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)):
            if shape == "days":
                hours[day] = tuple(sorted(draw(st.lists(HANDOVER, min_size=2, max_size=2, unique=True))))
            elif shape == "whole days":
                # Until the same time of the next day, where its own begin.
                hours[day] = (opens, opens)
            else:
                # An end before the next day's start, so that the hours do not run into each other.
                evening = draw(st.builds(time, st.integers(12, 23), st.sampled_from([0, 30])))
                hours[day] = (evening, draw(st.builds(time, st.integers(0, 11), st.sampled_from([0, 30]))))
    begins = datetime.combine(change, time(), tzinfo=UTC) + draw(st.integers(-4000, 3000)) * MINUTE
    lasts = draw(st.one_of(st.none(), st.integers(1, 4000)))
    turn_days = draw(st.integers(1, 9))
    # Somebody takes over on the very day more often than not.
    before = draw(st.one_of(st.integers(0, 5).map(lambda turns: turns * turn_days), st.integers(0, 40)))
    return Layer(
        source=source,
        timezone=draw(st.one_of(st.just(zone), ZONES)),
        first_day=change - timedelta(days=before),
        handover=draw(HANDOVER),
        turn_days=turn_days,
        people=people,
        starts_at=draw(st.sampled_from([FIRST, begins])),
        ends_at=None if lasts is None else begins + lasts * MINUTE,
        hours=hours,
    )


@st.composite
def schedules(draw, zone=None, season=None):
    zone = zone or draw(ZONES)
    change = CHANGES[zone][draw(st.integers(0, 1)) if season is None else season]
    stack = tuple(draw(layers(source, zone, change)) for source in range(draw(st.integers(1, 3))))
    start = datetime.combine(change - timedelta(days=draw(st.integers(0, 2))), time(), tzinfo=UTC)
    overrides = []
    for source in range(draw(st.integers(0, 3))):
        begin = start + draw(st.integers(-1000, 3000)) * MINUTE
        end = begin + draw(st.integers(1, 3000)) * MINUTE
        whom = draw(st.one_of(st.none(), st.sampled_from("ABCDE")))
        overrides.append(Override(f"o{source}", begin, end, draw(st.sampled_from("ABCDEFG")), whom))
    gone = {person: start + draw(st.integers(0, 3000)) * MINUTE for person in draw(st.sets(st.sampled_from("AB")))}
    return Schedule(stack, tuple(overrides), gone), start, start + timedelta(days=3)


class Clockwork:
    """A layer as a wall on which somebody reads the clock every minute and passes the phone on when it is time."""

    def __init__(self, layer: Layer, start: datetime) -> None:
        self.layer, self.zone, self.turn = layer, ZoneInfo(layer.timezone), -1
        self.next = datetime.combine(layer.first_day, layer.handover)
        # Two days before, no clock can be ahead by more than one.
        while self.next < start.replace(tzinfo=None) - timedelta(days=2 + layer.turn_days):
            self.pass_on()

    def pass_on(self) -> None:
        self.turn += 1
        self.next += timedelta(days=self.layer.turn_days)

    def at(self, instant: datetime):
        local = instant.astimezone(self.zone).replace(tzinfo=None, fold=0)
        while self.next <= local:
            self.pass_on()
        holds = self.layer.starts_at <= instant and (self.layer.ends_at is None or instant < self.layer.ends_at)
        if not holds or self.turn < 0 or not self.is_open(local):
            return None
        return self.layer.people[self.turn % len(self.layer.people)]

    def is_open(self, local: datetime) -> bool:
        hours, clock = self.layer.hours, local.time()
        today, before = WEEKDAYS[local.weekday()], WEEKDAYS[local.weekday() - 1]
        if not hours:
            return True
        if today in hours:
            opens, closes = hours[today]
            if opens <= clock and (clock < closes or closes <= opens):
                return True
        opens, closes = hours.get(before, (time(), time()))
        return closes <= opens and clock < closes


def expected(schedule: Schedule, clockworks: list[Clockwork], at: datetime):
    said = [clockwork.at(at) for clockwork in clockworks]
    for override in schedule.overrides:
        if override.start <= at < override.end:
            if override.instead_of is None:
                said.append(override.person)
            else:
                said = [override.person if who == override.instead_of else who for who in said]
    here = [who for who in said if who is not None and not (who in schedule.gone and schedule.gone[who] <= at)]
    return here[-1] if here else None


@pytest.mark.parametrize("season", [0, 1], ids=["first change", "second change"])
@pytest.mark.parametrize("zone", sorted(CHANGES))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_D2_at_every_minute_is_on_call_who_the_layers_say(zone, season, data):
    schedule, start, end = data.draw(schedules(zone, season))
    clockworks = [Clockwork(layer, start - timedelta(days=3)) for layer in schedule.layers]
    instant = start - timedelta(days=3)
    told = iter([*shifts(schedule, start, end), None])
    shift = next(told)
    while instant < end:
        who = expected(schedule, clockworks, instant)
        if start <= instant:
            while shift is not None and shift.end <= instant:
                shift = next(told)
            assert who == (shift.person if shift is not None and shift.start <= instant else None), (instant, schedule)
        instant += MINUTE


@settings(max_examples=150, deadline=None)
@given(schedules(), st.integers(0, 3 * 24 * 60 - 1))
def test_D2_shifts_and_gaps_make_up_the_time_without_overlap(drawn, minute):
    schedule, start, end = drawn
    told = shifts(schedule, start, end)
    pieces = sorted([(s.start, s.end) for s in (s.within(start, end) for s in told)] + gaps(schedule, start, end))
    assert all(begin < until for begin, until in pieces)
    assert [start, *(until for _, until in pieces)] == [*(begin for begin, _ in pieces), end]
    at = start + minute * MINUTE
    assert on_call_at(schedule, at) == next((s for s in told if s.start <= at < s.end), None)


@settings(max_examples=150, deadline=None)
@given(schedules(), st.integers(1, 2 * 24 * 60))
def test_a_shift_is_the_same_shift_whichever_days_are_asked_for(drawn, later):
    """Calendars that are fetched every day know a shift by when it begins and what says so."""
    schedule, start, end = drawn
    after = start + later * MINUTE
    assert shifts(schedule, after, end) == [shift for shift in shifts(schedule, start, end) if after < shift.end]


def test_who_stands_in_and_is_gone_leaves_the_whole_time_to_nobody():
    """Nothing that is left reaches as far as the question: once it was answered by the layer alone."""
    hours = {day: (time(12), time()) for day in ("mon", "tue", "wed", "thu", "fri")}
    layer = Layer("days", "Australia/Lord_Howe", date(2026, 3, 7), time(), 4, ("B",), FIRST, hours=hours)
    noon = datetime(2026, 3, 9, 1, tzinfo=UTC)
    away = Override("away", noon - timedelta(days=1), noon + timedelta(hours=9), "A", "B")
    schedule = Schedule((layer,), (away,), {"A": noon - timedelta(days=1)})
    assert [shift.person for shift in shifts(schedule, noon - timedelta(days=2), noon)] == []
    assert on_call_at(schedule, noon) is None


def test_a_day_west_of_utc_before_its_hand_over_is_still_the_turn_of_the_day_before():
    layer = Layer("daily", "America/New_York", date(2026, 10, 2), time(20, 1), 1, ("A",), FIRST)
    assert on_call_at(Schedule((layer,)), datetime(2026, 10, 4, tzinfo=UTC)).person == "A"
