"""Clauses E1 to E8: business software in three tiers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agreements.document.coverage import Standing, coverage
from tests.agreements.documents import bundled

document = bundled("officeware")
HOUR, DAY = timedelta(hours=1), timedelta(hours=8)

# The table as the source prints it.
TABLE = """
Severity 1 | first_response | –                 | 8 business hours  | 8 business hours
Severity 1 | resolution     | –                 | 32 business hours | 16 business hours
Severity 2 | first_response | –                 | 16 business hours | 8 business hours
Severity 2 | resolution     | –                 | 7 business days   | 3 business days
Severity 3 | first_response | –                 | 24 business hours | 8 business hours
Severity 3 | resolution     | –                 | 14 business days  | 7 business days
Severity 4 | first_response | 24 business hours | 24 business hours | 24 business hours
Severity 4 | resolution     | Best effort       | Best effort       | Best effort
"""
CELLS = [
    (plan, row[0].lower().replace(" ", "_"), row[1], text)
    for row in ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
    for plan, text in zip(("professional", "enterprise", "gold"), row[2:], strict=True)
]


def test_E1_gold_costs_1499_euros_a_month_billed_yearly():
    price = document.plans["gold"].price
    assert (price.amount.amount, price.amount.currency, price.per, price.billed) == (
        Decimal("1499.00"),
        "EUR",
        "month",
        "yearly",
    )
    assert price.amount.text == "€\N{NO-BREAK SPACE}1,499.00"
    assert document.plans["professional"].price.text == document.plans["enterprise"].price.text == "Included"


def test_E2_chat_and_mail_for_all_and_remote_assistance_on_request():
    for plan in document.plans:
        assert plan.channels == ("email", "chat", "remote")
    assert [channel.key for channel in document.channels if channel.on_request] == ["remote"]


def test_E3_one_two_and_four_incidents_a_month():
    assert [plan.allowance.incidents for plan in document.plans] == [1, 2, 4]


@pytest.mark.parametrize(("used", "kind"), [(3, "covered"), (4, "best_effort"), (9, "best_effort")])
def test_E3_beyond_the_allowance_is_best_effort(used, kind):
    standing = Standing(True, True, False, True, used_this_month=used, allowance=4)
    result = coverage(document, "incident", standing)
    assert result.kind == kind
    if kind == "best_effort":
        assert result.clause == "E3"
        assert "(4)" in result.sentence
        promises = document.promises(plan="gold", request_type="incident", level="severity_1")
        assert promises["resolution"].under(result).kind == "best_effort"
        assert promises["resolution"].under(result).duration is None


def test_E3_questions_do_not_use_the_allowance_up():
    assert coverage(document, "question", Standing(True, True, False, True, 4, 4)).kind == "covered"


@pytest.mark.parametrize(("plan", "level", "metric", "text"), CELLS)
def test_E4_the_table_cell_by_cell(plan, level, metric, text):
    promise = document.promises(plan=plan, request_type="incident", level=level)[metric]
    assert (promise.text, promise.clause, promise.calendar) == (text, "E4", "business")
    if text == "–":
        assert (promise.kind, promise.duration) == ("none", None)
    elif text == "Best effort":
        assert (promise.kind, promise.duration) == ("best_effort", None)
    else:
        count, _, unit = text.partition(" ")
        assert promise.kind == "target"
        assert promise.duration == int(count) * (DAY if "day" in unit else HOUR)


def test_E4_the_sentence_says_which_rule_matched():
    promise = document.promises(plan="gold", request_type="incident", level="severity_2")["resolution"]
    assert promise.matched == "The rule for request type Report an incident, plan Gold, Severity 2 (E4)."
    assert "waiting for client" in promise.pauses_for


def test_E5_nine_to_five_in_central_europe_without_holidays():
    calendar = document.calendar("business")
    assert calendar.add(datetime(2026, 1, 9, 8, 0, tzinfo=UTC), 8 * HOUR) == datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
    assert calendar.add(datetime(2026, 7, 10, 7, 0, tzinfo=UTC), 9 * HOUR) == datetime(2026, 7, 13, 8, 0, tzinfo=UTC)
    holidays = document.calendars["business"].holidays
    assert holidays[date(2026, 10, 3)] == "German Unity Day"
    assert holidays[date(2026, 12, 25)] == "Christmas Day"


def test_E6_each_severity_has_a_definition_to_choose_by():
    assert [(level.name, level.label) for level in document.levels] == [
        ("Severity 1", "Urgent"),
        ("Severity 2", "High"),
        ("Severity 3", "Normal"),
        ("Severity 4", "Low"),
    ]
    assert document.scheme.kind == "severity"
    assert len({level.definition for level in document.levels}) == 4


def test_E7_an_extension_opens_weekends_and_holidays_for_one_client():
    plain = document.promises(plan="gold", request_type="incident", level="severity_1")["first_response"]
    longer = document.promises(
        plan="gold", request_type="incident", level="severity_1", extensions=["weekends_and_holidays"]
    )["first_response"]
    saturday = datetime(2026, 10, 3, 7, 0, tzinfo=UTC)  # and a holiday
    assert document.calendar(plain.calendar).add(saturday, plain.duration) == datetime(2026, 10, 5, 15, 0, tzinfo=UTC)
    assert document.calendar(longer.calendar).add(saturday, longer.duration) == datetime(2026, 10, 3, 15, 0, tzinfo=UTC)


def test_E8_professional_services_stand_outside():
    result = coverage(document, "professional_services", Standing(True, True, False, True, 0, 4))
    assert (result.kind, result.clause) == ("not_covered", "E8")
    assert document.request_types["professional_services"].counts_towards_allowance is False
    promises = document.promises(plan="gold", request_type="professional_services", level="severity_1")
    assert {promise.kind for promise in promises.values()} == {"none"}
