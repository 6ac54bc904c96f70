"""Who is told what about a ticket: mails and notices, queued in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.models import AgreementVersion
from clocks.face import metric_name
from notifications import outbox
from shell.wording import exact_words
from tenants.models import Member, Tenant, User
from tickets.impact.impact import Change, Move
from tickets.models import Message, Ticket
from tickets.wording import desk_path, portal_path

EXCERPT = 2000
_AFTER_WORKAROUND = "We go on looking for the cause. If the workaround does not hold, open your request and say so."


def watchers(ticket: Ticket) -> list[User]:
    """Whom the desk tells: the assignee, or while there is none, or none any more, the leads and owners."""
    if ticket.assignee is not None and ticket.assignee.deactivated_at is None:
        return [ticket.assignee.user]
    unassigned = Member.objects.active().select_related("user")
    return [member.user for member in unassigned if member.hears_of_unassigned]


def reading_zone(ticket: Ticket, tenant: Tenant) -> ZoneInfo:
    """Where the requester reads times."""
    own = ticket.requester.user.timezone if ticket.requester.user else ""
    return ZoneInfo(own or ticket.client.timezone or tenant.timezone)


def filed(ticket: Ticket, *, promised: Sequence[tuple[str, datetime]], tenant: Tenant, now: datetime) -> None:
    """Confirm to the requester what was received and promised. An automatic acknowledgement: no clock listens (C1)."""
    zone = reading_zone(ticket, tenant)
    lines = [
        f"{metric_name(metric, ticket.document)} by {exact_words(due.astimezone(zone))}." for metric, due in promised
    ]
    if not lines and ticket.coverage_sentence:
        lines = [ticket.coverage_sentence]
    _tell_requester(
        ticket,
        tenant,
        occasion="filed",
        subject=f"We have your request: {ticket.subject}",
        body="\n".join(["We have received your request.", "", *lines]),
        now=now,
    )
    _notify(
        watchers(ticket),
        ticket,
        occasion="filed",
        topic="ticket.filed",
        title=f"New: {ticket}",
        body=ticket.client.name,
        now=now,
    )


def answered(ticket: Ticket, message: Message, *, tenant: Tenant, now: datetime) -> None:
    """Send a public reply to the requester."""
    _tell_requester(
        ticket,
        tenant,
        occasion=f"message:{message.pk}",
        subject=f"Re: {ticket.subject}",
        body=f"{message.author_name} wrote:\n\n{message.body[:EXCERPT]}",
        notice=f"{message.author_name} answered {ticket}",
        now=now,
    )


def client_wrote(ticket: Ticket, message: Message, *, now: datetime) -> None:
    _notify(
        watchers(ticket),
        ticket,
        occasion=f"message:{message.pk}",
        topic="ticket.client_wrote",
        title=f"{message.author_name} wrote on {ticket}",
        body=message.body[:200],
        now=now,
    )


def solved(ticket: Ticket, *, tenant: Tenant, at: datetime, now: datetime) -> None:
    """Tell the requester, and those whose duplicates were merged into it."""
    _tell_requester(
        ticket,
        tenant,
        occasion=f"solved:{at.isoformat()}",
        subject=f"Solved: {ticket.subject}",
        body="We marked your request as solved. If it is not, open it and say so: it goes on where it stopped.",
        notice=f"Solved: {ticket}",
        now=now,
    )
    absorbed = ticket.absorbed.exclude(requester=ticket.requester).select_related("requester__user")
    for duplicate in absorbed:
        _tell_requester(
            duplicate,
            tenant,
            occasion=f"solved:{at.isoformat()}",
            subject=f"Solved: {duplicate.subject}",
            body=(
                f"Request #{ticket.number}, in which yours went on, is solved. Is it not? File a new one and mention "
                "that number."
            ),
            notice=f"Solved: {duplicate}",
            now=now,
        )


def workaround_given(ticket: Ticket, *, by: str, reason: str, tenant: Tenant, at: datetime, now: datetime) -> None:
    """Tell the requester of a workaround that no reply explains."""
    _tell_requester(
        ticket,
        tenant,
        occasion=f"workaround:{at.isoformat()}",
        subject=f"Workaround: {ticket.subject}",
        body=f"{by} noted that you have a workaround: {reason}\n\n{_AFTER_WORKAROUND}",
        notice=f"Workaround: {ticket}",
        now=now,
    )


def workaround_withdrawn(ticket: Ticket, *, by: str, reason: str, tenant: Tenant, at: datetime, now: datetime) -> None:
    _tell_requester(
        ticket,
        tenant,
        occasion=f"workaround_withdrawn:{at.isoformat()}",
        subject=f"The workaround does not hold: {ticket.subject}",
        body=f"{by} took the workaround back: {reason}\n\nWe are working on it.",
        notice=f"The workaround does not hold: {ticket}",
        now=now,
    )


def workaround_contested(ticket: Ticket, *, name: str, reason: str, at: datetime, now: datetime) -> None:
    """Tell the desk that the client, by that `name`, says the workaround does not hold."""
    _notify(
        watchers(ticket),
        ticket,
        occasion=f"workaround_withdrawn:{at.isoformat()}",
        topic="ticket.reopened",
        title=f"{name} says the workaround does not hold: {ticket}",
        body=reason[:200],
        now=now,
    )


def merged(duplicate: Ticket, survivor: Ticket, *, reason: str, tenant: Tenant, now: datetime) -> None:
    """Tell the duplicate's requester where it goes on; they may not be allowed to read there."""
    reads = Ticket.objects.visible_to_contact(duplicate.requester).filter(pk=survivor.pk).exists()
    where = (
        f"Everything further is here: {tenant.url(portal_path(survivor))}"
        if reads
        else "That is a colleague's request, which your account does not show you. We write to you when it is solved."
    )
    _tell_requester(
        duplicate,
        tenant,
        occasion="merged",
        subject=f"Goes on in #{survivor.number}: {duplicate.subject}",
        body=f"Your request goes on together with request #{survivor.number}.\n\nReason: {reason}\n\n{where}",
        notice=f"{duplicate} goes on in #{survivor.number}",
        now=now,
    )


