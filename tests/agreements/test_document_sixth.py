"""A sixth agreement with other names, levels, hours, country, units and credits works without a change of code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from agreements.document import load
from agreements.document.coverage import Standing, coverage
from tests.agreements.documents import SIXTH, sixth

document = sixth()


def promise(metric="first_response", *, plan="studio", request_type="trouble", level="annoying", **more):
    return document.promises(plan=plan, request_type=request_type, level=level, **more)[metric]


def tokyo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=9)


def test_levels_and_metrics_have_the_names_of_the_file():
    assert [level.name for level in document.levels] == ["Blocker", "Annoying", "Cosmetic"]
    assert [(metric.key, metric.name) for metric in document.metrics] == [
        ("first_response", "First word"),
        ("update", "News"),
        ("workaround", "Stopgap"),
        ("resolution", "Cure"),
    ]
    assert document.scheme.name == "Pain"


@pytest.mark.parametrize(
    ("found", "text", "length", "calendar"),
    [
        (promise(plan="solo", level="blocker"), "4 business hours", timedelta(hours=4), "desk"),
        (promise(level="blocker"), "15 minutes", timedelta(minutes=15), "always"),
        (promise("update", level="blocker"), "30 minutes", timedelta(minutes=30), "always"),
        (promise("update", plan="solo", level="blocker"), "–", None, "desk"),
        (promise("workaround", plan="solo", level="blocker"), "2 business days", timedelta(hours=15), "desk"),
        (promise("workaround", level="blocker"), "240 business minutes", timedelta(hours=4), "market"),
        (promise("resolution", level="blocker"), "Best effort", None, "desk"),
        (promise(), "1 business day", timedelta(minutes=450), "desk"),
        (promise(product="drive"), "1 business day", timedelta(minutes=450), "desk"),
        (promise(product="vault"), "90 minutes", timedelta(minutes=90), "always"),
        (promise(product="vault", plan="solo"), "2 business days", timedelta(hours=15), "desk"),
        (promise(level="cosmetic"), "3 calendar days", timedelta(days=3), "always"),
        (promise(level="cosmetic", plan="solo"), "5 business days", timedelta(minutes=2250), "desk"),
        (promise(level="cosmetic", plan="solo", request_type="upgrade"), "Best effort", None, "desk"),
    ],
)
def test_the_most_specific_target_wins(found, text, length, calendar):
    assert (found.text, found.duration, found.calendar) == (text, length, calendar)


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        (["products: [drive]", "plans: [solo], levels: [cosmetic]"], 1),
        (["levels: [cosmetic]", "products: [drive]"], 1),
        (["levels: [cosmetic]", "plans: [solo]"], 1),
        (["plans: [solo]", "request_types: [trouble]"], 1),
        (["request_types: [trouble]", "products: [drive]"], 1),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_more_named_dimensions_win_then_product_type_plan_and_level(rules, winner, turned):
    lines = [f"    - {{metric: workaround, promise: {n + 1} hours, {rule}}}\n" for n, rule in enumerate(rules)]
    text = SIXTH.replace("  rules:\n", "  rules:\n" + "".join(reversed(lines) if turned else lines))
    found = load(text, name="k.yaml").promises(plan="solo", request_type="trouble", level="cosmetic", product="drive")
    assert found["workaround"].text == f"{winner + 1} hours"


def test_the_sentence_names_what_the_rule_named():
    assert promise(product="vault").matched == "The rule for product Vault, plan Studio, pain Annoying (1.1)."
    assert promise(level="cosmetic", plan="solo").matched == "The rule for all tickets (3.1)."
    assert promise("update").matched == "The agreement promises nothing on news here."


def test_a_metric_pauses_only_for_what_the_agreement_names():
    assert promise("workaround").pauses_for == ("waiting for client",)
    assert promise("first_response").pauses_for == ()
    assert promise("update").pauses_for == ("on hold",)


def test_split_days_own_closures_half_days_and_worked_holidays():
    calendar, spec = document.calendar("desk"), document.calendars["desk"]
    assert not calendar.is_open(tokyo(2026, 5, 12, 12, 30))
    assert spec.holidays[date(2026, 8, 14)] == "Obon"
    assert not calendar.is_open(tokyo(2026, 8, 14, 10, 0))
    assert spec.holidays[date(2027, 12, 29)] == spec.holidays[date(2030, 12, 29)] == "Studio closed"
    # Culture Day, 3 November 2026, a Tuesday, is worked.
    assert calendar.is_open(tokyo(2026, 11, 3, 10, 0))
    # The half-day of every year: a Monday in 2026, a Sunday in 2025.
    assert not calendar.is_open(tokyo(2026, 12, 28, 13, 30))
    assert calendar.is_open(tokyo(2026, 12, 28, 10, 0))
    assert not calendar.is_open(tokyo(2025, 12, 28, 10, 0))
    # One Saturday opens by its full date.
    assert calendar.is_open(tokyo(2026, 5, 9, 11, 0))
    assert not calendar.is_open(tokyo(2026, 5, 16, 11, 0))
    assert spec.exception_names[date(2026, 5, 9)] == "Stock-taking Saturday"
    assert next(iter(spec.holidays_in(2026).values())) == "New Year's Day"


def test_a_full_date_with_hours_opens_a_holiday_and_hours_may_touch():
    text = SIXTH.replace("{date: 2026-05-09,", "{date: 2026-01-01,").replace(
        "[10:00-14:00]", "[10:00-12:00, 12:00-14:00]"
    )
    changed = load(text, name="k.yaml")
    assert date(2026, 1, 1) not in changed.calendars["desk"].holidays
    assert changed.calendar("desk").is_open(tokyo(2026, 1, 1, 12, 0))


def test_24_by_5_and_a_union_across_zones():
    market, night = document.calendar("market"), document.calendar("night_desk")
    assert market.is_open(tokyo(2026, 5, 15, 23, 59))
    assert not market.is_open(tokyo(2026, 5, 16, 0, 0))
    assert night.is_open(datetime(2026, 5, 12, 14, 0, tzinfo=UTC))
    assert not document.calendar("desk").is_open(datetime(2026, 5, 12, 14, 0, tzinfo=UTC))


def test_an_extension_replaces_its_calendar_and_keeps_the_target():
    extended = promise(extensions=["night"])
    assert (extended.calendar, extended.duration) == ("night_desk", timedelta(minutes=450))
    assert promise(level="blocker", extensions=["night"]).calendar == "always"


def test_warnings_are_exact_shares_and_times():
    assert document.warnings == (Fraction(1, 2), Fraction(7, 8), timedelta(minutes=45))


def test_subjects_name_levels_by_alias_too():
    assert document.level_from_subject("slow: uploads").key == "annoying"
    assert document.level_for("trouble", None, by_mail=True).key == "cosmetic"
    assert document.tickets.reopening == "new cycle"


@pytest.mark.parametrize(
    ("standing", "kind", "words"),
    [
        (Standing(True, True, False, True, 2, 3), "covered", "covers"),
        (Standing(True, True, False, True, 3, 3), "best_effort", "3 of 3 are used."),
        (Standing(True, False, False, True, 0, 3), "best_effort", "An invoice is open."),
        (Standing(False, True, False, True, 0, 3), "not_covered", "There is no contract."),
        (Standing(True, True, False, False, 0, 3), "not_covered", "Only named people may ask."),
        (Standing(True, True, True, True, 0, 3), "covered", "covers"),
        (Standing(True, True, False, True, 99, None), "covered", "covers"),
    ],
)
def test_coverage_follows_the_rules_of_the_file(standing, kind, words):
    result = coverage(document, "trouble", standing)
    assert result.kind == kind
    assert words in result.sentence


def test_what_stands_outside_is_never_covered():
    result = coverage(document, "courses", Standing(True, True, False, True))
    assert (result.kind, result.sentence) == ("not_covered", "Courses are booked apart from this agreement.")


def test_availability_and_maintenance_beyond_the_five():
    terms = document.availability
    assert (terms.period.kind, terms.period.rolling.length()) == ("rolling", timedelta(days=30))
    assert terms.counts_from.length.length() == timedelta(minutes=5)
    assert terms.counts_from.error_rate.value == Decimal("2.5")
    allowance = document.maintenance.allowance
    assert (allowance.duration.length(), allowance.per.kind) == (timedelta(hours=8), "month")
    assert document.targets.attainment[0].share.share == Fraction(19, 20)


def test_credits_of_every_kind():
    credits_ = [(tier.credit.unit, tier.credit.amount) for plan in document.credits.schedules for tier in plan.tiers]
    assert credits_ == [
        ("percent", 10),
        ("percent", 30),
        ("times", 10),
        ("JPY", 5000),
        ("day", 15),
    ]
    schedule = document.credits.schedules["time"].tiers[0]
    assert (schedule.downtime_from.length(), schedule.for_each.length()) == (
        timedelta(minutes=30),
        timedelta(minutes=30),
    )
    assert document.credits.schedules["lump"].tiers[0].credit.unit == "JPY"
    assert (document.credits.schedules["fee"].caps[0].per, document.credits.claim.counted_from) == (
        "quarter",
        "month end",
    )


@pytest.mark.parametrize("key", ["plan", "request_type", "level", "extensions"])
def test_a_key_that_does_not_exist_is_a_key_error_naming_what_there_is(key):
    arguments = {"plan": "solo", "request_type": "trouble", "level": "blocker", key: "nope"}
    if key == "extensions":
        arguments[key] = ["nope"]
    with pytest.raises(KeyError, match="There is no “nope” among"):
        document.promises(**arguments)


def test_the_plain_values_are_kept_for_export():
    assert document.data["plans"]["solo"]["price"]["amount"] == "12000 JPY"


def test_loading_twice_gives_the_same_answers():
    again = load(SIXTH, name="again.yaml")
    assert again is not document
    assert again.data == document.data
    assert again.promises(plan="solo", request_type="trouble", level="blocker") == document.promises(
        plan="solo", request_type="trouble", level="blocker"
    )


@pytest.mark.parametrize("year", [1999, 2061, 9999])
def test_a_closed_day_of_a_year_far_off_is_read_like_any_other(year: int):
    found = load(SIXTH.replace("date: 2026-08-14", f"date: {year}-11-17"), name="far.yaml")
    assert date(year, 11, 17) in found.calendars["desk"].holidays
