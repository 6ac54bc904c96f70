"""What a document answers about incidents, maintenance and services, for the apps that will ask it."""

from __future__ import annotations

import pytest

from agreements.document import AgreementDocument, load_bundled


@pytest.fixture(scope="module")
def engage() -> AgreementDocument:
    return load_bundled("engage")


@pytest.fixture(scope="module")
def managedops() -> AgreementDocument:
    return load_bundled("managedops")


@pytest.mark.parametrize(
    ("level", "cadence"),
    [("p1", "15 minutes"), ("p2", "30 minutes"), ("p3", "120 minutes"), ("p4", "–"), ("nonsense", None)],
)
def test_B15_the_cadence_of_a_level(engage: AgreementDocument, level: str, cadence: str | None):
    found = engage.cadence_of(level)
    assert (found.text if found else None) == cadence


def test_B16_planned_and_emergency_maintenance_have_a_notice_of_their_own(engage: AgreementDocument):
    planned, emergency = engage.notice_for("planned"), engage.notice_for("emergency")
    assert planned is not None
    assert emergency is not None
    assert planned.at_least.length() > emergency.at_least.length()
    assert load_bundled("officeware").notice_for("planned") is None


def test_B4_each_category_has_its_commitment_and_an_unknown_one_none(engage: AgreementDocument):
    assert [each.percent.text for each in engage.commitments_for("messaging")] == ["99.99 %"]
    assert engage.commitments_for("unheard of") == ()


def test_C6_a_package_has_its_own_commitment(managedops: AgreementDocument):
    by_plan = {plan.key: managedops.commitments_for(plan=plan.key) for plan in managedops.plans}
    assert sum(map(len, by_plan.values())) >= len(managedops.commitments_for())
    assert len({each.percent.value for found in by_plan.values() for each in found}) > 1


def test_D1_a_union_with_a_member_around_the_clock_is_around_the_clock():
    text_of = load_bundled("identity")
    assert [key for key in text_of.calendars if text_of.is_always(key)] != list(text_of.calendars)
    assert text_of.is_always("always")


def test_D6_a_type_with_a_forced_level_has_that_level_alone():
    document = load_bundled("identity")
    forced = next(kind for kind in document.request_types if kind.forced_level)
    assert [level.key for level in document.levels_of(forced.key)] == [forced.forced_level]
    assert document.levels_of(next(kind.key for kind in document.request_types if not kind.forced_level)) == tuple(
        document.levels
    )


def test_E7_longer_hours_count_in_the_place_of_the_usual_ones_for_who_agreed_them():
    document = load_bundled("officeware")
    (agreed,) = document.extensions
    assert document.calendar_for(agreed.replaces) == agreed.replaces
    assert document.calendar_for(agreed.replaces, [agreed.key]) == agreed.by
    assert document.known_extensions([agreed.key, "gone"]) == (agreed.key,)