def absorbed(survivor: Ticket, duplicate: Ticket, *, by: Member, reopened: bool, now: datetime) -> None:
    """Tell the desk, but not who merged it, that what is owed on the duplicate is owed on the ticket that goes on."""
    _notify(
        [user for user in watchers(survivor) if user != by.user],
        survivor,
        occasion=f"absorbed:{duplicate.pk}",
        topic="ticket.reopened" if reopened else "ticket.absorbed",
        title=f"{by.name} merged {duplicate} into {survivor}{', which is open again' if reopened else ''}",
        body="What was owed on it is owed here.",
        now=now,
    )


def reopened(ticket: Ticket, *, name: str, reason: str, at: datetime, now: datetime) -> None:
    """Tell the desk that the client, by that `name`, says it is not solved."""
    _notify(
        watchers(ticket),
        ticket,
        occasion=f"reopened:{at.isoformat()}",
        topic="ticket.reopened",
        title=f"{name} opened {ticket} again",
        body=reason[:200],
        now=now,
    )


def reclassified(ticket: Ticket, *, sentence: str, reason: str, tenant: Tenant, at: datetime, now: datetime) -> None:
    """The client sees both classifications and why (B10)."""
    _tell_requester(
        ticket,
        tenant,
        occasion=f"reclassified:{at.isoformat()}",
        subject=f"Reclassified: {ticket.subject}",
        body=f"{sentence}\n\nReason: {reason}",
        notice=f"Reclassified: {ticket}",
        now=now,
    )


