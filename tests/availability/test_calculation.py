"""The availability figure: exact seconds, each counted once, rounded down on paper, judged on the exact value."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.calculation import Availability, availability

VIENNA = ZoneInfo("Europe/Vienna")
DAY = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


def span(start: str, end: str) -> tuple[datetime, datetime]:
    """Two times of 2 March 2026, in UTC."""
    return tuple(datetime.fromisoformat(f"2026-03-02T{at}+00:00") for at in (start, end))


def split(result: Availability) -> tuple[int, int, int]:
    return result.excluded_seconds, result.unavailable_seconds, result.unknown_seconds


def test_B5_a_quarter_is_measured_in_real_seconds_across_the_change_to_summer_time():
    quarter = (datetime(2026, 1, 1, tzinfo=VIENNA), datetime(2026, 4, 1, tzinfo=VIENNA))
    result = availability(period=quarter)
    assert result.total_seconds == 7_772_400
    assert result.ratio == 1
    assert result.percent() == "100.000"


def test_an_outage_across_the_change_to_summer_time_has_its_real_length():
    night = (datetime(2026, 3, 29, 1, 30, tzinfo=VIENNA), datetime(2026, 3, 29, 3, 30, tzinfo=VIENNA))
    quarter = (datetime(2026, 1, 1, tzinfo=VIENNA), datetime(2026, 4, 1, tzinfo=VIENNA))
    assert availability(period=quarter, down=[night]).unavailable_seconds == 3600
    autumn = (
        datetime(2026, 10, 25, 2, 30, tzinfo=VIENNA, fold=0),
        datetime(2026, 10, 25, 2, 10, tzinfo=VIENNA, fold=1),
    )
    last_quarter = (datetime(2026, 10, 1, tzinfo=VIENNA), datetime(2027, 1, 1, tzinfo=VIENNA))
    assert availability(period=last_quarter, down=[autumn]).unavailable_seconds == 2400


def test_B5_excluded_time_leaves_the_numerator_and_the_denominator():
    result = availability(period=DAY, down=[span("00:00", "01:00")], excluded=[span("12:00", "18:00")])
    assert result.ratio == Fraction(17, 18)


def test_overlapping_outages_count_once():
    result = availability(period=DAY, down=[span("02:00", "04:00"), span("01:00", "03:00"), span("03:30", "03:40")])
    assert result.unavailable_seconds == 3 * 3600


def test_C8_downtime_inside_an_exclusion_is_no_downtime_and_the_overrun_is():
    result = availability(period=DAY, down=[span("01:30", "02:30")], excluded=[span("01:00", "02:00")])
    assert split(result) == (3600, 1800, 0)


def test_excluding_quiet_time_can_lower_the_figure():
    down = [span("00:00", "00:10")]
    with_exclusion = availability(period=DAY, down=down, excluded=[span("12:00", "13:00")])
    assert with_exclusion.ratio < availability(period=DAY, down=down).ratio


def test_what_nobody_measured_is_neither_up_nor_down():
    result = availability(period=DAY, down=[span("00:00", "06:00")], unknown=[span("12:00", "18:00")])
    assert split(result) == (0, 6 * 3600, 6 * 3600)
    assert result.ratio == Fraction(2, 3)


def test_excluded_wins_over_down_and_down_over_unknown():
    result = availability(
        period=DAY, down=[span("01:00", "03:00")], excluded=[span("00:00", "02:00")], unknown=[span("00:30", "04:00")]
    )
    assert split(result) == (2 * 3600, 3600, 3600)


def test_only_what_lies_in_the_period_counts():
    before, after = timedelta(days=1), timedelta(days=2)
    down = [(DAY[0] - before, DAY[0] + timedelta(minutes=1)), (DAY[1], DAY[1] + after), (DAY[0] - after, DAY[0])]
    assert availability(period=DAY, down=down).unavailable_seconds == 60


def test_intervals_are_half_open_and_may_be_empty():
    adjoining = availability(period=DAY, down=[span("01:00", "02:00"), span("02:00", "03:00"), span("05:00", "05:00")])
    assert adjoining.unavailable_seconds == 2 * 3600


@pytest.mark.parametrize(
    "result",
    [
        availability(period=(DAY[0], DAY[0])),
        availability(period=DAY, unknown=[DAY]),
        availability(period=DAY, down=[DAY], excluded=[DAY]),
    ],
    ids=["an empty period", "nothing measured", "everything excluded"],
)
def test_where_nothing_was_measured_there_is_no_figure_and_no_verdict(result):
    assert (result.ratio, result.percent(), result.meets(Decimal("99.9"))) == (None, None, None)


@pytest.mark.parametrize(
    ("unavailable", "places", "printed"),
    [(1, 3, "99.998"), (1, 0, "99"), (1, 7, "99.9988425"), (86_400, 3, "0.000"), (0, 3, "100.000"), (0, 0, "100")],
)
def test_a_printed_percentage_is_rounded_down(unavailable, places, printed):
    assert Availability(86_400, 0, 0, unavailable).percent(places) == printed


@pytest.mark.parametrize(("unavailable", "met"), [(99, True), (100, True), (101, False)])
def test_D7_the_verdict_is_on_the_exact_value_and_the_promise_itself_suffices(unavailable, met):
    assert Availability(100_000, 0, 0, unavailable).meets(Decimal("99.9")) is met


def test_a_figure_that_rounds_to_the_promise_can_still_miss_it():
    result = Availability(10_000_000, 0, 0, 1_001)
    assert (result.percent(2), result.meets(Decimal("99.99"))) == ("99.98", False)
    assert Availability(10_000_000, 0, 0, 999).percent(2) == "99.99"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"period": (DAY[1], DAY[0])}, "period: ends at .* before it starts"),
        ({"period": tuple(at.replace(tzinfo=None) for at in DAY)}, "period: .* is a naive datetime"),
        ({"period": DAY, "down": [span("01:00", "02:00"), span("04:00", "03:00")]}, "down, interval 2: ends at"),
        ({"period": DAY, "excluded": [(DAY[0], DAY[1].replace(tzinfo=None))]}, "excluded, interval 1: .* naive"),
        ({"period": DAY, "unknown": [(DAY[1], DAY[0])]}, "unknown, interval 1: ends"),
    ],
)
def test_bad_intervals_are_refused_with_what_and_where(arguments, message):
    with pytest.raises(ValueError, match=message):
        availability(**arguments)


def test_floats_and_impossible_percentages_are_refused():
    result = availability(period=DAY)
    for wrong in (99.9, Decimal("100.1"), -1):
        with pytest.raises(ValueError, match="percent: "):
            result.meets(wrong)
    with pytest.raises(ValueError, match="places: -1"):
        result.percent(-1)


# Properties, against a picture of the period second by second

unhurried = settings(deadline=None)  # a machine that others use too may be slow for a moment
PERIOD_SECONDS = 120
offsets = st.integers(-30, PERIOD_SECONDS + 30)
intervals = st.lists(st.tuples(offsets, offsets).map(sorted), max_size=6)


def instants(pairs):
    return [(DAY[0] + timedelta(seconds=start), DAY[0] + timedelta(seconds=end)) for start, end in pairs]


def calculated(down, excluded, unknown, begin=0, end=PERIOD_SECONDS) -> Availability:
    (period,) = instants([(begin, end)])
    return availability(period=period, down=instants(down), excluded=instants(excluded), unknown=instants(unknown))


@unhurried
@given(intervals, intervals, intervals)
def test_every_second_is_counted_exactly_once(down, excluded, unknown):
    def covered(pairs):
        return {second for start, end in pairs for second in range(max(start, 0), min(end, PERIOD_SECONDS))}

    out, off, dark = covered(excluded), covered(down), covered(unknown)
    result = calculated(down, excluded, unknown)
    assert split(result) == (len(out), len(off - out), len(dark - off - out))
    up = PERIOD_SECONDS - len(out | off | dark)
    assert result.available_seconds == up
    measured = up + len(off - out)
    assert result.ratio == (Fraction(up, measured) if measured else None)


@unhurried
@given(intervals, intervals, intervals, st.integers(0, PERIOD_SECONDS))
def test_two_halves_of_a_period_add_up_to_the_whole(down, excluded, unknown, cut):
    whole = calculated(down, excluded, unknown)
    halves = [calculated(down, excluded, unknown, 0, cut), calculated(down, excluded, unknown, cut)]
    for name in ("total_seconds", "excluded_seconds", "unknown_seconds", "unavailable_seconds"):
        assert getattr(whole, name) == sum(getattr(half, name) for half in halves)


@unhurried
@given(intervals, intervals, intervals, st.randoms(use_true_random=False))
def test_order_and_repetition_of_reports_do_not_matter(down, excluded, unknown, random):
    again = [random.sample(pairs * 2, len(pairs) * 2) for pairs in (down, excluded, unknown)]
    assert calculated(*again) == calculated(down, excluded, unknown)


@unhurried
@given(intervals, intervals, st.integers(0, 8))
def test_the_printed_figure_never_exceeds_the_exact_one_nor_misses_a_full_step(down, unknown, places):
    result = calculated(down, [], unknown)
    if result.ratio is None:
        return
    printed = Fraction(Decimal(result.percent(places))) / 100
    assert 0 <= result.ratio - printed < Fraction(1, 100 * 10**places)
    assert result.meets(Decimal(result.percent(places)))


@unhurried
@given(intervals, intervals, st.lists(st.integers(0, 999_999), min_size=2, max_size=2))
def test_fractions_of_a_second_do_not_make_a_second_count_twice(down, excluded, micros):
    first, second = (timedelta(microseconds=part) for part in sorted(micros))
    shifted = [(start + first, end + second) for start, end in instants(down)]
    period = instants([(0, PERIOD_SECONDS)])[0]
    result = availability(period=period, down=shifted, excluded=instants(excluded))
    assert result == calculated(down, excluded, [])
