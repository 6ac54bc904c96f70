"""The table of kinds of event: what it says of each holds for history, replay, pages and API."""

from __future__ import annotations

from typing import Any

import pytest

from clocks.replay.events import KINDS, NEW_TERMS
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, filed, under
from tickets.history.facts import record
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.kinds import ROWS, Kind

pytestmark = pytest.mark.thorough

#: What is in somebody's history cannot be called anything else.
STORED = {
    "created", "client_reply", "agent_reply", "acknowledgement", "internal_note", "waiting", "resumed", "solved",
    "closed", "reopened", "reclassified", "terms_changed", "workaround", "workaround_withdrawn", "merged", "absorbed",
    "pause_struck", "held", "assigned", "scoped", "warned", "breached", "pause_contested", "pause_kept",
}  # fmt: skip
#: As an action would write it, of whatever kind.
DATA = {
    "metric": "resolution", "cycle": 0, "scope": "in_scope", "reproducibility": "unknown", "into": 7, "from": 7,
    "to_version": "Edition 2", "to": "Ann",
}  # fmt: skip
FROM_TO = {"from": {"level": "severity_2"}, "to": {"level": "severity_1"}}


def test_every_value_that_was_ever_stored_still_has_its_row():
    assert set(ROWS) >= STORED


@pytest.mark.parametrize("kind", Kind)
def test_what_clocks_hear_is_what_the_replay_knows(kind: Kind):
    assert not kind.row.heard or kind.row.heard in KINDS
    assert (kind.row.heard in NEW_TERMS) == (kind.row.terms == "new")
    assert (kind.row.heard == "waiting") == (kind.row.pauses is not None)


def test_every_status_has_the_one_kind_that_sets_it():
    assert sorted(kind.row.status for kind in Kind if kind.row.status) == sorted(Ticket.Status)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_a_fact_is_written_by_who_may_write_it_and_by_nobody_else(cast: Any, kind: Kind):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    for author, name in ((cast.contact, "client"), (cast.agent, "agent"), (None, "system")):
        with tenant_scope(cast.tenant):
            if name in kind.row.by:
                assert record(ticket, kind, by=author, at=MORNING, now=MORNING).by == name
            else:
                with pytest.raises(ValueError, match=f"by {name}, expected"):
                    record(ticket, kind, by=author, at=MORNING, now=MORNING)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CREATED])
def test_page_and_api_tell_the_client_the_same_and_the_desk_everything(cast: Any, sign_in: Any, kind: Kind):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    with tenant_scope(cast.tenant):
        message = kind.row.message and Message.objects.create(
            ticket=ticket, kind=kind.row.message, author_name="Ann", body="Said so.", posted_at=MORNING
        )
        TicketEvent.objects.create(
            ticket=ticket, kind=kind, at=MORNING, recorded_at=MORNING, by=kind.row.by[0], actor_name="Ann",
            message=message or None, data=DATA | (FROM_TO if kind is Kind.RECLASSIFIED else {}),
        )  # fmt: skip
        fact = TicketEvent.objects.latest("pk")
    anchor = f'id="message-{message.pk}"' if message else f'id="event-{fact.pk}"'
    for who, door, reads in ((cast.contact, "portal", kind.row.to_client), (cast.agent, "desk", True)):
        browser = sign_in(who)
        api = [event["id"] for event in browser.get(f"/api/v1/tickets/{ticket.number}/events/").json()]
        assert (fact.pk in api) is reads
        assert (anchor in browser.get(f"/{door}/tickets/{ticket.number}/").content.decode()) is reads
