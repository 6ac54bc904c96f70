"""Credits are reckoned once, exactly, within every limit, and each figure shows where it comes from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.document.credit import Fee, Given, Worth, credit_of, left_over, most_of, reached_from
from agreements.document.figure import Availability
from agreements.document.period import Period, period_at
from agreements.document.quantities import Compensation, Duration, Money, Percent
from agreements.document.service_terms import Cap, CreditSchedule, Tier
from credits.calculation import credit_days
from tests.agreements.contracts import document

unhurried = settings(deadline=None)
NBSP = "\N{NO-BREAK SPACE}"
HOUR, DAY = 3600, 86_400
MARCH = period_at(Period("month"), date(2026, 3, 1), "UTC")
HUNDRED = Fee(Money(Decimal("100.00"), "EUR"), "month", "as agreed")


def tier(credit: str, below: str = "", downtime_from: str = "", for_each: str = "") -> Tier:
    return Tier(
        credit=Compensation.parse(credit),
        below=Percent.parse(below) if below else None,
        downtime_from=Duration.parse(downtime_from) if downtime_from else None,
        for_each=Duration.parse(for_each) if for_each else None,
    )


def cap(at_most: str, per: str = "month") -> Cap:
    return Cap(at_most=Compensation.parse(at_most), per=per)


def schedule(*tiers: Tier, caps: tuple[Cap, ...] = (), key: str = "standard") -> CreditSchedule:
    return CreditSchedule(key=key, name=key.capitalize(), tiers=tiers, caps=caps)


def down(seconds: int, total: int = MARCH.seconds) -> Availability:
    return Availability(total, 0, 0, seconds)


def credited(of: CreditSchedule, seconds: int, fee: Fee | None = HUNDRED, **more) -> str | None:
    worth = credit_of(of, down(seconds), span=more.pop("span", MARCH), fee=fee, **more).worth
    return worth.text if worth else None


@pytest.mark.parametrize(
    ("hours", "said"), [(0, None), (1, f"€{NBSP}10.00"), (2, f"€{NBSP}10.00"), (3, f"€{NBSP}30.00")]
)
def test_C6_of_the_tiers_that_are_reached_the_one_that_gives_the_most_applies(hours, said):
    tiers = schedule(tier("10 % of the monthly fee", downtime_from="1 hour"), tier("30 EUR", downtime_from="3 hours"))
    assert credited(tiers, hours * HOUR) == said


def test_D8_a_worse_tier_that_gives_less_takes_nothing_away():
    """The addendum took the last tier that was reached, credits the one with the most days: 7 and 14 for one file."""
    odd = schedule(tier("14 service days", below="99.9 %"), tier("7 service days", below="99 %"))
    assert credited(odd, 24 * HOUR) == "14 service days"
    assert credit_days(down(24 * HOUR).ratio, [(Decimal("99.9"), 14), (Decimal("99"), 7)]) == 14


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (59, None),
        (60, "1 service day"),
        (89, "1 service day"),
        (90, "2 service days"),
        (150, "4 service days"),
    ],
)
def test_credits_for_each_length_are_given_when_the_tier_is_reached_and_again_with_each_further_one(minutes, said):
    each = schedule(tier("1 service day", downtime_from="1 hour", for_each="30 minutes"))
    assert credited(each, minutes * 60) == said


def test_a_first_length_that_is_the_threshold_itself_counts_whole_lengths_of_downtime():
    each = schedule(tier("10 times the downtime", downtime_from="30 minutes", for_each="30 minutes"))
    credit = credit_of(each, down(75 * 60), span=MARCH)
    assert credit.worth.text == "10 h of service"
    assert credit.steps[1:] == (
        ("How often", "1 + (4,500 − 1,800) ÷ 1,800, rounded down", "2 times"),
        ("Credit", "2 × 10 × 30 m, rounded down", "10 h of service"),
    )


@pytest.mark.parametrize(
    ("credit", "at_most", "fee", "said"),
    [
        ("14 service days", "5 service days", None, "5 service days"),
        ("14 service days", "20 times the downtime", None, "5 service days"),
        ("10 times the downtime", "2 service days", None, "48 h of service"),
        ("50 % of the monthly fee", "20 % of the monthly fee", None, "20 % of the monthly fee"),
        ("50 % of the monthly fee", "20 % of the monthly fee", HUNDRED, f"€{NBSP}20.00"),
        ("80.00 EUR", "20.00 EUR", None, f"€{NBSP}20.00"),
        # A day of service is worth 12 monthly fees ÷ 365: of 10 %, three whole days; of 5 days, € 16.43.
        ("14 service days", "10 % of the monthly fee", None, "3 service days"),
        ("14 service days", "10.00 EUR", HUNDRED, "3 service days"),
        ("50 % of the monthly fee", "5 service days", None, "16.438 % of the monthly fee"),
        ("50 % of the monthly fee", "5 service days", HUNDRED, f"€{NBSP}16.43"),
        ("80.00 EUR", "5 service days", HUNDRED, f"€{NBSP}16.43"),
        ("80.00 EUR", "1 times the downtime", HUNDRED, f"€{NBSP}0.82"),
    ],
)
def test_C6_a_limit_holds_in_whatever_unit_it_is_written(credit, at_most, fee, said):
    capped = schedule(tier(credit, below="99.9 %"), caps=(cap(at_most),))
    credit = credit_of(capped, down(6 * HOUR), span=MARCH, fee=fee)
    assert (credit.worth.text, credit.open) == (said, ())
    assert (credit.steps[-1].label, credit.steps[-1].value) == ("Credit", said)


@pytest.mark.parametrize(
    ("credit", "at_most", "fee", "why"),
    [
        ("14 service days", "20.00 EUR", None, "no monthly fee is known"),
        ("50 % of the monthly fee", "20.00 EUR", None, "no monthly fee is known"),
        ("80.00 USD", "20.00 EUR", HUNDRED, f"the monthly fee is €{NBSP}100.00"),
        ("80.00 USD", "50 % of the monthly fee", HUNDRED, f"the monthly fee is €{NBSP}100.00"),
    ],
)
def test_a_limit_that_cannot_be_applied_is_named_and_left_to_a_person(credit, at_most, fee, why):
    capped = schedule(tier(credit, below="99.9 %"), caps=(cap(at_most), cap("1000 times the downtime")))
    credit = credit_of(capped, down(6 * HOUR), span=MARCH, fee=fee)
    step = next(each for each in credit.steps if each.label.startswith("Limit") and "1000" not in each.label)
    assert step.value == "cannot be applied"
    assert why in step.how
    assert why in credit.open[0]
    assert credit.steps[-1].how == "the least of these, without a limit that cannot be applied"


def test_of_several_limits_the_least_holds_and_each_has_its_step():
    capped = schedule(
        tier("14 service days", below="99.9 %"), caps=(cap("9 service days"), cap("4 service days", "year"))
    )
    credit = credit_of(capped, down(6 * HOUR), span=MARCH)
    assert credit.steps[1:] == (
        ("Credit before limits", "14 service days", "14 service days"),
        ("Limit: at most 9 service days a month", "9 service days, which is less", "9 service days"),
        ("Limit: at most 4 service days a year", "4 service days, which is less", "4 service days"),
        ("Credit", "the least of these", "4 service days"),
    )


def test_a_limit_for_longer_than_the_period_counts_in_what_was_given_before():
    capped = schedule(tier("14 service days", below="99.9 %"), caps=(cap("15 service days", "quarter"),))
    january, december = MARCH.latest(3)[2], MARCH.latest(4)[3]
    before = [
        Given("standard", january, Worth(Decimal(10), "day")),
        Given("standard", december, Worth(Decimal(14), "day")),
        Given("other", january, Worth(Decimal(14), "day")),
    ]
    assert credited(capped, 6 * HOUR, given=before) == "5 service days"
    assert credited(capped, 6 * HOUR, given=[*before, Given("standard", january, Worth(Decimal(99), "day"))]) == (
        "0 service days"
    )


def test_a_limit_for_less_than_the_period_holds_as_often_as_it_fits():
    capped = schedule(tier("14 service days", below="99.9 %"), caps=(cap("3 service days"),))
    quarter = period_at(Period.parse("quarter ending 31 January"), date(2026, 3, 1), "UTC")
    assert credited(capped, 6 * HOUR, span=quarter) == "9 service days"


@pytest.mark.parametrize(
    ("ends", "year_of_january"), [("quarter", date(2025, 1, 31)), ("quarter ending 31 January", date(2026, 1, 31))]
)
def test_a_year_of_a_limit_ends_where_the_measured_quarters_end(ends, year_of_january):
    """With quarters to 31 January, the one to 30 April 2026 is in another limit's year than that to 31 January."""
    capped = schedule(tier("14 service days", below="99.9 %"), caps=(cap("20 service days", "year"),))
    span = period_at(Period.parse(ends), date(2026, 4, 1), "UTC")
    before = [Given("standard", period_at(span.period, year_of_january, "UTC"), Worth(Decimal(14), "day"))]
    assert credited(capped, 6 * HOUR, span=span, given=before) == "14 service days"
    same = [Given("standard", span, Worth(Decimal(14), "day"))]
    assert credited(capped, 6 * HOUR, span=span, given=same) == "6 service days"


