"""Who reads which addendum where (C13): members, the client's contacts and programs, by version and subscription."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from agreements import addenda
from agreements.actions import save_draft
from agreements.document import bundled_text
from agreements.governing import governing_ever
from agreements.models import Product, SubscribedProduct
from agreements.typeset import TypesettingError, addendum_pdf
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.contracts import written
from tests.tickets.portalling import text

pytestmark = pytest.mark.thorough

TODAY = timezone.now().date()


@pytest.fixture
def stage(cast: Any) -> SimpleNamespace:
    """Globex moved from Business to Critical; a second version came into force since, a third will."""
    with tenant_scope(cast.tenant):
        source = bundled_text("managedops")
        first = factories.agreement("managedops", source=source, effective_from=date(2024, 1, 1))
        old = factories.subscription(
            cast.client, first, "business", starts_on=date(2024, 1, 1), ends_on=TODAY - timedelta(days=30)
        )
        now = factories.subscription(cast.client, first, "critical", starts_on=TODAY - timedelta(days=30))
        other = factories.subscription(cast.other_client, first, "business")
        second_text = source.replace("label: Undated, as published", "label: Second edition")
        second = factories.agreement("managedops", source=second_text, effective_from=TODAY - timedelta(days=10))
        third_text = source.replace("label: Undated, as published", "label: Third edition")
        third = factories.agreement("managedops", source=third_text, effective_from=TODAY + timedelta(days=10))
        product = Product.objects.create(key="portal", name="Client portal", category="portal")
        SubscribedProduct.objects.create(subscription=now, product=product)
    return SimpleNamespace(old=old, now=now, other=other, first=first, second=second, third=third)


def pdf_words(answer: Any) -> str:
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.mark.parametrize("who", ["owner", "lead", "agent", "account_manager"])
def test_C13_every_member_reads_a_clients_addendum(cast, stage, sign_in, who):
    browser = sign_in(getattr(cast, who))
    page = text(browser.get(f"/addenda/{stage.now.pk}/"))
    assert "Addendum of Globex" in page
    assert "Managed Critical" in page
    assert "Second edition" in page
    assert "Globex" in pdf_words(browser.get(f"/addenda/{stage.now.pk}/2.pdf"))


def test_C13_the_settings_and_the_desk_lead_to_it(cast, stage, sign_in):
    assert (
        f"/addenda/{stage.now.pk}/"
        in sign_in(cast.owner).get(f"/settings/subscriptions/{stage.now.pk}/").content.decode()
    )
    assert f"/addenda/{stage.now.pk}/" in sign_in(cast.agent).get(f"/desk/clients/{cast.client.pk}/").content.decode()
    assert 'href="/portal/addendum/"' in sign_in(cast.contact).get("/portal/agreement/").content.decode()


def test_C13_the_clients_report_leads_to_it_and_back(cast, stage, sign_in):
    browser, report = sign_in(cast.account_manager), f"/reports/?client={cast.client.pk}"
    assert f'href="/addenda/{stage.now.pk}/"' in browser.get(report).text
    assert f'href="{report}"' in browser.get(f"/addenda/{stage.now.pk}/").text
    assert f'href="/desk/clients/{cast.client.pk}/"' in sign_in(cast.agent).get(f"/addenda/{stage.now.pk}/").text
    assert "/addenda/" not in browser.get("/reports/").text


def test_C13_a_contact_reads_the_one_that_holds_now(cast, stage, sign_in):
    browser = sign_in(cast.contact)
    page = text(browser.get("/portal/addendum/"))
    assert "Managed Critical" in page
    assert "Second edition" in page
    assert "Client portal" in page
    answer = browser.get("/portal/addendum.pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="addendum-globex-version-2.pdf"'
    assert "Managed Critical" in pdf_words(answer)


def test_C13_earlier_subscriptions_and_versions_stay_reachable_and_coming_ones_are(cast, stage, sign_in):
    browser = sign_in(cast.contact)
    listed = browser.get("/portal/addendum/").content.decode()
    for subscription, number in ((stage.old, 1), (stage.now, 1), (stage.now, 3)):
        path = f"/portal/addendum/{subscription.pk}/{number}/"
        assert f'href="{path}"' in listed
        assert browser.get(path).status_code == 200
    earlier = text(browser.get(f"/portal/addendum/{stage.old.pk}/1/"))
    assert "Managed Business" in earlier
    assert "Undated, as published" in earlier
    assert "Third edition" in pdf_words(browser.get(f"/portal/addendum/{stage.now.pk}/3.pdf"))


def test_C13_a_version_that_never_held_for_the_subscription_is_none_of_its_addenda(cast, stage, sign_in):
    """The second came into force when the plan Business was over."""
    browser = sign_in(cast.contact)
    assert browser.get(f"/portal/addendum/{stage.old.pk}/2/").status_code == 404
    assert browser.get(f"/portal/addendum/{stage.old.pk}/2.pdf").status_code == 404
    assert sign_in(cast.owner).get(f"/addenda/{stage.old.pk}/2/").status_code == 404


def test_C13_a_draft_is_no_addendum(cast, stage, sign_in):
    later = TODAY + timedelta(days=20)
    with tenant_scope(cast.tenant):
        save_draft(source=bundled_text("managedops"), name="m", effective_from=later, by=None, now=timezone.now())
    assert sign_in(cast.owner).get(f"/addenda/{stage.now.pk}/4/").status_code == 404


@pytest.mark.parametrize("path", ["/portal/addendum/{}/1", "/api/v1/subscriptions/{}/addendum"])
@pytest.mark.parametrize("end", ["/", ".pdf"])
def test_C13_another_clients_addendum_does_not_exist_for_a_contact(cast, stage, sign_in, path, end):
    path += end
    assert sign_in(cast.contact).get(path.format(stage.other.pk)).status_code == 404
    assert sign_in(cast.other_contact).get(path.format(stage.other.pk)).status_code == 200
    assert sign_in(cast.rival.contact).get(path.format(stage.other.pk)).status_code == 404


@pytest.mark.parametrize("path", ["/addenda/{}/", "/addenda/{}/1/", "/addenda/{}/1.pdf"])
def test_C13_the_members_pages_are_for_our_members_only(cast, stage, sign_in, stranger, path):
    assert sign_in(cast.contact).get(path.format(stage.now.pk)).status_code == 404
    assert sign_in(cast.rival.owner).get(path.format(stage.now.pk)).status_code == 404
    assert stranger.get(path.format(stage.now.pk)).url.startswith("/accounts/login/")


def test_C13_a_client_without_a_subscription_is_told_so(cast, sign_in):
    with tenant_scope(cast.tenant):
        factories.agreement("managedops")
    browser = sign_in(cast.contact)
    assert "There is no addendum yet" in text(browser.get("/portal/addendum/"))
    assert browser.get("/portal/addendum.pdf").status_code == 404


def test_C13_a_subscription_that_was_over_before_the_first_version_has_none_and_says_so(cast, sign_in):
    with tenant_scope(cast.tenant):
        version = factories.agreement("managedops", effective_from=TODAY)
        before = factories.subscription(
            cast.client, version, "managed", starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 1)
        )
    browser = sign_in(cast.owner)
    assert "There is no addendum" in text(browser.get(f"/addenda/{before.pk}/"))
    assert browser.get(f"/addenda/{before.pk}/1/").status_code == 404


def test_C13_programs_get_the_content_and_the_pdf(cast, stage, sign_in):
    browser = sign_in(cast.account_manager)
    path = f"/api/v1/subscriptions/{stage.now.pk}/addendum"
    with tenant_scope(cast.tenant):
        held = addenda.chosen(addenda.addenda_of(cast.client, subscription=stage.now), now=timezone.now(), number=1)
        assert held is not None
        content = asdict(addenda.addendum(held, now=timezone.now()))
    answer = browser.get(f"{path}/?version=1").json()
    assert answer["about"] == json.loads(json.dumps(content["about"]))
    assert [chapter["title"] for chapter in answer["chapters"]] == [each["title"] for each in content["chapters"]]
    assert "Second edition" in browser.get(f"{path}/").content.decode()
    assert "Undated" in pdf_words(browser.get(f"{path}.pdf?version=1", headers={"Accept": "application/pdf"}))


@pytest.mark.parametrize(("version", "status"), [("9", 404), ("two", 400), ("-1", 400), ("9" * 40, 404), ("٣", 400)])
def test_C13_a_version_that_is_none_is_refused_with_a_sentence(cast, stage, sign_in, version, status):
    for what in ("addendum/", "addendum.pdf"):
        path = f"/api/v1/subscriptions/{stage.now.pk}/{what}"
        answer = sign_in(cast.agent).get(
            path, {"version": version}, headers={"Accept": "application/pdf, application/json"}
        )
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@pytest.mark.thorough
def test_C13_the_list_of_addenda_costs_the_same_however_long_it_is(cast, stage, sign_in, django_assert_max_num_queries):
    browser = sign_in(cast.contact)
    browser.get("/portal/addendum/")
    with django_assert_max_num_queries(20) as few:
        browser.get("/portal/addendum/")
    with tenant_scope(cast.tenant):
        for months in range(1, 7):
            start = date(2023, months, 1)
            factories.subscription(
                cast.client, stage.first, "managed", starts_on=start, ends_on=start + timedelta(days=9)
            )
        assert len(governing_ever(cast.client)) >= 4
    with django_assert_max_num_queries(len(few)):
        browser.get("/portal/addendum/")


def test_C13_a_pdf_that_cannot_be_made_leaves_the_page_and_says_so(cast, stage, sign_in, monkeypatch):
    def refuse(*_: Any, **__: Any) -> bytes:
        raise TypesettingError("out of paper")

    monkeypatch.setattr(addenda, "addendum_pdf", refuse)
    browser = sign_in(cast.contact)
    answer = browser.get("/portal/addendum.pdf", follow=True)
    assert answer.redirect_chain == [(f"/portal/addendum/{stage.now.pk}/2/", 302)]
    assert "The PDF could not be made just now" in text(answer)
    assert "The PDF could not be made" in text(sign_in(cast.agent).get(f"/addenda/{stage.now.pk}/2.pdf", follow=True))
    api = browser.get(f"/api/v1/subscriptions/{stage.now.pk}/addendum.pdf")
    assert (api.status_code, api.headers["Content-Type"]) == (503, "application/problem+json")


def test_C13_typesetting_stops_when_it_takes_too_long():
    with pytest.raises(TypesettingError, match="longer than"):
        addendum_pdf(written("managedops"), produced_on=TODAY, limit_seconds=0.001)
