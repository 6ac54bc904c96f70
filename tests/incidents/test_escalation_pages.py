"""Acknowledging by link, page and API; what owners write and read about escalation (B14, D2)."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from incidents import actions
from incidents.escalation.panel import State, panel
from incidents.models import EscalationPolicy, Incident
from notifications.models import Channel, Notice, OutgoingMessage
from tenants.models import HistoryEntry, Member
from tenants.scope import tenant_scope
from tests.incidents.asking import SUNDAY_NIGHT, act, audit, begin, facts, fresh, policy, step, sweep, usual_policy
from tests.incidents.mending import MINUTE, workspace
from tests.incidents.rotas import schedule

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LATER = SUNDAY_NIGHT + 2 * MINUTE


@pytest.fixture(autouse=True)
def at_night() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def incident(cast: Any) -> Incident:
    workspace(cast, "engage")
    usual_policy(cast)
    found = begin(cast)
    sweep(SUNDAY_NIGHT)
    return found


def link(cast: Any, to: Member | None = None) -> str:
    """The path of the link in the page that somebody got by mail."""
    with tenant_scope(cast.tenant):
        mail = OutgoingMessage.objects.filter(topic="page", to=(to or cast.agent).user.email).latest("id")
    found = re.search(r"/incidents/acknowledge/\S+", mail.text)
    assert found
    return found.group()


def test_looking_at_the_link_acknowledges_nothing_and_its_button_does(cast: Any, incident: Incident, stranger: Browser):
    path = link(cast)
    for look in (stranger.get, stranger.head, stranger.get):
        assert look(path).status_code == 200
    assert facts(cast, "acknowledged") == []
    shown = stranger.get(path)
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Adam Agent, you were asked" in shown.content.decode()
    assert "You have it" in stranger.post(path, follow=True).content.decode()
    assert fresh(cast, incident).acknowledged_by == cast.agent


def test_the_second_who_follows_a_link_reads_who_was_first(cast: Any, incident: Incident, stranger: Browser):
    sweep(SUNDAY_NIGHT + 10 * MINUTE)
    act(cast, actions.acknowledge, incident, LATER - 2 * MINUTE, by=cast.lead)
    for answer in (stranger.get(link(cast)), stranger.post(link(cast))):
        assert "Lena Lead acknowledged it" in answer.content.decode()
    assert len(facts(cast, "acknowledged")) == 1


@pytest.mark.parametrize("gone", [{"deactivated_at": LATER}, {"role": Member.Role.ACCOUNT_MANAGER}])
def test_a_link_is_worth_nothing_elsewhere_made_up_or_once_its_person_is_gone(
    cast: Any, incident: Incident, stranger: Browser, gone: dict[str, Any]
):
    path = link(cast)
    rival = Browser(HTTP_HOST="rival.localhost")
    assert [rival.get(path).status_code, rival.post(path).status_code] == [404, 404]
    assert stranger.post("/incidents/acknowledge/none/").status_code == 404
    with tenant_scope(cast.tenant):
        Member.objects.filter(pk=cast.agent.pk).update(**gone)
    assert stranger.post(path).status_code == 404
    assert facts(cast, "acknowledged") == []


def test_the_link_of_a_resolved_incident_says_that_it_is_over(cast: Any, incident: Incident, stranger: Browser):
    act(cast, actions.resolve_incident, incident, LATER, body="Over.")
    assert "Nothing left to acknowledge" in stranger.get(link(cast)).content.decode()
    assert stranger.post(link(cast)).status_code == 422


def test_the_button_of_the_desk_acknowledges_for_whoever_presses_it(cast: Any, incident: Incident, sign_in: Any):
    path = f"/desk/incidents/{incident.number}/acknowledge/"
    assert sign_in(cast.account_manager).post(path).status_code == 403
    assert sign_in(cast.contact).post(path).status_code == 404
    assert sign_in(cast.rival.owner).post(path).status_code == 404
    assert sign_in(cast.lead).post(path).status_code == 302
    browser = sign_in(cast.agent)
    browser.post(path)
    with tenant_scope(cast.tenant):
        assert fresh(cast, incident).acknowledged_by == cast.lead
    assert "Lena Lead acknowledged it just now." in browser.get("/desk/").content.decode()


def test_the_desk_names_the_minute_in_which_people_are_asked_next_or_again(cast: Any, incident: Incident, sign_in: Any):
    def shown() -> str:
        page = sign_in(cast.agent).get(f"/desk/incidents/{incident.number}/").content.decode()
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    # The desk is read in Amsterdam.
    with time_machine.travel(SUNDAY_NIGHT + 9.5 * MINUTE, tick=False):
        assert "Next: Lena Lead, 03:10" in shown()
    act(cast, actions.acknowledge, incident, LATER)
    assert "People are asked again if nothing happens until 03:32" in shown()


def test_the_api_acknowledges_once_and_lists_who_was_asked(cast: Any, incident: Incident, sign_in: Any):
    path = f"/incidents/{incident.number}/"
    before = sign_in(cast.agent).get(f"/api/v1{path}escalation/").json()
    assert (before["state"], before["next_asked"], before["next_due_at"]) == (
        "asking", ["Lena Lead"], "2026-03-01T02:10:00Z",
    )  # fmt: skip
    assert [(each["member"], each["by"], each["step"]) for each in before["askings"]] == [
        ("Adam Agent", "every way to reach them", 0)
    ]
    done = sign_in(cast.lead).post(f"/api/v1{path}acknowledgement/")
    assert (done.status_code, done.json()["acknowledged_by"]) == (200, "Lena Lead")
    refused = sign_in(cast.agent).post(f"/api/v1{path}acknowledgement/")
    assert (refused.status_code, refused.json()["errors"][0]["detail"]) == (400, "Lena Lead acknowledged it just now.")


@pytest.mark.parametrize(
    ("level", "minutes", "state"),
    [
        ("p1", 0, State.ASKING), ("p1", 15, State.ASKING), ("p1", 50, State.EXHAUSTED), ("p3", 0, State.WAITING),
        ("p5", 0, State.PLANNED),
    ],
)  # fmt: skip
def test_the_panel_says_how_it_stands(cast: Any, incident: Incident, level: str, minutes: int, state: State):
    other = begin(cast, level)
    sweep(SUNDAY_NIGHT + minutes * MINUTE)
    with tenant_scope(cast.tenant):
        assert panel(fresh(cast, other), now=SUNDAY_NIGHT + minutes * MINUTE).state == state


def test_a_team_channel_is_told_without_anybodys_own_link(cast: Any):
    workspace(cast, "engage")
    with tenant_scope(cast.tenant):
        channel = Channel.objects.create(
            name="Incidents", service="Slack", url="slack://a/b/c", position=0, added_at=LATER
        )
    policy(cast, step("leads", by=f"channel:{channel.pk}"))
    begin(cast)
    sweep(SUNDAY_NIGHT)
    with tenant_scope(cast.tenant):
        [message] = OutgoingMessage.objects.filter(topic="page")
        assert (message.kind, message.channel) == ("chat", channel)
        assert "/incidents/acknowledge/" not in message.text
        assert Notice.objects.filter(topic="page", url__startswith="/incidents/acknowledge/").count() == 2
    assert {fact.data["ways"] for fact in facts(cast, "paged")} == {"Slack: Incidents"}


def typed(**fields: Any) -> dict[str, Any]:
    usual = {"do": "save", "name": "Nights", "repeats": 2, "stale_after": 30}
    return usual | blank(1) | blank(2) | blank(3) | blank(4) | blank(5) | {"asks_1": "leads"} | fields


def blank(number: int) -> dict[str, Any]:
    return {f"asks_{number}": "nobody", f"by_{number}": "all", f"wait_{number}": 10}


@pytest.fixture
def owner(cast: Any, sign_in: Any) -> Browser:
    workspace(cast, "engage")
    return sign_in(cast.owner)


NEW = "/settings/escalation/new/"


def test_an_owner_writes_changes_and_removes_a_policy(cast: Any, owner: Browser):
    member = f"member:{cast.agent.pk}"
    second = {"asks_3": member, "by_3": "mail", "wait_3": 5}
    sent = typed(levels=["p1", "p2"], **second)
    assert owner.post(NEW, sent).status_code == 302
    with tenant_scope(cast.tenant):
        made = EscalationPolicy.objects.get()
        assert (made.levels, made.repeats) == (["p1", "p2"], 2)
        assert [(each["asks"], each["by"], each["wait"]) for each in made.steps] == [
            ("leads", "all", 600), (member, "mail", 300),
        ]  # fmt: skip
    page = owner.get("/settings/escalation/").content.decode()
    assert page.count(">Nights</a>") == 3
    assert "Within business hours" in page
    path = f"/settings/escalation/{made.pk}/"
    assert owner.post(path, typed(name="Days", stale_after="")).status_code == 302
    assert owner.post(f"{path}remove/").status_code == 302
    with tenant_scope(cast.tenant):
        assert not EscalationPolicy.objects.exists()
        told = HistoryEntry.objects.filter(event__startswith="escalation_policy.").order_by("id")
        assert [entry.event.partition(".")[2] for entry in told] == ["added", "changed", "removed"]


def test_the_preview_says_in_plain_words_what_would_happen_tonight(cast: Any, owner: Browser):
    with tenant_scope(cast.tenant):
        rota = schedule(cast.agent)
    second = {"asks_2": f"schedule:{rota.pk}", "by_2": "all", "wait_2": 5}
    page = owner.post(NEW, typed(do="preview", repeats=1, wait_1=40, **second)).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "An incident at P1, declared today 22:00" in words
    assert re.search(r"(Lena Lead and Olga Owner|Olga Owner and Lena Lead) are asked by every way to reach them", words)
    assert "There would be nobody to ask (whoever is on call for Platform): on to the next step at once" in words
    # Nobody is waited for where there is nobody, in the second time round neither.
    assert "Then everybody again, once today 22:40" in words
    assert "Nobody further is asked today 23:20" in words
    # P3 begins in business hours, when Adam is on call.
    assert "Unless somebody acknowledged it, Adam Agent is asked by every way to reach them" in words
    with tenant_scope(cast.tenant):
        assert not EscalationPolicy.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (blank(1), "Nobody would be asked: choose who is asked first."),
        ({"wait_1": 0}, "Wait between 1 and 1440 minutes for an acknowledgement."),
        ({"wait_1": -3}, "Wait between 1 and 1440 minutes"),
        ({"repeats": 21}, "Everybody can be asked again up to 20 times."),
        ({"repeats": -1}, "Everybody can be asked again up to 20 times."),
        ({"stale_after": 0}, "Give people a minute at least, or leave it empty."),
        ({"name": "  "}, "Fill this in."),
        ({"levels": ["p9"]}, "p9 is not one of the available choices."),
        ({"asks_1": "member:999999"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(owner: Browser, fields: Any, sentence: str):
    answer = owner.post(NEW, typed(**{"name": "My nights", **fields}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_schedule_of_nobody_is_refused_beside_its_step(cast: Any, owner: Browser):
    with tenant_scope(cast.tenant):
        empty = schedule(name="Nights")
    sent = typed(asks_3=f"schedule:{empty.pk}", by_3="all", wait_3=5)
    page = owner.post(NEW, sent).content.decode()
    assert "Nights is a schedule of nobody: put people on it first." in page
    assert 'id="id_asks_3_error"' in page


def test_of_two_policies_for_one_level_the_second_is_refused(cast: Any, owner: Browser):
    owner.post(NEW, typed(levels=["p1"]))
    owner.post(NEW, typed(name="Rest"))
    for fields, sentence in (
        ({"name": "NIGHTS", "levels": ["p2"]}, "There is a policy called Nights already."),
        ({"name": "Other", "levels": ["p1"]}, "“Nights” is for one of these levels already."),
        ({"name": "Other"}, "“Rest” is for all levels that no policy names."),
    ):
        assert sentence in owner.post(NEW, typed(**fields)).content.decode()


def test_the_audit_page_lists_what_was_not_asked(cast: Any, owner: Browser):
    begin(cast)
    audit(LATER)
    page = owner.get("/settings/escalation/audit/").content.decode()
    assert "INC-1 Messages are late" in page
    assert "Step 1 of the escalation was due at 03:00: nobody was asked" in page
    assert "Last looked" in page
