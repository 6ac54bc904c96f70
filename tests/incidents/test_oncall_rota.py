"""The rota by example: hand-overs on the days the clocks change, who stands before whom, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from incidents.oncall.rota import Layer, Override, Schedule, first_instant, gaps, on_call_at, shifts, stretches

# ruff: noqa: DTZ001  a wall clock has no zone
START = datetime(2026, 3, 2, tzinfo=UTC)


def layer(*people: str, **changed) -> Layer:
    usual = {
        "source": "primary",
        "timezone": "Europe/Amsterdam",
        "first_day": date(2026, 3, 2),
        "handover": time(9),
        "turn_days": 7,
        "people": people,
        "starts_at": START,
    }
    return Layer(**{**usual, **changed})


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("Europe/Amsterdam", datetime(2026, 3, 29, 2, 30), utc(29, 1)),
        ("Europe/Amsterdam", datetime(2026, 10, 25, 2, 30), utc(25, 0, 30, month=10)),
        ("America/New_York", datetime(2026, 3, 8, 2, 30), utc(8, 7)),
        ("America/New_York", datetime(2026, 11, 1, 1, 30), utc(1, 5, 30, month=11)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), utc(3, 15, 30, month=10)),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45), utc(4, 14, 45, month=4)),
        # The 30th of December 2011 did not take place in Samoa.
        ("Pacific/Apia", datetime(2011, 12, 30, 9), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 1, 1, 0), datetime(2025, 12, 31, 10, tzinfo=UTC)),
    ],
)
def test_D2_a_hand_over_that_is_left_out_or_comes_twice(zone, local, instant):
    assert first_instant(zone, local) == instant


def test_a_turn_across_the_change_of_clocks_is_an_hour_shorter():
    week = on_call_at(Schedule((layer("Ann", "Bob"),)), utc(25, 12))
    assert (week.person, week.end - week.start) == ("Bob", timedelta(days=7) - timedelta(hours=1))


def test_a_higher_layer_stands_before_a_lower_one_in_its_hours():
    nights = layer("Cem", source="nights", hours={"sat": (time(22), time(6))})
    told = shifts(Schedule((layer("Ann"), nights)), utc(6, 12), utc(9, 0))
    assert [(s.person, s.start, s.end) for s in told] == [
        ("Ann", utc(2, 8), utc(7, 21)),
        ("Cem", utc(7, 21), utc(8, 5)),
        ("Ann", utc(8, 5), utc(9, 8)),
    ]


def test_a_stand_in_takes_what_the_other_has_and_nothing_else():
    nights = layer("Cem", source="nights", hours={"sat": (time(22), time(6))})
    holiday = Override("holiday", utc(7, 12), utc(8, 12), "Dee", instead_of="Ann")
    told = shifts(Schedule((layer("Ann"), nights), (holiday,)), utc(7, 0), utc(9, 0))
    assert [s.person for s in told] == ["Ann", "Dee", "Cem", "Dee", "Ann"]


def test_what_was_arranged_later_stands_before_what_was_arranged_earlier():
    first = Override(1, utc(7, 12), utc(7, 18), "Bob")
    second = Override(2, utc(7, 14), utc(7, 16), "Cem")
    third = Override(3, utc(7, 12), utc(7, 15), "Dee", instead_of="Cem")
    told = shifts(Schedule((layer("Ann"),), (first, second, third)), utc(7, 12), utc(7, 18))
    assert [s.person for s in told] == ["Bob", "Dee", "Cem", "Bob"]


def test_who_is_gone_leaves_a_gap_or_the_layer_below():
    alone = Schedule((layer("Ann", "Bob"),), gone={"Bob": utc(1, 0)})
    assert gaps(alone, utc(2, 8), utc(23, 8)) == [(utc(9, 8), utc(16, 8))]
    above = Schedule((layer("Cem", source="fallback"), layer("Ann", "Bob")), gone={"Bob": utc(11, 8)})
    assert [s.person for s in shifts(above, utc(9, 8), utc(16, 8))] == ["Bob", "Cem"]


def test_turns_of_one_person_that_follow_each_other_are_one_stretch():
    told = shifts(Schedule((layer("Ann"),)), utc(3, 0), utc(20, 0))
    assert len(told) == 3
    assert [(s.start, s.end) for s in stretches(told)] == [(utc(2, 8), utc(23, 8))]


def test_before_the_first_hand_over_nobody_is_on_call():
    assert on_call_at(Schedule((layer("Ann", starts_at=START - timedelta(days=9)),)), utc(2, 7, 59)) is None
    assert shifts(Schedule(), utc(2, 0), utc(9, 0)) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"people": ()}, "people: a rotation of nobody"),
        ({"turn_days": 0}, "every: a turn lasts"),
        ({"turn_days": 367}, "every: a turn lasts"),
        ({"timezone": "Europe/Nowhere"}, "timezone: unknown"),
        ({"first_day": date(1, 1, 1)}, "first_day"),
        ({"starts_at": datetime(2026, 1, 1)}, "starts_at: an instant needs a zone"),
        ({"hours": {"fri": (time(18), time(8)), "sat": (time(7), time(12))}}, "Friday's hours run until 08:00"),
    ],
)
def test_a_layer_that_makes_no_sense_is_refused_with_the_field(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer("Ann", **changed)


def test_an_override_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="end: "):
        Override(1, utc(8, 0), utc(8, 0), "Ann")
