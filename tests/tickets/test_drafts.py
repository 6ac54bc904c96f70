"""The server says which draft arrived: after what it did, and after nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tenants.scope import tenant_scope
from tests.tickets.desking import HTMX, act, answer_form, filed, under
from tests.tickets.portalling import NEW, ask
from tests.tickets.whying import answer_page, contested, wait
from tickets import actions
from tickets.models import PauseContest, Ticket

pytestmark = pytest.mark.django_db
DRAFT = {"draft": "m5abc1"}


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def arrived(answer: Any) -> str:
    return answer.cookies["arrived"].value if "arrived" in answer.cookies else ""


@pytest.mark.parametrize("how", [{}, HTMX], ids=["a whole page", "htmx"])
def test_an_answer_that_was_sent_is_no_draft_any_more_and_a_refused_one_is(
    cast: Any, sign_in: Any, ticket: Ticket, how: Any
) -> None:
    agent, url = sign_in(cast.agent), f"/desk/tickets/{ticket.number}/answer/"
    refused = agent.post(url, answer_form(ticket, body=" ") | DRAFT, **how)
    assert (refused.status_code, arrived(refused)) == (422, "")
    assert arrived(agent.post(url, answer_form(ticket) | DRAFT, **how)) == "m5abc1"


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("hold", {"third_party": "The carrier", "reason": "Ordered."}),
        ("workaround", {"body": "Use the other one.", "submission": "3f8b1ad2-40d7-4d2a-a1c5-0a86a6a2ff10"}),
        ("reclassify", {"level": "severity_3", "request_type": "incident", "reason": "Few are hit."}),
    ],
)
def test_what_was_done_to_a_ticket_takes_its_draft_along(
    cast: Any, sign_in: Any, ticket: Ticket, verb: str, form: Any
) -> None:
    agent, url = sign_in(cast.agent), f"/desk/tickets/{ticket.number}/{verb}/"
    assert arrived(agent.post(url, DRAFT)) == ""
    assert arrived(agent.post(url, form | DRAFT)) == "m5abc1"


def test_a_request_and_a_reply_on_the_portal_arrive_or_stay_drafts(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    contact, reply = sign_in(cast.contact), f"/portal/tickets/{ticket.number}/reply/"
    for url, form in [(NEW, ask()), (reply, {"body": "Bristol too.", "submission": ask()["submission"]})]:
        assert arrived(contact.post(url, form | {"body": ""} | DRAFT)) == ""
        assert arrived(contact.post(url, form | {"draft": "m5abc2"})).endswith("m5abc2")


def test_what_is_still_wrong_with_a_solved_ticket_arrives(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    act(
        cast.tenant,
        actions.set_status,
        ticket_id=ticket.pk,
        by=cast.agent,
        status=Ticket.Status.SOLVED,
        now=ticket.received_at,
    )
    contact, url = sign_in(cast.contact), f"/portal/tickets/{ticket.number}/reopen/"
    assert arrived(contact.post(url, DRAFT)) == ""
    assert arrived(contact.post(url, {"reason": "It came back."} | DRAFT)) == "m5abc1"


def test_a_browser_whose_pages_were_not_shown_hears_of_all_that_arrived_lately(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    contact = sign_in(cast.contact)
    for number in range(7):
        answer = contact.post(NEW, ask() | {"draft": f"d{number}"})
    assert arrived(answer) == "d2.d3.d4.d5.d6"


@pytest.mark.parametrize("draft", ["", "a;b", "a b", "x" * 41, "é"])
def test_nothing_but_a_drafts_name_comes_back(cast: Any, sign_in: Any, ticket: Ticket, draft: str) -> None:
    assert arrived(sign_in(cast.contact).post(NEW, ask(draft=draft))) == ""


def test_a_contest_and_its_answer_arrive(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    url = f"/portal/tickets/{ticket.number}/pauses/{wait(ticket, cast)}/contest/"
    contact = sign_in(cast.contact)
    assert arrived(contact.post(url, {"reason": " "} | DRAFT)) == ""
    assert arrived(contact.post(url, {"reason": "We had told you."} | DRAFT)) == "m5abc1"
    with tenant_scope(cast.tenant):
        answer = answer_page(ticket, PauseContest.objects.get(pause__ticket=ticket))
    lead = sign_in(cast.lead)
    assert arrived(lead.post(answer, {"outcome": "kept", "answer": " "} | DRAFT)) == ""
    assert arrived(lead.post(answer, {"outcome": "kept", "answer": "You had not."} | DRAFT)) == "m5abc1"


def test_whatever_is_written_about_a_ticket_is_a_draft_while_it_is_written(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    pause = wait(ticket, cast)
    give = {"body": "Use the other one.", "now": ticket.received_at}
    act(cast.tenant, actions.give_workaround, ticket_id=ticket.pk, by=cast.agent, **give)
    solved = filed(cast.contact)
    solve = {"status": Ticket.Status.SOLVED, "now": ticket.received_at}
    act(cast.tenant, actions.set_status, ticket_id=solved.pk, by=cast.agent, **solve)
    mine, theirs = f"/portal/tickets/{ticket.number}/", f"/desk/tickets/{ticket.number}/"
    pages = {
        cast.contact: [NEW, mine, f"/portal/tickets/{solved.number}/", f"{mine}pauses/{pause}/contest/"],
        cast.agent: [
            theirs, f"/desk/tickets/new/?contact={cast.contact.pk}", f"/desk/tickets/{solved.number}/reopen/",
            *(f"{theirs}{verb}/" for verb in ("hold", "reclassify", "workaround", "workaround/withdrawal")),
            f"{theirs}merge/?into={solved.number}",
        ],
    }  # fmt: skip
    pages[cast.lead] = [answer_page(ticket, contested(ticket, cast))]
    for who, urls in pages.items():
        browser = sign_in(who)
        for url in urls:
            forms = re.findall(r"<form.*?</form>", browser.get(url).text, re.DOTALL)
            written = [form for form in forms if "<textarea" in form or 'name="reason"' in form]
            assert written, url
            assert all("data-draft" in form[: form.index(">")] for form in written), url
