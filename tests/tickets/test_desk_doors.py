"""Who gets through the desk's door, and that nobody sees across the line between tenants."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, filed, fresh, under
from tickets import actions
from tickets.models import Attachment, PauseContest, Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.urls.desk import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    ticket = filed(cast.contact, attachments=[SimpleUploadedFile("log.txt", b"secret")])
    with tenant_scope(cast.tenant):
        actions.set_status(ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.WAITING, now=MORNING)
        pause = TicketEvent.objects.get(ticket=ticket, kind=Kind.WAITING)
        actions.contest_pause(ticket_id=ticket.pk, pause_id=pause.pk, by=cast.contact, reason="Answered.", now=MORNING)
    return ticket


@pytest.fixture
def theirs(cast: Any) -> Ticket:
    """A ticket of the other tenant; its number is one that this tenant has not reached."""
    with tenant_scope(cast.other_tenant):
        version = factories.agreement("officeware")
        factories.subscription(cast.rival.client, version, "gold")
    for _ in range(2):
        ticket = filed(
            cast.rival.contact, subject="Rival secret", attachments=[SimpleUploadedFile("log.txt", b"secret")]
        )
    return ticket


def addresses(ticket: Ticket) -> list[tuple[str, str]]:
    with tenant_scope(ticket.tenant):
        file = Attachment.objects.filter(message__ticket=ticket).get().pk
        contest = PauseContest.objects.filter(ticket=ticket).values_list("pk", flat=True).first() or 1
    page = f"/desk/tickets/{ticket.number}/"
    return [
        ("get", page), ("get", f"{page}changes/?since=1"), ("get", f"{page}reclassify/"), ("get", f"{page}scope/"),
        ("get", f"{page}reopen/"), ("get", f"{page}hold/"), ("get", f"{page}workaround/"),
        ("get", f"{page}workaround/withdrawal/"), ("get", f"{page}merge/"), ("get", f"{page}contests/{contest}/"),
        ("get", f"{page}call/"), ("post", f"{page}call/"), ("get", f"{page}clocks/resolution/0/"),
        ("get", f"/desk/agreement/{ticket.agreement_version_id}/"),
        ("get", f"/desk/agreement/{ticket.agreement_version_id}/calendars/business/"),
        ("get", f"{page}files/{file}/"), ("get", f"/desk/clients/{ticket.client_id}/"),
        ("get", f"/desk/tickets/new/?contact={ticket.requester_id}"),
        ("get", f"/desk/tickets/new/levels/?contact={ticket.requester_id}"),
        ("post", f"{page}answer/"), ("post", f"{page}assign/"), ("post", f"{page}status/"), ("post", f"{page}reopen/"),
        ("post", f"{page}reclassify/"), ("post", f"{page}scope/"), ("post", f"{page}hold/"),
        ("post", f"{page}workaround/"),
        ("post", f"{page}workaround/withdrawal/"), ("post", f"{page}merge/"), ("post", f"{page}contests/{contest}/"),
        ("post", f"/desk/tickets/new/?contact={ticket.requester_id}"),
    ]  # fmt: skip


GENERAL = [
    ("get", "/desk/"),
    ("get", "/desk/changes/"),
    ("get", "/desk/clients/"),
    ("get", "/desk/agreement/"),
    ("get", "/desk/tickets/new/"),
    ("post", "/desk/bulk/"),
]


def test_every_address_of_the_desk_is_tried_here(ticket: Ticket) -> None:
    tried = {resolve(path.partition("?")[0]).url_name for _, path in [*GENERAL, *addresses(ticket)]}
    assert tried == {pattern.name for pattern in urlpatterns}


def test_another_tenants_ticket_client_and_file_are_not_there(cast: Any, sign_in: Any, theirs: Ticket) -> None:
    browser = sign_in(cast.owner)
    for method, path in addresses(theirs):
        assert getattr(browser, method)(path).status_code == 404, path


def test_lists_and_searches_show_nothing_of_another_tenant(
    cast: Any, sign_in: Any, ticket: Ticket, theirs: Ticket
) -> None:
    browser = sign_in(cast.owner)
    for path in (
        "/desk/?view=all",
        "/desk/?q=secret",
        "/desk/?q=rival",
        f"/desk/?q={theirs.number}",
        "/desk/clients/",
        "/desk/tickets/new/?who=example",
        "/desk/?client=Globex",
    ):
        page = browser.get(path, follow=True).content.decode()
        assert "Rival" not in page.replace("“rival”", ""), path
    assert browser.get("/desk/?q=secret").context["page"].rows == []


def test_a_bulk_form_cannot_reach_another_tenants_ticket(cast: Any, sign_in: Any, theirs: Ticket) -> None:
    sign_in(cast.owner).post("/desk/bulk/", {"number": theirs.number, "do": "status", "status": "closed"})
    assert fresh(theirs).status == "open"


def test_a_contact_finds_no_desk(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    for method, path in [*GENERAL, *addresses(ticket)]:
        assert getattr(browser, method)(path).status_code == 404, path


def test_an_account_manager_is_told_that_the_desk_is_not_theirs(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.account_manager)
    for method, path in [*GENERAL, *addresses(ticket)]:
        assert getattr(browser, method)(path).status_code == 403, path


def test_a_stranger_signs_in_first(stranger: Any, ticket: Ticket) -> None:
    for method, path in [*GENERAL, *addresses(ticket)]:
        response = getattr(stranger, method)(path)
        assert response.status_code == 302, path
        assert response.url.startswith("/accounts/login/"), path


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["owner", "lead", "agent"])
def test_those_who_work_tickets_get_in(cast: Any, sign_in: Any, ticket: Ticket, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    for method, path in [*GENERAL, *addresses(ticket)]:
        if method == "get":
            assert browser.get(path, follow=True).status_code == 200, path


def test_reading_changes_nothing_and_changes_are_not_read(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    for verb in ("answer", "assign", "status"):
        assert browser.get(f"/desk/tickets/{ticket.number}/{verb}/").status_code == 405


def test_a_member_who_left_is_nobody(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    with tenant_scope(cast.tenant):
        cast.agent.deactivated_at = MORNING
        cast.agent.save()
    assert browser.get("/desk/").status_code == 404


def test_a_submission_of_another_tenant_is_not_mistaken_for_ones_own(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    with tenant_scope(cast.other_tenant):
        version = factories.agreement("officeware")
        factories.subscription(cast.rival.client, version, "gold")
    same = uuid.uuid4()
    filed(cast.rival.contact, submission=same)
    filed(cast.contact, submission=same, subject="Another one")
    with tenant_scope(cast.tenant):
        assert Ticket.objects.filter(subject="Another one").exists()
