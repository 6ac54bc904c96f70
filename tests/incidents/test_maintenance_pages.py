"""Maintenance on the desk and the portal: planned with what clients are owed in sight, and read by clients."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from icalendar import Calendar

from incidents.forms.maintenance import VERBS
from incidents.models import Maintenance
from notifications.actions import choose_topics
from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests.incidents.maintaining import (
    DAY,
    EARLY,
    END,
    HOUR,
    MINUTE,
    START,
    act,
    again,
    announced,
    planned,
    sweep,
    under,
)
from tests.tickets.desking import HTMX

pytestmark = pytest.mark.django_db
DESK = "/desk/maintenance/"


@pytest.fixture
def engage(cast: Any) -> Any:
    return under("engage", "standard", cast)


def local(instant: Any) -> str:
    return f"{instant.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M}"


def filled(**said: Any) -> dict[str, Any]:
    return {
        "title": "New routers", "kind": "planned", "parts": ["messaging", "voice/trunk_a"],
        "start_at": local(START), "end_at": local(END), **said,
    }  # fmt: skip


def words(answer: Any) -> str:
    body = re.sub(r"(?s)<(script|style|svg|head)\b.*?</\1>", " ", answer.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def at(now: Any) -> Any:
    return time_machine.travel(now, tick=False)


def test_B16_while_planning_each_promise_is_said_with_who_it_is_owed_to(cast: Any, engage: Any, sign_in: Any):
    desk = sign_in(cast.agent)
    asked = filled(is_risky="on", start_at=local(START + 7 * HOUR), end_at=local(START + 9 * HOUR))
    # A Sunday has no business hours; Monday morning does.
    monday = filled(is_risky="on", start_at=local(START + DAY + 5 * HOUR), end_at=local(START + DAY + 7 * HOUR))
    with at(START - 11 * DAY):
        said = words(desk.get(f"{DESK}check/", asked, **HTMX))
        assert "11 days left: 1 client is owed 2 calendar weeks. B16" in said
        assert "Risky work stays outside the hours named to 1 client: Business hours." in said
        assert "For all the notice owed it had to be announced by Sunday 31 May 2026, 10:00 CEST" in said
        assert "30 m of risky work falls" not in said
        assert "1 h 30 m of risky work falls in the hours named to 1 client: Business hours." in words(
            desk.get(f"{DESK}check/", monday, **HTMX)
        )
        for nothing in (
            {"title": "x"},
            filled(start_at="0001-01-01T00:00"),
            filled(end_at="9999-12-31T23:59", number="x"),
        ):
            assert "Choose what it affects and when" in words(desk.get(f"{DESK}check/", nothing, **HTMX))


def test_a_plan_becomes_a_draft_that_is_announced_begun_and_completed(cast: Any, engage: Any, sign_in: Any):
    desk = sign_in(cast.agent)
    with at(EARLY):
        there = desk.post(f"{DESK}new/", filled())["Location"]
        assert there == f"{DESK}1/"
        page = words(desk.get(there))
        assert "20 days left: 1 client is owed 2 calendar weeks." in page
        with tenant_scope(cast.tenant):
            choose_topics(email="somebody@elsewhere.example", choices=[("maintenance", "voice")], by=None, now=EARLY)
        told = words(desk.get(f"{there}announce/"))
        assert re.search(r"It goes to the status page, 1 subscriber and \d contacts? of 1 client\.", told)
        assert desk.post(f"{there}announce/", {"text": "Routers are replaced."}).status_code == 302
        assert "Announced with 20 days to go: 1 client was owed 2 calendar weeks. Kept." in words(desk.get(there))
    with at(START):
        assert desk.post(f"{there}start/", {"at": ""}).status_code == 302
    with at(END + HOUR):
        sweep(END + HOUR)
        page = desk.get(there)
        assert "It runs beyond the end that was announced." in words(page)
        assert b"/desk/incidents/new/?maintenance=1" in page.content
        # What the frame shows beside the page must not stand in the place of what the page says.
        assert b"&lt;" not in page.content
        assert "Noted 1 h later" in words(page)
        assert "Overrun" in words(desk.get(DESK))
        assert desk.post(f"{there}complete/", {"at": local(END + HOUR - timedelta(minutes=5))}).status_code == 302
        assert "Completed" in words(desk.get(there))
    with tenant_scope(cast.tenant):
        maintenance = Maintenance.objects.get()
        assert maintenance.ended_at == END + HOUR - timedelta(minutes=5)
        parts = maintenance.parts.order_by("product__key").values_list("product__key", "component")
        assert list(parts) == [("messaging", ""), ("voice", "trunk_a")]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"end_at": local(START - HOUR)}, "The end lies before the start."),
        ({"end_at": local(START)}, "It begins and ends at once. Give a later end."),
        ({"parts": []}, "Choose what it affects."),
        ({"title": ""}, "Say in a few words what is done."),
        ({"start_at": "next week"}, "Give a day and a time"),
        ({"every_weeks": "2", "until": "2026-01-01"}, "The last day lies before the first."),
    ],
)
def test_what_is_wrong_with_a_plan_stands_beside_its_field(
    cast: Any, engage: Any, sign_in: Any, said: dict[str, Any], sentence: str
):
    with at(EARLY):
        answer = sign_in(cast.agent).post(f"{DESK}new/", filled(description="Kept.", **said))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert b"Kept." in answer.content


@pytest.mark.browser
def test_what_was_refused_of_a_field_goes_when_the_field_changes(cast: Any, engage: Any, window: Any):
    page = window(cast.agent).go(f"{DESK}new/")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_text("2 fields need another look").wait_for()
    page.wait_for_load_state()
    page.locator("[name=title]").fill("New routers")
    assert page.locator("#id_title_error, #id_title.is-invalid, #id_title[aria-invalid]").count() == 0
    # The other keeps its own, and the form what it says of it.
    assert page.locator(".field-error").count() == page.locator("[data-fields-refused]").count() == 1
    page.locator("[name=parts]").first.check()
    assert page.locator(".field-error, [aria-invalid], [data-fields-refused]").count() == 0


def test_a_plan_that_comes_back_is_planned_by_the_clocks_of_who_planned_it(cast: Any, engage: Any, sign_in: Any):
    with at(EARLY):
        desk = sign_in(cast.agent)
        there = desk.post(f"{DESK}new/", filled(every_weeks="1"))["Location"]
        assert "Every week, this is number 1." in words(desk.get(there))
        with tenant_scope(cast.tenant):
            first = Maintenance.objects.get(occurrence=1)
            assert first.series.timezone == "Europe/Amsterdam"
            assert Maintenance.objects.count() == 6
        assert desk.post(f"{there}stop/").status_code == 302
        assert "Stopped" in words(desk.get(there))
        assert f"{cast.agent.name} let it come back no more" in words(desk.get(there))


def test_a_draft_is_changed_and_what_was_announced_is_not(cast: Any, engage: Any, sign_in: Any):
    desk = sign_in(cast.agent)
    draft = planned(cast)
    with at(EARLY):
        assert desk.post(f"{DESK}1/change/", filled(title="Newer routers")).status_code == 302
        assert again(cast, draft).title == "Newer routers"
        act(cast, "announce", draft)
        refused = desk.post(f"{DESK}1/change/", filled(title="No", description="Typed."))
        assert (refused.status_code, "It was announced: move or cancel it" in words(refused)) == (422, True)
        assert b"Typed." in refused.content
        assert desk.get(f"{DESK}1/change/").status_code == 302
        assert again(cast, draft).title == "Newer routers"


def test_who_changes_a_draft_has_seen_it_as_it_is(cast: Any, engage: Any, sign_in: Any):
    draft, desk = planned(cast), sign_in(cast.agent)
    with at(EARLY):
        page = desk.get(f"{DESK}1/change/").content.decode()
        seen = re.search(r'name="seen_event" value="(\d+)"', page).group(1)
        sign_in(cast.lead).post(f"{DESK}1/change/", filled(title="By the lead"))
        mine = filled(title="By the agent", seen_event=seen)
        refused = desk.post(f"{DESK}1/change/", mine)
        assert refused.status_code == 422
        assert f"{cast.lead.name} changed it meanwhile." in words(refused)
        assert again(cast, draft).title == "By the lead"
        # The page shows it as it was typed, all of it, and has seen the other's now.
        page = refused.content.decode()
        assert len(re.findall(r'name="parts"[^>]*checked', page)) == 2
        newer = re.search(r'name="seen_event" value="(\d+)"', page).group(1)
        assert desk.post(f"{DESK}1/change/", mine | {"seen_event": newer}).status_code == 302
        assert again(cast, draft).title == "By the agent"


def test_B16_words_of_what_was_announced_are_changed_on_their_own_page(cast: Any, engage: Any, sign_in: Any):
    maintenance, desk = announced(cast, description="Calls may drop."), sign_in(cast.agent)
    with at(EARLY + DAY):
        assert "Change the words" in words(desk.get(f"{DESK}1/"))
        form = desk.get(f"{DESK}1/reword/").content.decode()
        assert "Calls may drop." in form
        said = {"title": "Newer routers", "description": "Calls drop once."}
        assert desk.post(f"{DESK}1/reword/", said).status_code == 302
        page = words(desk.get(f"{DESK}1/"))
        assert "It is called “Newer routers” now, no longer “New routers”." in page
        assert "“New routers”. What it is about was written anew. Before, clients read: “Calls may drop.”" in page
        portal = words(sign_in(cast.contact).get("/portal/maintenance/1/"))
        assert "Calls drop once." in portal
        assert "no longer “New routers”" in portal
    assert again(cast, maintenance).announced_start_at == START


def test_B16_before_announcing_it_says_what_is_owed_and_who_is_told(cast: Any, engage: Any, sign_in: Any):
    planned(cast)
    with at(START - 11 * DAY):
        page = words(sign_in(cast.agent).get(f"{DESK}1/announce/", **HTMX))
    assert "11 days left: 1 client is owed 2 calendar weeks." in page
    with at(START - 11 * DAY):
        assert "It goes to" not in words(sign_in(cast.agent).get(f"{DESK}1/cancel/", **HTMX))
    assert "It goes to the status page" in page


def test_before_it_begins_early_it_says_for_when_it_is_planned_and_who_is_told(cast: Any, engage: Any, sign_in: Any):
    draft, desk = planned(cast), sign_in(cast.agent)
    with at(START - 6 * DAY):
        page = words(desk.get(f"{DESK}1/start/", **HTMX))
        assert "It begins early. Planned for Sun 14 Jun 03:00 , in 6 d . Beginning now tells the status page" in page
        act(cast, "announce", draft, now=START - 6 * DAY)
        page = words(desk.get(f"{DESK}1/start/", **HTMX))
        assert "Planned for Sun 14 Jun 03:00 , in 6 d . Nobody gets a mail about that" in page
    with at(START):
        assert "It begins early" not in words(desk.get(f"{DESK}1/start/", **HTMX))


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2026-10-25T02:30", "2026-10-25T04:30", ""),
        ("2027-03-28T02:30", "2027-03-28T04:30", "The clocks go forward then and leave this time out."),
    ],
)
def test_a_time_that_clocks_show_twice_is_the_first_and_one_they_leave_out_is_refused(
    cast: Any, engage: Any, sign_in: Any, start: str, end: str, sentence: str
):
    with at(EARLY):
        answer = sign_in(cast.agent).post(f"{DESK}new/", filled(start_at=start, end_at=end))
    if sentence:
        assert (answer.status_code, sentence in words(answer)) == (422, True)
    else:
        with tenant_scope(cast.tenant):
            assert Maintenance.objects.get().planned_start_at.isoformat() == "2026-10-25T00:30:00+00:00"


def test_B16_moving_shows_what_is_owed_of_the_new_window(cast: Any, engage: Any, sign_in: Any):
    announced(cast)
    desk = sign_in(cast.agent)
    with at(START - 3 * DAY):
        page = desk.get(f"{DESK}1/reschedule/", **HTMX)
        address = html.unescape(re.search(r'hx-get="([^"]+/check/[^"]+)"', page.content.decode()).group(1))
        said = words(desk.get(f"{address}&start_at={local(START + DAY)}&end_at={local(END + DAY)}", **HTMX))
        assert "4 days left: 1 client is owed 2 calendar weeks." in said
        said = {"start_at": local(START + DAY), "end_at": local(END + DAY), "reason": ""}
        refused = desk.post(f"{DESK}1/reschedule/", said)
        assert (refused.status_code, "Give the reason" in words(refused)) == (422, True)
        assert desk.post(f"{DESK}1/reschedule/", said | {"reason": "No parts."}).status_code == 302


def test_of_a_draft_that_is_cancelled_it_says_that_nobody_was_told(cast: Any, engage: Any, sign_in: Any):
    act(cast, "cancel", planned(cast), reason="Not needed.")
    page = words(sign_in(cast.agent).get(f"{DESK}1/"))
    assert "It was cancelled before anybody was told of it." in page
    assert "No client has these products" not in page


def test_times_have_their_day_and_their_clock_whenever_they_are_read(cast: Any, engage: Any, sign_in: Any):
    maintenance = announced(cast)
    later = {"start_at": START + 300 * DAY, "end_at": END + 300 * DAY}
    act(cast, "reschedule", maintenance, reason="No parts.", now=EARLY + DAY, **later)
    with at(EARLY + 2 * DAY):
        page = words(sign_in(cast.agent).get(f"{DESK}1/"))
    assert "From Sat 10 Apr 2027 03:00 Sat 10 Apr 2027 03:00 – To Sat 10 Apr 2027 05:00" in page
    assert "Every announcement On Mon 25 May 03:00 , for Sun 14 Jun 03:00 to 05:00 On Tue 26 May 03:00 , for" in page
    assert "for Sat 10 Apr 2027 03:00 to 05:00" in page


def test_a_verb_that_does_not_fit_is_refused_in_a_sentence(cast: Any, engage: Any, sign_in: Any):
    planned(cast)
    answer = sign_in(cast.agent).post(f"{DESK}1/complete/", {})
    assert (answer.status_code, "Only what is going on can be completed." in words(answer)) == (422, True)


@pytest.mark.parametrize("verb", ["announce", "start", "complete", "extend", "reschedule", "reword", "cancel"])
def test_the_form_of_a_verb_that_does_not_fit_leads_back_and_says_why(cast: Any, engage: Any, sign_in: Any, verb: str):
    maintenance, desk = announced(cast), sign_in(cast.agent)
    act(cast, "start", maintenance, now=START)
    act(cast, "complete", maintenance, now=END)
    with at(END + HOUR):
        answer = desk.get(f"{DESK}1/{verb}/")
        assert (answer.status_code, answer["Location"]) == (302, f"{DESK}1/")
        assert VERBS[verb].kind.row.refused in words(desk.get(f"{DESK}1/"))


def test_the_desk_lists_what_runs_what_comes_and_what_is_over(cast: Any, engage: Any, sign_in: Any):
    act(cast, "cancel", planned(cast, title="Nothing"), reason="x")
    announced(cast, title="Something")
    with at(EARLY):
        page = words(sign_in(cast.agent).get(DESK))
    assert page.index("Coming") < page.index("Something") < page.index("Over ") < page.index("Nothing")
    assert "Sun 14 Jun 03:00 to 05:00" in page


def test_what_is_over_is_dated_by_when_it_took_place_beside_what_was_planned(cast: Any, engage: Any, sign_in: Any):
    on_time = announced(cast, title="On time")
    early = announced(cast, title="Early", start_at=START + DAY, end_at=END + DAY)
    act(cast, "start", early, now=EARLY + DAY)
    act(cast, "complete", early, now=EARLY + DAY + HOUR)
    act(cast, "start", on_time, now=START)
    act(cast, "complete", on_time, now=END + timedelta(seconds=40))
    for reader, path in ((cast.agent, DESK), (cast.contact, "/portal/maintenance/")):
        with at(END + DAY):
            page = words(sign_in(reader).get(path))
        assert "Tue 26 May 03:00 to 04:00 planned Mon 15 Jun 03:00 to 05:00" in page
        assert page.count("14 Jun 03:00") == 1
        # The newest first, by when it took place.
        assert page.index("On time") < page.index("Early")


def test_it_is_called_by_its_number_in_one_way_wherever_it_is_read(cast: Any, engage: Any, sign_in: Any, stranger: Any):
    announced(cast)
    with at(EARLY):
        desk, portal = sign_in(cast.agent), sign_in(cast.contact)
        for path in (DESK, f"{DESK}1/", f"{DESK}1/cancel/"):
            assert "MNT-1" in words(desk.get(path))
        for path in ("/portal/maintenance/", "/portal/maintenance/1/"):
            assert "MNT-1" in words(portal.get(path))
        assert "MNT-1" in words(stranger.get("/status/maintenance/1/"))
        page = portal.get("/portal/maintenance/").content.decode()
        calendar = stranger.get(re.search(r"/portal/maintenance/[^<\s]+\.ics", page).group()).content
        assert "MNT-1" in str(Calendar.from_ical(calendar).walk("VEVENT")[0]["description"])
    with tenant_scope(cast.tenant):
        assert "All about MNT-1: " in OutgoingMessage.objects.mails().get(to=cast.contact.email).text


def test_what_comes_about_by_itself_is_nobodys_deed(cast: Any, engage: Any, sign_in: Any):
    announced(cast, starts_by_itself=True)
    for now in (START - DAY, START, END + MINUTE):
        sweep(now)
    with at(END + HOUR):
        page = words(sign_in(cast.agent).get(f"{DESK}1/"))
    said = page[page.rindex("What happened") :]
    for sentence in ("It ran beyond the announced end", "The work began by itself", "Everybody concerned was reminded"):
        assert sentence in said
    assert f"{cast.agent.name} announced it" in said
    assert "slatrack" not in said


def test_who_is_not_of_the_desk_does_not_pass(cast: Any, engage: Any, sign_in: Any):
    planned(cast)
    for path in (DESK, f"{DESK}1/", f"{DESK}new/"):
        assert sign_in(cast.account_manager).get(path).status_code == 403
        assert sign_in(cast.contact).get(path).status_code == 404
    rival = sign_in(cast.rival.agent)
    assert rival.get(f"{DESK}1/").status_code == 404
    assert rival.post(f"{DESK}1/announce/", {}).status_code == 404


def test_a_client_reads_when_its_products_are_worked_on_and_what_it_is_owed(cast: Any, engage: Any, sign_in: Any):
    maintenance = announced(cast, now=START - 11 * DAY, description="Calls may drop once.", notes="Ask Bob.")
    planned(cast, title="Secret")
    portal = sign_in(cast.contact)
    with at(START - 10 * DAY):
        assert "New routers" in words(portal.get("/portal/maintenance/"))
        page = words(portal.get("/portal/maintenance/1/"))
        assert "Calls may drop once." in page
        assert "Announced with 11 days to go: you were owed 2 calendar weeks. Not kept." in page
        # The team's notes, drafts and who pressed the button stay inside.
        assert "Ask Bob." not in page
        assert cast.agent.name not in page
        assert portal.get("/portal/maintenance/2/").status_code == 404
    act(cast, "start", maintenance, now=START)
    act(cast, "extend", maintenance, end_at=END + HOUR, reason="A disk failed.", now=END)
    with at(END):
        page = words(portal.get("/portal/maintenance/1/"))
        assert "It takes longer than we said." in page
        assert "A disk failed." in page
        assert "Going on" in words(portal.get("/portal/maintenance/"))
    other = sign_in(cast.other_contact)
    assert other.get("/portal/maintenance/1/").status_code == 404
    assert "New routers" not in words(other.get("/portal/maintenance/"))
    assert sign_in(cast.agent).get("/portal/maintenance/1/").status_code == 404


def test_what_was_said_is_read_once_by_the_public_and_why_it_was_cancelled(cast: Any, engage: Any, stranger: Any):
    act(cast, "cancel", announced(cast, description="Calls may drop."), reason="Not needed.")
    with at(EARLY):
        page = words(stranger.get("/status/maintenance/1/"))
    assert (page.count("Calls may drop."), page.count("Not needed.")) == (1, 1)


def test_a_client_has_it_in_its_own_calendar_without_signing_in(cast: Any, engage: Any, sign_in: Any, stranger: Any):
    announced(cast)
    act(cast, "cancel", announced(cast, title="Old; routers"), reason="x")
    page = sign_in(cast.contact).get("/portal/maintenance/").content.decode()
    path = re.search(r"/portal/maintenance/[^<\s]+\.ics", page).group()
    answer = stranger.get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(each["summary"]), str(each["status"])) for each in events] == [
        ("Planned maintenance: Old; routers", "CANCELLED"), ("Planned maintenance: New routers", "CONFIRMED"),
    ]  # fmt: skip
    assert (events[1].decoded("dtstart"), events[1].decoded("dtend")) == (START, END)
    assert str(events[1]["url"]).endswith("/portal/maintenance/1/")
    assert stranger.get(path.replace(".ics", "x.ics")).status_code == 404
    with tenant_scope(cast.tenant):
        cast.contact.deactivated_at = EARLY
        cast.contact.save()
    assert stranger.get(path).status_code == 404
