"""The editor in a browser: what its script adds to a form that works without it. Pages come from the test client."""

from __future__ import annotations

from typing import Any

import pytest

from agreements import actions
from agreements.document import bundled_text
from agreements.models import AgreementVersion
from tests.factories import EPOCH

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser
HOST = "http://acme.localhost"


@pytest.fixture
def version(in_tenant: Any) -> AgreementVersion:
    return actions.save_draft(source=bundled_text("officeware"), name="x.yaml", effective_from=None, by=None, now=EPOCH)


@pytest.fixture
def page(window: Any, cast: Any, version: AgreementVersion) -> Any:
    return window(cast.owner).page


def test_a_problem_leads_to_its_line_which_is_marked_and_selected(page, version):
    page.goto(f"{HOST}/settings/agreements/versions/{version.pk}/edit/")
    text = page.locator("textarea[name=source]")
    text.fill(text.input_value().replace("7 business days,   3 business days", "7 business days,   3 days"))
    page.get_by_role("button", name="Check only").click()
    marked = page.locator(".source-gutter .is-wrong")
    expect(marked).to_have_count(1)
    page.locator("[data-go-to-line]").click()
    selected = text.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert selected.strip() == "resolution:     [none,              7 business days,   3 days]"
    assert text.evaluate("box => document.activeElement === box")
    line = text.input_value()[: text.input_value().index("3 days]")].count("\n") + 1
    expect(marked).to_have_text(str(line))


def test_a_part_is_added_and_taken_out_in_place_and_typing_goes_on_there(page, version):
    page.goto(f"{HOST}/settings/agreements/versions/{version.pk}/form/plans/")
    page.locator("[name='f/plans/gold/name']").fill("Golden")
    page.locator("[name='new/plans/name']").fill("Platinum")
    page.locator("button[value='add:plans']").click()
    expect(page.locator("[name='f/plans/platinum/name']")).to_be_focused()
    expect(page.locator("[name='f/plans/gold/name']")).to_have_value("Golden")
    page.locator("button[value='remove:plans/platinum']").click()
    expect(page.get_by_role("dialog")).to_contain_text("Remove this entry?")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("[name='f/plans/platinum/name']")).to_have_count(0)


def test_the_list_of_sections_takes_along_what_was_typed(page, version):
    page.goto(f"{HOST}/settings/agreements/versions/{version.pk}/form/plans/")
    page.locator("[name='f/plans/gold/name']").fill("Golden")
    page.get_by_role("link", name="Targets").click()
    expect(page.get_by_role("heading", name="Targets", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Golden")).to_be_visible()
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("is kept with this page")).to_have_count(0)
    version.refresh_from_db()
    assert version.document.plans["gold"].name == "Golden"
