"""Who is told of contested pauses and their answers, queued in the transaction of their cause."""

from __future__ import annotations

from datetime import datetime

from notifications import outbox
from tenants.models import Member, Tenant
from tickets.announcements.announce import watchers
from tickets.models import PauseContest, Ticket
from tickets.wording import desk_path, portal_path

EXCERPT = 200


def pause_contested(ticket: Ticket, contest: PauseContest, *, now: datetime) -> None:
    """To whoever watches the ticket, and to the leads: a promise is in question."""
    leads = [member.user for member in Member.objects.active().select_related("user") if member.hears_of_unassigned]
    users = {user.pk: user for user in (*watchers(ticket), *leads)}
    outbox.notify(
        [
            outbox.NoticeDraft(
                user_id=pk,
                key=f"contest:{contest.pk}",
                topic="ticket.pause_contested",
                title=f"{contest.contact.name} contests a pause of {ticket}",
                url=f"{desk_path(ticket)}contests/{contest.pk}/",
                body=contest.reason[:EXCERPT],
            )
            for pk in users
        ],
        now=now,
    )


def contest_answered(ticket: Ticket, contest: PauseContest, *, tenant: Tenant, now: datetime) -> None:
    """To the contact who contested it, with what the desk says. Nothing to one who was deactivated."""
    contact, by = contest.contact, contest.answered_by
    assert by is not None
    if contact.deactivated_at is not None:
        return
    struck = contest.outcome == PauseContest.Outcome.STRUCK
    title = "The time you contested counts" if struck else "The pause you contested stands"
    said = "struck the pause out: its time counts now." if struck else "lets the pause stand."
    link = f"Your request #{ticket.number}: {tenant.url(portal_path(ticket))}"
    key = f"contest:{contest.pk}:answered"
    outbox.queue(
        [
            outbox.Draft(
                key=key,
                topic="ticket",
                to=contact.email,
                subject=f"[#{ticket.number}] {title}: {ticket.subject}",
                text=f"Hello {contact.name},\n\nyou wrote: {contest.reason}\n\n{by.name} {said}\n\n{contest.answer}\n\n"
                f"{link}\n\n{tenant.name}\n",
            )
        ],
        now=now,
    )
    if contact.user_id:
        notice = outbox.NoticeDraft(
            user_id=contact.user_id, key=key, topic="ticket", title=f"{title}: {ticket}", url=portal_path(ticket),
            body=contest.answer[:EXCERPT],
        )  # fmt: skip
        outbox.notify([notice], now=now)
