"""A client contests a pause, the desk answers: the pause stands, or it is struck out and its time counts.

Striking changes no fact. It is one more, which the replay hears (docs/decisions/contested-pauses.md).
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.models import Contact, Member
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.announcements import announce
from tickets.history.facts import facts, record
from tickets.models import PauseContest, Ticket
from tickets.models.kinds import Kind
from tickets.why.strike import effects, pause_of, strike_data

Outcome = PauseContest.Outcome
REASON_MAX = 2000


@transaction.atomic
def contest_pause(*, ticket_id: int, pause_id: int, by: Contact, reason: str, now: datetime) -> PauseContest:
    """Say that a pause should have counted. `pause_id` is the fact that began it. The desk is told, and answers.

    Raises ValidationError without a reason, for a closed ticket, for a contact who may not request support (B8), for
    what stopped no clock, and for a pause that was contested before: once is enough. The same form sent twice is one
    contest.
    """
    ticket, at = lock(ticket_id, now=now)
    reason = _told(reason, "reason", "Say why this time should have counted.")
    earlier = PauseContest.objects.filter(ticket=ticket, pause=pause_id).select_related("contact").first()
    if earlier is not None:
        if (earlier.contact_id, earlier.reason) == (by.pk, reason):
            return earlier
        raise ValidationError(f"{earlier.contact.name} contested this pause already. The answer appears beside it.")
    refuse_closed(ticket)
    if not by.may_request_support:
        raise ValidationError("Your account may not contest a pause. Ask who manages support at your organisation.")
    if pause_of(pause_id, facts(ticket), as_of=at) is None:
        raise ValidationError("This stopped no clock, so there is nothing to contest.")
    contest = PauseContest.objects.create(ticket=ticket, pause_id=pause_id, contact=by, reason=reason, contested_at=at)
    data = {"pause": pause_id, "contest": contest.pk}
    record(ticket, Kind.PAUSE_CONTESTED, by=by, at=at, now=now, reason=reason, data=data)
    settle(ticket, at=at, now=now, changed=[])
    announce.pause_contested(ticket, contest, now=now)
    return contest


@transaction.atomic
def answer_contest(
    *, contest_id: int, by: Member, outcome: PauseContest.Outcome, answer: str, now: datetime
) -> PauseContest:
    """Let the pause stand, or strike it out: its time counts, and what is late then is a breach from when it fell due.

    A pause that still lasts is over when it is struck out: the ticket is open again. Raises ValidationError without an
    explanation, and where it has been answered: the first answer holds. The same form sent twice is one answer.
    """
    ticket_id = PauseContest.objects.values_list("ticket_id", flat=True).get(pk=contest_id)
    # A ticket's lock is held for all that happens to it: of two who answer at once the second reads the first's answer.
    ticket, at = lock(ticket_id, now=now)
    contest = PauseContest.objects.select_related("contact__user", "answered_by__user").get(pk=contest_id)
    answer = _told(answer, "answer", "Explain your answer; the client reads it.")
    if contest.answered_by is not None:
        if (contest.answered_by, contest.outcome, contest.answer) == (by, outcome, answer):
            return contest
        raise ValidationError(f"{contest.answered_by.name} has answered this: {contest.get_outcome_display().lower()}.")
    contest.outcome, contest.answer, contest.answered_by, contest.answered_at = outcome, answer, by, at
    contest.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    changed: list[str] = []
    if outcome == Outcome.STRUCK:
        changed = _strike(ticket, contest, by=by, at=at, now=now)
    else:
        data = {"pause": contest.pause_id, "contest": contest.pk}
        record(ticket, Kind.PAUSE_KEPT, by=by, at=at, now=now, reason=answer, data=data)
    settle(ticket, at=at, now=now, changed=changed)
    announce.contest_answered(ticket, contest, now=now)
    return contest


def _strike(ticket: Ticket, contest: PauseContest, *, by: Member, at: datetime, now: datetime) -> list[str]:
    """Put the strike on record with what it changes; returns the ticket's columns to save."""
    events = facts(ticket)
    pause = pause_of(contest.pause_id, events, as_of=at)
    assert pause is not None  # it was one when it was contested, and facts do not go away
    changes = [effect.as_data() for effect in effects(pause, events, as_of=at)]
    data = {**strike_data(pause), "contest": contest.pk, "changes": changes}
    record(ticket, Kind.PAUSE_STRUCK, by=by, at=at, now=now, reason=contest.answer, data=data)
    if pause.end is not None or not ticket.is_unsolved:
        return []
    record(ticket, Kind.RESUMED, by=by, at=at, now=now)
    ticket.status, ticket.on_hold_for = Ticket.Status.OPEN, ""
    return ["status", "on_hold_for"]


def _told(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({field: missing})
    if len(text) > REASON_MAX:
        raise ValidationError({field: f"Keep it to {REASON_MAX:,} characters."})
    return text
