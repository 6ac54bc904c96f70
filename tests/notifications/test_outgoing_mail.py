"""The owners' list of outgoing mail: what waits, what went, what is lost, and sending it again."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from notifications import actions, outbox
from notifications.models import OutgoingMessage
from notifications.tasks import deliver_outbox
from tenants.models import HistoryEntry, Tenant
from tenants.scope import tenant_scope
from tests.notifications.smtp import Mailbox

URL = "/settings/mail/"


def mail(tenant: Tenant, name: str, **state: Any) -> OutgoingMessage:
    now = timezone.now()
    with tenant_scope(tenant):
        outbox.queue(
            [
                outbox.Draft(
                    key=name,
                    topic="test",
                    to=f"{name}@client.example",
                    subject=f"About {name}",
                    text="https://secret.example",
                )
            ],
            now=now,
        )
        OutgoingMessage.objects.filter(key=name).update(**state)
        return OutgoingMessage.objects.get(key=name)


def dead(tenant: Tenant, name: str) -> OutgoingMessage:
    return mail(tenant, name, dead_at=timezone.now(), attempts=8, last_error="550 no such user")


def test_an_owner_sees_to_whom_about_what_and_why_not_but_never_the_text(cast: SimpleNamespace, sign_in: Any) -> None:
    dead(cast.tenant, "anna")
    page = sign_in(cast.owner).get(URL).content.decode()
    assert "anna@client.example" in page
    assert "About anna" in page
    assert "550 no such user" in page
    assert "secret.example" not in page


@pytest.mark.parametrize(
    ("state", "shown"), [("waiting", "bert"), ("sent", "cleo"), ("dead", "anna")], ids=["waiting", "sent", "dead"]
)
def test_the_list_can_be_narrowed_to_a_state(cast: SimpleNamespace, sign_in: Any, state: str, shown: str) -> None:
    dead(cast.tenant, "anna")
    mail(cast.tenant, "bert")
    mail(cast.tenant, "cleo", sent_at=timezone.now())
    page = sign_in(cast.owner).get(URL, {"state": state}).content.decode()
    assert [name for name in ("anna", "bert", "cleo") if f"{name}@client.example" in page] == [shown]


@pytest.mark.parametrize("role", ["lead", "agent", "account_manager"])
def test_only_owners_see_outgoing_mail(cast: SimpleNamespace, sign_in: Any, role: str) -> None:
    assert sign_in(getattr(cast, role)).get(URL).status_code == 403


def test_contacts_and_strangers_do_not_see_outgoing_mail(cast: SimpleNamespace, sign_in: Any, stranger: Any) -> None:
    assert sign_in(cast.contact).get(URL).status_code == 404
    assert stranger.get(URL).status_code == 302


def test_a_dead_mail_is_sent_again_from_the_page(cast: SimpleNamespace, sign_in: Any, mailbox: Mailbox) -> None:
    lost = dead(cast.tenant, "anna")
    sign_in(cast.owner).post(f"{URL}{lost.pk}/resend")
    deliver_outbox()
    assert mailbox.subjects == ["About anna"]
    with tenant_scope(cast.tenant):
        entry = HistoryEntry.objects.get(event="mail.resent")
    assert entry.actor_id == cast.owner.user_id


def test_a_resent_mail_has_all_its_attempts_before_it(cast: SimpleNamespace) -> None:
    lost = dead(cast.tenant, "anna")
    with tenant_scope(cast.tenant):
        again = actions.resend_message(outgoing_id=lost.pk, by=cast.owner.user, now=timezone.now())
    assert (again.dead_at, again.attempts) == (None, 0)


@pytest.mark.parametrize("state", [{}, {"sent_at": timezone.now()}], ids=["waiting", "sent"])
def test_a_mail_that_is_not_lost_is_not_sent_again(cast: SimpleNamespace, state: dict[str, Any]) -> None:
    kept = mail(cast.tenant, "anna", **state)
    with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="not lost"):
        actions.resend_message(outgoing_id=kept.pk, by=cast.owner.user, now=timezone.now())


def test_another_tenants_mail_can_neither_be_seen_nor_sent_again(cast: SimpleNamespace, sign_in: Any) -> None:
    theirs = dead(cast.other_tenant, "anna")
    owner = sign_in(cast.owner)
    assert "anna@client.example" not in owner.get(URL).content.decode()
    assert owner.post(f"{URL}{theirs.pk}/resend").status_code == 404
    with tenant_scope(cast.other_tenant):
        assert OutgoingMessage.objects.get(pk=theirs.pk).dead_at is not None


def test_pages_lead_back_and_forth_without_losing_or_repeating_a_mail(cast: SimpleNamespace, sign_in: Any) -> None:
    start = timezone.now()
    for number in range(120):
        mail(cast.tenant, f"n{number:03}", queued_at=start + timedelta(seconds=number // 3))
    owner = sign_in(cast.owner)
    seen: list[int] = []
    page = owner.get(URL).context["page"]
    while True:
        seen += [row.pk for row in page.rows]
        if not page.next_url:
            break
        page = owner.get(URL + page.next_url).context["page"]
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)
    back = owner.get(URL + page.previous_url).context["page"]
    assert [row.pk for row in back.rows] == seen[50:100]
    first = owner.get(URL + back.previous_url).context["page"]
    assert [row.pk for row in first.rows] == seen[:50]
    assert first.previous_url == ""


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "after",
        "after~1",
        "after~2026-01-01~1",
        "past~2026-01-01T00:00:00+00:00~1",
        "after~2026-01-01T00:00:00+00:00~",
        "before~2026-01-01T00:00:00+00:00~9" + "9" * 30,
    ],
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(cast: SimpleNamespace, sign_in: Any, cursor: str) -> None:
    dead(cast.tenant, "anna")
    assert "anna@client.example" in sign_in(cast.owner).get(URL, {"cursor": cursor}).content.decode()


@pytest.mark.thorough
def test_the_list_costs_the_same_however_long_it_is(
    cast: SimpleNamespace, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    owner = sign_in(cast.owner)
    mail(cast.tenant, "n0")
    with django_assert_max_num_queries(20) as few:
        owner.get(URL)
    for number in range(1, 60):
        mail(cast.tenant, f"n{number}")
    with django_assert_max_num_queries(len(few)):
        owner.get(URL)
