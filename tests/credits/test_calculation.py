"""Days of credit from tiers: strictly below, never stacked, only for a figure that exists."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credits.calculation import credit_days

TIERS = [(Decimal("99.9"), 7), (Decimal("99"), 14)]


@pytest.mark.parametrize(
    ("ratio", "days"),
    [
        (Fraction(1), 0),
        (Fraction(999, 1000), 0),
        (Fraction(998_999_999, 1_000_000_000), 7),
        (Fraction(99, 100), 7),
        (Fraction(989_999_999, 1_000_000_000), 14),
        (Fraction(0), 14),
        (None, 0),
    ],
)
def test_D8_seven_days_below_99_9_percent_and_fourteen_below_99(ratio, days):
    assert credit_days(ratio, tiers=TIERS) == days


def test_D8_tiers_do_not_stack_in_whatever_order_they_stand():
    assert credit_days(Fraction(1, 2), tiers=TIERS[::-1]) == credit_days(Fraction(1, 2), tiers=TIERS) == 14


def test_an_agreement_without_tiers_gives_no_credit():
    assert credit_days(Fraction(0), tiers=[]) == 0


@pytest.mark.parametrize(
    ("ratio", "tiers", "message"),
    [
        (Fraction("99.95"), TIERS, "ratio: "),
        (Fraction(-1, 100), TIERS, "ratio: "),
        (0.999, TIERS, "ratio: 0.999 is not an exact"),
        (Fraction(1), [(99.9, 7)], "tiers, number 1: 99.9 is not an exact"),
        (None, [*TIERS, (Decimal("100.1"), 1)], "tiers, number 3: "),
        (Fraction(1), [(Decimal(99), -7)], "tiers, number 1: -7 is not a whole number"),
        (Fraction(1), [(Decimal(99), Decimal("7.5"))], "tiers, number 1: .* is not a whole number"),
    ],
)
def test_what_cannot_be_a_ratio_or_a_tier_is_refused(ratio, tiers, message):
    with pytest.raises(ValueError, match=message):
        credit_days(ratio, tiers=tiers)


unhurried = settings(deadline=None)  # a machine that others use too may be slow for a moment
ratios = st.fractions(0, 1)
some_tiers = st.lists(st.tuples(st.decimals(0, 100, places=3), st.integers(0, 90)), max_size=5)


@unhurried
@given(ratios, some_tiers, st.randoms(use_true_random=False))
def test_the_most_generous_tier_that_applies_decides_alone(ratio, tiers, random):
    days = credit_days(ratio, tiers=tiers)
    applying = [offered for threshold, offered in tiers if ratio * 100 < Fraction(threshold)]
    assert days == max(applying, default=0)
    assert days == credit_days(ratio, tiers=random.sample(tiers, len(tiers)))


@unhurried
@given(ratios, ratios, some_tiers)
def test_a_worse_availability_never_gives_less(one, other, tiers):
    worse, better = sorted([one, other])
    assert credit_days(worse, tiers=tiers) >= credit_days(better, tiers=tiers)
