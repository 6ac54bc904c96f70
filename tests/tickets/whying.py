"""Words for telling of pauses that are contested, and for reading the explanations of a ticket's clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, events
from tests.tickets.portalling import at, text
from tickets import actions
from tickets.models import Message, PauseContest, Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Status = Ticket.Status


def wait(
    ticket: Ticket, cast: Any, moment: Any = MORNING + HOUR, body: str = "Which browser do you use?", **more: Any
) -> int:
    kind = more.pop("kind", Message.Kind.REPLY)
    act(
        cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=kind, body=body, then=Status.WAITING,
        now=moment,
    )  # fmt: skip
    return events(ticket, "waiting")[-1].pk


def resume(ticket: Ticket, cast: Any, moment: Any) -> None:
    act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="Firefox.", now=moment)


def contested(ticket: Ticket, cast: Any, moment: Any = MORNING + 2 * HOUR) -> PauseContest:
    return act(
        cast.tenant, actions.contest_pause, ticket_id=ticket.pk, pause_id=events(ticket, "waiting")[0].pk,
        by=cast.contact, reason="We had told you already.", now=moment,
    )  # fmt: skip


def why(ticket: Ticket, metric: str = "resolution", door: str = "desk", cycle: int = 0) -> str:
    return f"/{door}/tickets/{ticket.number}/clocks/{metric}/{cycle}/"


def read(browser: Any, path: str, moment: Any) -> str:
    with at(moment):
        return text(browser.get(path))


def reread(it: PauseContest) -> PauseContest:
    with tenant_scope(it.tenant):
        return PauseContest.objects.get(pk=it.pk)


def answer_page(ticket: Ticket, it: PauseContest) -> str:
    return f"/desk/tickets/{ticket.number}/contests/{it.pk}/"
