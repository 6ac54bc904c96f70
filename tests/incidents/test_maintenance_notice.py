"""What agreements promise about maintenance, held against plans: from the real documents of engage and managedops."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.document import AgreementDocument, load
from incidents.maintenance.notice import Finding, findings
from incidents.models import Maintenance, MaintenanceSeries
from tests.agreements.documents import bundled, errors_of, sixth
from tests.tickets.agreeing import changed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: A Sunday night in winter, in the service window of managedops and outside everybody's hours.
SUNDAY = datetime(2026, 3, 15, 2, 30, tzinfo=AMSTERDAM)
MONDAY = datetime(2026, 3, 16, tzinfo=AMSTERDAM)


def work(start: datetime = SUNDAY, hours: float = 2, *, is_urgent: bool = False, **said: Any) -> Maintenance:
    said["urgent_because"] = "It is on fire." if is_urgent else ""
    return Maintenance(planned_start_at=start, planned_end_at=start + timedelta(hours=hours), **said)


def found(document: AgreementDocument, plan: Maintenance, at: datetime, **more: Any) -> dict[str, Finding]:
    return {finding.promise: finding for finding in findings(document, plan, announced_at=at, **more)}


@pytest.mark.parametrize(("days", "is_kept"), [(15, True), (14, True), (13, False), (11, False)])
def test_B16_planned_maintenance_is_announced_two_weeks_ahead(days, is_kept):
    notice = found(bundled("engage"), work(), SUNDAY - timedelta(days=days))["notice"]
    assert (notice.is_kept, notice.owed, notice.clause) == (is_kept, "2 calendar weeks", "B16")
    assert notice.sentence("4 clients", many=True) == f"{days} days left: 4 clients are owed 2 calendar weeks."
    assert notice.short_seconds == max(14 - days, 0) * 86400


def test_B16_a_second_too_late_is_too_late():
    assert found(bundled("engage"), work(), SUNDAY - timedelta(days=14))["notice"].is_kept
    late = found(bundled("engage"), work(), SUNDAY - timedelta(days=14) + timedelta(seconds=1))["notice"]
    assert (late.is_kept, late.short_seconds, late.given) == (False, 1, "13 days")


def test_B16_two_weeks_are_counted_on_the_clock_on_the_wall():
    """Clocks go forward on 29 March 2026: these two weeks have an hour less, and are two weeks all the same."""
    start = datetime(2026, 4, 5, 2, 30, tzinfo=AMSTERDAM)
    latest = bundled("engage").announce_by("planned", start)
    assert latest == datetime(2026, 3, 22, 2, 30, tzinfo=AMSTERDAM)
    assert start.astimezone(UTC) - latest == timedelta(days=14) - timedelta(hours=1)
    back = bundled("engage").announce_by("planned", datetime(2026, 10, 26, 2, 30, tzinfo=AMSTERDAM))
    assert back == datetime(2026, 10, 12, 2, 30, tzinfo=AMSTERDAM)


@given(
    st.integers(0, 365 * 24 * 60),
    st.sampled_from(["2 calendar weeks", "5 calendar days", "24 hours", "3 business days", "10 business hours"]),
)
def test_B16_the_last_instant_is_the_last_one_that_keeps_the_notice(minutes, owed):
    document = _engage_owing(owed)
    plan = work(datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    latest = document.announce_by("planned", plan.planned_start_at)
    assert latest is not None
    assert found(document, plan, latest)["notice"].is_kept
    assert not found(document, plan, latest + timedelta(seconds=1))["notice"].is_kept
    local = latest.astimezone(AMSTERDAM), plan.planned_start_at.astimezone(AMSTERDAM)
    if "calendar" in owed:
        # By the hands of the clock; only an hour that clocks leave out or show twice is told another way.
        off = (
            local[1].replace(tzinfo=None)
            - local[0].replace(tzinfo=None)
            - document.maintenance.notice.at_least.length()
        )
        assert off == timedelta(0) or (abs(off) == timedelta(hours=1) and local[0].hour in (2, 3))
    if "business" in owed:
        assert document.calendar("business").between(
            latest, plan.planned_start_at
        ) == document.maintenance.notice.at_least.length(timedelta(hours=8))


_OWING: dict[str, AgreementDocument] = {}


def _engage_owing(owed: str) -> AgreementDocument:
    if owed not in _OWING:
        _OWING[owed] = load(changed("engage", ("at_least: 2 calendar weeks", f"at_least: {owed}")), name="owing.yaml")
    return _OWING[owed]


def test_notice_in_business_days_says_how_many_are_left():
    document = _engage_owing("3 business days")
    friday = datetime(2026, 3, 13, 8, 30, tzinfo=AMSTERDAM)
    notice = found(document, work(), friday)["notice"]
    # Eight and a half hours are left, and a business day has eight.
    assert (notice.is_kept, notice.given) == (False, "1 business day")
    assert found(document, work(), friday + timedelta(hours=1))["notice"].given == "7 h 30 m of business time"


def test_notice_in_business_days_needs_hours_that_say_how_long_one_is():
    text = changed(
        "engage", ("at_least: 2 calendar weeks", "at_least: 3 business days"), ("    business_day: 8 hours\n", "")
    )
    assert ("maintenance.notice.at_least" in {path for _, path, _ in errors_of(text)}) is True


@pytest.mark.parametrize(
    ("hours", "urgent", "is_kept"), [(24, False, True), (23, False, False), (23, True, True), (0, True, True)]
)
def test_B16_emergency_maintenance_is_announced_a_day_ahead_unless_it_is_urgent(hours, urgent, is_kept):
    plan = work(kind="emergency", is_urgent=urgent)
    notice = found(bundled("engage"), plan, SUNDAY - timedelta(hours=hours))["notice"]
    assert notice.is_kept is is_kept
    assert notice.owed == ("24 hours, or less when it is urgent" if urgent else "24 hours")


def test_B16_urgency_shortens_no_notice_of_planned_work():
    assert not found(bundled("engage"), work(is_urgent=True), SUNDAY - timedelta(days=3))["notice"].is_kept


@pytest.mark.parametrize(
    ("start", "is_kept", "seconds"),
    [(SUNDAY, True, 0), (MONDAY.replace(hour=7), False, 1800), (MONDAY.replace(hour=6, minute=30), True, 0),
     (MONDAY.replace(hour=16), False, 3600)],
    ids=["at night", "into the morning", "ends as they open", "before they close"],
)  # fmt: skip
def test_B16_risky_work_is_kept_outside_business_hours(start, is_kept, seconds):
    at = start - timedelta(days=20)
    risky = found(bundled("engage"), work(start, is_risky=True), at)["risky"]
    assert (risky.is_kept, risky.short_seconds, risky.owed, risky.clause) == (is_kept, seconds, "Business hours", "B16")
    assert "risky" not in found(bundled("engage"), work(start), at)


@pytest.mark.parametrize(("days", "is_kept"), [(5, True), (4, False)])
def test_C8_planned_maintenance_lies_in_a_window_announced_five_days_ahead(days, is_kept):
    notice = found(bundled("managedops"), work(), SUNDAY - timedelta(days=days))["notice"]
    assert (notice.is_kept, notice.owed, notice.clause) == (is_kept, "5 calendar days", "C8")


@pytest.mark.parametrize(
    ("start", "hours", "stray"),
    [(SUNDAY, 2, 0), (SUNDAY, 4, 1800), (SUNDAY - timedelta(hours=1), 2, 1800), (SUNDAY + timedelta(days=1), 1, 3600)],
    ids=["inside", "too long", "too early", "on Monday"],
)
def test_C14_planned_maintenance_stays_in_the_service_window(start, hours, stray):
    plan, at = work(start, hours), SUNDAY - timedelta(days=10)
    window = found(bundled("managedops"), plan, at)["window"]
    assert (window.is_kept, window.short_seconds, window.clause) == (not stray, stray, "C14")
    assert window.owed == "Service window"
    emergency = work(start, hours, kind="emergency")
    assert "window" not in found(bundled("managedops"), emergency, at)


def test_C14_the_service_window_is_an_hour_shorter_in_the_night_that_clocks_go_forward():
    """From 02:00 to 06:00 by the clock on the wall, of which 02:00 to 03:00 does not exist on 29 March 2026."""
    start = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    at = start - timedelta(days=10)
    assert found(bundled("managedops"), work(start, 3), at)["window"].is_kept
    assert found(bundled("managedops"), work(start, 4), at)["window"].short_seconds == 3600


def test_an_allowance_counts_what_else_is_planned_in_the_period_once():
    start = datetime(2026, 5, 10, 20, 0, tzinfo=UTC)
    at = start - timedelta(days=30)
    earlier = (start - timedelta(days=5), start - timedelta(days=5) + timedelta(hours=5))
    assert found(sixth(), work(start, 3), at, beside=[earlier])["allowance"].is_kept
    over = found(sixth(), work(start, 4), at, beside=[earlier, earlier])["allowance"]
    assert (over.is_kept, over.short_seconds, over.owed) == (False, 3600, "8 hours a month")
    assert over.given == "9 h of planned maintenance in May 2026"
    april = (earlier[0] - timedelta(days=30), earlier[1] - timedelta(days=30))
    assert found(sixth(), work(start, 4), at, beside=[april])["allowance"].is_kept


def test_where_an_agreement_is_silent_nothing_is_found():
    assert findings(bundled("officeware"), work(is_risky=True), announced_at=SUNDAY) == ()


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Australia/Sydney"])
def test_recurring_maintenance_begins_at_its_time_by_the_clock_on_the_wall(zone):
    series = MaintenanceSeries(
        first_on=SUNDAY.date(), starts_at=SUNDAY.time(), timezone=zone, every_weeks=2, at_most=27
    )
    starts = [series.start_of(number) for number in range(1, 28)]
    local = [start.astimezone(ZoneInfo(zone)) for start in starts if start]
    assert len(local) == 27
    assert {each.weekday() for each in local} == {6}
    assert [b.date() - a.date() for a, b in itertools.pairwise(local)] == [timedelta(weeks=2)] * 26
    # Only in the night without such a time it is another: as late as if the clocks had not gone forward.
    assert {f"{each:%H:%M}" for each in local} <= {"02:30", "03:30"}
    assert sum(f"{each:%H:%M}" == "03:30" for each in local) <= 1
    assert series.start_of(28) is None


def test_a_series_ends_with_its_last_day():
    series = MaintenanceSeries(
        first_on=SUNDAY.date(), starts_at=SUNDAY.time(), timezone="Europe/Amsterdam", every_weeks=1,
        until=SUNDAY.date() + timedelta(weeks=2),
    )  # fmt: skip
    assert [series.start_of(number) is not None for number in range(1, 5)] == [True, True, True, False]
    assert MaintenanceSeries(
        first_on=SUNDAY.date(), starts_at=SUNDAY.time(), timezone="UTC", every_weeks=52
    ).start_of(9000) is None  # fmt: skip
