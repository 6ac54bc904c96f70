"""The queue: order, views, filters, search, pages, the same thing done to several, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from agreements.models import Product
from tenants.scope import tenant_scope
from tests.tickets.desking import act, filed, fresh, under
from tickets import actions
from tickets.models import Message, Ticket, TicketWord
from tickets.queue import queue

pytestmark = pytest.mark.django_db


def numbers(response: Any) -> list[int]:
    return [row.ticket.number for row in response.context["page"].rows]


@pytest.fixture
def desk(cast: Any, sign_in: Any) -> Any:
    """An agent's browser on a desk whose clients are on a plan with targets."""
    under("identity", "standard", cast)
    return sign_in(cast.agent)


def ask(cast: Any, level: str = "medium", *, ago: timedelta = timedelta(minutes=5), **fields: Any) -> Ticket:
    contact = fields.pop("contact", cast.contact)
    kind = {"request_type": "question", "level": level, "at": timezone.now() - ago}
    return filed(contact, **kind | fields)


def test_what_is_due_first_comes_first_and_what_nothing_is_due_on_comes_last(cast: Any, desk: Any) -> None:
    low, urgent, high = ask(cast, "low"), ask(cast, "urgent"), ask(cast, "high")
    waiting = ask(cast, "urgent")
    act(
        cast.tenant,
        actions.answer,
        ticket_id=waiting.pk,
        author=cast.agent,
        kind=Message.Kind.REPLY,
        body="Which one?",
        now=timezone.now(),
        then="waiting",
    )
    assert numbers(desk.get("/desk/")) == [ticket.number for ticket in (urgent, high, low, waiting)]


def test_views_hold_what_their_names_say_and_count_it(cast: Any, desk: Any) -> None:
    now = timezone.now()
    mine, nobodys, held, waiting, solved = (ask(cast) for _ in range(5))
    overdue = ask(cast, "urgent", ago=timedelta(days=8))
    for ticket, who in ((mine, cast.agent), (held, cast.lead), (waiting, cast.lead), (overdue, cast.lead)):
        act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=who, now=now)
    for ticket, status in ((held, "on_hold"), (waiting, "waiting"), (solved, "solved")):
        act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.lead, status=status, now=now)
    held_tickets = {
        "mine": {mine}, "unassigned": {nobodys}, "on_hold": {held}, "waiting": {waiting}, "solved": {solved},
        "overdue": {overdue}, "open": {mine, nobodys, held, waiting, overdue},
        "all": {mine, nobodys, held, waiting, overdue, solved},
    }  # fmt: skip
    for view, tickets in held_tickets.items():
        response = desk.get(f"/desk/?view={view}")
        assert set(numbers(response)) == {ticket.number for ticket in tickets}, view
        counted = {each["url"].rpartition("=")[2]: each["count"] for each in response.context["views"]}
        if queue.VIEWS[view].counted:
            assert counted[view] == str(len(tickets)), view


def test_counting_stops_where_nobody_counts_on(cast: Any, desk: Any, monkeypatch: Any) -> None:
    for _ in range(4):
        ask(cast)
    monkeypatch.setattr(queue, "COUNT_MAX", 3)
    assert b">2+<" in desk.get("/desk/").content


def test_pages_go_forward_and_back_without_losing_or_repeating_a_row(cast: Any, desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queue.page, "__kwdefaults__", {"size": 3})
    for _ in range(8):
        ask(cast)
    response, seen = desk.get("/desk/"), []
    pages = [numbers(response)]
    assert not response.context["page"].previous_url
    while response.context["page"].next_url:
        response = desk.get(f"/desk/{response.context['page'].next_url}")
        pages.append(numbers(response))
    seen = [number for page in pages for number in page]
    assert len(seen) == len(set(seen)) == 8
    for page in reversed(pages[:-1]):
        response = desk.get(f"/desk/{response.context['page'].previous_url}")
        assert numbers(response) == page
    assert not response.context["page"].previous_url


