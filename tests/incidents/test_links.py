"""One public update answers every linked ticket, once, at its own instant, as the ticket's agreement counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from clocks.verdict import Verdict, on_record
from incidents import actions
from incidents.actions import answers
from incidents.board import filling
from incidents.board.ready_updates import READY
from incidents.models import LinkedAnswer
from incidents.models.kinds import Kind, words_of
from notifications.models import OutgoingMessage
from tenants.models import Client
from tenants.scope import tenant_scope
from tests import factories
from tests.incidents.mending import MINUTE, START, declared, workspace
from tests.tickets.desking import clock, events, filed, fresh
from tickets import actions as on_tickets
from tickets import breaches
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def ticket_about(contact, *, at=START, level="high", request_type="issue", **fields):
    return filed(contact, at=at, level=level, request_type=request_type, **fields)


def said_on(ticket) -> list[tuple[str, str]]:
    kinds = [Message.Kind.REPLY, Message.Kind.ACKNOWLEDGEMENT]
    return [(each.kind, each.body) for each in Message.objects.filter(ticket=ticket, kind__in=kinds)]


def update(incident, by, *, at=START + 10 * MINUTE, body="We found it.", **more):
    return actions.post_update(incident_id=incident.pk, by=by, body=body, now=at, **more)


def resolve(incident, by, *, at=START + 60 * MINUTE, **more):
    return actions.resolve_incident(incident_id=incident.pk, by=by, body="It works again.", now=at, **more)


@pytest.fixture
def engage(cast, in_tenant):
    return workspace(cast, "engage")


@pytest.fixture
def linked(cast, engage):
    """An incident with a ticket of each of two clients."""
    tickets = [ticket_about(cast.contact), ticket_about(cast.other_contact)]
    return declared(cast.agent, tickets=tickets), tickets


def test_one_update_answers_all_linked_tickets_once_each(cast, linked):
    incident, tickets = linked
    stranger = ticket_about(cast.colleague)
    update(incident, cast.agent)
    for ticket in tickets:
        [(kind, body)] = said_on(ticket)
        assert kind == "reply"
        assert "We found it." in body
        assert "You will hear from us again by Monday 2 March 2026, 10:25 CET." in body
        assert f"/status/incidents/{incident.number}/" in body
        assert fresh(ticket).assignee is None, "an update to everybody takes nobody's ticket"
        assert OutgoingMessage.objects.filter(to=ticket.requester.email, text__contains="We found it.").count() == 1
    assert said_on(stranger) == []


def test_C1_a_substantive_update_is_the_first_response_at_its_own_instant(cast, linked):
    incident, [ticket, _] = linked
    update(incident, cast.agent)
    found = clock(ticket, "first_response")
    assert (found.stopped_at, found.stopped_by) == (START + 10 * MINUTE, "agent_reply")
    assert on_record(found, now=START + timedelta(days=1)) == Verdict.MET


@pytest.mark.parametrize("key", ["engage", "managedops"])
def test_C1_an_update_that_only_acknowledges_stops_no_first_response(cast, in_tenant, key):
    workspace(cast, key, {"engage": "standard", "managedops": "critical"}[key])
    level, kind = {"engage": ("high", "issue"), "managedops": ("p1", "incident")}[key]
    ticket = ticket_about(cast.contact, level=level, request_type=kind)
    incident = declared(cast.agent, tickets=[ticket])
    update(incident, cast.agent, substantive=False)
    assert [kind for kind, _ in said_on(ticket)] == ["acknowledgement"]
    assert clock(ticket, "first_response").stopped_at is None
    update(incident, cast.agent, at=START + 20 * MINUTE, body="The queue is full. We add room; half of it in an hour.")
    assert clock(ticket, "first_response").stopped_at == START + 20 * MINUTE


def test_C1_the_declaration_acknowledges_and_a_program_answers_nothing(cast, engage):
    ticket = ticket_about(cast.contact)
    incident = declared(cast.agent, tickets=[ticket], body="We are looking into it.")
    update(incident, cast.agent, author="system", body="Still investigating.")
    assert [kind for kind, _ in said_on(ticket)] == ["acknowledgement"]
    assert clock(ticket, "first_response").stopped_at is None


def test_what_falls_due_between_an_update_and_its_processing_is_kept(cast, engage, monkeypatch):
    """The ones that fall due first are answered with the update; the others when a worker comes, as of the update."""
    monkeypatch.setattr(answers, "AT_ONCE", 1)
    later, first = ticket_about(cast.contact, at=START + 5 * MINUTE), ticket_about(cast.contact)
    incident = declared(cast.agent, at=START + 30 * MINUTE, tickets=[later, first])
    update(incident, cast.agent, at=START + 59 * MINUTE)
    breaches.sweep.in_tenant(now=START + 61 * MINUTE)
    assert clock(first, "first_response").stopped_at == START + 59 * MINUTE
    assert said_on(later) == []
    owed = LinkedAnswer.objects.owed().get()
    assert answers.answer_linked(answer_id=owed.pk, now=START + 70 * MINUTE)
    assert clock(later, "first_response").stopped_at == START + 59 * MINUTE
    [event] = events(later, "agent_reply")
    assert (event.at, event.recorded_at) == (START + 59 * MINUTE, START + 70 * MINUTE)
    breaches.sweep.in_tenant(now=START + 71 * MINUTE)
    assert events(first, "breached") == events(later, "breached") == []


def test_two_updates_arrive_in_their_order(cast, engage, monkeypatch):
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    ticket = ticket_about(cast.contact)
    incident = declared(cast.agent, tickets=[ticket])
    update(incident, cast.agent, body="First.")
    update(incident, cast.agent, body="Second.", at=START + 20 * MINUTE)
    one, two = LinkedAnswer.objects.owed().order_by("pk")
    assert not answers.answer_linked(answer_id=two.pk, now=START + 30 * MINUTE)
    assert answers.answer_linked(answer_id=one.pk, now=START + 30 * MINUTE)
    assert answers.answer_linked(answer_id=two.pk, now=START + 30 * MINUTE)
    assert not answers.answer_linked(answer_id=two.pk, now=START + 31 * MINUTE)
    assert [body.split("\n")[0] for _, body in said_on(ticket)] == ["First.", "Second."]


def test_the_resolution_tells_every_client_and_solves_if_asked(cast, linked):
    incident, [ticket, other] = linked
    on_tickets.set_status(ticket_id=other.pk, by=cast.other_contact, status=Ticket.Status.SOLVED, now=START + MINUTE)
    resolve(incident, cast.agent)
    assert fresh(ticket).status == fresh(other).status == Ticket.Status.SOLVED
    assert len(events(other, "solved")) == 1
    [mail] = OutgoingMessage.objects.filter(to=cast.contact.email, queued_at=START + 60 * MINUTE)
    assert mail.subject == f"[#{ticket.number}] Solved: {ticket.subject}"
    assert "Adam Agent wrote:\n\nIt works again." in mail.text
    assert "We marked your request as solved." in mail.text
    [mail] = OutgoingMessage.objects.filter(to=cast.other_contact.email, queued_at=START + 60 * MINUTE)
    assert mail.subject == f"[#{other.number}] Re: {other.subject}"
    assert [body.split("\n")[0] for each in (ticket, other) for _, body in said_on(each)] == ["It works again."] * 2


def test_a_resolution_that_leaves_tickets_open_says_so_to_them_all_the_same(cast, linked):
    incident, [ticket, _] = linked
    resolve(incident, cast.agent, solve_tickets=False)
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert len(said_on(ticket)) == 1


def test_D9_at_resolution_the_way_to_a_claim_stands_where_the_agreement_offers_one(cast, in_tenant):
    version = workspace(cast, "identity")
    ticket = ticket_about(cast.contact, level="urgent", request_type="incident")
    incident = declared(cast.agent, level="urgent", tickets=[ticket])
    update(incident, cast.agent)
    resolve(incident, cast.agent)
    [(_, before), (_, after)] = said_on(ticket)
    assert "claim" not in before
    assert "You can claim a credit for it until 1 April 2026. Ask within 30 days of the downtime" in after
    assert f"/portal/agreement/{version.pk}/#credits" in after


@pytest.mark.parametrize("plan", ["", "standard"])
def test_no_claim_is_offered_without_credits_or_without_a_plan(cast, in_tenant, plan):
    workspace(cast, "engage" if plan else "identity", plan or "standard")
    if not plan:
        with tenant_scope(cast.tenant):
            client = Client.objects.create(name="Nobody's", created_at=START)
            contact = factories.contact(client, "Nina None")
    ticket = ticket_about(
        cast.contact if plan else contact,
        **({} if plan else {"level": "urgent", "request_type": "incident"}),
    )
    incident = declared(cast.agent, level="p1" if plan else "urgent", tickets=[ticket])
    resolve(incident, cast.agent)
    assert "claim" not in said_on(ticket)[0][1]


def test_times_are_the_clients(cast, engage):
    cast.client.timezone = "America/New_York"
    cast.client.save()
    ticket = ticket_about(cast.contact)
    update(declared(cast.agent, tickets=[ticket]), cast.agent, at=START + timedelta(seconds=636))
    assert "Monday 2 March 2026, 04:25 EST" in said_on(ticket)[0][1]


def test_an_incident_that_is_not_public_gives_no_address(cast, engage):
    ticket = ticket_about(cast.contact)
    update(declared(cast.agent, level="p4", tickets=[ticket]), cast.agent)
    assert said_on(ticket) == [("reply", "We found it.")]


def test_a_ticket_that_was_merged_is_answered_where_it_goes_on_and_once(cast, engage):
    survivor, one, two = (ticket_about(cast.contact) for _ in range(3))
    incident = declared(cast.agent, tickets=[one, two, survivor])
    for each in (one, two):
        on_tickets.merge(ticket_id=each.pk, into_id=survivor.pk, by=cast.agent, reason="The same.", now=START + MINUTE)
    update(incident, cast.agent)
    assert said_on(one) == said_on(two) == []
    assert len(said_on(survivor)) == 1
    assert not LinkedAnswer.objects.owed().exists()


def test_a_closed_ticket_hears_nothing_and_waits_for_nothing(cast, linked):
    incident, [ticket, _] = linked
    on_tickets.set_status(ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.CLOSED, now=START + MINUTE)
    update(incident, cast.agent)
    assert said_on(ticket) == []
    assert not LinkedAnswer.objects.owed().exists()
    with pytest.raises(ValidationError, match="closed"):
        actions.link_tickets(incident_id=incident.pk, tickets=[fresh(ticket)], by=cast.agent, now=START + 20 * MINUTE)


def test_an_unlinked_ticket_is_answered_no_more(cast, linked):
    incident, [ticket, other] = linked
    actions.unlink_ticket(incident_id=incident.pk, ticket=ticket, by=cast.agent, now=START + MINUTE)
    update(incident, cast.agent)
    assert (len(said_on(ticket)), len(said_on(other))) == (0, 1)


def test_a_form_sent_twice_answers_once(cast, linked):
    incident, [ticket, _] = linked
    key = "0b6f2a3e-7b7d-4a55-8d3e-111111111111"
    for minute in (10, 11):
        update(incident, cast.agent, at=START + minute * MINUTE, submission=key)
    assert len(said_on(ticket)) == 1


@pytest.fixture
def behind(cast, engage, monkeypatch):
    """An incident whose update of minute 59 is still to be posted on its ticket, which falls due at minute 60."""
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    ticket = ticket_about(cast.contact)
    incident = declared(cast.agent, at=START + 30 * MINUTE, tickets=[ticket])
    update(incident, cast.agent, at=START + 59 * MINUTE)
    return incident, ticket


def test_what_a_worker_has_still_to_post_keeps_its_promise_however_late_it_comes(cast, behind):
    _, ticket = behind
    breaches.sweep.in_tenant(now=START + 61 * MINUTE)
    assert events(ticket, "breached") == events(ticket, "warned") == []
    [owed] = LinkedAnswer.objects.owed()
    assert answers.answer_linked(answer_id=owed.pk, now=START + 300 * MINUTE)
    assert clock(ticket, "first_response").stopped_at == START + 59 * MINUTE
    breaches.sweep.in_tenant(now=START + 301 * MINUTE)
    assert events(ticket, "breached") == []
    assert fresh(ticket).word_owed_at is None


def test_who_writes_on_a_ticket_before_the_worker_comes_finds_the_update_there(cast, behind):
    _, ticket = behind
    on_tickets.write_as_client(ticket_id=ticket.pk, author=cast.contact, body="Hello?", now=START + 90 * MINUTE)
    assert len(said_on(ticket)) == 1
    assert clock(ticket, "first_response").stopped_at == START + 59 * MINUTE
    assert events(ticket, "breached") == []
    assert not LinkedAnswer.objects.owed().exists()


def test_what_cannot_be_posted_holds_a_missed_promise_back_for_a_day_and_nobody_who_writes(cast, behind, monkeypatch):
    _, ticket = behind
    monkeypatch.setattr(answers, "pass_on", lambda **_: 1 / 0)
    on_tickets.write_as_client(ticket_id=ticket.pk, author=cast.contact, body="Hello?", now=START + 59.5 * MINUTE)
    breaches.sweep.in_tenant(now=START + timedelta(hours=20))
    assert events(ticket, "breached") == []
    breaches.sweep.in_tenant(now=START + timedelta(hours=25))
    assert events(ticket, "breached")[0].at == START + 60 * MINUTE


def test_what_was_still_to_come_does_not_once_the_ticket_is_taken_off_and_its_history_says_so(cast, behind):
    incident, ticket = behind
    actions.unlink_ticket(incident_id=incident.pk, ticket=ticket, by=cast.agent, now=START + 59.5 * MINUTE)
    assert not LinkedAnswer.objects.owed().exists()
    assert said_on(ticket) == []
    assert fresh(ticket).word_owed_at is None
    [note] = Message.objects.filter(ticket=ticket, kind=Message.Kind.INTERNAL_NOTE)
    assert note.body.startswith("Taken off INC-1 Messages are late before its last word")
    said = words_of(incident.events.get(kind=Kind.UNLINKED), incident.document)
    assert said == "Adam Agent took off #1, before the last word to everybody was posted there"
    breaches.sweep.in_tenant(now=START + 71 * MINUTE)
    assert len(events(ticket, "breached")) == 1


def test_what_was_said_before_a_merger_still_comes(cast, behind):
    incident, ticket = behind
    other = declared(cast.agent, at=START + 59 * MINUTE, title="All is late")
    merging = {"into_id": other.pk, "reason": "One cause.", "by": cast.agent, "now": START + 60 * MINUTE}
    actions.merge_incidents(incident_id=incident.pk, **merging)
    [owed] = LinkedAnswer.objects.owed()
    assert answers.answer_linked(answer_id=owed.pk, now=START + 70 * MINUTE)
    assert len(said_on(ticket)) == 1


def test_an_incident_that_is_open_again_is_told_on_its_tickets_once_each_without_the_reason(cast, linked):
    incident, tickets = linked
    resolve(incident, cast.agent)
    for minute in (70, 71):
        again = {"by": cast.agent, "reason": "Bob broke it.", "now": START + minute * MINUTE}
        actions.reopen_incident(incident_id=incident.pk, **again)
    for ticket in tickets:
        kind, body = said_on(ticket)[-1]
        assert len(said_on(ticket)) == 2
        assert kind == "acknowledgement"
        assert "It is not over after all: we are working on “Messages are late” again." in body
        assert "You will hear from us again by Monday 2 March 2026, 11:25 CET." in body
        assert "Bob" not in body


def test_what_nobody_wrote_is_no_persons_words(cast, linked):
    incident, [ticket, _] = linked
    resolve(incident, cast.agent)
    actions.reopen_incident(incident_id=incident.pk, by=cast.agent, reason="Again.", now=START + 70 * MINUTE)
    assert [each.author_name for each in ticket.messages.order_by("pk")][-2:] == [cast.agent.name, cast.tenant.name]
    sent = OutgoingMessage.objects.filter(to=ticket.requester.email)
    [again] = sent.filter(text__contains="It is not over after all")
    assert "wrote:" not in again.text
    assert f"{cast.agent.name} wrote:\n\nIt works again." in sent.get(text__contains="It works again.").text


@pytest.mark.parametrize("words", READY, ids=lambda each: each.name)
def test_ready_words_leave_the_promise_to_what_every_mail_says_of_it(cast, linked, words):
    incident, [ticket, _] = linked
    shown = filling.values(incident, now=START + 10 * MINUTE)({})
    update(incident, cast.agent, body=filling.filled(words.body, shown))
    [mail] = OutgoingMessage.objects.filter(to=ticket.requester.email, text__contains="You will hear from us again by")
    assert mail.text.count("10:25 CET") == 1
    assert "ext update" not in mail.text


def reopen(incident, by, *, at=START + 70 * MINUTE):
    actions.reopen_incident(incident_id=incident.pk, by=by, reason="It does not.", now=at)


@pytest.mark.parametrize("at_once", [0, 25])
def test_a_ticket_that_the_resolution_solved_is_open_again_with_it_and_its_clock_goes_on(
    cast, linked, monkeypatch, at_once
):
    monkeypatch.setattr(answers, "AT_ONCE", at_once)
    incident, [ticket, _] = linked
    resolve(incident, cast.agent)
    on_tickets.write_as_client(ticket_id=ticket.pk, author=cast.contact, body="Thanks!", now=START + 65 * MINUTE)
    reopen(incident, cast.agent)
    for owed in LinkedAnswer.objects.owed().order_by("pk"):
        answers.answer_linked(answer_id=owed.pk, now=START + 75 * MINUTE)
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert fresh(ticket).solved_at is None
    [event] = events(ticket, "reopened")
    assert (event.at, event.reason) == (START + 70 * MINUTE, "INC-1 is not over after all.")
    assert "Your request was solved with it, and is open again." in said_on(ticket)[-1][1]
    answer_to_thanks = clock(ticket, "next_response")
    assert (answer_to_thanks.started_at, answer_to_thanks.stopped_at) == (START + 70 * MINUTE, None)
    resolve(incident, cast.agent, at=START + 80 * MINUTE)
    for owed in LinkedAnswer.objects.owed().order_by("pk"):
        answers.answer_linked(answer_id=owed.pk, now=START + 81 * MINUTE)
    assert fresh(ticket).status == Ticket.Status.SOLVED


@pytest.mark.parametrize("by", ["client", "client after reopening", "agent after reopening", "closed", "nobody"])
def test_a_ticket_that_something_else_solved_stays_as_it_is_when_its_incident_is_open_again(cast, linked, by):
    incident, [ticket, _] = linked
    solving = {"ticket_id": ticket.pk, "status": Ticket.Status.SOLVED}
    if by == "client":
        on_tickets.set_status(**solving, by=cast.contact, now=START + MINUTE)
    resolve(incident, cast.agent, solve_tickets=by != "nobody")
    if by.endswith("reopening"):
        on_tickets.reopen(ticket_id=ticket.pk, by=cast.contact, reason="No.", now=START + 61 * MINUTE)
        solver = cast.contact if by.startswith("client") else cast.agent
        on_tickets.set_status(**solving, by=solver, now=START + 62 * MINUTE)
    elif by == "closed":
        on_tickets.set_status(**solving | {"status": Ticket.Status.CLOSED}, by=cast.agent, now=START + 62 * MINUTE)
    before = fresh(ticket).status, len(events(ticket, "reopened"))
    reopen(incident, cast.agent)
    assert (fresh(ticket).status, len(events(ticket, "reopened"))) == before
    assert "open again" not in said_on(ticket)[-1][1]


def test_an_incident_with_a_duplicate_among_its_tickets_is_merged_and_answers_where_that_goes_on(cast, linked):
    incident, [ticket, _] = linked
    other, last = ticket_about(cast.contact), declared(cast.agent)
    on_tickets.merge(ticket_id=ticket.pk, into_id=other.pk, by=cast.agent, reason="The same.", now=START + MINUTE)
    actions.merge_incidents(
        incident_id=incident.pk, into_id=last.pk, by=cast.agent, reason="One cause.", now=START + 2 * MINUTE
    )
    update(last, cast.agent)
    assert [kind for kind, _ in said_on(other)] == ["reply"]
    assert said_on(ticket) == []
