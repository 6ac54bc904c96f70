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
from tenants.models import Contact, Member, User
from tenants.scope import current_tenant
from tickets.addresses import desk_path, portal_path
from tickets.impact.impact import Change, Effect, Move
from tickets.models import Message, PauseContest, Ticket

EXCERPT = 2000
NOTICE_EXCERPT = 200
_AFTER_WORKAROUND = "We go on looking for the cause. If the workaround does not hold, open your request and say so."


def watchers(ticket: Ticket) -> list[User]:
    """Whom the desk tells: the assignee, or while there is none, or none any more, the leads and owners."""
    if ticket.assignee is not None and ticket.assignee.deactivated_at is None:
        return [ticket.assignee.user]
    return Member.objects.leading().users()


def reading_zone(ticket: Ticket) -> ZoneInfo:
    """Where the requester reads times."""
    own = ticket.requester.user.timezone if ticket.requester.user else ""
    return ZoneInfo(own or ticket.client.timezone or current_tenant().timezone)


def filed(ticket: Ticket, *, promised: Sequence[tuple[str, datetime]], now: datetime) -> None:
    """Confirm to the requester what was received and promised. An automatic acknowledgement: no clock listens (C1)."""
    zone, document = reading_zone(ticket), ticket.document
    lines = [f"{metric_name(metric, document)} by {exact_words(due.astimezone(zone))}." for metric, due in promised]
    if not lines and ticket.coverage_sentence:
        lines = [ticket.coverage_sentence]
    body = "\n".join(["We have received your request.", "", *lines])
    _tell_requester(ticket, "filed", "We have your request", body, notice="", now=now)
    _tell_desk(watchers(ticket), ticket, "filed", "ticket.filed", f"New: {ticket}", ticket.client.name, now=now)


def answered(ticket: Ticket, message: Message, *, is_quoted: bool = True, now: datetime) -> None:
    """Send a public reply to the requester, as its author's words where it is quoted."""
    body = _written(message) if is_quoted else message.body[:EXCERPT]
    notice = f"{message.author_name} answered {ticket}"
    _tell_requester(ticket, f"message:{message.pk}", "Re", body, notice=notice, now=now)


def client_wrote(ticket: Ticket, message: Message, *, now: datetime) -> None:
    title, occasion = f"{message.author_name} wrote on {ticket}", f"message:{message.pk}"
    _tell_desk(watchers(ticket), ticket, occasion, "ticket.client_wrote", title, message.body, now=now)


def _written(message: Message) -> str:
    return f"{message.author_name} wrote:\n\n{message.body[:EXCERPT]}"


def solved(ticket: Ticket, *, word: Message | None, at: datetime, now: datetime) -> None:
    """Tell the requester, in one mail with the `word` that solves it, and those whose duplicates were merged here."""
    occasion = f"solved:{at.isoformat()}"
    body = "We marked your request as solved. If it is not, open it and say so: it goes on where it stopped."
    _tell_requester(ticket, occasion, "Solved", f"{_written(word)}\n\n{body}" if word else body, now=now)
    body = (
        f"Request #{ticket.number}, in which yours went on, is solved. Is it not? File a new one and mention that "
        "number."
    )
    for duplicate in ticket.absorbed.exclude(requester=ticket.requester).select_related("requester__user"):
        _tell_requester(duplicate, occasion, "Solved", body, now=now)


def workaround_given(ticket: Ticket, *, by: str, reason: str, at: datetime, now: datetime) -> None:
    """Tell the requester of a workaround that no reply explains."""
    body = f"{by} noted that you have a workaround: {reason}\n\n{_AFTER_WORKAROUND}"
    _tell_requester(ticket, f"workaround:{at.isoformat()}", "Workaround", body, now=now)


def workaround_withdrawn(ticket: Ticket, *, by: Member | Contact, reason: str, at: datetime, now: datetime) -> None:
    """Tell the other side that the workaround does not hold."""
    occasion = f"workaround_withdrawn:{at.isoformat()}"
    if isinstance(by, Contact):
        title = f"{by.name} says the workaround does not hold: {ticket}"
        _tell_desk(watchers(ticket), ticket, occasion, "ticket.reopened", title, reason, now=now)
    else:
        body = f"{by.name} took the workaround back: {reason}\n\nWe are working on it."
        _tell_requester(ticket, occasion, "The workaround does not hold", body, now=now)


def merged(duplicate: Ticket, survivor: Ticket, *, reason: str, now: datetime) -> None:
    """Tell the duplicate's requester where it goes on; they may not be allowed to read there."""
    reads = Ticket.objects.visible_to_contact(duplicate.requester).filter(pk=survivor.pk).exists()
    where = (
        f"Everything further is here: {current_tenant().url(portal_path(survivor))}"
        if reads
        else "That is a colleague's request, which your account does not show you. We write to you when it is solved."
    )
    body = f"Your request goes on together with request #{survivor.number}.\n\nReason: {reason}\n\n{where}"
    _tell_requester(duplicate, "merged", f"Goes on in #{survivor.number}", body, now=now)


def absorbed(survivor: Ticket, duplicate: Ticket, *, by: Member, reopened: bool, now: datetime) -> None:
    """Tell the desk, but not who merged it, that what is owed on the duplicate is owed on the ticket that goes on."""
    users = [user for user in watchers(survivor) if user != by.user]
    topic = "ticket.reopened" if reopened else "ticket.absorbed"
    title = f"{by.name} merged {duplicate} into {survivor}{', which is open again' if reopened else ''}"
    body = "What was owed on it is owed here."
    _tell_desk(users, survivor, f"absorbed:{duplicate.pk}", topic, title, body, now=now)