@pytest.mark.parametrize(
    "cursor", ["cursor=x", "cursor=after~2026-01-01~5", "cursor=before~2026-01-01T00:00:00Z~x", "cursor=~"]
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(cast: Any, desk: Any, cursor: str) -> None:
    ticket = ask(cast)
    assert numbers(desk.get(f"/desk/?{cursor}")) == [ticket.number]


def test_filters_narrow_and_their_address_can_be_shared(cast: Any, desk: Any) -> None:
    urgent, other = ask(cast, "urgent"), ask(cast, "low", contact=cast.other_contact)
    act(cast.tenant, actions.assign, ticket_id=other.pk, by=cast.agent, assignee=cast.lead, now=timezone.now())
    for query, tickets in {
        "level=urgent": [urgent], "client=Initech": [other], "client=init": [other], "assignee=nobody": [urgent],
        f"assignee={cast.lead.pk}": [other], "status=open": [urgent, other], "status=waiting": [], "plan=none": [],
        "coverage=covered": [urgent, other],
        "level=urgent&client=Initech": [], "type=question": [urgent, other],
    }.items():  # fmt: skip
        assert numbers(desk.get(f"/desk/?{query}")) == [ticket.number for ticket in tickets], query


def test_page_and_api_narrow_by_the_same_rules(cast: Any, desk: Any) -> None:
    with tenant_scope(cast.tenant):
        ledger = Product.objects.get(key="ledger")
    held, other = ask(cast, "urgent", product=ledger), ask(cast, "low", contact=cast.other_contact)
    act(cast.tenant, actions.set_status, ticket_id=held.pk, by=cast.lead, status="on_hold", third_party="Taxware",
        now=timezone.now())  # fmt: skip
    act(cast.tenant, actions.assign, ticket_id=other.pk, by=cast.agent, assignee=cast.lead, now=timezone.now())
    for query, tickets in {
        "status=third_party": [held], "status=on_hold": [held], "status=open": [other], "level=low": [other],
        f"assignee={cast.lead.pk}": [other], "product=ledger": [held], "plan=none": [], "plan=standard": [other, held],
        "coverage=covered": [other, held], "on_hold_for=third_party": [held], "request_type=question": [other, held],
    }.items():  # fmt: skip
        wanted = {ticket.number for ticket in tickets}
        assert set(numbers(desk.get(f"/desk/?{query}"))) == wanted, query
        told = desk.get(f"/api/v1/tickets/?{query}").json()["results"]
        assert {each["number"] for each in told} == wanted, query


@pytest.mark.parametrize("query", ["client=Umbrella", "level=burning", "assignee=999999", "product=x", "assignee=abc"])
def test_a_filter_that_does_not_exist_finds_nothing(cast: Any, desk: Any, query: str) -> None:
    ask(cast)
    response = desk.get(f"/desk/?{query}")
    assert response.status_code == 200
    assert numbers(response) == []


def test_a_client_nobody_knows_is_named(desk: Any) -> None:
    assert "No client&#x27;s name begins with “Umbrella”." in desk.get("/desk/?client=Umbrella").content.decode()


def test_search_finds_words_in_any_order_and_their_beginnings(cast: Any, desk: Any) -> None:
    ticket = ask(cast, subject="Überweisung fails: tax-line is MISSING in invoices")
    ask(cast, subject="Invoices arrive twice")
    for text in ("missing invoices", "uberweisung", "ÜBERWEIS", "invo tax", "line"):
        assert numbers(desk.get("/desk/", {"q": text})) == [ticket.number], text
    assert len(numbers(desk.get("/desk/", {"q": "invoices"}))) == 2
    for text in ("missing twice", "nvoices", "100%", "'; --", "💥"):
        assert numbers(desk.get("/desk/", {"q": text})) == [], text


def test_search_finds_solved_tickets_too(cast: Any, desk: Any) -> None:
    ticket = ask(cast, subject="Old printer")
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status="solved", now=timezone.now())
    assert numbers(desk.get("/desk/?q=printer")) == [ticket.number]


@pytest.mark.parametrize("text", ["{0}", "#{0}", " # {0} "])
def test_a_number_leads_straight_to_its_ticket(cast: Any, desk: Any, text: str) -> None:
    ticket = ask(cast)
    response = desk.get("/desk/", {"q": text.format(ticket.number)})
    assert response.status_code == 302
    assert response.url == f"/desk/tickets/{ticket.number}/"


def test_a_number_that_is_no_ticket_is_searched_as_a_word(cast: Any, desk: Any) -> None:
    ticket = ask(cast, subject="Error 504 on save")
    assert numbers(desk.get("/desk/?q=504")) == [ticket.number]
    assert desk.get("/desk/?q=99999999999999999999").status_code == 200


def test_words_so_common_that_the_newest_are_looked_through_say_so(cast: Any, desk: Any, monkeypatch: Any) -> None:
    from tickets.queue import search

    tickets = [ask(cast, subject="Sign-in fails") for _ in range(4)]
    for name in ("_COMPLETIONS", "_WITH_RAREST"):
        monkeypatch.setattr(search, name, getattr(search, name).replace("LIMIT 2000", "LIMIT 2"))
    monkeypatch.setattr(search, "CANDIDATES", 2)
    response = desk.get("/desk/?q=fails")
    assert numbers(response) == [tickets[3].number, tickets[2].number]
    assert b"only the newest tickets were looked through" in response.content


