"""Where people arrive: front page, sign-in, the bare host."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client as Browser

from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories


@pytest.mark.parametrize(
    ("who", "door"),
    [
        ("owner", "/desk/"),
        ("lead", "/desk/"),
        ("agent", "/desk/"),
        ("account_manager", "/reports/"),
        ("contact", "/portal/"),
        ("reader", "/portal/"),
    ],
)
def test_the_front_page_leads_everybody_to_their_work(cast: SimpleNamespace, sign_in: Any, who: str, door: str) -> None:
    assert sign_in(getattr(cast, who)).get("/").url == door


def test_a_stranger_reads_whose_desk_this_is_and_where_to_go(stranger: Browser) -> None:
    page = stranger.get("/").content.decode()
    assert "Acme Support" in page
    for path in ("/accounts/login/", "/status/", "/portal/tickets/new/"):
        assert f'href="{path}"' in page
    assert "/demo/" not in page


def test_somebody_deactivated_is_a_stranger(cast: SimpleNamespace, sign_in: Any) -> None:
    browser = sign_in(cast.agent)
    with tenant_scope(cast.tenant):
        cast.agent.deactivated_at = factories.EPOCH
        cast.agent.save()
    assert browser.get("/").status_code == 200


def test_the_bare_host_tells_nobody_which_tenants_there_are(tenant: Tenant) -> None:
    factories.change(tenant, is_demo=True)
    page = Browser(HTTP_HOST=configured.BASE_DOMAIN).get("/").content.decode()
    assert "Acme" not in page


def test_the_bare_host_of_a_demo_lists_its_workspaces_and_their_terms(
    tenant: Tenant, other_tenant: Tenant, settings: Any
) -> None:
    settings.DEMO = True
    factories.change(tenant, is_demo=True)
    with tenant_scope(tenant):
        version = factories.agreement("officeware")
    page = Browser(HTTP_HOST=configured.BASE_DOMAIN).get("/").content.decode()
    assert "Acme Support" in page
    assert version.document.title in page
    assert f'href="{tenant.url("/accounts/login/")}"' in page
    assert "Rival" not in page


def test_the_sign_in_page_offers_nobody_outside_a_demo(cast: SimpleNamespace, stranger: Browser) -> None:
    factories.change(cast.tenant, is_demo=True)
    assert "Adam Agent" not in stranger.get("/accounts/login/").content.decode()
