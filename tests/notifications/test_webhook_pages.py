"""Webhooks in the settings and in the API: made, tried, paused, removed; the secret is shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from notifications import egress, webhooks
from notifications.models import OutgoingMessage, WebhookEndpoint
from notifications.tasks import make_calls
from tenants.actions import create_api_token
from tenants.scope import tenant_scope
from tests.notifications.receiver import Receiver
from tests.notifications.test_webhooks import DECLARED, _declared, endpoint, publish  # noqa: F401  a fixture
from tests.tickets.portalling import text

pytestmark = pytest.mark.thorough

PAGE, API = "/settings/webhooks/", "/api/v1/webhooks/"
URL = "https://hooks.example/in"


@pytest.fixture(autouse=True)
def _public(monkeypatch: Any, request: Any) -> None:
    if "receiver" not in request.fixturenames and "url" not in request.fixturenames:
        monkeypatch.setattr(egress, "resolve", lambda host, port: ["93.184.216.34"])


def only(tenant: Any) -> WebhookEndpoint:
    with tenant_scope(tenant):
        return WebhookEndpoint.objects.get()


def shown(answer: Any) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    return found.group() if found else ""


def test_an_owner_adds_a_webhook_and_sees_its_secret_this_once(cast, sign_in):
    browser = sign_in(cast.owner)
    assert "An incident was declared" in text(browser.get(PAGE))
    answer = browser.post(PAGE, {"url": URL, "description": "Our bot", "events": [DECLARED]})
    made = only(cast.tenant)
    assert shown(answer) == made.secret
    assert answer.headers["Cache-Control"] == "no-store"
    assert (made.url, made.description, made.events) == (URL, "Our bot", [DECLARED])
    for page in (PAGE, f"{PAGE}{made.pk}/", "/settings/history/"):
        assert "whsec_" not in browser.get(page).content.decode()
    assert "added the webhook Our bot" in text(browser.get(f"{PAGE}{made.pk}/"))


@pytest.mark.parametrize("page", [PAGE, "/settings/channels/", "/profile/channels/"])
def test_the_form_says_where_addresses_may_lie(cast, sign_in, settings, page):
    inside = "Addresses inside the operator's network are allowed on this installation."
    assert inside not in text(sign_in(cast.owner).get(page))
    settings.EGRESS_PRIVATE_NETWORKS = True
    shown = text(sign_in(cast.owner).get(page))
    assert inside in shown
    assert "reachable on the internet" not in shown


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is not on the internet, but inside a private network. Nothing is sent there."),
        ("https://localhost:8000/", "localhost is not on the internet"),
        ("http://169.254.169.254/latest/meta-data/", "inside a private network"),
        ("https://user:word@hooks.example/", "user name or a password"),
        ("https://hooks.example:25/", "Port 25 belongs to another kind of service"),
        ("ftp://hooks.example/", "The address begins with https://."),
        ("https://nowhere.invalid/", "nowhere.invalid has no address"),
        ("hooks", "The address begins with https://."),
    ],
)
def test_a_webhook_to_loopback_and_the_like_gets_a_sentence_beside_the_field(cast, sign_in, url, sentence):
    answer = sign_in(cast.owner).post(PAGE, {"url": url, "events": [DECLARED]})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert list(answer.context["form"].errors) == ["url"]
    api = sign_in(cast.owner).post(API, {"url": url, "events": [DECLARED]}, "application/json")
    assert api.status_code == 400
    assert api.json()["errors"][0]["pointer"] == "/url"
    assert sentence in api.json()["errors"][0]["detail"]


@pytest.mark.parametrize("events", [[], ["moon.full"]], ids=["none", "unknown"])
def test_it_hears_of_at_least_one_event_that_there_is(cast, sign_in, events):
    answer = sign_in(cast.owner).post(PAGE, {"url": URL, "events": events})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["events"]
    assert sign_in(cast.owner).post(API, {"url": URL, "events": events}, "application/json").status_code == 400


def test_the_same_address_twice_and_endless_endpoints_are_refused(cast, sign_in):
    browser = sign_in(cast.owner)
    browser.post(PAGE, {"url": URL, "events": [DECLARED]})
    assert "There is a webhook for this address already." in text(
        browser.post(PAGE, {"url": URL, "events": [DECLARED]})
    )
    for number in range(19):
        endpoint(cast.tenant, f"{URL}/{number}")
    assert "There are 20 webhooks already." in text(browser.post(PAGE, {"url": f"{URL}/x", "events": [DECLARED]}))


def test_a_ping_arrives_and_its_answer_can_be_read_and_sent_again(cast, sign_in, receiver: Receiver):
    made = endpoint(cast.tenant, receiver.url)
    browser = sign_in(cast.owner)
    assert "A ping goes out" in text(browser.post(f"{PAGE}{made.pk}/ping/", follow=True))
    receiver.answers = [(200, {}, b"<script>hello</script>")]
    make_calls()
    assert receiver.received[0].is_signed_by(made.secret)
    page = browser.get(f"{PAGE}{made.pk}/")
    assert re.search(r"ping .* Sent 200 in \d+ ms", text(page))
    assert "&lt;script&gt;hello" in page.content.decode()
    with tenant_scope(cast.tenant):
        sent = OutgoingMessage.objects.get()
    again = browser.post(
        f"/settings/mail/{sent.pk}/resend", HTTP_REFERER=f"http://acme.localhost{PAGE}{made.pk}/", follow=True
    )
    assert again.redirect_chain[-1][0] == f"{PAGE}{made.pk}/"
    make_calls()
    assert len(receiver.received) == 2


def test_an_owner_changes_pauses_resumes_and_removes_it(cast, sign_in):
    made = endpoint(cast.tenant, URL)
    browser, page = sign_in(cast.owner), f"{PAGE}{made.pk}/"
    change = {"url": f"{URL}/2", "description": "Two", "events": ["incident.resolved"]}
    assert "The webhook is saved." in text(browser.post(page, change, follow=True))
    changed = only(cast.tenant)
    assert (changed.url, changed.events, changed.secret) == (f"{URL}/2", ["incident.resolved"], made.secret)
    assert "Paused by hand." in text(browser.post(f"{page}pause/", follow=True))
    assert "It is paused. Resume it first." in text(browser.post(f"{page}ping/", follow=True))
    publish(cast.tenant, event="incident.resolved")
    with tenant_scope(cast.tenant):
        assert not OutgoingMessage.objects.exists()
    assert "Active" in text(browser.post(f"{page}resume/", follow=True))
    publish(cast.tenant, event="incident.resolved")
    browser.post(f"{page}remove/")
    with tenant_scope(cast.tenant):
        assert not WebhookEndpoint.objects.exists()
        assert OutgoingMessage.objects.get().endpoint_id is None


def test_a_new_secret_is_shown_this_once(cast, sign_in):
    made = endpoint(cast.tenant, URL)
    browser = sign_in(cast.owner)
    answer = browser.post(f"{PAGE}{made.pk}/secret/")
    rotated = only(cast.tenant)
    assert shown(answer) == rotated.secret != made.secret
    assert answer.headers["Cache-Control"] == "no-store"
    assert "The secret before signs as well until" in text(browser.get(f"{PAGE}{made.pk}/"))


def test_another_tenants_webhook_does_not_exist(cast, sign_in):
    theirs = endpoint(cast.other_tenant, URL)
    browser = sign_in(cast.owner)
    assert browser.get(f"{PAGE}{theirs.pk}/").status_code == 404
    for word in ("secret", "ping", "pause", "resume", "remove"):
        assert browser.post(f"{PAGE}{theirs.pk}/{word}/").status_code == 404
    assert browser.get(f"{API}{theirs.pk}/").status_code == 404
    assert browser.delete(f"{API}{theirs.pk}/").status_code == 404
    assert URL not in browser.get(PAGE).content.decode()
    assert browser.get(API).json() == []
    assert only(cast.other_tenant).paused_at is None


def test_a_program_adds_lists_and_removes_webhooks_and_sees_each_secret_once(cast, stranger):
    with tenant_scope(cast.tenant):
        _, token = create_api_token(user_id=cast.owner.user_id, name="x", now=cast.tenant.created_at)
    key = {"Authorization": f"Bearer {token}"}
    answer = stranger.post(API, {"url": URL, "events": [DECLARED]}, "application/json", headers=key)
    assert answer.status_code == 201
    made = answer.json()
    assert made["secret"] == only(cast.tenant).secret
    (listed,) = stranger.get(API, headers=key).json()
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert stranger.get(f"{API}{made['id']}/", headers=key).json() == listed
    assert stranger.delete(f"{API}{made['id']}/", headers=key).status_code == 204
    assert stranger.delete(f"{API}{made['id']}/", headers=key).status_code == 404


@pytest.mark.parametrize("url", ["slack://T1JJ3T3L2/secret"])
def test_the_api_knows_no_channel_and_no_key(cast, sign_in, url):
    schema = sign_in(cast.owner).get("/api/v1/schema/").content.decode()
    assert "webhooks_add" in schema
    assert "channel_url" not in schema
    assert webhooks.new_secret()[:6] not in sign_in(cast.owner).get(API).content.decode()