def test_opening_time_of_no_calendar_reaches_nothing_and_is_said_to_be_open():
    """New agreements cannot say it; one that was published with it is still read."""
    published = schedule(
        tier("5 EUR", downtime_from="1 hour"),
        tier("50 EUR", downtime_from="1 business day"),
        tier("90 EUR", downtime_from="1 minute", for_each="1 business hour"),
    )
    credit = credit_of(published, down(9 * DAY), span=MARCH)
    assert credit.worth == Worth(Decimal(5), "EUR")
    assert [problem.split(":")[0] for problem in credit.open] == [
        "downtime from 1 business day on",
        "downtime from 1 minute on, once more with each further 1 business hour",
    ]
    assert "downtime from 1 business day on: cannot be told" in credit.steps[0].how


def test_tiers_that_cannot_be_compared_give_the_worse_one_and_say_so():
    mixed = schedule(tier("50.00 USD", below="99.9 %"), tier("2 service days", below="99 %"))
    credit = credit_of(mixed, down(24 * HOUR), span=MARCH, fee=HUNDRED)
    assert credit.worth.text == "2 service days"
    assert "cannot be compared with a milder tier" in credit.steps[0].how


def test_an_availability_that_cannot_be_determined_gives_no_credit():
    unknown = Availability(100, 40, 60, 0)
    credit = credit_of(schedule(tier("1 service day", below="100 %")), unknown, span=MARCH)
    assert (credit.worth, credit.steps[-1].value) == (None, "none")
    assert unknown.steps()[-1] == ("Availability", "no time is left that counts", "cannot be determined")