def test_several_tickets_are_assigned_by_one_form_each_with_its_own_result(cast: Any, desk: Any) -> None:
    first, second, closed = ask(cast), ask(cast), ask(cast)
    for status in ("solved", "closed"):
        act(cast.tenant, actions.set_status, ticket_id=closed.pk, by=cast.lead, status=status, now=timezone.now())
    form = {
        "number": [first.number, second.number, closed.number],
        "do": "status",
        "status": "on_hold",
        "next": "/desk/?view=mine",
    }
    response = desk.post("/desk/bulk/", form, follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [("/desk/?view=mine", 302)]
    assert {fresh(first).status, fresh(second).status} == {"on_hold"}
    assert f"Set to “On hold”: #{first.number}, #{second.number}." in page
    assert f"#{closed.number} was left as it is: This ticket is closed." in page
    desk.post("/desk/bulk/", {"number": [first.number, second.number], "do": "assign", "assignee": cast.lead.pk})
    assert fresh(first).assignee == fresh(second).assignee == cast.lead


@pytest.mark.parametrize(
    "form", [{"do": "assign", "assignee": "1"}, {"do": "status", "status": "x"}, {"do": "assign"}, {}]
)
def test_a_bulk_form_that_makes_no_sense_changes_nothing(cast: Any, desk: Any, form: dict[str, str]) -> None:
    ticket = ask(cast)
    response = desk.post("/desk/bulk/", form | {"number": ticket.number, "next": "https://evil.example/"})
    assert response.url == "/desk/"
    assert (fresh(ticket).status, fresh(ticket).assignee) == ("open", None)


def test_the_bar_counts_what_has_changed_since_the_page_was_made(cast: Any, desk: Any) -> None:
    ask(cast)
    page = desk.get("/desk/?view=unassigned").content.decode()
    address = re.search(r'data-src="([^"]+)"', page)
    assert address is not None
    source = address.group(1).replace("&amp;", "&")
    assert parse_qs(urlsplit(source).query)["view"] == ["unassigned"]
    assert desk.get(source).json() == {"count": 0}
    ask(cast, ago=timedelta(0))
    assert desk.get(source).json() == {"count": 1}
    assert desk.get("/desk/changes/?since=yesterday").json() == {"count": 0}


@pytest.mark.parametrize("view", list(queue.VIEWS))
def test_an_empty_view_says_what_will_be_here(desk: Any, view: str) -> None:
    response = desk.get(f"/desk/?view={view}")
    assert queue.VIEWS[view].empty_title in response.content.decode()


@pytest.mark.thorough
def test_the_queue_costs_the_same_with_one_row_and_with_fifty(
    cast: Any, desk: Any, django_assert_num_queries: Any
) -> None:
    ask(cast)
    desk.get("/desk/")
    with django_assert_num_queries(18) as first:
        desk.get("/desk/")
    for number in range(49):
        ask(cast, contact=cast.other_contact if number % 2 else cast.contact)
    with django_assert_num_queries(len(first.captured_queries)):
        assert len(numbers(desk.get("/desk/"))) == 50


@pytest.mark.thorough
def test_a_search_costs_the_same_however_many_words_it_has(
    cast: Any, desk: Any, django_assert_num_queries: Any
) -> None:
    ask(cast, subject="one two three four")
    desk.get("/desk/?q=one")
    with django_assert_num_queries(19):
        desk.get("/desk/?q=one")
    with django_assert_num_queries(19):
        desk.get("/desk/?q=one+two+three+four")


def test_search_is_planned_as_probes_of_an_index_under_row_level_security(cast: Any, desk: Any) -> None:
    ticket = ask(cast)
    with tenant_scope(cast.tenant), connection.cursor() as cursor:
        TicketWord.objects.bulk_create([TicketWord(ticket=ticket, word=f"w{number:05}") for number in range(3000)])
        words = TicketWord.objects.filter(word__gt="w01000", word__lt="w01010").order_by("word")[:1]
        sql, params = words.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "word" in condition, plan


def test_no_two_places_are_reached_by_the_same_keys(desk: Any) -> None:
    keys = re.findall(r'data-hotkey="([^"]+)"', desk.get("/desk/").content.decode())
    assert len(keys) > 10
    assert len(set(keys)) == len(keys), keys


def test_names_are_text(cast: Any, desk: Any) -> None:
    ask(cast, subject="<img src=x onerror=alert(1)>")
    page = desk.get("/desk/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
