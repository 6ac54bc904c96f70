"""Writing down for a contact what came in by phone, and what a client's page shows."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shell.wording import when_words
from tenants.scope import tenant_scope
from tests.tickets.desking import HTMX, clock, filed, under
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def new_form(**fields: Any) -> dict[str, Any]:
    received = fields.pop("received", timezone.now() - timedelta(hours=2))
    return {
        "subject": "Phone: nobody can print", "body": "They rang from the warehouse.",
        "request_type": "incident", "level": "severity_1",
        "product": "", "channel": "phone",
        "received_at": f"{received.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}", "submission": str(uuid.uuid4()),
    } | fields  # fmt: skip


@pytest.fixture
def desk(cast: Any, sign_in: Any) -> Any:
    under("officeware", "gold", cast)
    return sign_in(cast.agent)


def only(cast: Any) -> Ticket:
    with tenant_scope(cast.tenant):
        return Ticket.objects.select_related("requester").get()


def test_a_call_starts_its_clocks_when_it_came_in(cast: Any, desk: Any) -> None:
    received = timezone.now() - timedelta(hours=2)
    page = desk.post(
        f"/desk/tickets/new/?contact={cast.contact.pk}", new_form(received=received), follow=True
    ).content.decode()
    ticket = only(cast)
    assert ticket.received_at == received.replace(second=0, microsecond=0)
    assert clock(ticket, "first_response").started_at == ticket.received_at
    assert (ticket.requester, ticket.channel) == (cast.contact, Ticket.Channel.PHONE)
    assert "Globex, written down by Adam Agent" in page
    assert "Filed as #1. Carla Contact has been told." in page


def test_the_due_times_shown_before_filing_are_those_it_gets(cast: Any, desk: Any) -> None:
    received = (timezone.now() - timedelta(hours=1)).replace(second=0, microsecond=0)
    form = new_form(received=received)
    shown = desk.get("/desk/tickets/new/levels/", form | {"contact": cast.contact.pk}, **HTMX).content.decode()
    desk.post(f"/desk/tickets/new/?contact={cast.contact.pk}", form)
    for metric in ("first_response", "resolution"):
        due = clock(only(cast), metric).due_at
        assert due is not None
        words = when_words(due.astimezone(AMSTERDAM), timezone.now().astimezone(AMSTERDAM))
        assert f"<strong>by {words}</strong>" in shown


def test_E6_each_severity_carries_its_definition(cast: Any, desk: Any) -> None:
    page = desk.get(f"/desk/tickets/new/?contact={cast.contact.pk}").content.decode()
    assert page.count('class="choice-definition"') == 4
    assert "there is no workaround, and the customer cannot run its business as usual" in page


def test_E8_what_stands_outside_is_said_before_filing(cast: Any, desk: Any) -> None:
    query = {"contact": cast.contact.pk, "request_type": "professional_services"}
    assert (
        "Professional services stand outside the support plans."
        in desk.get("/desk/tickets/new/levels/", query, **HTMX).content.decode()
    )


def test_a_type_with_a_level_of_its_own_offers_that_one(cast: Any, desk: Any) -> None:
    shown = desk.get(
        "/desk/tickets/new/levels/",
        {"contact": cast.contact.pk, "request_type": "question", "level": "severity_1"},
        **HTMX,
    ).content.decode()
    assert "Ask a question requests are always Severity 4." in shown
    assert 'value="severity_4"' in shown
    assert 'value="severity_1"' not in shown


def test_B8_a_contact_without_the_right_to_ask_is_pointed_out(cast: Any, desk: Any) -> None:
    assert (
        "is not among those who may request support"
        in desk.get(f"/desk/tickets/new/?contact={cast.reader.pk}").content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", "", "Say in a few words what it is about."),
        ("body", "", "Describe what happens and what they expected."),
        ("level", "", "Choose a severity."),
        ("level", "burning", "Choose a severity."),
        ("received_at", "2999-01-01T10:00", "This lies in the future."),
        ("received_at", "yesterday", "Give a day and a time"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    cast: Any, desk: Any, field: str, value: str, words: str
) -> None:
    response = desk.post(f"/desk/tickets/new/?contact={cast.contact.pk}", new_form(**{field: value}))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    for kept in {"subject": "Phone: nobody can print", "body": "They rang from the warehouse."}.items():
        assert kept[0] == field or kept[1] in page
    with tenant_scope(cast.tenant):
        assert not Ticket.objects.exists()


def test_a_form_sent_twice_files_once(cast: Any, desk: Any) -> None:
    form = new_form()
    addresses = {desk.post(f"/desk/tickets/new/?contact={cast.contact.pk}", form).url for _ in range(2)}
    assert addresses == {f"/desk/tickets/{only(cast).number}/"}


def test_whose_request_it_is_is_found_by_name_address_or_client(cast: Any, desk: Any) -> None:
    for who, there in {"carla": True, "globex kim": False, "carla@client": True, "initech": False, "": True}.items():
        page = desk.get("/desk/tickets/new/", {"who": who}).content.decode()
        assert ("Carla Contact" in page) is there, who


def test_without_an_agreement_nothing_is_filed_and_it_is_said(cast: Any, sign_in: Any) -> None:
    page = sign_in(cast.agent).get(f"/desk/tickets/new/?contact={cast.contact.pk}", follow=True).content.decode()
    assert "No agreement is in force yet" in page


def test_a_clients_page_shows_people_subscription_and_tickets(cast: Any, desk: Any) -> None:
    ticket = filed(cast.contact)
    page = " ".join(desk.get(f"/desk/clients/{cast.client.pk}/").content.decode().split())
    for words in (
        "Globex",
        "Carla Contact",
        "May not request support",
        "Gold",
        "Paid",
        ticket.subject,
        "Included this month",
    ):
        assert words in page
    assert ticket.subject not in desk.get(f"/desk/clients/{cast.other_client.pk}/").content.decode()


@pytest.mark.thorough
def test_a_clients_page_costs_the_same_with_many_tickets(cast: Any, desk: Any, django_assert_num_queries: Any) -> None:
    filed(cast.contact)
    desk.get(f"/desk/clients/{cast.client.pk}/")
    with django_assert_num_queries(22) as first:
        desk.get(f"/desk/clients/{cast.client.pk}/")
    for _ in range(12):
        filed(cast.contact)
    with django_assert_num_queries(len(first.captured_queries)):
        desk.get(f"/desk/clients/{cast.client.pk}/")


def test_clients_are_listed_by_name_and_found_by_a_part_of_it(cast: Any, desk: Any) -> None:
    page = desk.get("/desk/clients/").content.decode()
    assert page.index("Globex") < page.index("Initech")
    assert "Initech" not in desk.get("/desk/clients/?who=glo").content.decode()
    assert "Globex" not in desk.get("/desk/clients/?after=Globex").content.decode()


def test_times_are_the_readers(cast: Any, desk: Any) -> None:
    with tenant_scope(cast.tenant):
        cast.agent.user.timezone = "America/New_York"
        cast.agent.user.save()
    page = desk.get(f"/desk/tickets/new/?contact={cast.contact.pk}").content.decode()
    assert f'value="{datetime.now(ZoneInfo("America/New_York")):%Y-%m-%dT%H}' in page