def test_of_several_schedules_for_one_product_the_one_that_gives_the_most_is_given_once():
    by_fee, by_time = schedule(tier("10 % of the monthly fee", below="99.9 %"), key="fee"), schedule(
        tier("10 times the downtime", downtime_from="1 hour"), key="time"
    )  # fmt: skip
    offered = [credit_of(each, down(6 * HOUR), span=MARCH, fee=HUNDRED) for each in (by_time, by_fee)]
    # Two and a half days are worth € 8.21.
    most = most_of(offered, fee=HUNDRED)
    assert (most.schedule, most.worth.text) == (by_fee, f"€{NBSP}10.00")
    assert most.steps[-1] == ("Credit", "nothing is given twice, Fee gives the most", f"€{NBSP}10.00")
    assert {step.label.split(":")[0] for step in most.steps[:-1]} == {"Fee", "Time"}
    usd = credit_of(schedule(tier("9 USD", below="99 %"), key="usd"), down(24 * HOUR), span=MARCH, fee=HUNDRED)
    assert most_of([*offered, usd], fee=HUNDRED).open == (
        f"Fee and Usd cannot be compared: the monthly fee is €{NBSP}100.00.",
    )


def test_money_is_rounded_down_to_what_its_currency_has():
    yearly = Fee(Money(Decimal("1999.99"), "EUR"), "year", "as agreed")
    assert yearly.step == ("Monthly fee", f"€{NBSP}1,999.99 a year ÷ 12, rounded down", f"€{NBSP}166.66")
    assert credited(schedule(tier("5 % of the monthly fee", below="100 %")), 1, fee=yearly) == f"€{NBSP}8.33"
    yen = Fee(Money(Decimal(11999), "JPY"), "year", "as agreed")
    assert credited(schedule(tier("5 % of the monthly fee", below="100 %")), 1, fee=yen) == f"JPY{NBSP}49"


