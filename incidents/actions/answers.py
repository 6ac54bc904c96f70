"""Answering linked tickets with what was said to everybody: each of them once, at the instant at which it was said."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet

from incidents.links.letter import letter, said_of
from incidents.models import IncidentEvent, IncidentLink, LinkedAnswer
from incidents.models.kinds import Kind
from tenants.models import Member
from tenants.one_by_one import one_by_one
from tickets.actions import owe_word, pass_on
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.kinds import Kind as TicketKind

#: So many tickets, those that fall due first, are answered where the word is said: for them no sweep can come between.
AT_ONCE = 25
logger = logging.getLogger(__name__)
TASK = "incidents.tasks.answer_linked_tickets"


def answer_first(event: IncidentEvent, *, now: datetime) -> None:
    """Owe every linked ticket a word to everybody, answer those that fall due first, and ask a worker for the others.

    In the transaction of `event`. A program's word answers no ticket.
    """
    if event.by != "agent" or not said_of(event):
        return
    links = IncidentLink.objects.current().filter(incident=event.incident_id).select_related("ticket")
    answers = LinkedAnswer.objects.bulk_create([LinkedAnswer(link=link, event=event) for link in links])
    answers.sort(key=lambda each: (each.link.ticket.queue_at, each.pk))
    # In the order of their ids, as whoever merges tickets locks them, so that nobody waits for each other.
    tickets = {_goes_on_in(each.link.ticket) for each in answers}
    locked = Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update()
    # One that was merged while we waited for it waits for nothing any more.
    standing = locked.values_list("pk", "word_owed_at", "merged_into")
    owed_nothing = {pk for pk, owed_at, merged_into in standing if owed_at is None and merged_into is None}
    owe_word(owed_nothing.intersection(_goes_on_in(each.link.ticket) for each in answers[AT_ONCE:]), event.at)
    for each in answers[:AT_ONCE]:
        answer_linked(answer_id=each.pk, now=now)
    if len(answers) > AT_ONCE:
        # Where the message gets lost, the sweep finds what is owed.
        transaction.on_commit(_wake_a_worker, robust=True)


@transaction.atomic
def answer_linked(*, answer_id: int, now: datetime) -> bool:
    """Answer one linked ticket with the update it is owed; gives whether it did.

    Not while an earlier update is owed there, and not what another worker answers at this moment. One that was merged
    is answered where it goes on, once for all that go on there; on a closed one nothing is posted.
    """
    # The ticket first, as whoever acts on it has it: they find this posted, or post it before their own word.
    ticket_id = _locked_for(answer_id)
    owed = LinkedAnswer.objects.owed().select_for_update(skip_locked=True).filter(pk=answer_id).first()
    if ticket_id is None or owed is None:
        return False
    if LinkedAnswer.objects.owed().filter(link=owed.link_id, pk__lt=owed.pk).exists():
        return False
    event = IncidentEvent.objects.select_related("incident", "actor").get(pk=owed.event_id)
    ticket = Ticket.objects.with_version().select_related("client", "requester__user").get(pk=ticket_id)
    solves = event.data.get("solve") and event.data.get("resolves")
    reopens = _solved_by_resolution(event, ticket)
    pass_on(
        ticket_id=ticket.pk,
        author=Member.objects.select_related("user").get(user=event.actor),
        kind=Message.Kind.REPLY if event.data.get("substantive") else Message.Kind.ACKNOWLEDGEMENT,
        body=letter(event, ticket, reopens=reopens),
        is_quoted=bool(event.body),
        said_at=event.at,
        now=now,
        submission=_key(event, ticket),
        then=Ticket.Status.SOLVED if solves else None,
        reopens=f"INC-{event.incident.number} is not over after all." if reopens else "",
    )
    owed.answered_at = now
    owed.save(update_fields=["answered_at"])
    await_next(ticket.pk)
    return True


def await_next(ticket_id: int) -> None:
    """Let the ticket wait for whatever it is still owed, of any incident; for nothing where that is all."""
    owe_word([ticket_id], owed_to(ticket_id).values_list("event__at", flat=True).first())


def owed_to(ticket_id: int) -> QuerySet[LinkedAnswer]:
    """What is to be posted on a ticket, and on those that go on in it, in the order in which it was said."""
    its = Q(link__ticket=ticket_id) | Q(link__ticket__merged_into=ticket_id)
    return LinkedAnswer.objects.owed().filter(its).order_by("event__at", "pk")


def post_owed(ticket_id: int, now: datetime) -> None:
    """Post what is owed on a locked ticket and was said before `now`, before anything else happens there."""
    for pk in list(owed_to(ticket_id).filter(event__at__lt=now).values_list("pk", flat=True)):
        try:
            answer_linked(answer_id=pk, now=now)
        except Exception:
            # Whoever acts on the ticket has nothing to do with it; the worker tries again.
            logger.exception("answer %s could not be posted", pk)
            return


def answer_all(*, now: datetime) -> int:
    """Answer whatever is owed to linked tickets, in all tenants, one transaction each; returns how many were answered.

    Safe to miss, repeat, overlap and kill. What cannot be answered is in the log, and tried again by the next sweep.
    """
    return one_by_one(
        lambda: LinkedAnswer.objects.owed().order_by("pk"),
        lambda pk: answer_linked(answer_id=pk, now=now),
        reason="answer linked tickets",
    )


def _locked_for(answer_id: int) -> int | None:
    """The ticket that an answer is posted on, locked; None where the answer is gone, and for one that was merged while
    we waited for it: to wait for the other too, out of turn, could be for ever. The next sweep goes there.
    """
    linked = Ticket.objects.filter(incident_links__answers=answer_id).first()
    if linked is None:
        return None
    found = _goes_on_in(linked)
    merged_into = Ticket.objects.select_for_update().values_list("merged_into", flat=True).get(pk=found)
    return found if merged_into is None else None


def _goes_on_in(ticket: Ticket) -> int:
    return ticket.merged_into_id or ticket.pk


def _key(event: IncidentEvent, ticket: Ticket) -> UUID:
    """What keeps an update from being posted on a ticket twice, however many tickets were merged into that."""
    return uuid5(NAMESPACE_URL, f"slatrack:incident-event:{event.pk}:ticket:{ticket.pk}")


def _solved_by_resolution(event: IncidentEvent, ticket: Ticket) -> bool:
    """Whether `event` takes back the resolution that solved this ticket, and nothing else has solved it since."""
    if event.kind != Kind.REOPENED or ticket.status != Ticket.Status.SOLVED:
        return False
    told = IncidentEvent.objects.filter(incident=event.incident_id, kind=Kind.PUBLIC_UPDATE, pk__lt=event.pk)
    resolution = told.filter(data__resolves=True).order_by("pk").last()
    word = Message.objects.filter(submission=_key(resolution, ticket)).first() if resolution else None
    solved = TicketEvent.objects.filter(ticket=ticket, kind=TicketKind.SOLVED).order_by("at", "pk").last()
    if word is None or solved is None:
        return False
    return (solved.at, solved.actor_id) == (word.posted_at, word.author_id)


def _wake_a_worker() -> None:
    # By its name: a task carries actions out, so actions cannot import it.
    current_app.send_task(TASK, ignore_result=True, expires=55)
