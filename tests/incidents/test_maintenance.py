"""Maintenance: what is planned, announced and done stays apart; who is told; what each client was owed is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from incidents.models import Maintenance, MaintenanceEvent, MaintenanceNotice
from incidents.models.maintenance import MaintenanceEventKind
from notifications import webhooks
from notifications.actions import choose_topics
from notifications.models import Notice, OutgoingMessage, WebhookEndpoint
from notifications.tasks import fan_out
from notifications.topics import MAINTENANCE
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
    kinds,
    planned,
    under,
)
from tests.tickets.agreeing import changed
from tests.tickets.moving import next_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def engage(cast: Any) -> Any:
    return under("engage", "standard", cast)


def kept(cast: Any) -> dict[str, bool]:
    """By client, what the newest announcement meant."""
    with tenant_scope(cast.tenant):
        newest = MaintenanceEvent.objects.announcements().latest("at", "id")
        return {each.client.name: each.is_kept for each in newest.notices.select_related("client")}


def mails_to(cast: Any, person: Any) -> list[str]:
    with tenant_scope(cast.tenant):
        return list(
            OutgoingMessage.objects.mails().filter(to=person.email).order_by("id").values_list("subject", flat=True)
        )


def test_B16_what_an_announcement_meant_for_each_client_is_a_fact(cast: Any, engage: Any):
    maintenance = announced(cast, "messaging", "conversational_ai", now=START - 11 * DAY)
    with tenant_scope(cast.tenant):
        notices = list(MaintenanceNotice.objects.order_by("client__name").select_related("client"))
        assert [(each.client.name, each.is_kept) for each in notices] == [("Globex", False), ("Initech", False)]
        assert notices[0].agreement_version_id == engage.pk
        (finding,) = notices[0].findings
        assert (finding["owed"], finding["given"], finding["clause"]) == ("2 calendar weeks", "11 days", "B16")
        assert finding["short_seconds"] == 3 * 86400
        event = maintenance.events.get(kind="announced")
        assert (event.data["clients"], event.data["broken"]) == (2, 2)
        for row in (notices[0], event):
            with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
                row.save()


def test_B16_clients_are_told_by_mail_and_on_the_portal_of_what_concerns_them(cast: Any, engage: Any):
    announced(cast, "messaging", description="Routers are replaced.")
    assert mails_to(cast, cast.contact) == ["Planned maintenance: New routers"]
    # Another client does not have the product, and who may not request support is not written to.
    assert mails_to(cast, cast.other_contact) == mails_to(cast, cast.reader) == []
    with tenant_scope(cast.tenant):
        (notice,) = Notice.objects.filter(user=cast.contact.user)
        assert notice.url == "/portal/maintenance/1/"
        mail = OutgoingMessage.objects.mails().get(to=cast.contact.email)
        assert "Sunday 14 June 2026, 03:00 CEST to 05:00" in mail.text
        assert "Routers are replaced." in mail.text


def test_C14_an_agreement_that_announces_in_tickets_reaches_its_contacts_as_tickets_do(cast: Any):
    under("managedops", "business", cast)
    announced(cast, "hosting")
    assert mails_to(cast, cast.contact) == ["Planned maintenance: New routers"]
    assert kept(cast) == {"Globex": True}


def test_C14_work_outside_the_service_window_is_kept_on_record(cast: Any):
    under("managedops", "business", cast)
    announced(cast, "hosting", start_at=START + DAY, end_at=END + DAY)
    assert kept(cast) == {"Globex": False}


def test_an_agreement_that_announces_on_the_status_page_alone_sends_no_mail(cast: Any):
    text = changed("engage", ("announced_by: [status page, mail]", "announced_by: [status page]"))
    under("engage", "standard", cast, source=text)
    announced(cast, "messaging")
    assert mails_to(cast, cast.contact) == []
    with tenant_scope(cast.tenant):
        assert Notice.objects.filter(user=cast.contact.user).count() == 1


def test_C8_the_announced_window_stays_what_was_said_before_the_work_began(cast: Any, engage: Any):
    maintenance = announced(cast)
    act(cast, "start", maintenance, now=START + 5 * MINUTE)
    act(cast, "extend", maintenance, end_at=END + HOUR, reason="A disk failed.", now=END - MINUTE)
    act(cast, "complete", maintenance, now=END + HOUR)
    maintenance = again(cast, maintenance)
    assert (maintenance.announced_start_at, maintenance.announced_end_at) == (START, END)
    assert (maintenance.planned_start_at, maintenance.planned_end_at) == (START, END + HOUR)
    assert (maintenance.started_at, maintenance.ended_at) == (START + 5 * MINUTE, END + HOUR)
    # Nobody swept: completing it found the overrun, since the end that was announced.
    assert maintenance.overrun_at == END
    assert kinds(cast, maintenance) == ["planned", "announced", "started", "extended", "overrun", "completed"]
    subjects = ["Planned maintenance", "Takes longer", "Completed"]
    assert mails_to(cast, cast.contact) == [f"{subject}: New routers" for subject in subjects]


def test_moving_is_a_new_announcement_whose_notice_is_looked_at_anew(cast: Any, engage: Any):
    maintenance = announced(cast)
    assert kept(cast) == {"Globex": True}
    act(cast, "reschedule", maintenance, start_at=START + DAY, end_at=END + DAY, reason="No parts.", now=START - DAY)
    assert kept(cast) == {"Globex": False}
    with tenant_scope(cast.tenant):
        told = [(each.at, each.start_at, each.end_at) for each in MaintenanceEvent.objects.announcements()]
        assert told == [(EARLY, START, END), (START - DAY, START + DAY, END + DAY)]
        assert MaintenanceEvent.objects.get(kind="rescheduled").reason == "No parts."
    assert again(cast, maintenance).announced_start_at == START + DAY


def reworded(cast: Any, maintenance: Maintenance, **said: Any) -> Maintenance:
    return act(cast, "reword", maintenance, **{"now": START - DAY, **said})


def test_B16_other_words_are_told_to_who_was_told_and_move_no_time(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        choose_topics(email="ops@elsewhere.example", choices=[(MAINTENANCE.key, "messaging")], by=None, now=EARLY - DAY)
    maintenance = announced(cast, description="Calls may drop.")
    before = again(cast, maintenance)
    reworded(cast, maintenance, title="New  switches", description="Messages may be late.")
    after = again(cast, maintenance)
    assert (after.title, after.description) == ("New switches", "Messages may be late.")
    stays = ("planned_start_at", "planned_end_at", "announced_start_at", "announced_end_at", "started_at", "due_at")
    for name in (*stays, "status", "due"):
        assert getattr(after, name) == getattr(before, name)
    assert kept(cast) == {"Globex": True}
    fan_out()
    assert mails_to(cast, cast.contact) == ["Planned maintenance: New routers", "Changed: New switches"]
    with tenant_scope(cast.tenant):
        event = maintenance.events.get(kind="reworded")
        assert event.data["before"] == {"title": "New routers", "description": "Calls may drop."}
        mail = OutgoingMessage.objects.mails().get(to="ops@elsewhere.example", subject="Changed: New switches")
        assert "It is called “New switches” now, no longer “New routers”." in mail.text
        assert "Messages may be late." in mail.text


def test_B16_whether_work_is_risky_is_looked_at_anew_and_its_notice_is_not(cast: Any, engage: Any):
    monday = START + DAY + 7 * HOUR
    maintenance = announced(cast, start_at=monday, end_at=monday + HOUR)
    reworded(cast, maintenance, is_risky=True)
    with tenant_scope(cast.tenant):
        newest = MaintenanceNotice.objects.latest("id")
        assert newest.announcement.kind == "reworded"
        found = {finding["promise"]: finding["is_kept"] for finding in newest.findings}
        # It was announced in time, three weeks ahead, whatever is said of it a day before.
        assert found == {"notice": True, "risky": False}
        assert MaintenanceNotice.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": " "}, "Say in a few words what is done."),
        ({"title": "New routers", "is_risky": False}, "Nothing of it is different."),
    ],
)
def test_words_that_say_nothing_new_are_refused(cast: Any, engage: Any, said: dict[str, Any], sentence: str):
    maintenance = announced(cast)
    with pytest.raises(ValidationError, match=sentence):
        reworded(cast, maintenance, **said)
    assert kinds(cast, maintenance) == ["planned", "announced"]


def test_what_was_said_of_risk_before_the_work_began_stays(cast: Any, engage: Any):
    maintenance = announced(cast)
    act(cast, "start", maintenance, now=START)
    reworded(cast, maintenance, description="It goes well.", now=START + MINUTE)
    with pytest.raises(ValidationError) as refused:
        reworded(cast, maintenance, is_risky=True, now=START + MINUTE)
    assert list(refused.value.message_dict) == ["is_risky"]


def test_nobody_writes_over_words_that_they_have_not_seen(cast: Any, engage: Any):
    maintenance = announced(cast)
    with tenant_scope(cast.tenant):
        seen = maintenance.events.latest("pk").pk
    reworded(cast, maintenance, title="Newer", by=cast.lead, seen_event=seen)
    with pytest.raises(ValidationError, match=f"{cast.lead.name} changed it meanwhile."):
        reworded(cast, maintenance, title="Newest", seen_event=seen)
    assert again(cast, maintenance).title == "Newer"


def test_what_is_said_with_the_announcement_is_what_clients_read(cast: Any, engage: Any):
    maintenance = planned(cast, description="Calls may drop.")
    act(cast, "announce", maintenance, text="Calls may drop once.")
    assert again(cast, maintenance).description == "Calls may drop once."


def test_a_draft_that_is_cancelled_is_no_matter_of_programs(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        events = ["maintenance.announced", "maintenance.cancelled"]
        WebhookEndpoint.objects.create(
            url="https://hooks.example/in", secret="whsec_" + "A" * 32, added_at=EARLY, events=events
        )
    act(cast, "cancel", planned(cast), reason="Not needed.")
    with tenant_scope(cast.tenant):
        assert not OutgoingMessage.objects.filter(topic="webhook").exists()
    announced(cast)
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(topic="webhook").exists()


def test_an_emergency_that_begins_at_once_is_announced_by_beginning(cast: Any, engage: Any):
    now = START + 10 * HOUR
    said = {"kind": "emergency", "urgent_because": "The disks are full."}
    emergency = planned(cast, start_at=now, end_at=now + HOUR, now=now, **said)
    act(cast, "start", emergency, now=now)
    assert again(cast, emergency).status == Maintenance.Status.IN_PROGRESS
    assert kept(cast) == {"Globex": True}
    assert mails_to(cast, cast.contact) == ["Maintenance now: New routers"]


def test_what_is_cancelled_is_told_to_those_who_were_told_of_it(cast: Any, engage: Any):
    act(cast, "cancel", planned(cast), reason="Not needed.")
    assert mails_to(cast, cast.contact) == []
    act(cast, "cancel", announced(cast), reason="Not needed.")
    assert mails_to(cast, cast.contact) == ["Planned maintenance: New routers", "Cancelled: New routers"]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("end_at", {"end_at": START}),
        ("end_at", {"end_at": START - HOUR}),
        ("end_at", {"end_at": START + 40 * DAY}),
        ("start_at", {"start_at": EARLY - HOUR}),
        ("start_at", {"start_at": START + 900 * DAY, "end_at": END + 900 * DAY}),
        ("title", {"title": "  "}),
    ],
    ids=["no length", "an end before the start", "too long", "in the past", "a slip in the year", "no title"],
)
def test_bad_input_is_refused_beside_its_field(cast: Any, engage: Any, field: str, said: dict[str, Any]):
    with pytest.raises(ValidationError) as refused:
        planned(cast, **said)
    assert list(refused.value.message_dict) == [field]
    with tenant_scope(cast.tenant):
        assert not Maintenance.objects.exists()


def test_everything_wrong_with_a_plan_is_said_at_once(cast: Any, engage: Any):
    with pytest.raises(ValidationError) as refused:
        act(cast, "plan", title="", parts=[("messaging", "nonsense"), ("nothing", "")], start_at=START, end_at=START)
    assert set(refused.value.message_dict) == {"title", "parts", "end_at"}
    assert "“messaging/nonsense” or “nothing”" in refused.value.message_dict["parts"][0]


def test_the_database_refuses_an_end_before_a_start(cast: Any, engage: Any):
    maintenance = planned(cast)
    with tenant_scope(cast.tenant), pytest.raises(IntegrityError, match="maintenance_ends_after_its_start"):
        Maintenance.objects.filter(pk=maintenance.pk).update(planned_end_at=START)


@pytest.mark.parametrize(
    ("verb", "said", "field"),
    [
        ("complete", {"at": START - MINUTE}, "at"),
        ("complete", {"at": END + 5 * DAY}, "at"),
        ("extend", {"end_at": END, "reason": "x"}, "end_at"),
        ("extend", {"end_at": END + HOUR, "reason": " "}, "reason"),
    ],
)
def test_what_cannot_have_been_is_refused(cast: Any, engage: Any, verb: str, said: dict[str, Any], field: str):
    maintenance = announced(cast)
    act(cast, "start", maintenance, now=START)
    with pytest.raises(ValidationError) as refused:
        act(cast, verb, maintenance, now=START + HOUR, **said)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("verb", ["announce", "start", "complete", "cancel", "reschedule", "extend", "reword"])
def test_nothing_is_done_to_what_is_over(cast: Any, engage: Any, verb: str):
    maintenance = planned(cast)
    act(cast, "cancel", maintenance, reason="Not needed.")
    more = {
        "cancel": {"reason": "x"}, "extend": {"end_at": END + HOUR, "reason": "x"},
        "reschedule": {"start_at": START + DAY, "end_at": END + DAY, "reason": "x"},
    }  # fmt: skip
    with pytest.raises(ValidationError):
        act(cast, verb, maintenance, **more.get(verb, {}))


def test_a_client_is_concerned_while_its_subscription_runs_and_by_its_products(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        cast.client.subscriptions.update(ends_on=START.date())
    announced(cast, "messaging", "conversational_ai")
    assert kept(cast) == {"Initech": True}


def test_a_subscription_that_lists_no_products_has_all_of_them(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        cast.other_client.subscriptions.get().products.all().delete()
    announced(cast, "voice")
    assert kept(cast) == {"Globex": True, "Initech": True}


@pytest.mark.parametrize("days", [-1, 1], ids=["in force by then", "in force after it"])
def test_the_version_that_governs_when_the_work_begins_decides(cast: Any, engage: Any, days: int):
    on = (START + timedelta(days=days)).date()
    next_version(cast, ("at_least: 2 calendar weeks", "at_least: 8 calendar weeks"), key="engage", on=on)
    announced(cast)
    assert kept(cast) == {"Globex": days > 0}


def test_B13_who_subscribed_to_a_service_hears_of_its_maintenance_and_a_contact_once(cast: Any, engage: Any):
    with tenant_scope(cast.tenant):
        choose_topics(email="ops@elsewhere.example", choices=[(MAINTENANCE.key, "messaging")], by=None, now=EARLY - DAY)
        choose_topics(email="other@elsewhere.example", choices=[(MAINTENANCE.key, "voice")], by=None, now=EARLY - DAY)
        choose_topics(email=cast.contact.email, choices=[(MAINTENANCE.key, "")], by=None, now=EARLY - DAY)
    announced(cast, "messaging")
    fan_out()
    with tenant_scope(cast.tenant):
        told = OutgoingMessage.objects.mails().filter(subject="Planned maintenance: New routers")
        assert sorted(told.values_list("to", flat=True)) == sorted(
            ["ops@elsewhere.example", cast.contact.email, cast.colleague.email]
        )


def test_every_fact_that_clients_read_is_one_that_programs_can_hear_of():
    told = {f"maintenance.{kind.value}" for kind in MaintenanceEventKind if kind.row.to_client}
    assert told == {event for event in webhooks.events() if event.startswith("maintenance.")}
