"""What goes wrong only when two things meet: a form's key used again, a note on a closed ticket, people who left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from clocks.face import face
from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tickets import actions, breaches
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Status = Ticket.Status


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def wrote(ticket: Ticket, author: Any, **fields: Any) -> Message:
    return act(ticket.tenant, actions.write_as_client, **{
        "ticket_id": ticket.pk, "author": author, "body": "It still happens.",
        "now": MORNING + HOUR, **fields})  # fmt: skip


def answered(ticket: Ticket, author: Any, **fields: Any) -> Message:
    return act(ticket.tenant, actions.answer, **{
        "ticket_id": ticket.pk, "author": author, "kind": Message.Kind.REPLY, "body": "Here is how.",
        "now": MORNING + HOUR, **fields})  # fmt: skip


def heard(cast: Any, topic: str) -> list[str]:
    with tenant_scope(cast.tenant):
        return sorted(Notice.objects.filter(topic=topic).values_list("user__email", flat=True))


class TestTheKeyOfAForm:
    def test_of_somebody_else_gives_nobody_their_ticket(self, cast: Any, ticket: Ticket):
        form = uuid4()
        filed(cast.contact, submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            filed(cast.other_contact, submission=form)

    def test_of_a_message_files_nothing_and_gives_no_ticket(self, cast: Any, ticket: Ticket):
        form = uuid4()
        wrote(ticket, cast.contact, submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            filed(cast.contact, submission=form)

    def test_of_a_colleagues_note_does_not_show_the_note_to_a_client(self, cast: Any, ticket: Ticket):
        form = uuid4()
        answered(ticket, cast.agent, kind=Message.Kind.INTERNAL_NOTE, body="Between us.", submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            wrote(ticket, cast.contact, submission=form)

    def test_of_another_ticket_does_not_swallow_what_is_written_here(self, cast: Any, ticket: Ticket):
        form, other = uuid4(), filed(cast.contact)
        wrote(other, cast.contact, submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            wrote(ticket, cast.contact, submission=form)
        assert events(ticket, "client_reply") == []

    def test_with_another_text_is_not_taken_for_what_was_sent_before(self, cast: Any, ticket: Ticket):
        form = uuid4()
        wrote(ticket, cast.contact, submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            wrote(ticket, cast.contact, submission=form, body="It happens in Bristol too.")
        filed(cast.contact, submission=(form := uuid4()))
        with pytest.raises(ValidationError, match="sent already"):
            filed(cast.contact, submission=form, body="It happens in Bristol too.")
        with pytest.raises(ValidationError, match="sent already"):
            filed(cast.contact, submission=form, subject="Bristol too")

    def test_of_a_note_posts_no_reply(self, cast: Any, ticket: Ticket):
        form = uuid4()
        answered(ticket, cast.agent, kind=Message.Kind.INTERNAL_NOTE, submission=form)
        with pytest.raises(ValidationError, match="sent already"):
            answered(ticket, cast.agent, submission=form)

    def test_is_a_fresh_one_on_the_page_that_refuses_it(self, cast: Any, sign_in: Any, ticket: Ticket):
        contact, url, form = sign_in(cast.contact), f"/portal/tickets/{ticket.number}/reply/", str(uuid4())
        contact.post(url, {"body": "In London.", "submission": form})
        refused = contact.post(url, {"body": "In Bristol too.", "submission": form})
        assert (refused.status_code, "In Bristol too." in refused.text) == (422, True)
        fresh_one = refused.context["reply"]["submission"].value()
        assert contact.post(url, {"body": "In Bristol too.", "submission": fresh_one}).status_code == 302
        with tenant_scope(cast.tenant):
            assert [m.body for m in Message.objects.filter(ticket=ticket).order_by("id")][1:] == [
                "In London.", "In Bristol too.",
            ]  # fmt: skip


class TestAClosedTicket:
    def test_is_not_opened_by_a_note(self, cast: Any, ticket: Ticket):
        act(
            cast.tenant,
            actions.set_status,
            ticket_id=ticket.pk,
            by=cast.agent,
            status=Status.CLOSED,
            now=MORNING + MINUTE,
        )
        with pytest.raises(ValidationError, match="closed"):
            answered(ticket, cast.agent, kind=Message.Kind.INTERNAL_NOTE, then=Status.OPEN)
        assert fresh(ticket).status == Status.CLOSED
        assert answered(ticket, cast.agent, kind=Message.Kind.INTERNAL_NOTE).pk


class TestPeopleWhoLeft:
    def test_what_a_client_writes_to_an_assignee_who_left_reaches_leads_and_owners(self, cast: Any, ticket: Ticket):
        act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.agent, now=MORNING + MINUTE)
        with tenant_scope(cast.tenant):
            cast.agent.deactivated_at = MORNING + 2 * MINUTE
            cast.agent.save()
        wrote(ticket, cast.contact)
        assert heard(cast, "ticket.client_wrote") == ["lena@provider.example", "olga@provider.example"]

    def test_a_contact_who_left_is_not_sent_what_is_answered(self, cast: Any, ticket: Ticket):
        with tenant_scope(cast.tenant):
            cast.contact.deactivated_at = MORNING + MINUTE
            cast.contact.save()
            before = OutgoingMessage.objects.filter(to=cast.contact.email).count()
        answered(ticket, cast.agent, then=Status.SOLVED)
        with tenant_scope(cast.tenant):
            assert OutgoingMessage.objects.filter(to=cast.contact.email).count() == before
            assert not Notice.objects.filter(user=cast.contact.user).exists()


class TestTheDeskHears:
    def test_that_a_client_opened_a_ticket_again(self, cast: Any, ticket: Ticket):
        answered(ticket, cast.agent, then=Status.SOLVED)
        act(
            cast.tenant,
            actions.reopen,
            ticket_id=ticket.pk,
            by=cast.contact,
            reason="Still there.",
            now=MORNING + 2 * HOUR,
        )
        assert heard(cast, "ticket.reopened") == ["adam@provider.example"]

    def test_nothing_of_what_it_opened_again_itself(self, cast: Any, ticket: Ticket):
        answered(ticket, cast.agent, then=Status.SOLVED)
        act(
            cast.tenant,
            actions.reopen,
            ticket_id=ticket.pk,
            by=cast.lead,
            reason="Still there.",
            now=MORNING + 2 * HOUR,
        )
        assert heard(cast, "ticket.reopened") == []


class TestZones:
    def test_the_confirmation_says_when_in_the_clients_zone_as_the_portal_does(self, cast: Any):
        under("officeware", "gold", cast)
        with tenant_scope(cast.tenant):
            cast.client.timezone = "America/New_York"
            cast.client.save()
            cast.contact.user.timezone = ""
            cast.contact.user.save()
            cast.contact.refresh_from_db()
        ticket = filed(cast.contact)
        with tenant_scope(cast.tenant):
            mail = OutgoingMessage.objects.get(to=cast.contact.email, key=f"ticket:{ticket.pk}:filed")
        assert "EST" in mail.text
        assert "CET" not in mail.text

    def test_a_warning_says_when_in_the_zone_of_whom_it_warns(self, cast: Any):
        under("identity", "standard", cast)
        with tenant_scope(cast.tenant):
            cast.lead.user.timezone = "Australia/Sydney"
            cast.lead.user.save()
        filed(cast.contact, request_type="question", level="urgent")
        breaches.sweep.warnings(now=MORNING + 59 * MINUTE)
        breaches.sweep.tell_people(now=MORNING + 59 * MINUTE)
        with tenant_scope(cast.tenant):
            titles = dict(Notice.objects.filter(topic="clock.warned").values_list("user__name", "title"))
        # 10:00 UTC.
        assert titles["Lena Lead"].startswith("Due today 21:00:")
        assert titles["Olga Owner"].startswith("Due today 11:00:")


def test_a_warning_under_harder_terms_is_not_shown_under_easier_ones(cast: Any):
    under("identity", "standard", cast)
    ticket = filed(cast.contact, request_type="question", level="urgent")
    breaches.sweep.warnings(now=MORNING + 31 * MINUTE)
    at = MORNING + 32 * MINUTE
    act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="low", request_type="question",
        reason="One user.", now=at)  # fmt: skip
    found = clock(ticket, "first_response")
    with tenant_scope(cast.tenant):
        version = fresh(ticket).agreement_version
        assert version is not None
        assert found.warned_at is not None
        assert face(found, version.document, waits_for=None, now=at, reader="desk").state == "running"
