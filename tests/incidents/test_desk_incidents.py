"""The desk's pages of incidents: the list, the declaration, the workbench. HTTP in, state out."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from incidents.models import Affected, Duty, Impact, Incident, IncidentLink
from incidents.models.kinds import Kind
from tenants.scope import tenant_scope
from tests.incidents.desking import PAGE, at, declaration, facts, fresh, only, page_of, text, update
from tests.incidents.mending import MINUTE, START, declared, latest, product, workspace
from tickets import actions as ticket_actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Any, sign_in: Any) -> Any:
    workspace(cast)
    return sign_in(cast.agent)


def begun(cast: Any, **fields: Any) -> Incident:
    with tenant_scope(cast.tenant):
        return declared(cast.agent, **fields)


def filed(cast: Any, **fields: Any) -> Ticket:
    with tenant_scope(cast.tenant):
        return ticket_actions.file_ticket(
            **{
                "requester": cast.contact, "by": cast.contact, "subject": "Nothing arrives", "body": "Since nine.",
                "request_type": "issue", "level": "high", "product": product("messaging"),
                "channel": Ticket.Channel.PORTAL, "received_at": START, "now": START, **fields,
            }
        )  # fmt: skip


# The list.


def test_the_list_has_what_is_worst_on_top_then_what_is_due_soonest(cast: Any, desk: Any) -> None:
    begun(cast, title="Slow", level="p3")
    begun(cast, title="Late", level="p1", at=START + MINUTE)
    begun(cast, title="Down", level="p1")
    page = text(at(desk, PAGE, START + 2 * MINUTE))
    assert page.index("INC-3 Down") < page.index("INC-2 Late") < page.index("INC-1 Slow")
    assert "13 m left" in page
    assert "Messaging Channels (down)" in page or "(down)" in page


def test_resolved_ones_stand_in_a_list_of_their_own(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    at(desk, f"{page_of(incident)}resolve/", START + MINUTE, **update(incident, body="Fixed.", solve_tickets="on"))
    assert "Nothing is wrong that anybody knows of" in text(at(desk, PAGE, START + 2 * MINUTE))
    assert "INC-1" in text(at(desk, f"{PAGE}?open=false", START + 2 * MINUTE))


def test_the_list_is_narrowed_by_level_and_product(cast: Any, desk: Any) -> None:
    begun(cast, title="Down")
    assert "INC-1" in text(at(desk, f"{PAGE}?product=messaging&level=p1"))
    assert "No incident fits the filters" in text(at(desk, f"{PAGE}?product=voice"))
    assert "No incident fits the filters" in text(at(desk, f"{PAGE}?level=p2"))


@pytest.mark.thorough
def test_the_list_costs_the_same_with_one_and_with_twenty(cast: Any, desk: Any, django_assert_num_queries: Any) -> None:
    begun(cast)
    desk.get(PAGE)
    with django_assert_num_queries(19) as first:
        desk.get(PAGE)
    for _ in range(19):
        begun(cast)
    with django_assert_num_queries(len(first.captured_queries)):
        desk.get(PAGE)


def test_the_rail_counts_open_incidents_on_every_page_of_the_desk(cast: Any, desk: Any) -> None:
    begun(cast)
    assert "Incidents 1" in text(desk.get("/desk/"))


# The declaration.


def test_B11_a_level_is_chosen_with_the_agreements_definition_and_what_follows(cast: Any, desk: Any) -> None:
    page = text(at(desk, f"{PAGE}new/"))
    for words in (
        "In several products, most users cannot use the product.", "Updates Every 15 minutes",
        "Escalated At once, at any hour", "Status page Automatically", "Updates No fixed cadence",
        "Status page When you put it there",
    ):  # fmt: skip
        assert words in page, words


def test_an_incident_is_declared_with_what_it_hurts_and_begins_its_clock(cast: Any, desk: Any) -> None:
    with tenant_scope(cast.tenant):
        pk = product("messaging").pk
    sent = declaration(**{f"hurts:{pk}:": "down", "started_at": "2026-03-02T09:50", "body": "We look into it."})
    response = at(desk, f"{PAGE}new/", **sent)
    incident = only(cast.tenant)
    assert response["Location"] == page_of(incident)
    assert (incident.title, incident.level, incident.is_public) == ("Messages are late", "p1", True)
    assert incident.started_at == START - 10 * MINUTE
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 15 * MINUTE
        assert Affected.objects.get().impact == Impact.DOWN
        assert Duty.objects.get().member == cast.agent


def test_a_first_word_is_filled_in_with_what_the_form_says(cast: Any, desk: Any) -> None:
    with tenant_scope(cast.tenant):
        pk = product("messaging").pk
    body = "{level}: {incident}. {affected}. Next update {next_update}."
    at(desk, f"{PAGE}new/", **declaration(**{f"hurts:{pk}:": "down", "body": body}))
    said = facts(only(cast.tenant), Kind.DECLARED)[0].body
    with tenant_scope(cast.tenant):
        assert said == f"P1: Messages are late. {product('messaging').name}. Next update 10:15 CET."


def test_a_form_that_is_sent_twice_declares_once(cast: Any, desk: Any) -> None:
    sent = declaration()
    assert at(desk, f"{PAGE}new/", **sent).status_code == 302
    assert at(desk, f"{PAGE}new/", **sent).status_code == 302
    only(cast.tenant)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "Say in a few words what is wrong."),
        ({"level": ""}, "Choose a level from the agreement."),
        ({"level": "p9"}, "Choose a level from the agreement."),
        ({"started_at": "2026-03-02T10:30"}, "It cannot begin in the future."),
        ({"started_at": "yesterday"}, "Give a day and a time"),
        ({"hurts:999:": "down"}, "There is no product or component"),
        ({"tickets": "77"}, "There is no ticket #77."),
        ({"title": "x" * 201}, "at most 200"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    cast: Any, desk: Any, fields: dict[str, str], words: str
) -> None:
    response = at(desk, f"{PAGE}new/", **declaration(body="Kept words", **fields))
    assert response.status_code == 422
    assert words in text(response)
    assert "Kept words" in response.content.decode()
    with tenant_scope(cast.tenant):
        assert not Incident.objects.exists()


def test_it_is_declared_from_tickets_with_what_they_say(cast: Any, desk: Any) -> None:
    one, two = filed(cast), filed(cast, requester=cast.other_contact, by=cast.other_contact, subject="Same here")
    ticked = desk.post("/desk/incidents/picked/", {"number": [one.number, two.number], "do": "declare"})
    assert ticked["Location"] == f"{PAGE}new/?ticket={one.number}&ticket={two.number}"
    # What the public will read is nobody's subject when there are several.
    assert 'value="Nothing arrives"' not in desk.get(ticked["Location"]).content.decode()
    form = at(desk, ticked["Location"])
    assert 'value="Nothing arrives"' in at(desk, f"{PAGE}new/?ticket={one.number}").content.decode()
    assert "Same here" in text(form)
    assert "Linked tickets get it as an acknowledgement: that you know is no answer yet" in text(form)
    at(desk, ticked["Location"], **declaration(tickets=[one.number, two.number]))
    with tenant_scope(cast.tenant):
        assert IncidentLink.objects.current().filter(incident=only(cast.tenant)).count() == 2


def test_several_tickets_are_linked_to_an_open_incident(cast: Any, desk: Any) -> None:
    incident, ticket = begun(cast), filed(cast)
    ticked = desk.post("/desk/incidents/picked/", {"number": [ticket.number], "do": "link"})
    assert "INC-1" in text(at(desk, ticked["Location"], START + MINUTE))
    refused = at(desk, ticked["Location"], START + MINUTE, incident="99")
    assert refused.status_code == 422
    assert at(desk, ticked["Location"], START + MINUTE, incident=incident.number)["Location"] == page_of(incident)
    with tenant_scope(cast.tenant):
        assert IncidentLink.objects.get().ticket == ticket


def test_nothing_ticked_says_so(cast: Any, desk: Any) -> None:
    assert "Tick the tickets first." in text(desk.post("/desk/incidents/picked/", {"do": "link"}, follow=True))


def test_a_ticket_shows_its_incident_and_one_at_the_top_level_proposes_one(cast: Any, desk: Any) -> None:
    ticket = filed(cast)
    page = text(at(desk, f"/desk/tickets/{ticket.number}/", START + MINUTE))
    assert "This is High. Is it more than one client's trouble?" in page
    incident = begun(cast, tickets=[ticket])
    page = text(at(desk, f"/desk/tickets/{ticket.number}/", START + MINUTE))
    assert "INC-1 Messages are late Investigating. Every update there answers this ticket." in page
    assert "Is it more than one client's trouble?" not in page
    assert f"#{ticket.number} Nothing arrives" in text(at(desk, page_of(incident), START + MINUTE))


# The workbench.


def test_the_page_has_what_happened_the_composer_and_the_facts(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    page = text(at(desk, page_of(incident), START + 3 * MINUTE))
    for words in (
        "Adam Agent declared the incident", "12 m left", "Why?", "Goes to the status page.",
        "The next update is then due 10:18.", "In several products, most users cannot use the product.",
        "Coordinator", "Note", "Down", "Updates: Every 15 minutes",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.thorough
def test_the_page_costs_the_same_with_much_said_and_little(
    cast: Any, desk: Any, django_assert_num_queries: Any
) -> None:
    incident = begun(cast, tickets=[filed(cast)])
    # Once somebody has it, nobody is looked up who would be asked next.
    at(desk, f"{page_of(incident)}update/", START + MINUTE, **update(incident))
    at(desk, page_of(incident), START + MINUTE)
    with django_assert_num_queries(31):
        at(desk, page_of(incident), START + MINUTE)
    for minute in range(2, 12):
        at(desk, f"{page_of(incident)}update/", START + minute * MINUTE, **update(incident))
    with django_assert_num_queries(31):
        at(desk, page_of(incident), START + 12 * MINUTE)


def test_B15_a_word_to_everybody_restarts_the_cadence_with_status_and_what_is_affected(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    with tenant_scope(cast.tenant):
        pk = product("messaging").pk
    sent = update(incident, status="identified", **{f"hurts:{pk}:": "degraded"})
    response = at(desk, f"{page_of(incident)}update/", START + 10 * MINUTE, **sent)
    assert response.status_code == 302
    assert fresh(incident).status == "identified"
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 25 * MINUTE
        assert Affected.objects.get().impact == Impact.DEGRADED
    page = text(at(desk, page_of(incident), START + 11 * MINUTE))
    assert "Update: updated in 10 m of 15 m." in page
    # Said once: with the words, and in no line of its own.
    assert "to everybody · identified" in page
    assert "set it to identified" not in page


def test_what_is_affected_stays_as_others_set_it_where_the_composer_left_it_alone(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    with tenant_scope(cast.tenant):
        pk = product("messaging").pk
    sent = update(incident, affected_seen=f"{pk}::down", **{f"hurts:{pk}:": "down"})
    at(desk, f"{page_of(incident)}affected/", START + MINUTE, **{f"hurts:{pk}:": "degraded"})
    at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **sent)
    with tenant_scope(cast.tenant):
        assert Affected.objects.get().impact == Impact.DEGRADED


def test_a_note_is_for_colleagues_and_keeps_no_promise(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    at(desk, f"{page_of(incident)}update/", START + MINUTE, **update(incident, kind="internal_note", body="Disk?"))
    assert [each.body for each in facts(incident, Kind.INTERNAL_NOTE)] == ["Disk?"]
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 15 * MINUTE


def test_two_coordinators_at_once_tell_everybody_once_and_the_second_reads_the_first(
    cast: Any, desk: Any, sign_in: Any
) -> None:
    incident = begun(cast)
    lead = sign_in(cast.lead)
    mine = update(incident, body="It is the disk.")
    at(lead, f"{page_of(incident)}update/", START + MINUTE, **update(incident, body="It is the network."))
    refused = at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **mine)
    assert refused.status_code == 422
    page = text(refused)
    assert "Lena Lead told everybody while you wrote. Read it above, then send again." in page
    assert "It is the network." in page
    assert "It is the disk." in refused.content.decode()
    assert len(facts(incident, Kind.PUBLIC_UPDATE)) == 1
    again = at(desk, f"{page_of(incident)}update/", START + 3 * MINUTE, **update(incident, body="It is the disk."))
    assert again.status_code == 302


#: By where it is sent from, what else is.
WORDS_TO_THE_PUBLIC = {"update/": {"kind": "public_update"}, "resolve/": {"solve_tickets": "on"}}


@pytest.mark.parametrize("place", WORDS_TO_THE_PUBLIC)
def test_a_placeholder_that_nothing_stands_for_does_not_go_out(cast: Any, desk: Any, place: str) -> None:
    incident = begun(cast)
    sent = update(incident, body="It works {status} again. {bogus}", **WORDS_TO_THE_PUBLIC[place])
    refused = at(desk, f"{page_of(incident)}{place}", START + MINUTE, **sent)
    assert refused.status_code == 422
    assert "Nothing stands for {bogus}. What can be filled in: {incident}, {level}," in text(refused)
    assert 'aria-invalid="true"' in refused.content.decode()
    assert not facts(incident, Kind.PUBLIC_UPDATE)


def test_a_first_word_with_a_placeholder_that_nothing_stands_for_declares_nothing(cast: Any, desk: Any) -> None:
    refused = at(desk, f"{PAGE}new/", **declaration(body="Since nine. {bogus}"))
    assert (refused.status_code, "Nothing stands for {bogus}." in text(refused)) == (422, True)
    with tenant_scope(cast.tenant):
        assert not Incident.objects.exists()


def test_a_note_and_a_title_may_have_braces(cast: Any, desk: Any) -> None:
    incident = begun(cast, title="Lost {id}")
    page = f"{page_of(incident)}update/"
    at(desk, page, START + MINUTE, **update(incident, kind="internal_note", body="{bogus}"))
    assert [each.body for each in facts(incident, Kind.INTERNAL_NOTE)] == ["{bogus}"]
    at(desk, page, START + 2 * MINUTE, **update(incident, body="{incident}: mended."))
    assert [each.body for each in facts(incident, Kind.PUBLIC_UPDATE)] == ["Lost {id}: mended."]


@pytest.mark.parametrize(("wish", "then"), [("investigating", "monitoring"), ("identified", "identified")])
def test_a_status_that_was_not_touched_follows_what_others_set_meanwhile(
    cast: Any, desk: Any, sign_in: Any, wish: str, then: str
) -> None:
    incident = begun(cast)
    drawn = at(desk, page_of(incident), START + MINUTE).content.decode()
    assert re.search(r'name="status_seen" value="investigating"', drawn)
    mine = update(incident, body="It is the disk.", status=wish, status_seen="investigating")
    at(sign_in(cast.lead), f"{page_of(incident)}update/", START + MINUTE, **update(incident, status="monitoring"))
    refused = at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **mine)
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert f'<option value="{then}" selected>' in shown
    assert re.search(r'name="status_seen" value="monitoring"', shown)
    mine |= update(incident, body="It is the disk.", status=then, status_seen="monitoring")
    assert at(desk, f"{page_of(incident)}update/", START + 3 * MINUTE, **mine).status_code == 302
    assert fresh(incident).status == then


def test_what_a_draft_kept_of_an_older_status_moves_nothing_back(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    at(desk, f"{page_of(incident)}update/", START + MINUTE, **update(incident, status="monitoring"))
    kept = update(incident, body="{status}.", status="investigating", status_seen="investigating")
    at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **kept)
    assert fresh(incident).status == "monitoring"
    assert facts(incident, Kind.PUBLIC_UPDATE)[-1].body == "monitoring."


def test_an_update_that_is_sent_twice_is_posted_once(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    sent = update(incident)
    for minute in (1, 2):
        assert at(desk, f"{page_of(incident)}update/", START + minute * MINUTE, **sent).status_code == 302
    assert len(facts(incident, Kind.PUBLIC_UPDATE)) == 1


def test_htmx_gets_the_inside_of_the_page_back(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    response = desk.post(f"{page_of(incident)}update/", update(incident), headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "The queue is drained." in text(response)


def test_B11_another_level_says_when_the_next_update_would_be_due_and_needs_a_reason(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    form = text(at(desk, f"{page_of(incident)}level/", START + 5 * MINUTE))
    assert "The next update would be due 10:30" in form
    assert at(desk, f"{page_of(incident)}level/", START + 5 * MINUTE, level="p2", reason=" ").status_code == 422
    at(desk, f"{page_of(incident)}level/", START + 5 * MINUTE, level="p2", reason="One product only.")
    assert fresh(incident).level == "p2"
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 30 * MINUTE


def test_a_role_is_handed_over_and_who_had_it_when_stays(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    sent = {"role": "coordinator", "to": cast.lead.pk}
    at(desk, f"{page_of(incident)}duty/", START + 5 * MINUTE, **sent)
    page = text(at(desk, page_of(incident), START + 6 * MINUTE))
    assert "Adam Agent, today 10:00 to today 10:05" in page
    stranger = at(desk, f"{page_of(incident)}duty/", START, role="coordinator", to=cast.account_manager.pk)
    assert stranger.status_code == 302
    assert "Choose somebody from the list." in text(at(desk, page_of(incident), START + 6 * MINUTE))


def test_it_is_resolved_with_a_last_word_and_the_linked_tickets(cast: Any, desk: Any) -> None:
    incident = begun(cast, tickets=[filed(cast)])
    form = text(at(desk, f"{page_of(incident)}resolve/", START + 5 * MINUTE))
    assert "Goes to the status page and 1 linked ticket, of 1 client." in form
    sent = update(incident, body="{affected} works again.", solve_tickets="on")
    at(desk, f"{page_of(incident)}resolve/", START + 5 * MINUTE, **sent)
    assert not fresh(incident).is_open
    assert facts(incident, Kind.PUBLIC_UPDATE)[0].data["solve"] is True
    composer = at(desk, page_of(incident), START + 6 * MINUTE).content.decode()
    assert 'value="public_update"' not in composer


def test_two_resolutions_are_one_and_the_second_is_told(cast: Any, desk: Any, sign_in: Any) -> None:
    incident = begun(cast)
    mine = update(incident, body="Over.")
    at(sign_in(cast.lead), f"{page_of(incident)}resolve/", START + MINUTE, **update(incident, body="It is over."))
    refused = at(desk, f"{page_of(incident)}resolve/", START + 2 * MINUTE, **mine)
    assert refused.status_code == 422
    assert "This incident is resolved." in text(refused)


def test_it_is_opened_again_with_a_reason_and_owes_the_next_update(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    at(desk, f"{page_of(incident)}resolve/", START + MINUTE, **update(incident, body="Over."))
    at(desk, f"{page_of(incident)}reopen/", START + 20 * MINUTE, reason="It is back.")
    assert fresh(incident).is_open
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 35 * MINUTE


def test_a_series_of_related_events_becomes_one(cast: Any, desk: Any) -> None:
    one, two = begun(cast), begun(cast, title="Voice too")
    assert "INC-2 Voice too" in text(at(desk, f"{page_of(one)}merge/", START + MINUTE))
    at(desk, f"{page_of(one)}merge/", START + MINUTE, into=two.number, reason="One switch.")
    assert fresh(one).merged_into == two
    assert "Merged into INC-2 Voice too , where it goes on." in text(at(desk, page_of(one), START + 2 * MINUTE))


def test_title_publication_and_tickets_are_set_from_the_page(cast: Any, desk: Any) -> None:
    incident, ticket = begun(cast, level="p5"), filed(cast)
    page = page_of(incident)
    at(desk, f"{page}title/", START + MINUTE, title="Messages late")
    desk.post(f"{page}publish/")
    assert (fresh(incident).title, fresh(incident).is_public) == ("Messages late", True)
    at(desk, f"{page}tickets/", START + MINUTE, number=f"#{ticket.number}")
    with tenant_scope(cast.tenant):
        assert IncidentLink.objects.current().get().ticket == ticket
    desk.post(f"{page}tickets/{ticket.number}/remove/")
    with tenant_scope(cast.tenant):
        assert not IncidentLink.objects.current().exists()
    for wrong, words in (("99", "There is no ticket #99."), ("abc", "Give the number of a ticket, like 1234.")):
        assert words in text(desk.post(f"{page}tickets/", {"number": wrong}, follow=True))


def test_the_bar_counts_what_others_did(cast: Any, desk: Any, sign_in: Any) -> None:
    incident = begun(cast)
    lead = sign_in(cast.lead)
    at(lead, f"{page_of(incident)}update/", START + MINUTE, **update(incident, body="The first word acknowledges it."))
    seen = update(incident)["seen_event"]
    at(lead, f"{page_of(incident)}update/", START + MINUTE, **update(incident))
    assert desk.get(f"{page_of(incident)}changes/?since={seen}").json() == {"count": 1}
    assert desk.get(f"{page_of(incident)}changes/?since=x").json()["count"] >= 1


def test_hostile_words_are_shown_as_words(cast: Any, desk: Any) -> None:
    evil = "<script>alert(1)</script>"
    incident = begun(cast, title=f"{evil} {{incident.pk}}", body=evil)
    page = at(desk, page_of(incident), START + MINUTE).content.decode()
    assert evil not in page
    assert "{incident.pk}" in page
    assert evil not in at(desk, PAGE, START + MINUTE).content.decode()


# Managed hosting.


def test_C3_an_incident_is_declared_with_the_examples_beside_its_level(cast: Any, sign_in: Any) -> None:
    workspace(cast, "managedops", "business")
    page = text(at(sign_in(cast.agent), f"{PAGE}new/"))
    assert "Production is largely or wholly unavailable" in page
    assert "For example: " in page


def test_C5_a_step_is_reached_at_once_or_at_the_time_that_is_given(cast: Any, sign_in: Any) -> None:
    workspace(cast, "managedops", "business")
    desk, incident = sign_in(cast.agent), begun(cast, hurts=[])
    page, later = page_of(incident), START + 20 * MINUTE
    assert "Stabilised Reached earlier…" in text(at(desk, page, later))
    at(desk, f"{page}step/", later, step="triage")
    assert "Reached" in text(at(desk, f"{page}step/?step=stabilised", later))
    for wrong, words in (
        ("2026-03-02T12:00", "A step cannot be reached in the future."),
        ("2026-03-02T08:00", "A step cannot be reached before the incident began."),
    ):
        refused = at(desk, f"{page}step/", later, step="stabilised", reached_at=wrong)
        assert (refused.status_code, words in text(refused)) == (422, True)
    at(desk, f"{page}step/", later, step="stabilised", reached_at="2026-03-02T10:15")
    assert [each.data["reached_at"] for each in facts(incident, Kind.STEP)] == [
        later.isoformat(), (START + 15 * MINUTE).isoformat(),
    ]  # fmt: skip
    assert "Stabilised today 10:15 , Adam Agent" in text(at(desk, page, later))


def test_the_list_says_when_something_happened_since_it_was_made(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    address = re.search(r'data-src="([^"]+)"', at(desk, PAGE, START + MINUTE).content.decode())
    assert address is not None
    source = html.unescape(address.group(1))
    assert at(desk, source, START + 2 * MINUTE).json() == {"count": 0}
    at(desk, f"{page_of(incident)}update/", START + 3 * MINUTE, **update(incident))
    assert at(desk, source, START + 4 * MINUTE).json() == {"count": 1}
    for hostile in ("yesterday", "9999-99-99T00:00:00+00:00", "2026-03-02T09:00:00", ""):
        response = desk.get(f"{PAGE}changes/", {"since": hostile})
        assert (response.status_code, response.json()) == (200, {"count": 0}), hostile


@pytest.mark.parametrize(
    "query", ["open=banana", "level=%F0", "product=%22%27", "cursor=after~x", "ticket=9e99", "template=-1", "open="]
)
def test_hostile_addresses_are_pages_all_the_same(cast: Any, desk: Any, query: str) -> None:
    incident = begun(cast)
    for page in (PAGE, f"{PAGE}new/", page_of(incident), f"{PAGE}link/", f"{page_of(incident)}step/"):
        assert desk.get(f"{page}?{query}").status_code == 200, page
