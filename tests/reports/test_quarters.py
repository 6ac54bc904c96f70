"""Quarters begin and end at local midnight, wherever that is."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reports.quarters import Quarter


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_every_day_lies_in_its_quarter(day: date, quarter: str) -> None:
    assert str(Quarter.of(day)) == quarter


@pytest.mark.parametrize(
    ("zone", "seconds"), [("Europe/Vienna", 7_772_400), ("UTC", 7_776_000), ("Australia/Lord_Howe", 7_776_000)]
)
def test_the_first_quarter_of_2026_is_as_long_as_its_zone_makes_it(zone: str, seconds: int) -> None:
    start, end = Quarter(2026, 1).interval(ZoneInfo(zone))
    assert (end - start).total_seconds() == seconds


def test_a_quarter_ends_where_the_next_one_begins() -> None:
    zone = ZoneInfo("America/New_York")
    quarter = Quarter(2025, 1)
    for _ in range(12):
        assert quarter.interval(zone)[1] == quarter.next.interval(zone)[0]
        assert quarter.next.previous == quarter
        quarter = quarter.next


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-Q0", "1999-Q1", "2026-Q1 ", "２０２６-Q1"])
def test_anything_else_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match="2026-Q3"):
        Quarter.parse(text)


def test_a_quarter_has_a_name() -> None:
    assert Quarter.parse("2026-Q3").name == "July to September 2026"
