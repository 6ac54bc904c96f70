"""The public status page: true, small, readable by anybody, and silent about what nobody measured."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from agreements.models import Product
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories

FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
ALL_FIVE = ["seatplan", "engage", "managedops", "identity", "officeware"]


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def under(tenant: Tenant) -> Any:
    def live_by(key: str) -> None:
        with tenant_scope(tenant):
            factories.agreement(key)

    return live_by


@pytest.mark.parametrize("key", ALL_FIVE)
def test_a_stranger_reads_the_page_of_each_agreement_without_signing_in(stranger: Any, under: Any, key: str) -> None:
    under(key)
    for instant in (FRIDAY_NOON, SATURDAY_NIGHT):
        with time_machine.travel(instant, tick=False):
            answer = stranger.get("/status/")
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    ("instant", "truth"),
    [
        (FRIDAY_NOON, "Support is open now, until today 17:00."),
        (SATURDAY_NIGHT, "Support is closed now and opens Mon 09:00."),
        (datetime(2026, 12, 24, 22, 0, tzinfo=UTC), "Support is closed now and opens Mon 09:00."),
    ],
    ids=["open", "weekend", "holidays"],
)
def test_E5_the_sentence_on_top_says_whether_support_is_open(
    stranger: Any, under: Any, instant: datetime, truth: str
) -> None:
    under("officeware")
    with time_machine.travel(instant, tick=False):
        assert truth in text_of(stranger.get("/status/"))


def test_nothing_is_claimed_that_nobody_measured(stranger: Any, under: Any) -> None:
    under("engage")
    text = text_of(stranger.get("/status/"))
    assert "This page does not measure availability yet, so it makes no claim about it." in text
    assert "operational" not in text.lower()


def test_B4_each_product_shows_the_availability_its_category_is_promised(
    stranger: Any, under: Any, tenant: Tenant
) -> None:
    under("engage")
    with tenant_scope(tenant):
        from agreements.governing import versions_governing

        (version,) = versions_governing(at=FRIDAY_NOON)
        commitments = {
            category: c.percent.text for c in version.document.availability.commitments for category in c.categories
        }
        for category in commitments:
            Product.objects.create(key=category.replace("_", "-"), name=f"Product {category}", category=category)
    services = {service.name: service for service in stranger.get("/status/").context["boards"][0].services}
    assert len(set(commitments.values())) == 2
    for category, promised in commitments.items():
        assert [promise.percent for promise in services[f"Product {category}"].promises] == [promised]


def test_A8_an_objective_is_not_called_a_promise(stranger: Any, under: Any) -> None:
    under("seatplan")
    text = text_of(stranger.get("/status/"))
    assert "The availability we aim for" in text
    assert "an objective, not a promise" in text


@pytest.mark.parametrize(
    ("key", "truth"),
    [
        ("engage", "opens Mon 08:30. Around the clock for P1, P2: Network operations centre."),
        ("managedops", "opens Mon 09:00. Around the clock for P1: Incident line."),
        ("identity", "opens tomorrow 22:00. Around the clock for Urgent: On-call engineers."),
        ("seatplan", "opens Mon 09:00."),
    ],
)
def test_B2_C9_D2_who_is_there_at_night_is_said_and_for_what(stranger: Any, under: Any, key: str, truth: str) -> None:
    under(key)
    with time_machine.travel(SATURDAY_NIGHT, tick=False):
        assert truth in text_of(stranger.get("/status/"))


def test_A7_work_outside_office_hours_is_mentioned_and_not_promised(stranger: Any, under: Any) -> None:
    under("seatplan")
    text = text_of(stranger.get("/status/"))
    assert "may be worked on outside office hours" in text
    assert "Around the clock" not in text


def test_a_retired_product_is_gone(stranger: Any, under: Any, tenant: Tenant) -> None:
    under("officeware")
    with tenant_scope(tenant):
        Product.objects.create(key="old", name="Old thing", retired_at=FRIDAY_NOON)
        Product.objects.create(key="new", name="New thing")
    text = text_of(stranger.get("/status/"))
    assert "New thing" in text
    assert "Old thing" not in text


def test_B17_the_version_in_force_today_is_the_one_that_speaks(stranger: Any, tenant: Tenant) -> None:
    source = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
    later = source.replace("mon-fri: 09:00-17:00", "mon-fri: 07:00-20:00").replace("2024-01-01", "2026-12-01")
    with tenant_scope(tenant):
        factories.agreement("officeware")
        factories.agreement("officeware", source=later, effective_from=datetime(2026, 12, 1, tzinfo=UTC).date())
    with time_machine.travel(FRIDAY_NOON, tick=False):
        assert "until today 17:00" in text_of(stranger.get("/status/"))
    with time_machine.travel(datetime(2026, 12, 2, 12, 0, tzinfo=UTC), tick=False):
        assert "until today 20:00" in text_of(stranger.get("/status/"))


def test_without_an_agreement_the_page_says_what_will_be_here(stranger: Any) -> None:
    assert "No service level agreement is in force yet." in text_of(stranger.get("/status/"))


def test_the_page_runs_no_script_and_is_small(stranger: Any, under: Any) -> None:
    under("engage")
    answer = stranger.get("/status/")
    assert b"<script" not in answer.content
    assert len(answer.content) < 20_000


@pytest.mark.thorough
def test_the_page_costs_the_same_however_many_products_there_are(
    cast: SimpleNamespace, stranger: Any, under: Any, django_assert_max_num_queries: Any
) -> None:
    under("officeware")
    with django_assert_max_num_queries(16) as few:
        stranger.get("/status/")
    with tenant_scope(cast.tenant):
        for number in range(30):
            Product.objects.create(key=f"p{number}", name=f"Product {number}")
    with django_assert_max_num_queries(len(few)):
        stranger.get("/status/")