def test_C6_a_document_answers_what_is_given_to_a_plan_for_a_category():
    ask = {"on": datetime(2026, 3, 9, tzinfo=UTC), "fee": HUNDRED}
    of = document("managedops")
    given = of.credit_for(down(4 * HOUR), plan="critical", category="hosting", **ask)
    assert (given.schedule.key, given.worth.text) == ("critical_hosting", f"€{NBSP}25.00")
    assert of.credit_for(down(4 * HOUR), plan="managed", category="hosting", **ask) is None
    assert document("seatplan").credit_for(down(4 * HOUR), plan="everyone", category="", **ask) is None
    assert document("identity").credit_for(down(90 * HOUR), plan="any", category="any", **ask).worth.text == (
        "14 service days"
    )


@pytest.mark.parametrize(
    ("percent", "counted"),
    [("99.9", 2_592_000), ("99.95", 2_584_800), ("100", 86_400), ("0", 86_400), ("99.999999", 7)],
)
def test_the_most_downtime_that_is_left_keeps_the_promise_and_one_second_more_breaks_it(percent, counted):
    promised, most = Fraction(Decimal(percent)) / 100, left_over(counted, Decimal(percent))
    assert Fraction(counted - most, counted) >= promised
    assert Fraction(counted - most - 1, counted) < promised


numbers = st.decimals(0, 999, places=2).map(str)
credits_of_any_kind = st.one_of(
    numbers.map("{} service days".format),
    numbers.map("{} % of the monthly fee".format),
    numbers.map("{} times the downtime".format),
    numbers.map("{} EUR".format),
)
lengths = st.integers(1, 9999).map("{} minutes".format)
percents = st.decimals(0, 100, places=3).map("{} %".format)
some_tiers = st.lists(
    st.builds(tier, credits_of_any_kind, below=percents, for_each=st.just("") | lengths)
    | st.builds(tier, credits_of_any_kind, downtime_from=lengths, for_each=st.just("") | lengths),
    min_size=1,
    max_size=4,
)
some_caps = st.lists(
    st.builds(cap, credits_of_any_kind, per=st.sampled_from(["period", "month", "quarter", "year"])), max_size=3
)
fees = st.builds(
    Fee,
    st.decimals(1, 9999, places=2).map(lambda amount: Money(amount, "EUR")),
    st.sampled_from(["month", "quarter", "year"]),
    st.just("as agreed"),
)
downtimes = st.integers(0, MARCH.seconds)


@unhurried
@given(some_tiers, some_caps, fees, downtimes, downtimes)
def test_more_downtime_never_gives_less(tiers, caps, fee, one, other):
    of = schedule(*tiers, caps=tuple(caps))
    less, more = (credit_of(of, down(each), span=MARCH, fee=fee) for each in sorted([one, other]))
    assert less.worth is None or less.worth.fees(fee) <= more.worth.fees(fee)


@unhurried
@given(some_tiers, some_caps, fees, downtimes)
def test_no_credit_is_above_any_of_its_limits(tiers, caps, fee, seconds):
    credit = credit_of(schedule(*tiers, caps=tuple(caps)), down(seconds), span=MARCH, fee=fee)
    assert credit.open == ()
    for each in caps if credit.worth else ():
        limit = each.at_most
        most = {
            "day": Fraction(limit.amount) * 12 / 365,
            "times": Fraction(limit.amount) * seconds / DAY * 12 / 365,
            "percent": Fraction(limit.amount) / 100,
            "EUR": Fraction(limit.amount) / Fraction(fee.monthly.amount),
        }[limit.unit]
        assert credit.worth.fees(fee) <= most
    assert credit.worth is None or credit.steps[-1].value == credit.worth.text


@unhurried
@given(st.lists(st.tuples(st.decimals(0, 100, places=3), st.integers(0, 90)), min_size=1, max_size=5), downtimes)
def test_tiers_of_days_give_what_credit_days_says(tiers, seconds):
    of = schedule(*(tier(f"{days} service days", below=f"{percent} %") for percent, days in tiers))
    worth = credit_of(of, down(seconds), span=MARCH).worth
    assert (int(worth.amount) if worth else 0) == credit_days(down(seconds).ratio, tiers)


@unhurried
@given(percents, st.integers(1, 10_000_000), st.integers(0, 10_000_000))
def test_a_tier_is_reached_exactly_where_the_ratio_is_below_it(percent, counted, seconds):
    seconds = min(seconds, counted)
    reached = reached_from(tier("1 service day", below=percent), counted) <= seconds
    assert reached == (Fraction(counted - seconds, counted) < Percent.parse(percent).share)
