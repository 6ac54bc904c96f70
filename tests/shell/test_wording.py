"""Times and durations in plain words, and the tags that draw them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from shell.wording import duration_words, exact_words, left_words, relative_words, span_words, when_words

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (59, "59 s"), (60, "1 m"), (1335, "22 m"), (3599, "59 m"), (3600, "1 h"), (4839, "1 h 20 m"),
        (86400, "24 h"), (144000, "40 h"), (-2112, "35 m"), (360_000 + 3599, "100 h"),
        (3_600_000, "1\u202f000 h"),
    ],
)  # fmt: skip
def test_a_duration_is_rounded_down_and_never_gathered_into_days(seconds: int, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("left", "words"), [(4839, "1 h 20 m left"), (0, "0 s left"), (-1, "1 s over"), (-2112, "35 m over")]
)
def test_what_is_left_turns_into_what_is_over(left: int, words: str) -> None:
    assert left_words(timedelta(seconds=left)) == words


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=30), "just now"), (timedelta(seconds=-59), "just now"),
        (timedelta(hours=2, minutes=10), "in 2 h 10 m"),
        (timedelta(minutes=-12), "12 m ago"), (timedelta(hours=-30), "30 h ago"), (timedelta(days=-3), "3 d ago"),
        (timedelta(days=-90), "3 months ago"),
    ],
)  # fmt: skip
def test_a_distance_in_time_reads_as_people_say_it(away: timedelta, words: str) -> None:
    assert relative_words(NOW + away, NOW) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 21, 22, 59, tzinfo=UTC), "today 23:59"),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "tomorrow 00:00"),
        (datetime(2026, 11, 20, 13, 5, tzinfo=UTC), "yesterday 14:05"),
        (datetime(2026, 11, 18, 8, 0, tzinfo=UTC), "Wed 09:00"),
        (datetime(2026, 8, 1, 8, 0, tzinfo=UTC), "1 Aug 10:00"), (datetime(2025, 8, 1, 8, 0, tzinfo=UTC), "1 Aug 2025"),
    ],
)  # fmt: skip
def test_today_is_the_readers_today(instant: datetime, words: str) -> None:
    assert when_words(instant.astimezone(AMSTERDAM), NOW.astimezone(AMSTERDAM)) == words


def test_an_exact_time_names_its_zone_on_both_sides_of_a_change_of_clocks() -> None:
    assert (
        exact_words(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(AMSTERDAM))
        == "Sunday 25 October 2026, 02:30 CEST"
    )
    assert (
        exact_words(datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(AMSTERDAM))
        == "Sunday 25 October 2026, 02:30 CET"
    )


def test_the_when_tag_shows_the_day_and_hides_the_exact_instant_behind_it() -> None:
    with timezone.override(AMSTERDAM):
        drawn = Template("{% when at %}").render(Context({"at": NOW + timedelta(hours=1), "now": NOW}))
    assert 'datetime="2026-11-21T14:05:00+00:00"' in drawn
    assert 'title="Saturday 21 November 2026, 15:05 CET"' in drawn
    assert ">today 15:05<" in drawn


def test_the_when_tag_says_nothing_about_what_never_happened() -> None:
    assert Template("{% when at %}").render(Context({"at": None})) == ""


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1_482_113, "1.5 MB"),
        (20_000_000, "20 MB"),
        (3_100_000_000, "3.1 GB"),
    ],
)
def test_file_sizes_read_as_file_managers_show_them(size: int, words: str) -> None:
    assert Template("{{ size|filesize }}").render(Context({"size": size})) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (
            datetime(2026, 3, 28, 1, tzinfo=UTC),
            datetime(2026, 3, 28, 5, tzinfo=UTC),
            "Sat 28 Mar 02:00 to 06:00",
        ),
        (
            datetime(2026, 3, 27, 21, tzinfo=UTC),
            datetime(2026, 3, 28, 5, tzinfo=UTC),
            "Fri 27 Mar 22:00 to Sat 28 Mar 06:00",
        ),
        (
            datetime(2026, 12, 31, 21, tzinfo=UTC),
            datetime(2027, 1, 1, 5, tzinfo=UTC),
            "Thu 31 Dec 22:00 to Fri 1 Jan 2027 06:00",
        ),
        # Half past two comes twice that night.
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Sun 25 Oct 02:30 CEST to 02:30 CET",
        ),
    ],
)  # fmt: skip
def test_a_span_names_its_days_once_and_its_clocks_where_they_change(
    start: datetime, end: datetime, words: str
) -> None:
    assert span_words(start.astimezone(AMSTERDAM), end.astimezone(AMSTERDAM)) == words
