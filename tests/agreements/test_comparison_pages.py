"""Two versions side by side, for owners: choosing them, reading what changes, and only what changes for the client."""

from __future__ import annotations

import html
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from agreements import actions
from agreements.comparison import compare
from agreements.document import bundled_text, load
from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import bundled

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: SimpleNamespace) -> SimpleNamespace:
    """Officeware's agreement, a draft that changes it, one that only renames it, and another agreement."""
    with tenant_scope(cast.tenant):
        text = bundled_text("officeware")
        cast.old = factories.agreement("officeware", source=text)
        cast.new = draft(
            text.replace("amount: 1499.00 EUR", "amount: 1599.00 EUR").replace(
                "no workaround, and", "no <workaround>, and"
            )
        )
        cast.renamed = draft(text.replace("title: Business support plans", "title: Support plans"))
        cast.foreign = factories.agreement("engage", source=bundled_text("engage"))
    return cast


def draft(text: str) -> AgreementVersion:
    return actions.save_draft(
        source=text, name="x", effective_from=date(timezone.localdate().year + 1, 1, 1), by=None, now=timezone.now()
    )


def url(old: AgreementVersion, new: AgreementVersion) -> str:
    return f"/settings/agreements/compare/{old.pk}/{new.pk}/"


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_B17_changes_stand_side_by_side_with_what_went_and_came_marked(stage, sign_in):
    text = page(sign_in(stage.owner).get(url(stage.old, stage.new)))
    assert "2 changes:" in text
    assert '<h2 id="compare-plans"> Plans and prices' in text
    assert "€\xa0<del>1,499.00</del>".replace("\xa0", " ") in text.replace("\xa0", " ")
    assert "€\xa0<ins>1,599.00</ins>".replace("\xa0", " ") in text.replace("\xa0", " ")
    assert "Worse" in text
    assert "To be judged" in text


def test_a_text_cannot_break_out_of_the_page(stage, sign_in):
    raw = sign_in(stage.owner).get(url(stage.old, stage.new)).content.decode()
    assert "<workaround>" not in raw
    assert "&lt;" in raw


def test_only_what_changes_for_the_client_folds_away_the_rest(stage, sign_in):
    browser = sign_in(stage.owner)
    everything = page(browser.get(url(stage.old, stage.renamed)))
    assert '<h2 id="compare-document">' in everything
    for_client = page(browser.get(url(stage.old, stage.renamed) + "?show=client"))
    assert '<h2 id="compare-document">' not in for_client
    assert "Nothing changes for the client" in for_client


def test_unchanged_parts_are_folded_and_can_be_read(stage, sign_in):
    text = page(sign_in(stage.owner).get(url(stage.old, stage.new)))
    assert "<details> <summary>Targets</summary>" in text
    assert "Resolution, Report an incident · Severity 1 · Enterprise: 32 business hours" in text


def test_the_selects_lead_to_the_page_of_the_two_that_were_chosen(stage, sign_in):
    browser = sign_in(stage.owner)
    chosen = f"/settings/agreements/compare/?old={stage.new.pk}&new={stage.renamed.pk}&show=client"
    text = page(browser.get(chosen))
    assert f'href="{url(stage.renamed, stage.new)}?show=client"' in text
    assert f'<option value="{stage.new.pk}" selected>' in text
    assert f'<option value="{stage.old.pk}">' in text
    assert f'<option value="{stage.foreign.pk}"' not in text


def test_one_version_twice_says_so(stage, sign_in):
    assert "This is one version twice" in page(sign_in(stage.owner).get(url(stage.old, stage.old)))


def test_two_versions_with_one_meaning_say_so(stage, sign_in):
    with tenant_scope(stage.tenant):
        commented = draft(bundled_text("officeware") + "# A comment.\n")
    assert "Nothing differs" in page(sign_in(stage.owner).get(url(stage.old, commented)))


@pytest.mark.parametrize("query", ["", "?old=x&new=y", "?old=1", f"?old={'9' * 40}&new=1", "?old=-1&new=²"])
def test_a_choice_that_is_none_is_not_found(stage, sign_in, query):
    assert sign_in(stage.owner).get(f"/settings/agreements/compare/{query}").status_code == 404


def test_a_number_that_is_no_id_is_not_found(stage, sign_in):
    address = f"/settings/agreements/compare/{10**30}/{stage.new.pk}/"
    assert sign_in(stage.owner).get(address).status_code == 404


def test_versions_of_two_agreements_are_not_compared(stage, sign_in):
    assert sign_in(stage.owner).get(url(stage.old, stage.foreign)).status_code == 404


def test_it_is_for_owners_of_this_workspace(stage, sign_in):
    address = url(stage.old, stage.new)
    assert sign_in(stage.agent).get(address).status_code == 403
    assert sign_in(stage.contact).get(address).status_code == 404
    assert sign_in(stage.rival.owner).get(address).status_code == 404


def test_the_part_for_other_pages_needs_nothing_but_the_comparison():
    changed = load(bundled_text("engage").replace("percent: 99.99 %", "percent: 99.95 %"), name="x")
    text = render_to_string("agreements/_comparison.html", {"comparison": compare(bundled("engage"), changed)})
    assert "Business Messaging and Voice" in text
    assert "<ins>99.95</ins>" in text
    assert "compare.css" in text
