"""Demo mode: anybody with one click, and the mail that went out; and none of it anywhere else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client as Browser
from django.utils import timezone

from notifications import outbox
from notifications.models import OutgoingMessage
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.thorough

PERSONAS = ["Adam Agent", "Lena Lead", "Mona Manager", "Olga Owner", "Carla Contact", "Rita Reader"]


@pytest.fixture
def demo(cast: SimpleNamespace, settings: Any) -> SimpleNamespace:
    """A demo installation in which both tenants are demos."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.slatrack.urls_with_demo"
    for tenant in (cast.tenant, cast.other_tenant):
        factories.change(tenant, is_demo=True)
    return cast


def mail(tenant: Tenant, **fields: Any) -> OutgoingMessage:
    values = {
        "key": "m1",
        "topic": "test",
        "to": "anna@client.example",
        "subject": "About your ticket",
        "text": "See http://acme.localhost:8000/portal/",
    }
    with tenant_scope(tenant):
        outbox.queue([outbox.Draft(**(values | fields))], now=timezone.now())
        return OutgoingMessage.objects.get()


def test_the_sign_in_page_offers_one_persona_of_each_kind(demo: SimpleNamespace, stranger: Browser) -> None:
    found = stranger.get("/accounts/login/").context["personas"]
    assert [persona.name for persona in found] == PERSONAS
    assert [persona.role for persona in found[:5]] == [
        "Agent",
        "Support lead",
        "Account manager",
        "Owner",
        "Client contact at Globex",
    ]


@pytest.mark.parametrize(
    ("name", "door"), [("Adam Agent", "/desk/"), ("Mona Manager", "/reports/"), ("Rita Reader", "/portal/")]
)
def test_one_click_signs_in_and_leads_to_the_persons_work(
    demo: SimpleNamespace, stranger: Browser, name: str, door: str
) -> None:
    persona = next(p for p in stranger.get("/accounts/login/").context["personas"] if p.name == name)
    assert stranger.post(persona.url).url == door
    assert stranger.get("/").url == door


def test_a_click_comes_back_to_where_the_visitor_was_going(demo: SimpleNamespace, stranger: Browser) -> None:
    url = f"/demo/sign-in/{demo.agent.user_id}/"
    assert stranger.post(url, {"next": "/desk/tickets/7/"}).url == "/desk/tickets/7/"
    assert stranger.post(url, {"next": "https://elsewhere.example/"}).url == "/desk/"
    assert stranger.post(url, {"next": "//elsewhere.example/"}).url == "/desk/"


def test_somebody_signed_in_can_become_somebody_else(demo: SimpleNamespace, sign_in: Any) -> None:
    browser = sign_in(demo.agent)
    page = browser.get("/demo/").content.decode()
    assert all(name in page for name in PERSONAS)
    browser.post(f"/demo/sign-in/{demo.contact.user_id}/")
    assert browser.get("/").url == "/portal/"


def test_only_the_personas_on_offer_can_be_become(demo: SimpleNamespace, stranger: Browser) -> None:
    assert stranger.post(f"/demo/sign-in/{demo.colleague.user_id}/").status_code == 404
    assert stranger.post(f"/demo/sign-in/{demo.rival.owner.user_id}/").status_code == 404
    assert stranger.post("/demo/sign-in/0/").status_code == 404


def test_signing_in_takes_a_post_with_a_token_of_this_site(demo: SimpleNamespace) -> None:
    strict = Browser(HTTP_HOST=f"{demo.tenant.slug}.{configured.BASE_DOMAIN}", enforce_csrf_checks=True)
    url = f"/demo/sign-in/{demo.agent.user_id}/"
    assert strict.get(url).status_code == 405
    assert strict.post(url).status_code == 403


PATHS = ["/demo/", "/demo/mail/", "/demo/mail/{mail}/", "/demo/mail/{mail}/body"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("off", ["urls", "setting", "tenant"])
def test_outside_a_demo_none_of_it_exists(
    demo: SimpleNamespace, settings: Any, sign_in: Any, path: str, off: str
) -> None:
    sent = mail(demo.tenant, html="<p>Hello</p>")
    owner = sign_in(demo.owner)
    assert owner.get(path.format(mail=sent.pk)).status_code == 200
    if off == "urls":
        settings.ROOT_URLCONF = "slatrack.urls"
    elif off == "setting":
        settings.DEMO = False
    else:
        factories.change(demo.tenant, is_demo=False)
    assert owner.get(path.format(mail=sent.pk)).status_code == 404
    assert owner.post(f"/demo/sign-in/{demo.agent.user_id}/").status_code == 404


def test_the_mail_that_went_out_can_be_read(demo: SimpleNamespace, stranger: Browser) -> None:
    sent = mail(demo.tenant)
    assert "About your ticket" in stranger.get("/demo/mail/").content.decode()
    page = stranger.get(f"/demo/mail/{sent.pk}/").content.decode()
    assert 'href="http://acme.localhost:8000/portal/"' in page
    assert "<iframe" not in page


def test_another_tenants_mail_is_not_shown(demo: SimpleNamespace, stranger: Browser) -> None:
    theirs = mail(demo.other_tenant, html="<p>Hello</p>")
    assert "About your ticket" not in stranger.get("/demo/mail/").content.decode()
    assert stranger.get(f"/demo/mail/{theirs.pk}/").status_code == 404
    assert stranger.get(f"/demo/mail/{theirs.pk}/body").status_code == 404


def test_html_mail_is_cleaned_and_kept_in_a_frame_that_runs_nothing(demo: SimpleNamespace, stranger: Browser) -> None:
    evil = (
        '<p style="color:red" onclick="x()">Hello</p><script>x()</script><form action="/x"><input></form>'
        '<a href="javascript:x()">link</a><iframe src="/"></iframe><meta http-equiv="refresh" content="0">'
    )
    sent = mail(demo.tenant, html=evil)
    answer = stranger.get(f"/demo/mail/{sent.pk}/body")
    body = answer.content.decode()
    assert '<p style="color:red">Hello</p>' in body
    for gone in ("<script", "onclick", "<form", "<input", "javascript:", "<iframe", "http-equiv"):
        assert gone not in body
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    outer = stranger.get(f"/demo/mail/{sent.pk}/")
    assert 'sandbox="allow-top-navigation-by-user-activation"' in outer.content.decode()
    assert outer.headers["X-Frame-Options"] == "DENY"


def test_a_mail_without_html_has_no_frame_to_show(demo: SimpleNamespace, stranger: Browser) -> None:
    assert stranger.get(f"/demo/mail/{mail(demo.tenant).pk}/body").status_code == 404


def test_personas_are_the_first_of_each_kind_whoever_else_comes(demo: SimpleNamespace, stranger: Browser) -> None:
    with tenant_scope(demo.tenant):
        factories.member("Aaron Another", "agent")
    found = stranger.get("/accounts/login/").context["personas"]
    assert [persona.name for persona in found] == PERSONAS