def terms_changed(moves: Iterable[Move], version: AgreementVersion, *, tenant: Tenant, now: datetime) -> None:
    """Tell each requester under what the request is now, and what that changes about its promises (B17).

    Two statements, however many requests came under it.
    """
    mails, notices = [], []
    for move in moves:
        zone = reading_zone(move.ticket, tenant)
        since = exact_words(move.event.at.astimezone(zone))
        why = [f"Why: {version.publish_reason}"] if version.publish_reason else []
        mail, notice = _for_requester(
            move.ticket,
            tenant,
            occasion=f"terms_changed:{version.pk}",
            subject=f"The agreement changed: {move.ticket.subject}",
            body="\n".join(
                [
                    f"The agreement changed: since {since} your request is under {version}.",
                    *why,
                    "",
                    *(_change_words(change, version.document, zone) for change in move.changes),
                ]
            ),
            notice=f"The agreement changed for {move.ticket}",
        )
        mails += mail
        notices += notice
    outbox.queue(mails, now=now)
    outbox.notify(notices, now=now)


def _change_words(change: Change, document: AgreementDocument, zone: ZoneInfo) -> str:
    """`First response: now due today at 12:00, before at 15:00.`, in full dates."""
    label = metric_name(change.metric, document)
    before, after = (
        exact_words(due.astimezone(zone)) if due is not None else "" for due in (change.due_before, change.due_after)
    )
    if change.effect == "unpromised":
        return f"{label}: no longer promised{f'; it was due by {before}' if before else ''}."
    if after:
        return f"{label}: due by {after}{f'; before, by {before}' if before else ''}."
    # It is paused: when it falls due is known once it goes on.
    return f"{label}: {change.target_after}{f'; before, {change.target_before}' if change.target_before else ''}."


def assigned(ticket: Ticket, assignee: Member, *, at: datetime, now: datetime) -> None:
    _notify(
        [assignee.user],
        ticket,
        occasion=f"assigned:{at.isoformat()}",
        topic="ticket.assigned",
        title=f"Assigned to you: {ticket}",
        body=ticket.client.name,
        now=now,
    )


def _tell_requester(
    ticket: Ticket, tenant: Tenant, *, occasion: str, subject: str, body: str, now: datetime, notice: str = ""
) -> None:
    mails, notices = _for_requester(ticket, tenant, occasion=occasion, subject=subject, body=body, notice=notice)
    outbox.queue(mails, now=now)
    outbox.notify(notices, now=now)


def _for_requester(
    ticket: Ticket, tenant: Tenant, *, occasion: str, subject: str, body: str, notice: str
) -> tuple[list[outbox.Draft], list[outbox.NoticeDraft]]:
    """A mail to the requester, and a notice on the portal where they sign in and `notice` says something.

    Nothing to one who was deactivated: they may not read on the portal either what a mail would tell them.
    """
    requester, key = ticket.requester, f"ticket:{ticket.pk}:{occasion}"
    if requester.deactivated_at is not None:
        return [], []
    link = f"Your request #{ticket.number}: {tenant.url(portal_path(ticket))}"
    mail = outbox.Draft(
        key=key,
        topic="ticket",
        to=requester.email,
        subject=f"[#{ticket.number}] {subject}",
        text=f"Hello {requester.name},\n\n{body}\n\n{link}\n\n{tenant.name}\n",
    )
    if not notice or not requester.user_id:
        return [mail], []
    return [mail], [
        outbox.NoticeDraft(user_id=requester.user_id, key=key, topic="ticket", title=notice, url=portal_path(ticket))
    ]


def _notify(
    users: Iterable[User], ticket: Ticket, *, occasion: str, topic: str, title: str, body: str, now: datetime
) -> None:
    outbox.notify(
        [
            outbox.NoticeDraft(
                user_id=user.pk,
                key=f"ticket:{ticket.pk}:{occasion}",
                topic=topic,
                title=title,
                url=desk_path(ticket),
                body=body,
            )
            for user in users
        ],
        now=now,
    )
