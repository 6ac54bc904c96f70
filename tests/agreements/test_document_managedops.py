"""Clauses C1 to C14: managed hosting."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from agreements.document.coverage import Standing, coverage
from tests.agreements.documents import bundled

document = bundled("managedops")


def promise(level, metric="first_response", request_type="incident", plan="managed"):
    return document.promises(plan=plan, request_type=request_type, level=level)[metric]


def test_C1_only_a_substantive_answer_is_a_response():
    assert document.metrics["first_response"].stopped_by == "substantive reply"


@pytest.mark.parametrize("level", ["p1", "p2", "p3", "p4"])
def test_C2_resolution_is_variable_and_a_workaround_resolves(level):
    assert promise(level, "resolution").kind == "best_effort"
    assert promise(level, "resolution").note.startswith("Variable")
    assert document.metrics["resolution"].workaround_resolves is True


def test_C3_each_priority_has_examples_and_expectations():
    for level in document.levels:
        assert len(level.examples) >= 3
        assert level.expectations
    assert document.levels["p1"].needs_permission is True
    assert document.level_for("question", "p1").key == "p3"
    assert document.level_for("wish").key == "p4"
    assert document.level_for("change", "p1").key == "p3"


def test_C4_p1_within_the_hour_and_updates_by_the_cadence():
    assert (promise("p1").duration, promise("p1").calendar) == (timedelta(hours=1), "around_the_clock")
    assert promise("p1").note == "Under one hour"
    assert promise("p2").kind == "best_effort"
    assert document.incidents.levels["p1"].update_every.duration.length() == timedelta(minutes=30)


def test_C5_a_p1_records_its_steps():
    assert document.incidents.levels["p1"].steps == ("triage", "coordination", "engineer", "stabilised", "root_cause")
    assert document.incidents.steps.keys == document.incidents.levels["p1"].steps


def test_C6_credits_by_package_and_service():
    by_place = {
        (schedule.plans, category) for schedule in document.credits.schedules for category in schedule.categories
    }
    assert by_place == {
        ((plan,), category) for plan in ("business", "critical") for category in ("hosting", "portal", "control_plane")
    }
    tier = document.credits.schedules["critical_hosting"].tiers[0]
    assert (tier.below.value, tier.credit.unit, tier.credit.amount) == (Decimal("99.95"), "percent", 10)
    assert "unforeseen" in document.credits.scope


def test_C7_availability_at_agreed_measurement_points():
    assert document.availability.measured_by == ("Health endpoints agreed beforehand",)
    assert "health endpoint" in document.products["hosting"].components["web"].name.lower()


def test_C8_every_exclusion_needs_reason_evidence_and_approval():
    for exclusion in document.availability.exclusions:
        assert exclusion.needs == ("reason", "evidence", "approval")
    assert document.availability.exclusions["maintenance"].overrun_counts is True
    assert document.maintenance.overrun_counts is True


def test_C9_tickets_are_the_source_of_truth_and_p1_has_a_line():
    assert document.tickets.source_of_truth
    assert document.channels["incident_line"].levels == ("p1",)
    assert document.incidents.line.levels == ("p1",)


def test_C10_agreed_contacts_and_an_escalation_path():
    assert len(document.contacts.escalation_path) == 2
    assert document.contacts.escalation_path[1].after.length() == timedelta(minutes=30)
    result = coverage(document, "incident", Standing(subscribed=True, paid=True, trial=False, authorised=False))
    assert (result.kind, result.clause) == ("not_covered", "C10")


def test_C11_the_change_flow_says_who_and_when():
    kind = document.changes.kinds["normal"]
    assert (kind.approved_by, kind.hours) == (("change_approver",), "service_window")
    assert document.availability.exclusions["approved_change"].found_by == "approved change"
    assert document.request_types["change"].asks == ("approval",)


def test_C12_least_privilege():
    assert document.access.clause == "C12"
    assert document.access.principles


def test_C13_the_addendum_covers_what_the_source_names():
    shown = {section.shows for section in document.addendum.sections}
    assert shown >= {"definitions", "levels", "response", "windows", "measurement", "exceptions", "credits"}


def test_C14_the_service_window():
    window = document.maintenance.window
    assert (window.calendar, window.agreed_per_client, window.clause) == ("service_window", True, "C14")
