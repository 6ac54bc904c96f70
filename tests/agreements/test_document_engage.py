"""Clauses B1 to B18: a business messaging platform."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agreements.document.coverage import Standing, coverage
from tests.agreements.documents import bundled

document = bundled("engage")


def test_B1_business_hours_in_amsterdam_without_dutch_holidays():
    spec, calendar = document.calendars["business"], document.calendar("business")
    assert spec.timezone == "Europe/Amsterdam"
    assert calendar.is_open(datetime(2026, 4, 24, 6, 30, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 4, 24, 15, 0, tzinfo=UTC))
    # King's Day is a Monday in 2026.
    assert spec.holidays[date(2026, 4, 27)] == "King's Day"
    assert calendar.next_open(datetime(2026, 4, 24, 15, 0, tzinfo=UTC)) == datetime(2026, 4, 28, 6, 30, tzinfo=UTC)


def test_B1_a_business_day_is_eight_business_hours():
    assert document.calendars["business"].business_day == timedelta(hours=8)


def test_B2_an_operations_centre_beside_business_hours():
    assert document.calendar("operations").is_open(datetime(2026, 12, 25, 3, 0, tzinfo=UTC))
    assert document.incidents.levels["p1"].calendar == "operations"


def test_B3_beta_products_are_excluded_from_availability():
    exclusion = document.availability.exclusions["beta"]
    assert (exclusion.found_by, exclusion.clause) == ("beta product", "B3")


def test_B4_a_commitment_per_product_category():
    promised = {
        document.categories[category].name: commitment.percent.text
        for commitment in document.availability.commitments
        for category in commitment.categories
    }
    assert promised == {
        "Business Messaging": "99.99 %",
        "Voice": "99.99 %",
        "Service Cloud": "99.90 %",
        "Marketing Cloud": "99.90 %",
        "Conversational AI Cloud": "99.90 %",
    }
    assert document.availability.commitments[1].percent.value == Decimal("99.9")


def test_B5_measured_per_quarter():
    assert document.availability.period.kind == "quarter"
    assert document.availability.measured_clause == "B5"


def test_B6_voice_is_available_while_any_trunk_is():
    assert document.categories["voice"].available_while == "any component"
    assert len(document.products["voice"].components) == 2
    assert document.categories["messaging"].available_while == "all components"


def test_B7_what_is_excluded():
    assert document.availability.exclusions.keys == (
        "third_party", "client", "force_majeure", "maintenance", "emergency", "beta",
    )  # fmt: skip


def test_B8_only_authorised_contacts_may_request_support():
    result = coverage(document, "question", Standing(subscribed=True, paid=True, trial=False, authorised=False))
    assert (result.kind, result.clause) == ("not_covered", "B8")
    assert document.contacts.authorised_only is True


@pytest.mark.parametrize(
    ("level", "hours", "text"), [("high", 1, "1 business hour"), ("normal", 8, "8 business hours")]
)
def test_B9_first_response_by_priority(level, hours, text):
    promise = document.promises(plan="standard", request_type="issue", level=level)["first_response"]
    assert (promise.duration, promise.text, promise.clause) == (timedelta(hours=hours), text, "B9")


def test_B9_one_business_day_for_all_is_the_rule_behind():
    rule = next(rule for rule in document.rules_for("first_response") if not rule.levels)
    assert rule.pledge.text == "1 business day"
    assert rule.pledge.duration.length(document.calendars["business"].business_day) == timedelta(hours=8)


def test_B10_the_client_classifies_and_the_team_may_reclassify_with_a_reason():
    assert all(level.contacts_may_choose for level in document.levels)
    rule = document.tickets.reclassification
    assert (rule.by_team, rule.reason_required, rule.shown_to_client, rule.clause) == (True, True, True, "B10")


def test_B11_five_incident_levels_with_definitions():
    assert [(level.name, level.label) for level in document.incident_levels] == [
        ("P1", "Critical"), ("P2", "Major"), ("P3", "Significant"), ("P4", "Limited"), ("P5", "Minor"),
    ]  # fmt: skip
    assert all(level.definition for level in document.incident_levels)


def test_B12_incidents_are_published_from_p3_on():
    assert (document.incidents.publish_from, document.incidents.publish_clause) == ("p3", "B12")


def test_B13_mail_by_service_about_incidents_and_maintenance():
    for topic in ("incidents", "maintenance"):
        assert document.topics[topic].each == "service"
        assert "mail" in document.topics[topic].by


def test_B14_escalation_by_level():
    assert [terms.escalation for terms in document.incidents.levels.values()] == [
        "at once", "at once", "business hours", "planned", "planned",
    ]  # fmt: skip


def test_B15_update_cadence_by_level():
    cadence = [terms.update_every for terms in document.incidents.levels.values()]
    assert [pledge.duration.length() if pledge.duration else None for pledge in cadence] == [
        timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=120), None, None,
    ]  # fmt: skip
    assert {terms.update_clause for terms in document.incidents.levels.values()} == {"B15"}


def test_B16_notice_of_maintenance():
    terms = document.maintenance
    assert terms.risky_outside == "business"
    assert terms.notice.at_least.length() == timedelta(days=14)
    assert (terms.emergency_notice.at_least.length(), terms.emergency_notice.unless_urgent) == (
        timedelta(hours=24),
        True,
    )
    assert terms.announced_by == ("status page", "mail")


def test_B17_a_new_version_leaves_open_tickets_alone():
    version = document.version
    assert (version.label, version.effective_from) == ("July 2024", date(2024, 7, 1))
    assert version.tickets_keep_version is True
    assert document.topics[version.topic].about == "agreement versions"


def test_B18_guides_status_page_and_chat_are_linked():
    assert document.links.keys == ("guides", "status", "chat")
    assert document.channels["chat"].calendar == "business"
