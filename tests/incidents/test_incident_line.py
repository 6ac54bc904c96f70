"""The incident line (C9): read by those who may call it, with what to say; calls are written down where clocks hear."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from agreements.models import Product
from incidents import actions
from incidents.models import IncidentEvent
from incidents.models.kinds import Kind, words_of
from tenants.models import Contact
from tenants.scope import tenant_scope
from tests import factories
from tests.incidents.mending import MINUTE, START, declared, hurt, workspace
from tests.incidents.test_links import ticket_about
from tests.tickets.desking import clock, events, fresh
from tests.tickets.portalling import NEW, PROMISE, at, text
from tickets import actions as on_tickets
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
NUMBER = "+31 20 123 4567"
DIAL = 'href="tel:+31201234567"'
NOW = START + 5 * MINUTE


@pytest.fixture
def managed(cast):
    """A P1 under an agreement with a line, whose number the tenant gave."""
    factories.change(cast.tenant, incident_line=NUMBER)
    with tenant_scope(cast.tenant):
        workspace(cast, "managedops", "critical")
        return declared(cast.agent, title="Shop is down", hurts=[hurt(Product.objects.earliest("pk").key)])


def pages(incident) -> list[str]:
    return ["/portal/", f"{NEW}?level=p1", f"{PROMISE}?level=p1", f"/portal/incidents/{incident.number}/"]


def seen(browser, path: str) -> str:
    with at(NOW):
        return browser.get(path).content.decode()


def local(minutes: int) -> str:
    """As the input of a day and a time sends it, in Amsterdam."""
    return (START + minutes * MINUTE + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


def test_C9_who_may_raise_a_p1_reads_the_line_and_what_to_say(cast, managed, sign_in):
    browser = sign_in(cast.contact)
    for path in pages(managed):
        assert DIAL in seen(browser, path), path
        assert "Clause C9" not in seen(browser, path), path
    with at(NOW):
        page = text(browser.get(f"/portal/incidents/{managed.number}/"))
    for words in (
        "Who you are Carla Contact, Globex",
        "Level P1",
        f"What is wrong INC-{managed.number} Shop is down Since when today 10:00",
    ):
        assert words in page
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact, level="p1", request_type="incident")
        actions.link_tickets(incident_id=managed.pk, tickets=[ticket], by=cast.agent, now=NOW)
    with at(NOW):
        assert f"Ticket #{ticket.number}" in text(browser.get(f"/portal/incidents/{managed.number}/"))
        assert DIAL in browser.get(f"/portal/tickets/{ticket.number}/").content.decode()


def test_C9_the_first_page_names_the_line_once(cast, managed, sign_in):
    browser = sign_in(cast.contact)
    assert text(browser.get("/portal/")).count("Incident line") == 1
    with tenant_scope(cast.tenant):
        actions.resolve_incident(incident_id=managed.pk, by=cast.agent, body="Over.", now=NOW)
    page = text(browser.get("/portal/"))
    assert page.count("Incident line") == 1
    assert DIAL in seen(browser, "/portal/")


@pytest.mark.parametrize("who", ["may raise no top priority", "may request no support", "has no such agreement"])
def test_C9_nobody_else_reads_the_line(cast, managed, sign_in, who):
    contact = cast.colleague
    with tenant_scope(cast.tenant):
        if who == "has no such agreement":
            client = type(cast.client).objects.create(name="Nobody's", created_at=START)
            contact = factories.contact(client, "Nina None")
        else:
            field = "may_raise_top_priority" if "priority" in who else "may_request_support"
            Contact.objects.filter(pk=contact.pk).update(**{field: False})
    browser = sign_in(contact)
    for path in pages(managed):
        page = seen(browser, path)
        assert "tel:" not in page, path
        assert "What to say when you call" not in page, path


def test_C9_the_line_is_for_its_levels_alone(cast, managed, sign_in):
    browser = sign_in(cast.contact)
    assert "tel:" not in seen(browser, f"{PROMISE}?level=p3")
    with tenant_scope(cast.tenant):
        actions.relevel(incident_id=managed.pk, level="p2", by=cast.agent, reason="Less.", now=START + MINUTE)
    assert "tel:" not in seen(browser, f"/portal/incidents/{managed.number}/")


def test_C9_nobody_calls_about_what_is_over(cast, managed, sign_in):
    with tenant_scope(cast.tenant):
        actions.resolve_incident(incident_id=managed.pk, by=cast.agent, body="Over.", now=START + MINUTE)
    assert "tel:" not in seen(sign_in(cast.contact), f"/portal/incidents/{managed.number}/")


def test_C9_without_a_number_the_text_stands_alone_and_owners_are_told(cast, managed, sign_in):
    factories.change(cast.tenant, incident_line="")
    page = seen(sign_in(cast.contact), f"/portal/incidents/{managed.number}/")
    assert "Call for escalation and coordination." in page
    assert "tel:" not in page
    owner = sign_in(cast.owner)
    form = {"name": "Acme", "accent": "#206bc4", "timezone": "Europe/Amsterdam", "status_is_public": "on"}
    assert "promises an incident line (C9)" in text(owner.get("/settings/workspace/"))
    assert owner.post("/settings/workspace/", {**form, "incident_line": f" {NUMBER} "}).status_code == 302
    assert "promises an incident line" not in text(owner.get("/settings/workspace/"))
    assert DIAL in seen(sign_in(cast.contact), "/portal/")


@pytest.mark.parametrize("typed", ["call us", "12", "javascript:alert(1)", "+31 20 <b>1</b>", "1" * 41, "١٢٣٤"])
def test_a_number_that_nobody_can_dial_is_refused_beside_its_field(cast, sign_in, typed):
    form = {"name": "Acme", "accent": "#206bc4", "timezone": "UTC", "incident_line": typed}
    answer = sign_in(cast.owner).post("/settings/workspace/", form)
    assert answer.status_code == 422
    assert answer.context["form"].errors["incident_line"]


def test_C9_a_call_about_a_ticket_is_the_clients_word_as_of_the_call(cast, managed, sign_in):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact, level="p1", request_type="incident")
        on_tickets.answer(
            ticket_id=ticket.pk,
            author=cast.agent,
            kind=Message.Kind.REPLY,
            body="Which shop?",
            now=START + MINUTE,
            then=Ticket.Status.WAITING,
        )
    desk = sign_in(cast.agent)
    form = {"caller": cast.colleague.pk, "called_at": local(10), "body": "All of them.", "submission": uuid.uuid4()}
    with at(START + 30 * MINUTE):
        assert "The client called" in text(desk.get(f"/desk/tickets/{ticket.number}/"))
        for _ in range(2):
            assert desk.post(f"/desk/tickets/{ticket.number}/call/", form).status_code == 302
    [event] = events(ticket, "client_reply")
    assert (event.at, event.recorded_at) == (START + 10 * MINUTE, START + 30 * MINUTE)
    assert (event.by, event.actor_name) == ("client", "Kim Colleague")
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert clock(ticket, "next_response").started_at == START + 10 * MINUTE
    page = text(desk.get(f"/desk/tickets/{ticket.number}/"))
    assert "Globex, by phone, written down by Adam Agent" in page


def test_C9_a_call_about_an_incident_is_a_fact_for_colleagues(cast, managed, sign_in):
    desk, path = sign_in(cast.agent), f"/desk/incidents/{managed.number}/call/"
    form = {"caller": cast.contact.email, "called_at": local(3), "body": "The till is down too."}
    with at(NOW):
        assert cast.contact.email in desk.get(path).content.decode()
        assert desk.post(path, {**form, "submission": uuid.uuid4()}).status_code == 302
    with tenant_scope(cast.tenant):
        event = IncidentEvent.objects.get(kind=Kind.CALLED)
        said = words_of(event, managed.document)
    assert said == "Carla Contact of Globex called at 10:03, written down by Adam Agent"
    assert event.body == "The till is down too."
    page = f"/portal/incidents/{managed.number}/"
    assert "till" not in seen(sign_in(cast.contact), page)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"body": " "}, "body", "Write"),
        ({"called_at": "tomorrow"}, "called_at", "Give a day and a time"),
        ({"called_at": local(60)}, "called_at", "This lies in the future."),
        ({"caller": "nobody@nowhere.example"}, "caller", ""),
        ({"caller": ""}, "caller", ""),
    ],
)
@pytest.mark.parametrize("about", ["tickets", "incidents"])
def test_a_call_that_says_too_little_comes_back_with_what_was_typed(
    cast, managed, sign_in, about, wrong, field, sentence
):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact, level="p1", request_type="incident")
    number, caller = {
        "tickets": (ticket.number, cast.contact.pk),
        "incidents": (managed.number, cast.contact.email),
    }[about]
    form = {"caller": caller, "called_at": local(3), "body": "Down.", "submission": uuid.uuid4(), **wrong}
    with at(NOW):
        answer = sign_in(cast.agent).post(f"/desk/{about}/{number}/call/", form)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    with tenant_scope(cast.tenant):
        assert not IncidentEvent.objects.filter(kind=Kind.CALLED).exists()


@pytest.mark.parametrize("about", ["tickets", "incidents"])
def test_a_call_cannot_be_put_into_anothers_mouth(cast, managed, sign_in, about):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact, level="p1", request_type="incident")
    stranger = cast.other_contact if about == "tickets" else cast.rival.contact
    if about == "incidents":
        with tenant_scope(cast.other_tenant):
            Contact.objects.filter(pk=stranger.pk).update(email="only@rival.example")
    caller = stranger.pk if about == "tickets" else "only@rival.example"
    form = {"caller": caller, "called_at": local(3), "body": "Down.", "submission": uuid.uuid4()}
    number = ticket.number if about == "tickets" else managed.number
    with at(NOW):
        assert sign_in(cast.agent).post(f"/desk/{about}/{number}/call/", form).status_code == 422
    assert events(ticket, "client_reply") == []
