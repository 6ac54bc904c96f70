"""The outbox against a real mail server and a real PostgreSQL: each mail arrives, once, or somebody hears why not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from notifications import delivery, outbox, tasks
from notifications.models import Notice, OutgoingMessage
from notifications.tasks import deliver_outbox
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories
from tests.notifications.smtp import Mailbox, free_port

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def queue(tenant: Tenant, *names: str, **fields: Any) -> None:
    """One mail per name, keyed, addressed and titled by it."""
    with tenant_scope(tenant):
        outbox.queue(
            [
                outbox.Draft(
                    **{
                        "key": name,
                        "topic": "test",
                        "to": f"{name}@client.example",
                        "subject": f"Mail {name}",
                        "text": f"Hello {name}",
                        **fields,
                    }
                )
                for name in names
            ],
            now=timezone.now(),
        )


def only_mail(tenant: Tenant) -> OutgoingMessage:
    with tenant_scope(tenant):
        return OutgoingMessage.objects.get()


def test_a_queued_mail_arrives_once_with_text_html_and_sender(tenant: Tenant, mailbox: Mailbox) -> None:
    factories.change(tenant, support_email="help@acme.example")
    queue(tenant, "anna", html="<p>Hello <b>anna</b></p>")
    deliver_outbox()
    deliver_outbox()
    (received,) = mailbox.mails
    assert received["Subject"] == "Mail anna"
    assert received["To"] == "anna@client.example"
    assert received["From"] == "Acme Support <desk@acme.example>"
    assert received["Reply-To"] == "help@acme.example"
    assert received["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): part.get_content() for part in received.walk() if not part.is_multipart()}
    assert parts["text/plain"].strip() == "Hello anna"
    assert "<b>anna</b>" in parts["text/html"]
    assert only_mail(tenant).sent_at is not None


@pytest.mark.parametrize("name", ["Zoë & Söhne, Ltd", 'The "Desk" <us>', "A\r\nBcc: all@client.example", "木"])
def test_a_tenant_may_be_called_anything(tenant: Tenant, mailbox: Mailbox, name: str) -> None:
    factories.change(tenant, name=name)
    queue(tenant, "anna")
    deliver_outbox()
    (received,) = mailbox.mails
    (sender,) = received["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (" ".join(name.split()), "desk@acme.example")
    assert received["Bcc"] is None


def test_one_connection_serves_a_batch(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, *(f"n{number}" for number in range(delivery.BATCH)))
    deliver_outbox()
    assert len(mailbox.mails) == delivery.BATCH
    assert len(mailbox.sessions) == 1


def test_mails_of_every_tenant_go_out_and_each_under_its_own_name(
    tenant: Tenant, other_tenant: Tenant, mailbox: Mailbox
) -> None:
    queue(tenant, "anna")
    queue(other_tenant, "anna")
    deliver_outbox()
    assert sorted(received["From"] for received in mailbox.mails) == [
        "Acme Support <desk@acme.example>",
        "Rival Support <desk@acme.example>",
    ]
    assert len({received["Message-ID"] for received in mailbox.mails}) == 2


def test_a_queue_longer_than_a_batch_is_emptied_in_one_run(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, *(f"n{number}" for number in range(2 * delivery.BATCH + 3)))
    deliver_outbox()
    assert len(mailbox.mails) == 2 * delivery.BATCH + 3


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_send_each_mail_once(tenant: Tenant, mailbox: Mailbox) -> None:
    names = [f"n{number:02}" for number in range(90)]
    queue(tenant, *names)
    start = threading.Barrier(2)

    def deliver() -> None:
        start.wait()
        try:
            while delivery.deliver_due():
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mailbox.subjects) == [f"Mail {name}" for name in names]


def test_while_one_task_sends_another_leaves_the_worker_to_the_sweeps(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, "anna")
    cache.add(tasks.SENDER, "somebody else", timeout=60)
    deliver_outbox()
    assert mailbox.mails == []
    cache.delete(tasks.SENDER)
    deliver_outbox()
    assert mailbox.subjects == ["Mail anna"]
    assert cache.get(tasks.SENDER) is None


def test_what_a_task_has_no_time_for_is_due_for_the_next_one_at_once(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, "anna", "bert", "cleo")
    delivery.deliver_due(enough=lambda: len(mailbox.mails) == 1)
    assert len(mailbox.mails) == 1
    with tenant_scope(tenant):
        assert {mail.attempts for mail in OutgoingMessage.objects.waiting()} == {0}
    deliver_outbox()
    assert sorted(mailbox.subjects) == ["Mail anna", "Mail bert", "Mail cleo"]


@pytest.mark.django_db(transaction=True)
def test_a_mail_claimed_by_a_worker_that_died_falls_due_again(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, "anna")
    claimed = delivery.claim(now=timezone.now(), limit=10)  # and then the worker was killed
    assert len(claimed) == 1
    deliver_outbox()
    assert mailbox.mails == []
    with time_machine.travel(timezone.now() + delivery.LEASE, tick=False):
        deliver_outbox()
    assert mailbox.subjects == ["Mail anna"]


def test_a_mail_sent_again_after_a_crash_carries_the_same_message_id(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, "anna")
    deliver_outbox()
    with tenant_scope(tenant):  # the worker died before it could write "sent" down
        OutgoingMessage.objects.update(sent_at=None, next_attempt_at=timezone.now())
    deliver_outbox()
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@acme.example>")


def test_a_temporary_refusal_is_tried_again_later(tenant: Tenant, mailbox: Mailbox) -> None:
    mailbox.refuse["anna@client.example"] = "451 greylisted, come back"
    with time_machine.travel(NOON, tick=False) as clock:
        queue(tenant, "anna")
        deliver_outbox()
        mail = only_mail(tenant)
        assert mail.next_attempt_at == NOON + timedelta(minutes=1)
        assert "451 greylisted, come back" in mail.last_error
        mailbox.refuse.clear()
        clock.shift(timedelta(seconds=59))
        deliver_outbox()
        assert mailbox.mails == []
        clock.shift(timedelta(seconds=1))
        deliver_outbox()
    assert mailbox.subjects == ["Mail anna"]
    mail = only_mail(tenant)
    assert (mail.last_error, mail.attempts) == ("", 2)


def test_a_refused_mail_does_not_hold_up_the_others(tenant: Tenant, mailbox: Mailbox) -> None:
    mailbox.refuse["bad@client.example"] = "550 no such user"
    mailbox.refuse["busy@client.example"] = "421 too busy, closing"
    queue(tenant, "bad", "anna", "busy", "bert")
    deliver_outbox()
    assert sorted(mailbox.subjects) == ["Mail anna", "Mail bert"]


@pytest.mark.parametrize("permanent", ["recipient", "mail"])
def test_a_permanent_refusal_is_not_tried_again_and_the_owners_hear_of_it(
    cast: SimpleNamespace, mailbox: Mailbox, permanent: str
) -> None:
    if permanent == "recipient":
        mailbox.refuse["anna@client.example"] = "550 no such user"
    else:
        mailbox.answer_to_data = "554 550 no such user wanted this"
    queue(cast.tenant, "anna")
    deliver_outbox()
    mail = only_mail(cast.tenant)
    assert mail.dead_at is not None
    assert mail.sent_at is None
    assert "no such user" in mail.last_error
    with tenant_scope(cast.tenant):
        (notice,) = Notice.objects.all()
    assert notice.user_id == cast.owner.user_id
    assert "anna@client.example" in notice.body


def test_the_owners_hear_of_lost_mail_once_an_hour(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    mailbox.answer_to_data = "554 blocked"
    with time_machine.travel(NOON, tick=False) as clock:
        queue(cast.tenant, "anna", "bert", "cleo")
        deliver_outbox()
        clock.shift(timedelta(hours=1))
        queue(cast.tenant, "dora")
        deliver_outbox()
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.dead().count() == 4
        assert Notice.objects.filter(user=cast.owner.user).count() == 2


def test_a_mail_is_given_up_after_the_last_wait(tenant: Tenant, mailbox: Mailbox) -> None:
    mailbox.refuse["anna@client.example"] = "450 mailbox busy"
    with time_machine.travel(NOON, tick=False) as clock:
        queue(tenant, "anna")
        for wait in delivery.WAITS:
            deliver_outbox()
            assert only_mail(tenant).next_attempt_at == timezone.now() + wait
            clock.shift(wait)
        deliver_outbox()
    mail = only_mail(tenant)
    assert mail.dead_at is not None
    assert mail.attempts == len(delivery.WAITS) + 1


def test_while_no_server_answers_mails_wait_and_none_is_lost(tenant: Tenant, mailbox: Mailbox, settings: Any) -> None:
    serving, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with time_machine.travel(NOON, tick=False) as clock:
        queue(tenant, "anna", "bert")
        deliver_outbox()
        with tenant_scope(tenant):
            waiting = {(mail.next_attempt_at, mail.attempts) for mail in OutgoingMessage.objects.all()}
        assert waiting == {(NOON + timedelta(minutes=1), 0)}, "a server that is down uses up nobody's attempts"
        settings.EMAIL_PORT = serving
        clock.shift(timedelta(minutes=1))
        deliver_outbox()
    assert sorted(mailbox.subjects) == ["Mail anna", "Mail bert"]


def test_while_no_server_answers_a_task_gives_up_after_one_batch(tenant: Tenant, settings: Any) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    queue(tenant, *(f"n{number}" for number in range(2 * delivery.BATCH)))
    deliver_outbox()
    with tenant_scope(tenant):
        assert OutgoingMessage.objects.exclude(last_error="").count() == delivery.BATCH


def test_a_worker_whose_lease_ran_out_does_not_undo_what_the_next_one_did(tenant: Tenant, mailbox: Mailbox) -> None:
    queue(tenant, "anna")
    (slow,) = delivery.claim(now=timezone.now(), limit=1)
    with time_machine.travel(timezone.now() + delivery.LEASE, tick=False):
        deliver_outbox()
    delivery.write_down(slow, delivery.Failure("550 gone", permanent=True), at=timezone.now())
    mail = only_mail(tenant)
    assert mail.sent_at is not None
    assert mail.dead_at is None


def test_a_worker_whose_lease_ran_out_cannot_give_up_a_mail_that_another_one_goes_on_with(
    tenant: Tenant, mailbox: Mailbox
) -> None:
    queue(tenant, "anna")
    (slow,) = delivery.claim(now=timezone.now(), limit=1)
    mailbox.refuse["anna@client.example"] = "451 come back"
    with time_machine.travel(timezone.now() + delivery.LEASE, tick=False):
        deliver_outbox()
    delivery.write_down(slow, delivery.Failure("550 gone", permanent=True), at=timezone.now())
    assert only_mail(tenant).dead_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hello\r\nBcc: everybody@client.example"},
        {"headers": {"X-Ticket": "4\r\nBcc: everybody@client.example"}},
        {"headers": {"Bcc": "everybody@client.example"}},
        {"headers": {"X-Ticket\r\nBcc": "everybody@client.example"}},
    ],
    ids=["subject", "value", "bcc", "name"],
)
def test_nothing_a_mail_says_becomes_a_header_or_a_recipient(
    tenant: Tenant, mailbox: Mailbox, fields: dict[str, Any]
) -> None:
    queue(tenant, "anna", **fields)
    deliver_outbox()
    (received,) = mailbox.mails
    assert received["Bcc"] is None
    assert received["To"] == "anna@client.example"


@pytest.mark.parametrize("field", ["to", "sender"])
def test_an_address_with_a_line_break_is_refused_for_good(tenant: Tenant, mailbox: Mailbox, field: str) -> None:
    queue(tenant, "anna", **{field: "anna@client.example\r\nBcc: everybody@client.example"})
    deliver_outbox()
    assert mailbox.mails == []
    assert only_mail(tenant).dead_at is not None


def test_a_demo_without_a_mail_server_delivers_to_its_own_mail_page(tenant: Tenant, settings: Any) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "notifications.backends.DemoMailboxBackend"
    queue(tenant, "anna")
    deliver_outbox()
    assert only_mail(tenant).sent_at is not None


def test_a_backend_that_fails_in_its_own_way_holds_up_nobody(tenant: Tenant, settings: Any) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "tests.notifications.test_delivery.Moody"
    queue(tenant, "bad", "good")
    deliver_outbox()
    with tenant_scope(tenant):
        sent = {mail.key: (mail.sent_at is not None, mail.last_error) for mail in OutgoingMessage.objects.all()}
    assert sent["good"] == (True, "")
    assert sent["bad"] == (False, "Sending failed: KeyError: 'quota'")


class Moody(BaseEmailBackend):
    """A third party's backend."""

    def send_messages(self, email_messages: Any) -> int:
        if any(recipient.startswith("bad") for message in email_messages for recipient in message.to):
            raise KeyError("quota")
        return 1


def test_the_beat_table_names_the_task_that_delivers() -> None:
    from slatrack.celery import app

    app.loader.import_default_modules()
    assert app.conf.beat_schedule["deliver outbox"]["task"] == deliver_outbox.name
    assert deliver_outbox.name in app.tasks


def test_djangos_own_mail_waits_in_the_outbox_until_it_is_delivered(in_tenant: Tenant, mailbox: Mailbox) -> None:
    django_mail.send_mail("Reset", "Here is the link", None, ["anna@client.example"])
    assert mailbox.mails == []
    assert OutgoingMessage.objects.waiting().count() == 1
