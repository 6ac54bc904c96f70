"""Workarounds, holds and merging where people meet them: the desk, the portal, the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tenants.scope import tenant_scope
from tests.tickets.agreeing import EARLIEST, changed_under
from tests.tickets.desking import HTMX, MORNING, act, answer_form, clock, events, filed, fresh, page_of
from tests.tickets.portalling import at, text
from tickets import actions
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

HOUR = timedelta(hours=1)
NOW = MORNING + HOUR
RESOLVES = ("definition: The time until the incident is resolved.",
            "definition: The time until the incident is resolved.\n    workaround_resolves: true")  # fmt: skip
THIRD_PARTIES = ("pauses: [waiting for client]", "pauses: [waiting for client, waiting for third party]")
ANY_REPLY = ("definition: The time until the team's first substantive answer.",
             "definition: The time until somebody answers.\n    stopped_by: any reply")  # fmt: skip


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    changed_under("officeware", "gold", cast, RESOLVES, THIRD_PARTIES)
    return filed(cast.contact)


@pytest.fixture
def agent(cast: Any, sign_in: Any) -> Any:
    with at(NOW):
        yield sign_in(cast.agent)


def given(cast: Any, ticket: Ticket) -> None:
    act(cast.tenant, actions.give_workaround, ticket_id=ticket.pk, by=cast.agent, body="By hand.", now=NOW)


def portal(ticket: Ticket) -> str:
    return f"/portal/tickets/{ticket.number}/"


def api(ticket: Ticket, verb: str = "") -> str:
    return f"/api/v1/tickets/{ticket.number}/{verb}"


class TestDesk:
    def test_C2_the_composer_says_what_a_workaround_does_and_sends_it_with_the_reply(self, agent: Any, ticket: Ticket):
        page = text(agent.get(page_of(ticket)))
        assert "a workaround is given (stops resolution, E4)" in page
        assert "wait for a third party (pauses resolution)" in page
        response = agent.post(f"{page_of(ticket)}answer/", answer_form(ticket, then="workaround"), follow=True)
        page = text(response)
        assert "Workaround given" in page
        assert "Workaround in 1 h of 24 h" in page
        assert "Adam Agent gave a workaround" in page
        assert (fresh(ticket).workaround_at, clock(ticket, "resolution").stopped_at) == (NOW, NOW)

    def test_C2_elsewhere_it_says_that_resolution_goes_on(self, cast: Any, agent: Any):
        changed_under("officeware", "gold", cast)
        ticket = filed(cast.contact)
        assert "a workaround is given (resolution goes on, E4)" in text(agent.get(page_of(ticket)))
        assert "The resolution clock goes on: only a solution ends it (E4)." in text(
            agent.get(f"{page_of(ticket)}workaround/")
        )

    @pytest.mark.parametrize(
        ("fields", "says"),
        [({"then": "workaround", "kind": "internal_note"}, "A workaround goes to the client in a reply."),
         ({"then": "third_party"}, "Say whom it waits for."),
         ({"then": "third_party", "third_party": "x" * 121}, "at most 120 characters")],
        ids=["in a note", "nobody", "too long"],
    )  # fmt: skip
    def test_what_the_composer_refuses_comes_back_with_everything_typed(
        self, agent: Any, ticket: Ticket, fields: dict[str, str], says: str
    ):
        response = agent.post(f"{page_of(ticket)}answer/", answer_form(ticket, **fields))
        assert response.status_code == 422
        assert says in text(response)
        assert "The tax table was empty" in text(response)
        assert events(ticket, "agent_reply") == []

    def test_the_composer_leaves_it_waiting_for_somebody_by_name(self, agent: Any, ticket: Ticket):
        form = answer_form(ticket, then="third_party", third_party="Taxware")
        page = text(agent.post(f"{page_of(ticket)}answer/", form, follow=True))
        assert "Adam Agent put it on hold, waiting for Taxware" in page
        assert "Paused: waiting for Taxware" in page
        assert "Waits for Taxware" in page
        listed = text(agent.get("/desk/?view=open&status=third_party"))
        assert ticket.subject in listed
        assert ticket.subject not in text(agent.get("/desk/?view=open&status=open"))

    def test_a_form_says_what_a_hold_does_and_keeps_what_was_typed(self, agent: Any, ticket: Ticket):
        assert "Pauses resolution." in text(agent.get(f"{page_of(ticket)}hold/", **HTMX))
        refused = agent.post(f"{page_of(ticket)}hold/", {"third_party": "", "reason": "A table is theirs."})
        assert refused.status_code == 422
        assert "Say whom it waits for." in text(refused)
        assert "A table is theirs." in text(refused)
        agent.post(f"{page_of(ticket)}hold/", {"third_party": "Taxware", "reason": "A table is theirs."})
        assert fresh(ticket).on_hold_for == "third_party"

    def test_the_workaround_form_takes_a_reply_or_a_note_and_not_neither(self, agent: Any, ticket: Ticket):
        url = f"{page_of(ticket)}workaround/"
        form = {"body": "", "reason": "", "submission": str(uuid4())}
        refused = agent.post(url, form)
        assert refused.status_code == 422
        assert "Write to the client what to do" in text(refused)
        agent.post(url, form | {"reason": "Told by phone."})
        assert [event.reason for event in events(ticket, "workaround")] == ["Told by phone."]
        url = f"{page_of(ticket)}workaround/withdrawal/"
        assert "which it stopped, goes on with the time that was left." in text(agent.get(url))
        assert agent.post(url, {"reason": ""}).status_code == 422
        agent.post(url, {"reason": "It broke."})
        assert (fresh(ticket).workaround_at, clock(ticket, "resolution").stopped_at) == (None, None)

    def test_C1_under_any_reply_the_composer_says_that_an_acknowledgement_answers(self, cast: Any, agent: Any):
        changed_under("officeware", "gold", cast, ANY_REPLY)
        ticket = filed(cast.contact)
        page = agent.get(page_of(ticket)).content.decode()
        assert "Stops first response: any reply counts (E4). The clock of the next response goes on." in page
        agent.post(f"{page_of(ticket)}answer/", answer_form(ticket, kind="acknowledgement", body="We have it."))
        page = text(agent.get(page_of(ticket)))
        assert "stops no clock" not in page
        assert "First response: answered in 1 h of 16 h" in page or "First response: answered in 1 h" in page


class TestMergingOnTheDesk:
    def test_it_offers_the_clients_open_tickets_finds_by_word_and_number_and_shows_what_happens(
        self, cast: Any, agent: Any, ticket: Ticket
    ):
        other = filed(cast.contact, subject="Payroll export hangs", at=MORNING + HOUR / 2)
        foreign = filed(cast.other_contact, subject="Payroll of Initech")
        closed = filed(cast.contact, subject="Payroll of last year")
        act(
            cast.tenant,
            actions.set_status,
            ticket_id=closed.pk,
            by=cast.agent,
            status=Ticket.Status.CLOSED,
            now=MORNING,
        )
        url = f"{page_of(ticket)}merge/"
        for query in ("", "?q=payroll", f"?q={other.number}"):
            page = text(agent.get(url + query))
            assert "Payroll export hangs" in page
            assert foreign.subject not in page
            assert closed.subject not in page
        assert "None of Globex’s open or solved tickets has “kangaroo”" in text(agent.get(f"{url}?q=kangaroo"))
        page = text(agent.get(f"{url}?into={other.number}"))
        assert f"Resolution of #{ticket.number} ends, and counts neither as kept nor as missed." in page
        assert f"The clocks of #{other.number} stay as they are" in page
        assert fresh(ticket).status == "open"

    def test_it_merges_and_both_say_so(self, cast: Any, agent: Any, ticket: Ticket):
        other = filed(cast.contact, subject="Payroll export hangs")
        form = {"into": other.number, "reason": "One cause."}
        page = text(agent.post(f"{page_of(ticket)}merge/", form, follow=True))
        assert f"#{ticket.number} was merged into this ticket" in page
        assert f"Merged in #{ticket.number}" in page
        page = text(agent.get(page_of(ticket)))
        assert f"Merged into #{other.number} Payroll export hangs, where it goes on." in page
        assert "merged it into" in page
        promises = page.partition("Promises")[2].partition("Ticket Assignee")[0]
        assert f"Its promises ended when it was merged into #{other.number}" in promises
        assert "h of" not in promises
        refused = agent.post(f"{page_of(ticket)}answer/", answer_form(ticket, body="Too late for this."))
        assert refused.status_code == 422
        assert f"merged into #{other.number} and goes on there" in text(refused)
        assert "Too late for this." in text(refused)

    @pytest.mark.parametrize("into", ["", "99999", "foreign", "itself", "no number"])
    def test_what_cannot_be_merged_into_is_refused_with_a_sentence(
        self, cast: Any, agent: Any, ticket: Ticket, into: str
    ):
        named = {"foreign": filed(cast.other_contact).number, "itself": ticket.number}
        response = agent.post(f"{page_of(ticket)}merge/", {"into": named.get(into, into), "reason": "One cause."})
        assert response.status_code == 422
        assert "field-error" in response.content.decode()
        assert fresh(ticket).merged_into_id is None

    def test_without_a_reason_the_choice_is_kept(self, cast: Any, agent: Any, ticket: Ticket):
        other = filed(cast.contact, subject="Payroll export hangs")
        response = agent.post(f"{page_of(ticket)}merge/", {"into": other.number, "reason": " "})
        assert response.status_code == 422
        assert "Give the reason; the client reads it." in text(response)
        assert f"Merge #{ticket.number} into #{other.number}" in text(response)

    def test_under_earliest_start_it_shows_the_due_time_that_moves(self, cast: Any, agent: Any):
        changed_under("identity", "standard", cast, EARLIEST)
        asked = {"request_type": "question", "level": "urgent"}
        first, second = filed(cast.contact, **asked), filed(cast.contact, at=MORNING + HOUR / 2, **asked)
        page = text(agent.get(f"{page_of(first)}merge/?into={second.number}"))
        assert f"First response of #{second.number} was due" in page
        assert "it is recorded as missed" in page
        assert "The agreement counts from the earlier of the two receipts" in page


class TestPortal:
    def test_C2_a_client_reads_of_the_workaround_and_says_that_it_fails(self, cast: Any, sign_in: Any, ticket: Ticket):
        given(cast, ticket)
        browser = sign_in(cast.contact)
        with at(NOW + HOUR):
            page = text(browser.get(portal(ticket)))
            assert "You have a workaround, since" in page
            assert "It does not hold" in page
            refused = browser.post(f"{portal(ticket)}workaround/withdrawal/", {"reason": " "})
            assert refused.status_code == 422
            assert "Say what does not work." in text(refused)
            page = text(browser.post(f"{portal(ticket)}workaround/withdrawal/", {"reason": "It fails."}, follow=True))
        assert "Carla Contact took the workaround back: it does not hold: It fails." in page
        assert clock(ticket, "resolution").stopped_at is None

    def test_a_merged_ticket_says_where_it_goes_on_to_those_who_may_read_there(
        self, cast: Any, sign_in: Any, ticket: Ticket
    ):
        hidden, own = filed(cast.colleague), filed(cast.contact)
        for duplicate in (hidden, own):
            act(
                cast.tenant,
                actions.merge,
                ticket_id=duplicate.pk,
                into_id=ticket.pk,
                by=cast.agent,
                reason="Same.",
                now=NOW,
            )
        with at(NOW + HOUR):
            page = sign_in(cast.contact).get(portal(own))
            assert portal(ticket) in page.content.decode()
            assert f"This goes on in #{ticket.number}." in text(page)
            page = sign_in(cast.colleague).get(portal(hidden))
            assert portal(ticket) not in page.content.decode()
            assert "It is about the same as a request of a colleague" in text(page)
            assert sign_in(cast.colleague).get(portal(ticket)).status_code == 404
            survivor = text(sign_in(cast.contact).get(portal(ticket)))
            assert f"Merged in #{hidden.number}" in survivor
            refused = sign_in(cast.contact).post(
                f"{portal(own)}reply/", {"body": "And now?", "submission": str(uuid4())}
            )
            assert refused.status_code == 422
            assert f"merged into #{ticket.number} and goes on there" in text(refused)
            assert "And now?" in text(refused)

    def test_a_client_reads_that_a_third_party_is_waited_for(self, cast: Any, sign_in: Any, ticket: Ticket):
        act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.ON_HOLD,
            third_party="Taxware", now=NOW)  # fmt: skip
        with at(NOW + HOUR):
            page = text(sign_in(cast.contact).get(portal(ticket)))
        assert "Waiting for a third party We write as soon as it goes on" in page
        assert "Paused: waiting for Taxware" in page


class TestApi:
    def test_a_workaround_is_given_and_taken_back(self, cast: Any, agent: Any, sign_in: Any, ticket: Ticket):
        shown = agent.post(api(ticket, "workaround/"), {"body": "By hand."}, content_type="application/json").json()
        assert shown["workaround_at"] == "2026-03-03T10:00:00Z"
        shown = sign_in(cast.contact).post(
            api(ticket, "workaround/withdrawal/"), {"reason": "It fails."}, content_type="application/json"
        )
        assert (shown.status_code, shown.json()["workaround_at"]) == (200, None)
        refused = agent.post(api(ticket, "workaround/"), {}, content_type="application/json")
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/body"

    def test_the_same_idempotency_key_gives_one_workaround(self, agent: Any, ticket: Ticket):
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
        for _ in range(2):
            response = agent.post(
                api(ticket, "workaround/"), {"body": "By hand."}, content_type="application/json", **key
            )
            assert response.status_code == 200
        assert len(events(ticket, "workaround")) == 1

    def test_a_hold_names_whom_it_waits_for(self, agent: Any, ticket: Ticket):
        said = {"status": "on_hold", "third_party": "Taxware", "reason": "Their table."}
        shown = agent.post(api(ticket, "status/"), said, content_type="application/json").json()
        assert (shown["status"], shown["on_hold_for"]) == ("on_hold", "third_party")
        assert [row["number"] for row in agent.get("/api/v1/tickets/?on_hold_for=third_party").json()["results"]] == [
            ticket.number
        ]
        refused = agent.post(
            api(ticket, "status/"), {"status": "waiting", "third_party": "Taxware"}, content_type="application/json"
        )
        assert refused.json()["errors"][0]["pointer"] == "/third_party"

    def test_a_merged_ticket_names_the_one_that_goes_on(self, cast: Any, agent: Any, ticket: Ticket):
        duplicate, foreign = filed(cast.contact), filed(cast.other_contact)
        for into, status in ((99999, 400), (foreign.number, 400), (ticket.number, 200)):
            response = agent.post(
                api(duplicate, "merge/"), {"into": into, "reason": "Same."}, content_type="application/json"
            )
            assert response.status_code == status
        shown = response.json()
        assert (shown["status"], shown["merged_into"]) == ("closed", ticket.number)
        assert {found["state"] for found in shown["clocks"]} == {"merged"}

    def test_another_tenant_and_another_client_find_nothing_and_a_contact_no_desk_verbs(
        self, cast: Any, sign_in: Any, ticket: Ticket
    ):
        said = {"reason": "Mine.", "into": ticket.number, "body": "x"}
        for verb, fields in (
            ("workaround/", ["body"]),
            ("workaround/withdrawal/", ["reason"]),
            ("merge/", ["into", "reason"]),
        ):
            body = {name: said[name] for name in fields}
            for person, status in (
                (cast.rival.agent, 404), (cast.other_contact, 404), (cast.account_manager, 403),
                *([] if "withdrawal" in verb else [(cast.contact, 404)]),
            ):  # fmt: skip
                response = sign_in(person).post(api(ticket, verb), body, content_type="application/json")
                assert response.status_code == status, (verb, person)
        with tenant_scope(cast.tenant):
            assert not fresh(ticket).workaround_at
