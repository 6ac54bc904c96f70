"""One request is one transaction of one tenant, found by the host it was asked of."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser

from tenants.models import Client, Contact, Domain, Tenant, User
from tenants.scope import TENANT_SETTING, tenant_scope
from tests import factories


@pytest.fixture
def failing(settings):
    settings.ROOT_URLCONF = "tests.tenants.failing_urls"
    return Browser(HTTP_HOST="acme.localhost", raise_request_exception=False)


def clients_of(tenant: Tenant) -> set[str]:
    with tenant_scope(tenant):
        return set(Client.objects.values_list("name", flat=True))


@pytest.mark.parametrize("path", ["/raises/", "/answers-500/"])
@pytest.mark.django_db(transaction=True)
def test_a_request_that_fails_leaves_nothing_behind(failing, path):
    tenant = factories.tenant("acme")
    assert failing.get(path).status_code == 500
    assert clients_of(tenant) == set()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_refuses_keeps_what_it_wrote(failing):
    """A refusal is an answer; what an action refused has undone itself."""
    tenant = factories.tenant("acme")
    assert failing.get("/refuses/").status_code == 422
    assert clients_of(tenant) == {"Half done"}


@pytest.mark.django_db(transaction=True)
def test_after_a_request_the_connection_belongs_to_nobody():
    """A transaction pooler hands it to the next one, who may be another tenant's."""
    factories.tenant("acme")
    Browser(HTTP_HOST="acme.localhost").get("/accounts/login/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), current_user", [TENANT_SETTING])
        setting, role = cursor.fetchone()
    assert setting in {None, ""}
    assert role == "slatrack_app"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("acme.localhost", True),
        ("ACME.localhost:8000", True),
        ("acme.localhost.", True),
        ("help.acme.example", True),
        ("sub.acme.localhost", False),
        ("acme.localhost.evil.example", False),
        ("xacme.localhost", False),
        ("acme.example", False),
    ],
)
def test_a_tenant_answers_on_its_own_hosts_and_no_other(tenant, host, found):
    with tenant_scope(tenant):
        Domain.objects.create(tenant=tenant, host="help.acme.example")
    assert Browser(HTTP_HOST=host).get("/accounts/login/").status_code == (200 if found else 404)


def test_times_read_in_ones_own_zone_else_the_clients_else_the_workspaces(cast, sign_in, settings):
    settings.ROOT_URLCONF = "tests.tenants.failing_urls"

    def zone_of(browser):
        return browser.get("/zone/").text

    assert zone_of(sign_in(cast.agent)) == "Europe/Amsterdam"
    with tenant_scope(cast.tenant):
        Client.objects.filter(pk=cast.client.pk).update(timezone="Asia/Tokyo")
    assert zone_of(sign_in(cast.contact)) == "Asia/Tokyo"
    with tenant_scope(cast.tenant):
        User.objects.filter(pk=cast.contact.user_id).update(timezone="America/Lima")
    assert zone_of(sign_in(Contact(tenant=cast.tenant, user=cast.contact.user))) == "America/Lima"
