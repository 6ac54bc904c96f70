"""Sign-in and error pages: drawn for strangers, without developer's words, under the strict content policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

ACCOUNT_PAGES = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_a_stranger_reads_the_account_pages_in_the_tenants_name(stranger: Any, tenant: Any, name: str) -> None:
    page = stranger.get(reverse(name))
    assert page.status_code == 200
    text = page.content.decode()
    assert tenant.name in text
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_sign_up_says_that_accounts_come_by_invitation(stranger: Any) -> None:
    assert "by invitation" in stranger.get(reverse("account_signup")).content.decode()


def test_a_used_up_reset_link_offers_a_new_one(stranger: Any) -> None:
    page = stranger.get("/accounts/password/reset/key/abc-def/", follow=True).content.decode()
    assert "does not work any more" in page
    assert reverse("account_reset_password") in page


def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(stranger: Any) -> None:
    page = stranger.post(reverse("account_login"), {"login": "noor@example.org", "password": "wrong"}).content.decode()
    assert 'value="noor@example.org"' in page
    assert 'role="alert"' in page


def test_an_unknown_address_gets_the_not_found_page_with_a_way_back(stranger: Any) -> None:
    page = stranger.get("/no/such/page/")
    assert page.status_code == 404
    assert "There is nothing at this address." in page.content.decode()


@pytest.mark.parametrize(
    "template", ["400.html", "403.html", "403_csrf.html", "404.html", "405.html", "429.html", "500.html"]
)
def test_error_pages_need_neither_a_request_nor_a_tenant(template: str) -> None:
    page = render_to_string(template)
    assert "<h1>" in page
    assert "style=" not in page
