"""Clauses A1 to A11: one level for all, best endeavours."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from agreements.document.coverage import Standing, coverage
from tests.agreements.documents import bundled

document = bundled("seatplan")
CLIENT = Standing(subscribed=True, paid=True, trial=False, authorised=True)


def test_A1_one_plan_for_everybody():
    assert document.plans.keys == ("standard",)


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        (CLIENT, "covered"),
        (Standing(subscribed=False, paid=True, trial=False, authorised=True), "not_covered"),
        (Standing(subscribed=True, paid=False, trial=False, authorised=True), "not_covered"),
    ],
    ids=["subscribed and paid", "no subscription", "invoice overdue"],
)
def test_A2_only_a_paid_subscription_is_covered(standing, kind):
    result = coverage(document, "bug", standing)
    assert result.kind == kind
    if kind == "not_covered":
        assert result.clause == "A2"
        assert result.sentence.startswith("No service level applies, because")
        promises = document.promises(plan="standard", request_type="bug", level="ordinary")
        assert {promise.under(result).kind for promise in promises.values()} == {"none"}


@pytest.mark.parametrize(
    ("kind", "outcome"), [("question", "covered"), ("bug", "not_covered"), ("feature", "not_covered")]
)
@pytest.mark.parametrize("paid", [True, False])
def test_A3_a_trial_gets_questions_answered_and_nothing_else(kind, outcome, paid):
    result = coverage(document, kind, Standing(subscribed=False, paid=paid, trial=True, authorised=True))
    assert (result.kind, result.clause) == (outcome, "A3")


def test_A4_questions_bugs_and_features():
    assert document.request_types.keys == ("question", "bug", "feature")


def test_A5_questions_are_measured_in_belgian_office_hours_and_never_due():
    promise = document.promises(plan="standard", request_type="question", level="ordinary")["first_response"]
    assert (promise.kind, promise.duration, promise.calendar, promise.clause) == ("best_effort", None, "office", "A5")
    assert document.calendars["office"].holidays[date(2026, 7, 21)] == "National Day"
    assert not document.calendar("office").is_open(datetime(2026, 7, 21, 10, 0, tzinfo=UTC))


def test_A6_a_bug_is_asked_for_reproducibility_and_scope():
    assert document.request_types["bug"].asks == ("reproducibility", "scope")


def test_A7_a_serious_bug_may_be_worked_outside_office_hours():
    terms = document.request_types["bug"].outside_hours
    assert (terms.calendar, terms.levels) == ("any_hour", ("serious",))
    serious = document.promises(plan="standard", request_type="bug", level="serious")["resolution"]
    ordinary = document.promises(plan="standard", request_type="bug", level="ordinary")["resolution"]
    assert (serious.calendar, ordinary.calendar) == ("any_hour", "office")
    assert document.level_for("question", "serious").key == "ordinary"


def test_A8_full_availability_is_an_objective_without_credits():
    assert document.availability.liability == "objective"
    assert document.availability.commitments[0].percent.value == 100
    assert document.credits.offered is False


def test_A9_upstream_and_downstream_causes_are_excluded():
    assert document.availability.exclusions.keys == ("upstream", "downstream")


def test_A10_system_updates_and_the_change_log_are_subscribed_separately():
    assert [document.topics[key].about for key in ("system_updates", "change_log")] == ["system updates", "change log"]


def test_A11_version_1_of_30_november_2017():
    assert (document.version.label, document.version.date) == ("Version 1", date(2017, 11, 30))
