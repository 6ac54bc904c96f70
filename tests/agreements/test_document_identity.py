"""Clauses D1 to D10: identity software on four priorities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.agreements.documents import bundled

document = bundled("identity")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 1, 14, 8, 0, tzinfo=UTC), True),  # London opens
        (datetime(2026, 1, 14, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 1, 14, 23, 0, tzinfo=UTC), True),  # Sydney and the US west coast
        (datetime(2026, 1, 17, 12, 0, tzinfo=UTC), False),  # Saturday everywhere
        (datetime(2026, 1, 18, 22, 30, tzinfo=UTC), True),  # Monday morning in Sydney
        (datetime(2026, 7, 15, 7, 0, tzinfo=UTC), True),  # summer time
    ],
)
def test_D1_coverage_is_the_union_of_three_teams(at, is_open):
    assert document.calendar("worldwide").is_open(at) is is_open


def test_D2_urgent_counts_around_the_clock():
    promise = document.promises(plan="standard", request_type="incident", level="urgent")["first_response"]
    saturday_night = datetime(2026, 1, 17, 23, 0, tzinfo=UTC)
    assert document.calendar(promise.calendar).add(saturday_night, promise.duration) == saturday_night + timedelta(
        hours=1
    )
    assert document.calendars[promise.calendar].name == "On call"


@pytest.mark.parametrize(
    ("level", "text", "hours"),
    [
        ("urgent", "1 hour", 1),
        ("high", "4 business hours", 4),
        ("medium", "8 business hours", 8),
        ("low", "24 business hours", 24),
    ],
)
def test_D3_first_response_by_priority(level, text, hours):
    promises = document.promises(plan="standard", request_type="question", level=level)
    promise = promises["first_response"]
    assert (promise.kind, promise.text, promise.clause) == ("target", text, "D3")
    assert promise.duration == timedelta(hours=hours)
    assert (promises["resolution"].kind, promises["next_response"].kind) == ("best_effort", "best_effort")


def test_D4_contacts_choose_the_priority_on_the_portal():
    assert [level.name for level in document.levels if level.contacts_may_choose] == ["Urgent", "High", "Medium", "Low"]
    assert document.level_for("incident", "high").key == "high"
    assert document.level_for("incident").key == "medium"


@pytest.mark.parametrize(
    ("subject", "level"),
    [
        ("Urgent: sign-in down", "urgent"),
        ("URGENT : sign-in down", "urgent"),
        ("Re: Fwd: urgent: sign-in down", "urgent"),
        ("[High] Slow directory", "high"),
        ("(low) a typo", "low"),
        ("High – certificates expire", "high"),
        ("Urgent - sign-in down", "urgent"),
        ("Urgent! Nobody can sign in", "urgent"),
        ("normal: how do I", "medium"),
        ("Not urgent: a question", None),
        ("High load on the directory", None),
        ("sign-in down, urgent", None),
        ("Urgently need help: sign-in", None),
        ("", None),
        (":", None),
    ],
)
def test_D5_a_mail_subject_sets_the_priority_it_names(subject, level):
    named = document.level_from_subject(subject)
    assert (named.key if named else None) == level


def test_D5_mail_that_names_none_gets_medium():
    assert document.level_for("incident", None, by_mail=True).key == "medium"


def test_D5_a_subject_decides_only_where_the_agreement_says_so():
    assert bundled("engage").level_from_subject("High: everything is down") is None


@pytest.mark.parametrize("chosen", [None, "urgent", "high"])
def test_D6_feature_requests_are_low_whatever_was_chosen(chosen):
    assert document.level_for("feature", chosen).key == "low"
    assert document.level_for("feature", chosen, by_mail=True).key == "low"


def test_D7_999_is_guaranteed():
    terms = document.availability
    assert terms.liability == "commitment"
    assert [(each.percent.value, each.categories, each.clause) for each in terms.commitments] == [
        (Decimal("99.9"), (), "D7")
    ]


def test_D8_seven_days_below_999_and_fourteen_below_99_on_request():
    schedule = document.credits.schedules["standard"]
    assert [(tier.below.value, tier.credit.unit, tier.credit.amount) for tier in schedule.tiers] == [
        (Decimal("99.9"), "day", 7),
        (Decimal("99"), "day", 14),
    ]
    assert document.credits.claim.on_request is True


def test_D9_claims_within_thirty_days_of_the_downtime_with_evidence():
    claim = document.credits.claim
    assert (claim.within.length(), claim.counted_from) == (timedelta(days=30), "downtime")
    assert claim.evidence_required is True
    assert any("screenshot" in kind for kind in claim.evidence)


def test_D10_expectations_stand_beside_the_promise_without_credits():
    assert all(each.clause == "D10" and each.value for each in document.availability.expectations)
    assert len(document.availability.expectations) >= 1