def reopened(ticket: Ticket, *, name: str, reason: str, at: datetime, now: datetime) -> None:
    """Tell the desk that the client, by that `name`, says it is not solved."""
    occasion, title = f"reopened:{at.isoformat()}", f"{name} opened {ticket} again"
    _tell_desk(watchers(ticket), ticket, occasion, "ticket.reopened", title, reason, now=now)


def reclassified(ticket: Ticket, *, sentence: str, reason: str, at: datetime, now: datetime) -> None:
    """The client sees both classifications and why (B10)."""
    body = f"{sentence}\n\nReason: {reason}"
    _tell_requester(ticket, f"reclassified:{at.isoformat()}", "Reclassified", body, now=now)


def terms_changed(moves: Iterable[Move], version: AgreementVersion, *, now: datetime) -> None:
    """Tell each requester under what the request is now, and what that changes about its promises (B17).

    Two statements, however many requests came under it.
    """
    words = []
    why = [f"Why: {version.publish_reason}"] if version.publish_reason else []
    for move in moves:
        zone = reading_zone(move.ticket)
        since = exact_words(move.event.at.astimezone(zone))
        changes = [_change_words(change, version.document, zone) for change in move.changes]
        body = [f"The agreement changed: since {since} your request is under {version}.", *why, "", *changes]
        occasion = f"terms_changed:{version.pk}"
        words += _for_contact(move.ticket.requester, move.ticket, occasion, "The agreement changed", "\n".join(body))
    outbox.tell(words, now=now)


def _change_words(change: Change, document: AgreementDocument, zone: ZoneInfo) -> str:
    """`First response: now due today at 12:00, before at 15:00.`, in full dates."""
    label = metric_name(change.metric, document)
    before, after = (
        exact_words(due.astimezone(zone)) if due is not None else "" for due in (change.due_before, change.due_after)
    )
    if change.effect == Effect.UNPROMISED:
        return f"{label}: no longer promised{f'; it was due by {before}' if before else ''}."
    if after:
        return f"{label}: due by {after}{f'; before, by {before}' if before else ''}."
    # It is paused: when it falls due is known once it goes on.
    return f"{label}: {change.target_after}{f'; before, {change.target_before}' if change.target_before else ''}."


def assigned(ticket: Ticket, assignee: Member, *, at: datetime, now: datetime) -> None:
    occasion, title = f"assigned:{at.isoformat()}", f"Assigned to you: {ticket}"
    _tell_desk([assignee.user], ticket, occasion, "ticket.assigned", title, ticket.client.name, now=now)


def pause_contested(ticket: Ticket, contest: PauseContest, *, now: datetime) -> None:
    """To whoever watches the ticket, and to the leads: a promise is in question."""
    title, where = f"{contest.contact.name} contests a pause of {ticket}", f"contests/{contest.pk}/"
    users = {user.pk: user for user in (*watchers(ticket), *Member.objects.leading().users())}.values()
    occasion = f"contest:{contest.pk}"
    _tell_desk(users, ticket, occasion, "ticket.pause_contested", title, contest.reason, where=where, now=now)


def contest_answered(ticket: Ticket, contest: PauseContest, *, now: datetime) -> None:
    """To the contact who contested it, with what the desk says."""
    assert contest.answered_by is not None
    struck = contest.outcome == PauseContest.Outcome.STRUCK
    headline = "The time you contested counts" if struck else "The pause you contested stands"
    said = "struck the pause out: its time counts now." if struck else "lets the pause stand."
    body = f"You wrote: {contest.reason}\n\n{contest.answered_by.name} {said}\n\n{contest.answer}"
    occasion = f"contest:{contest.pk}:answered"
    outbox.tell(_for_contact(contest.contact, ticket, occasion, headline, body, notice_body=contest.answer), now=now)


def _tell_requester(
    ticket: Ticket, occasion: str, headline: str, body: str, *, now: datetime, notice: str | None = None
) -> None:
    outbox.tell(_for_contact(ticket.requester, ticket, occasion, headline, body, notice=notice), now=now)


def _for_contact(
    contact: Contact,
    ticket: Ticket,
    occasion: str,
    headline: str,
    body: str,
    *,
    notice: str | None = None,
    notice_body: str = "",
) -> list[outbox.Word]:
    """A mail, and a notice on the portal where they sign in: `notice`, the headline where that is None, none for "".

    Nothing to one who was deactivated: they may not read on the portal either what a mail would tell them.
    """
    if contact.deactivated_at is not None:
        return []
    tenant, url = current_tenant(), portal_path(ticket)
    where = f"Your request #{ticket.number}: {tenant.url(url)}"
    return [
        outbox.Word(
            key=f"ticket:{ticket.pk}:{occasion}", topic="ticket", user_id=contact.user_id, url=url,
            title=f"{headline}: {ticket}" if notice is None else notice, body=notice_body[:NOTICE_EXCERPT],
            to=contact.email, subject=f"[#{ticket.number}] {headline}: {ticket.subject}",
            text=f"Hello {contact.name},\n\n{body}\n\n{where}\n\n{tenant.name}\n",
        )
    ]  # fmt: skip


def _tell_desk(
    users: Iterable[User],
    ticket: Ticket,
    occasion: str,
    topic: str,
    title: str,
    body: str,
    *,
    now: datetime,
    where: str = "",
) -> None:
    """A notice to each of `users`; `where` is the page below the ticket's that it leads to."""
    key, url = f"ticket:{ticket.pk}:{occasion}", f"{desk_path(ticket)}{where}"
    outbox.tell_users(users, key=key, topic=topic, title=title, url=url, body=body[:NOTICE_EXCERPT], now=now)
