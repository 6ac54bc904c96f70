"""Adding, ordering, trying and removing channels, by whom they belong to; the keys are never seen again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from notifications import egress
from notifications.models import Channel, OutgoingMessage
from notifications.tasks import make_calls
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests.notifications.receiver import Receiver
from tests.tickets.portalling import text

pytestmark = pytest.mark.thorough

OWN, TEAM = "/profile/channels/", "/settings/channels/"
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def public(monkeypatch: Any) -> None:
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["93.184.216.34"])


def names(person: Any, *, team: bool = False) -> list[str]:
    with tenant_scope(person.tenant):
        return [each.name for each in Channel.objects.filter(user=None if team else person.user)]


def add(browser: Any, name: str, url: str = SLACK, page: str = OWN) -> Any:
    return browser.post(page, {"name": name, "url": url}, follow=True)


def pk(name: str, tenant: Any) -> int:
    with tenant_scope(tenant):
        return Channel.objects.get(name=name).pk


def test_a_member_adds_a_channel_and_its_keys_are_seen_nowhere_again(cast, sign_in, public):
    browser = sign_in(cast.agent)
    page = add(browser, "My phone")
    assert "“My phone” is added" in text(page)
    assert "My phone Slack" in text(page)
    with tenant_scope(cast.tenant):
        assert Channel.objects.get().url == SLACK
        entry = HistoryEntry.objects.get(event="channel.added")
    told = json.dumps([entry.data, entry.subject_name, entry.reason])
    for secret in ("TIiajkdnlazkcOXrIdevi7FQ", "A1BRTD4JD"):
        assert secret not in page.content.decode() + told
        assert secret not in sign_in(cast.owner).get("/settings/history/").content.decode()


def test_a_channel_can_be_tried_and_the_page_says_what_became_of_it(cast, sign_in, receiver: Receiver):
    browser = sign_in(cast.agent)
    add(browser, "Bot", f"json://127.0.0.1:{receiver.port}/in?+X-Key=sesame")
    page = browser.post(f"{OWN}{pk('Bot', cast.tenant)}/test/", follow=True)
    assert "A test goes to “Bot”" in text(page)
    assert 'hx-trigger="load delay:3s"' in page.content.decode()
    receiver.answers = [(500, {}, b"sesame")]
    make_calls()
    page = browser.get(OWN)
    assert "Trying again" in text(page)
    assert "It answered: 500." in text(page)
    with tenant_scope(cast.tenant):
        OutgoingMessage.objects.filter(kind="chat").update(next_attempt_at=cast.tenant.created_at)
    make_calls()
    page = browser.get(OWN)
    assert "Sent" in text(page)
    assert "hx-trigger" not in page.content.decode().split('id="channels"')[1].split("</table>")[0]
    assert json.loads(receiver.received[0].body)["title"] == "A test of this channel"
    assert "sesame" not in page.content.decode()
    log = sign_in(cast.owner).get("/settings/mail/")
    assert "Adam Agent, Webhook at 127.0.0.1: Bot" in text(log)
    assert "sesame" not in log.content.decode()


def test_channels_are_called_in_the_order_people_put_them(cast, sign_in, public):
    browser = sign_in(cast.agent)
    for name in ("One", "Two", "Three"):
        add(browser, name)
    browser.post(f"{OWN}{pk('Three', cast.tenant)}/up/")
    assert names(cast.agent) == ["One", "Three", "Two"]
    browser.post(f"{OWN}{pk('One', cast.tenant)}/up/")
    assert names(cast.agent) == ["One", "Three", "Two"]


def test_a_channel_is_removed_with_its_keys_and_what_was_sent_stays(cast, sign_in, receiver: Receiver):
    browser = sign_in(cast.agent)
    add(browser, "Bot", f"json://127.0.0.1:{receiver.port}/in")
    number = pk("Bot", cast.tenant)
    browser.post(f"{OWN}{number}/test/")
    assert "“Bot” is removed" in text(browser.post(f"{OWN}{number}/remove/", follow=True))
    make_calls()
    assert receiver.received == []
    with tenant_scope(cast.tenant):
        lost = OutgoingMessage.objects.get(kind="chat")
        assert not Channel.objects.exists()
    assert (lost.to, lost.last_error) == ("Adam Agent, Webhook at 127.0.0.1: Bot", "The channel was removed.")
    again = sign_in(cast.owner).post(f"/settings/mail/{lost.pk}/resend", follow=True)
    assert "The channel it went to was removed." in text(again)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("json://127.0.0.1/", "127.0.0.1 is not on the internet, but inside a private network"),
        ("https://localhost/x", "localhost is not on the internet"),
        ("file:///etc/passwd", "file:// is not among the services"),
        ("slack://", "This address is not complete."),
        ("nonsense", "This is not an address of a chat, push or SMS service."),
        ("", "Fill this in."),
        ("x" * 3000, "at most 2000 characters"),
    ],
)
def test_an_address_that_cannot_be_used_gets_a_sentence_beside_the_field(cast, sign_in, url, sentence):
    answer = add(sign_in(cast.agent), "Bot", url)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "url" in answer.context["form"].errors
    assert names(cast.agent) == []


def test_a_name_is_used_once_and_there_are_not_endless_channels(cast, sign_in, public):
    browser = sign_in(cast.agent)
    add(browser, "Bot")
    assert "There is a channel of this name already." in text(add(browser, " Bot "))
    for number in range(9):
        add(browser, f"n{number}")
    assert "There are 10 channels already." in text(add(browser, "more"))
    assert len(names(cast.agent)) == 10
    add(sign_in(cast.lead), "Bot")
    assert names(cast.lead) == ["Bot"]


def test_owners_keep_the_teams_channels(cast, sign_in, public):
    browser = sign_in(cast.owner)
    assert "“Duty room” is added" in text(add(browser, "Duty room", page=TEAM))
    assert names(cast.owner, team=True) == ["Duty room"]
    assert names(cast.owner) == []
    number = pk("Duty room", cast.tenant)
    assert sign_in(cast.agent).post(f"{OWN}{number}/remove/").status_code == 404
    assert sign_in(cast.agent).get(TEAM).status_code == 403
    assert browser.post(f"{TEAM}{number}/remove/").status_code == 302
    assert names(cast.owner, team=True) == []


@pytest.mark.parametrize("word", ["up", "test", "remove"])
def test_somebody_elses_channel_does_not_exist(cast, sign_in, public, word):
    add(sign_in(cast.agent), "Mine")
    number = pk("Mine", cast.tenant)
    for person in (cast.lead, cast.owner):
        assert sign_in(person).post(f"{OWN}{number}/{word}/").status_code == 404
    assert sign_in(cast.owner).post(f"{TEAM}{number}/{word}/").status_code == 404
    assert sign_in(cast.rival.owner).post(f"{OWN}{number}/{word}/").status_code == 404
    assert names(cast.agent) == ["Mine"]


def test_contacts_have_no_channels(cast, sign_in):
    assert sign_in(cast.contact).get(OWN).status_code == 404
    assert "Reaching you" not in text(sign_in(cast.contact).get("/profile/"))
    assert "Reaching you" in text(sign_in(cast.agent).get("/profile/"))
