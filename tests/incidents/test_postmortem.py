"""What was learned from an incident: written, published, and what is done about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidents.models import Incident, Postmortem, PostmortemAction
from notifications.models import Broadcast
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests.incidents.desking import PAGE, at, page_of, text, update
from tests.incidents.mending import MINUTE, START, declared, workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Any, sign_in: Any) -> Any:
    workspace(cast)
    return sign_in(cast.agent)


@pytest.fixture
def incident(cast: Any, desk: Any) -> Incident:
    with tenant_scope(cast.tenant):
        return declared(cast.agent)


def resolved(desk: Any, incident: Incident) -> None:
    at(desk, f"{page_of(incident)}resolve/", START + MINUTE, **update(incident, body="Over."))


def test_it_is_written_changed_and_its_history_keeps_what_it_said(cast: Any, desk: Any, incident: Incident) -> None:
    address = f"{page_of(incident)}postmortem/"
    assert at(desk, address, START, summary=" ").status_code == 422
    at(desk, address, START, summary="A full disk.", causes="No alarm.")
    at(desk, address, START + MINUTE, summary="A full disk on one node.", causes="No alarm.")
    with tenant_scope(cast.tenant):
        assert Postmortem.objects.get().summary == "A full disk on one node."
        changed = HistoryEntry.objects.get(event="postmortem.changed")
        assert changed.data["from"] == {"summary": "A full disk."}
    assert "changed the postmortem of INC-1" in text(at(desk, address, START + 2 * MINUTE))


def test_it_is_published_once_it_is_over_and_subscribers_are_told_once(
    cast: Any, desk: Any, incident: Incident
) -> None:
    address = f"{page_of(incident)}postmortem/"
    assert "Write it first." in text(desk.post(f"{address}publish/", follow=True))
    at(desk, address, START, summary="A full disk.")
    assert "Resolve it first." in text(desk.post(f"{address}publish/", follow=True))
    resolved(desk, incident)
    for _ in range(2):
        assert "Published" in text(desk.post(f"{address}publish/", follow=True))
    with tenant_scope(cast.tenant):
        assert Postmortem.objects.published().count() == 1
        told = Broadcast.objects.get(key=f"postmortem:{incident.pk}")
        assert (told.url, told.text) == (f"/status/incidents/{incident.number}/", "A full disk.")


def test_actions_have_somebody_and_a_day_and_are_overdue_from_the_next_on(
    cast: Any, desk: Any, incident: Incident
) -> None:
    address = f"{page_of(incident)}postmortem/"
    sent = {"title": "An alarm at 80 %", "owner": cast.lead.pk, "due_on": "2026-03-03"}
    assert "Write the postmortem first." in text(at(desk, f"{address}actions/", START, **sent))
    at(desk, address, START, summary="A full disk.")
    for wrong, words in (
        ({"title": ""}, "Say what is to be done."), ({"owner": cast.account_manager.pk}, "Choose somebody from the"),
        ({"due_on": "soon"}, "Give a day, like"), ({"due_on": "2026-03-01"}, "The day lies in the past."),
    ):  # fmt: skip
        refused = at(desk, f"{address}actions/", START, **sent | wrong)
        assert refused.status_code == 422
        assert words in text(refused)
    at(desk, f"{address}actions/", START, **sent)
    assert "3 Mar 2026 Done" in text(at(desk, f"{PAGE}actions/", START + timedelta(days=1)))
    page = text(at(desk, f"{PAGE}actions/", START + timedelta(days=2)))
    assert "An alarm at 80 % INC-1 Lena Lead 3 Mar 2026 Overdue" in page
    with tenant_scope(cast.tenant):
        action = PostmortemAction.objects.get()
    desk.post(f"{PAGE}actions/{action.pk}/done/")
    assert "Nothing is to be done" in text(at(desk, f"{PAGE}actions/", START + timedelta(days=2)))
    assert "Not done after all" in text(at(desk, address, START + timedelta(days=2)))
    desk.post(f"{PAGE}actions/{action.pk}/again/")
    assert "An alarm at 80 %" in text(at(desk, f"{PAGE}actions/", START + timedelta(days=2)))
    assert desk.post(f"{PAGE}actions/{action.pk + 1}/done/").status_code == 404


def test_the_public_reads_it_where_it_reads_the_incident_once_it_is_published(
    cast: Any, desk: Any, incident: Incident, stranger: Any
) -> None:
    resolved(desk, incident)
    at(desk, f"{page_of(incident)}postmortem/", START, summary="A **full** disk.", causes="No alarm.")
    assert "full disk" not in text(stranger.get(f"/status/incidents/{incident.number}/"))
    desk.post(f"{page_of(incident)}postmortem/publish/")
    page = text(stranger.get(f"/status/incidents/{incident.number}/"))
    assert "What we learned A full disk. Why No alarm." in page
