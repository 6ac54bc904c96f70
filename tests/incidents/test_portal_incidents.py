"""The client's side of incidents: what hurts its products, being told of it, and nothing of anybody else's."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from agreements.models import Product, SubscribedProduct, Subscription
from incidents import actions
from incidents.models import Impact, IncidentEvent, IncidentLink, Postmortem
from incidents.models.kinds import Kind, words_of
from notifications import fanout
from notifications.actions import choose_topics
from notifications.models import Broadcast, OutgoingMessage, Subscriber
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, declared, hurt, workspace
from tests.incidents.test_links import ticket_about, update
from tests.tickets.portalling import NEW, PROMISE, at, text, tickets_of
from tickets import actions as on_tickets
from tickets.models import Clock, Ticket

pytestmark = pytest.mark.django_db
NOW = START + 5 * MINUTE


@pytest.fixture
def late(cast):
    """Messages are late, for everybody; the other client has Voice alone."""
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        voice = Subscription.objects.get(client=cast.other_client)
        SubscribedProduct.objects.create(subscription=voice, product=Product.objects.get(key="voice"))
        return declared(cast.agent)


def acting(cast, verb, incident, **given):
    with tenant_scope(cast.tenant):
        return verb(incident_id=incident.pk, by=cast.agent, **given)


def product(cast, key: str) -> int:
    with tenant_scope(cast.tenant):
        return Product.objects.get(key=key).pk


def read(browser, path: str, when=NOW) -> str:
    with at(when):
        return text(browser.get(path))


def test_B15_before_filing_it_says_what_is_known_and_when_people_hear_next(cast, late, sign_in):
    page = read(sign_in(cast.contact), NEW)
    assert "We know: Messages are late." in page
    assert "Business Messaging (down), since today 10:00. We are on it. Next update by today 10:15." in page
    assert "Tell me about it" in page
    assert "Mine is something else" in page
    late_page = read(sign_in(cast.contact), NEW, START + 20 * MINUTE)
    assert "The next update was due today 10:15 and is overdue." in late_page


def test_the_box_follows_the_product_that_is_chosen(cast, late, sign_in):
    browser = sign_in(cast.contact)
    shown = {key: read(browser, f"{PROMISE}?product={product(cast, key)}") for key in ("messaging", "voice")}
    assert ["We know" in each for each in shown.values()] == [True, False]
    assert "We know" in read(browser, f"{NEW}?product={product(cast, 'messaging')}")
    assert "We know" not in read(browser, f"{NEW}?product={product(cast, 'voice')}")
    assert "We know" in read(browser, f"{PROMISE}?product=nonsense")


@pytest.mark.parametrize("why", ["resolved", "works again", "not published", "another client's product"])
def test_what_does_not_hurt_this_client_now_is_no_box(cast, late, sign_in, why):
    contact = cast.contact
    if why == "resolved":
        acting(cast, actions.resolve_incident, late, body="Over.", now=START + MINUTE)
    elif why == "works again":
        with tenant_scope(cast.tenant):
            parts = [hurt(impact=Impact.OPERATIONAL)]
        acting(cast, actions.set_affected, late, hurts=parts, now=START + MINUTE)
    elif why == "not published":
        acting(cast, actions.resolve_incident, late, body="Over.", now=START + MINUTE)
        with tenant_scope(cast.tenant):
            declared(cast.agent, level="p4", title="A small one")
    else:
        contact = cast.other_contact
    browser = sign_in(contact)
    assert "We know" not in read(browser, NEW)
    assert "Next update by" not in read(browser, "/portal/")


def follow(browser, incident, *, follow=False):
    return browser.post(f"/portal/incidents/{incident.number}/follow/", follow=follow)


def mailed(cast, contact, now) -> list[str]:
    """What a contact was written to about, as far as subscribers are."""
    with tenant_scope(cast.tenant):
        for news in Broadcast.objects.unfinished():
            fanout.queue_batch(news.pk, now=now)
        mails = OutgoingMessage.objects.filter(to=contact.email, topic="incidents").order_by("pk")
        return list(mails.values_list("subject", flat=True))


def test_one_press_and_every_update_comes_by_mail_and_nobody_owes_an_answer(cast, late, sign_in):
    browser = sign_in(cast.contact)
    with at(NOW):
        answer = follow(browser, late)
    assert answer.headers["Location"] == f"/portal/incidents/{late.number}/"
    assert tickets_of(cast.contact) == 0
    with tenant_scope(cast.tenant):
        update(late, cast.agent)
        assert not Clock.objects.exists()
    acting(cast, actions.resolve_incident, late, body="It works again.", now=START + 60 * MINUTE)
    acting(cast, actions.reopen_incident, late, reason="It does not.", now=START + 70 * MINUTE)
    told = [f"{status}: Messages are late" for status in ("Investigating", "Resolved", "Investigating")]
    assert mailed(cast, cast.contact, START + 71 * MINUTE) == told
    assert mailed(cast, cast.other_contact, START + 71 * MINUTE) == []


def test_whoever_follows_already_is_told_so_and_once(cast, late, sign_in):
    browser = sign_in(cast.contact)
    for _ in range(2):
        follow(browser, late)
    for page in (NEW, "/portal/", f"/portal/incidents/{late.number}/"):
        assert "You are told of it by mail" in read(browser, page)
    with tenant_scope(cast.tenant):
        [event] = IncidentEvent.objects.filter(kind=Kind.FOLLOWED)
        assert event.data == {"who": "Carla Contact", "client": "Globex"}
        assert words_of(event, late.document) == "Carla Contact of Globex asked to be told"


def test_who_hears_of_the_product_anyway_is_told_already_and_reads_each_word_once(cast, late, sign_in):
    with tenant_scope(cast.tenant):
        both = [("incidents", "messaging"), ("incidents", "INC-1")]
        for choices in both[:1], both:
            choose_topics(email=cast.contact.email, choices=choices, by=None, now=START + MINUTE)
            assert "You are told of it by mail" in read(sign_in(cast.contact), NEW)
    acting(cast, actions.post_update, late, body="Soon.", now=NOW)
    assert len(mailed(cast, cast.contact, NOW)) == 1


def test_D9_the_page_of_one_that_is_over_says_how_to_claim(cast, sign_in):
    with tenant_scope(cast.tenant):
        version = workspace(cast, "identity")
        key = Product.objects.exclude(key="").first().key
        incident = declared(cast.agent, level="urgent", hurts=[hurt(key)])
        actions.publish_incident(incident_id=incident.pk, by=cast.agent, now=START)
    browser, page = sign_in(cast.contact), f"/portal/incidents/{incident.number}/"
    assert "claim" not in read(browser, page)
    acting(cast, actions.resolve_incident, incident, body="Over.", now=START + 60 * MINUTE)
    with at(START + 61 * MINUTE):
        answer = browser.get(page)
    assert "claim" not in read(browser, page, START + timedelta(days=40))
    assert "You can claim a credit for it until 1 April 2026. Ask within 30 days of the downtime" in text(answer)
    assert f"/portal/agreement/{version.pk}/#credits" in answer.content.decode()


def test_what_was_heard_of_before_is_heard_of_beside_it_and_each_can_be_ended(cast, late, sign_in):
    with tenant_scope(cast.tenant):
        choose_topics(email=cast.contact.email, choices=[("maintenance", "")], by=None, now=START)
    browser = sign_in(cast.contact)
    follow(browser, late)
    with tenant_scope(cast.tenant):
        assert Subscriber.objects.choices_of(cast.contact.email) == [("incidents", "INC-1"), ("maintenance", "")]
    assert "INC-1" in read(browser, "/portal/notifications/")
    browser.post("/portal/notifications/", {"choices": ["maintenance:"]})
    assert "Tell me about it" in read(browser, NEW)


def test_who_follows_one_that_was_merged_hears_of_where_it_goes_on(cast, late, sign_in):
    browser = sign_in(cast.contact)
    with at(START + MINUTE):
        follow(browser, late)
    with tenant_scope(cast.tenant):
        other = declared(cast.agent, title="All is late", hurts=[hurt("voice")])
    acting(cast, actions.merge_incidents, late, into_id=other.pk, reason="One cause.", now=NOW)
    acting(cast, actions.post_update, other, body="Soon.", now=NOW + MINUTE)
    assert mailed(cast, cast.contact, NOW + MINUTE) == ["Investigating: All is late"]
    with tenant_scope(cast.tenant):
        last = declared(cast.agent, title="Nothing works", hurts=[hurt("voice")])
    acting(cast, actions.merge_incidents, other, into_id=last.pk, reason="One cause.", now=NOW + 2 * MINUTE)
    acting(cast, actions.post_update, last, body="Soon.", now=NOW + 3 * MINUTE)
    assert mailed(cast, cast.contact, NOW + 3 * MINUTE)[-1] == "Investigating: Nothing works"


def test_E3_following_uses_nothing_of_the_allowance(cast, sign_in):
    with tenant_scope(cast.tenant):
        workspace(cast, "officeware", "professional")
        incident = declared(cast.agent, level="")
        Product.objects.get_or_create(key="suite", defaults={"name": "Suite"})
        actions.set_affected(incident_id=incident.pk, hurts=[hurt("suite")], by=cast.agent, now=START)
        actions.publish_incident(incident_id=incident.pk, by=cast.agent, now=START)
    assert "are told" in text(follow(sign_in(cast.contact), incident, follow=True))
    assert tickets_of(cast.contact) == 0


def test_one_that_was_resolved_meanwhile_says_so_and_nothing_comes(cast, late, sign_in):
    acting(cast, actions.resolve_incident, late, body="Over.", now=START + MINUTE)
    browser = sign_in(cast.contact)
    assert "This is resolved already." in text(follow(browser, late, follow=True))
    with tenant_scope(cast.tenant):
        assert Subscriber.objects.choices_of(cast.contact.email) == []


def test_mine_is_something_else_files_as_usual_and_the_desk_offers_the_link(cast, late, sign_in):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact)
    desk = sign_in(cast.agent)
    page = f"/desk/tickets/{ticket.number}/"
    assert "Link to INC-1" in text(desk.get(page))
    answer = desk.post(f"{page}incident/", {"incident": late.number}, follow=True)
    assert "Every update of INC-1 answers it from now on." in text(answer)
    with tenant_scope(cast.tenant):
        assert IncidentLink.objects.current().get(ticket=ticket).incident == late
    assert "Link to INC-1" not in text(desk.get(page))
    with tenant_scope(cast.tenant):
        assert "Link to INC-1" not in text(desk.get(f"/desk/tickets/{ticket_about(cast.other_contact).number}/"))


@pytest.mark.parametrize("number", ["", "x", "99", "9" * 30])
def test_linking_to_nothing_is_refused_with_a_sentence(cast, late, sign_in, number):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.contact)
    answer = sign_in(cast.agent).post(f"/desk/tickets/{ticket.number}/incident/", {"incident": number}, follow=True)
    assert "There is no such open incident." in text(answer)


def test_the_desk_reads_the_same_box_while_it_writes_a_request_down(cast, late, sign_in):
    desk = sign_in(cast.agent)
    assert "INC-1 Messages are late" in text(desk.get(f"/desk/tickets/new/?contact={cast.contact.pk}"))
    assert "INC-1" not in text(desk.get(f"/desk/tickets/new/?contact={cast.other_contact.pk}"))


@pytest.mark.parametrize("meanwhile", ["still open", "resolved"])
def test_what_is_written_down_is_linked_as_it_is_filed(cast, late, sign_in, meanwhile):
    desk, path = sign_in(cast.agent), f"/desk/tickets/new/?contact={cast.contact.pk}"
    assert "Once it is filed, every update answers it." in text(desk.get(path))
    if meanwhile == "resolved":
        acting(cast, actions.resolve_incident, late, body="Over.", now=START + MINUTE)
    form = {
        "subject": "Messages are late here", "body": "Since ten.", "request_type": "issue", "level": "high",
        "channel": "phone", "received_at": "2026-03-02T10:05", "incident": late.number, "submission": uuid.uuid4(),
    }  # fmt: skip
    wrong = desk.post(path, {**form, "subject": ""})
    assert wrong.status_code == 422
    page = " ".join(wrong.content.decode().split())
    assert ('name="incident" value="1" checked' in page) is (meanwhile != "resolved")
    said = text(desk.post(path, form, follow=True))
    with tenant_scope(cast.tenant):
        linked = IncidentLink.objects.current().filter(ticket__subject="Messages are late here").exists()
    assert linked is (meanwhile != "resolved")
    assert (
        "There is no such open incident." if meanwhile == "resolved" else "Every update of INC-1 answers it"
    ) in said


def test_the_list_and_the_page_say_what_was_said_and_nothing_of_colleagues(cast, late, sign_in):
    acting(cast, actions.add_note, late, body="The cable is chewed.", now=START + MINUTE)
    acting(cast, actions.post_update, late, body="We **found** it.", now=START + 2 * MINUTE)
    browser = sign_in(cast.contact)
    assert "Messages are late" in read(browser, "/portal/incidents/")
    page = read(browser, f"/portal/incidents/{late.number}/")
    assert "We found it." in page
    assert "Affected: Business Messaging down" in page
    assert "Next update by today 10:17." in page
    assert "chewed" not in page
    assert cast.agent.name not in page
    acting(cast, actions.resolve_incident, late, body="Over.", now=START + 20 * MINUTE)
    page = read(browser, f"/portal/incidents/{late.number}/", START + 21 * MINUTE)
    assert "Update overdue" not in page
    assert "Updates every is overdue" not in page
    assert "Nothing is wrong that we know of" in read(browser, "/portal/incidents/", START + 21 * MINUTE)


def test_C5_the_steps_are_read_with_their_times_where_the_agreement_records_them(cast, sign_in):
    with tenant_scope(cast.tenant):
        workspace(cast, "managedops", "critical")
        key = Product.objects.exclude(key="").first().key
        incident = declared(cast.agent, hurts=[hurt(key)])
        actions.record_step(incident_id=incident.pk, step="triage", by=cast.agent, now=START + 3 * MINUTE)
    page = read(sign_in(cast.contact), f"/portal/incidents/{incident.number}/")
    assert "Triage today 10:03" in page
    assert "Coordination not yet" in page


@pytest.mark.parametrize("whose", ["client without it", "another tenant", "nobody", "member"])
def test_nobody_else_reads_or_follows_it(cast, late, sign_in, stranger, whose):
    browser, refused = {
        "client without it": (sign_in(cast.other_contact), 404),
        "another tenant": (sign_in(cast.rival.contact), 404),
        "nobody": (stranger, 302),
        "member": (sign_in(cast.agent), 404),
    }[whose]
    page = f"/portal/incidents/{late.number}/"
    assert browser.get(page).status_code == refused
    assert browser.post(f"{page}follow/").status_code == refused
    if refused == 404 and whose != "member":
        assert "Messages are late" not in text(browser.get("/portal/incidents/"))


def test_an_incident_that_a_ticket_of_theirs_is_about_is_theirs_to_read(cast, late, sign_in):
    with tenant_scope(cast.tenant):
        ticket = ticket_about(cast.other_contact)
        actions.link_tickets(incident_id=late.pk, tickets=[ticket], by=cast.agent, now=START + MINUTE)
    assert "Messages are late" in read(sign_in(cast.other_contact), f"/portal/incidents/{late.number}/")


def test_one_that_was_merged_leads_to_where_it_goes_on(cast, late, sign_in):
    with tenant_scope(cast.tenant):
        second, third = (declared(cast.agent, title=title) for title in ("More are late", "Some more are late"))
    acting(cast, actions.merge_incidents, third, into_id=second.pk, reason="One cause.", now=START + MINUTE)
    acting(cast, actions.merge_incidents, second, into_id=late.pk, reason="One cause.", now=START + MINUTE)
    browser = sign_in(cast.contact)
    for merged in (second, third):
        answer = browser.get(f"/portal/incidents/{merged.number}/")
        assert answer.headers["Location"] == f"/portal/incidents/{late.number}/"
    assert sign_in(cast.other_contact).get(f"/portal/incidents/{second.number}/").status_code == 404


def test_what_was_written_is_not_run_by_a_browser(cast, late, sign_in):
    acting(cast, actions.rename_incident, late, title="<script>alert(1)</script>", now=START + MINUTE)
    acting(cast, actions.post_update, late, body="<img src=x onerror=alert(1)>", now=START + 2 * MINUTE)
    browser = sign_in(cast.contact)
    for path in (NEW, "/portal/", "/portal/incidents/", f"/portal/incidents/{late.number}/"):
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_lists_cost_the_same_however_many_there_are(cast, late, sign_in, django_assert_max_num_queries):
    browser = sign_in(cast.contact)
    with tenant_scope(cast.tenant):
        for number in range(6):
            each = declared(cast.agent, title=f"Number {number}")
            if number % 2:
                actions.resolve_incident(incident_id=each.pk, by=cast.agent, body="Over.", now=START + MINUTE)
    with django_assert_max_num_queries(24):
        browser.get("/portal/incidents/")


def test_a_postmortem_is_read_once_it_is_published(cast, late, sign_in):
    browser, page = sign_in(cast.contact), f"/portal/incidents/{late.number}/"
    with tenant_scope(cast.tenant):
        found = Postmortem.objects.create(incident=late, summary="A **full** queue.", causes="Growth.", updated_at=NOW)
    assert "What we learned" not in read(browser, page)
    with tenant_scope(cast.tenant):
        Postmortem.objects.filter(pk=found.pk).update(published_at=NOW)
    assert "What we learned A full queue. Why Growth." in read(browser, page)


def test_a_program_of_the_client_follows_too_and_one_of_the_desk_writes_calls_down(cast, late, sign_in):
    client, desk, address = sign_in(cast.contact), sign_in(cast.agent), f"/api/v1/incidents/{late.number}/"
    made = [client.post(f"{address}follow/", {}, content_type="application/json").json() for _ in range(2)]
    assert [each["number"] for each in made] == [late.number] * 2
    assert tickets_of(cast.contact) == 0
    with tenant_scope(cast.tenant):
        ticket_about(cast.contact)
    assert desk.post(f"{address}follow/", {}, content_type="application/json").status_code == 404
    call = {"caller": cast.contact.pk, "called_at": START.isoformat(), "body": "Still down."}
    for path in (f"{address}calls/", "/api/v1/tickets/1/calls/"):
        with at(NOW):
            assert desk.post(path, call, content_type="application/json").status_code == 200
            wrong = desk.post(path, {**call, "caller": cast.rival.contact.pk}, content_type="application/json")
        assert (wrong.status_code, wrong.json()["errors"][0]["detail"]) == (400, "There is no such contact.")
        assert client.post(path, call, content_type="application/json").status_code == 404


def test_a_ticket_and_the_incident_it_is_about_agree_about_where_they_stand(cast, sign_in):
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        ticket = ticket_about(cast.contact)
        incident, wider = declared(cast.agent, tickets=[ticket]), declared(cast.agent, title="Nothing works")
    browser, page, its = sign_in(cast.contact), f"/portal/tickets/{ticket.number}/", "/portal/incidents/1/"

    def moved(status, minute):
        with tenant_scope(cast.tenant):
            by = cast.agent if status == "closed" else cast.contact
            on_tickets.set_status(ticket_id=ticket.pk, by=by, status=Ticket.Status(status), now=START + minute * MINUTE)

    acting(cast, actions.resolve_incident, incident, body="Over.", now=START + MINUTE)
    assert "It is solved." in read(browser, page, START + 2 * MINUTE)
    assert "Every update" not in read(browser, page, START + 2 * MINUTE)
    acting(cast, actions.reopen_incident, incident, reason="It is not.", now=START + 3 * MINUTE)
    again = read(browser, page, START + 4 * MINUTE)
    assert "It is solved." not in again
    for each in again, read(browser, its, START + 4 * MINUTE):
        assert "Next update by today 10:18." in each
    assert "Every update answers this ticket." in again

    acting(cast, actions.merge_incidents, incident, into_id=wider.pk, reason="One.", now=START + 5 * MINUTE)
    for path in page, "/portal/incidents/2/":
        assert "“Messages are late” (INC-1) goes on in it." in read(browser, path, START + 6 * MINUTE)

    moved("solved", 7)
    solved = read(browser, page, START + 8 * MINUTE)
    assert "Every update answers this ticket." not in solved
    assert "Your ticket is solved; every update comes here all the same." in solved
    moved("closed", 9)
    assert "every update" not in read(browser, page, START + 10 * MINUTE)
    assert "You are told of it" not in read(browser, "/portal/incidents/2/", START + 10 * MINUTE)
    with tenant_scope(cast.tenant):
        actions.unlink_ticket(incident_id=wider.pk, ticket=ticket, by=cast.agent, now=START + 11 * MINUTE)
    assert "Nothing works" not in read(browser, page, START + 12 * MINUTE)
