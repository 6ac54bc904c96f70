"""Merging a duplicate into the ticket that goes on."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.models import Member
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.actions.status import open_again
from tickets.announcements import announce
from tickets.history.facts import record
from tickets.models import Ticket
from tickets.models.kinds import Kind
from tickets.promises.merge_effects import survivor_facts

#: Why the survivor stands otherwise afterwards, with the duplicate's number; the person's reason stands beside it.
_BECAUSE = {
    Kind.REOPENED: "#{} goes on here and is not solved.",
    Kind.RESUMED: "#{} goes on here and waits for an answer.",
    Kind.HELD: "Still on hold.",
}


@transaction.atomic
def merge(*, ticket_id: int, into_id: int, by: Member, reason: str, now: datetime) -> Ticket:
    """Close the ticket as a duplicate of another of the same client, which goes on; returns the other.

    The duplicate's clocks end, counted neither as kept nor as missed unless they were missed before. The survivor's
    count on, from its own start or from the earlier receipt, as its agreement says; what was owed on the duplicate only
    is owed there from then on. A solved survivor is opened again unless the duplicate is solved too. Raises
    ValidationError without a reason, for two clients, for a ticket that is closed or merged already, and for one that
    has taken others in.
    """
    if ticket_id == into_id:
        raise ValidationError({"into": "A ticket cannot be merged into itself. Choose another one."})
    # In the order of their ids, so that two who merge each into the other wait for each other and do not deadlock.
    locked = {pk: lock(pk, now=now) for pk in sorted((ticket_id, into_id))}
    (duplicate, one), (survivor, other) = locked[ticket_id], locked[into_id]
    at = max(one, other)
    _check(duplicate, survivor, reason)
    facts, unsolved, was_solved = survivor_facts(duplicate, survivor), duplicate.is_unsolved, not survivor.is_unsolved
    record(duplicate, Kind.MERGED, by=by, at=at, now=now, reason=reason,
           data={"into": survivor.number})  # fmt: skip
    duplicate.status, duplicate.closed_at, duplicate.on_hold_for = Ticket.Status.CLOSED, at, ""
    duplicate.merged_into = survivor
    settle(duplicate, at=at, now=now, changed=["status", "closed_at", "on_hold_for", "merged_into"])
    changed: list[str] = []
    for kind, data in facts:
        why = reason.strip() if kind == Kind.ABSORBED else _BECAUSE[kind].format(duplicate.number)
        author = None if kind == Kind.HELD else by
        record(survivor, kind, by=author, at=at, now=now, reason=why, data=data)
        if kind == Kind.REOPENED:
            changed = open_again(survivor)
        elif kind == Kind.RESUMED:
            survivor.status, changed = Ticket.Status.OPEN, ["status"]
    settle(survivor, at=at, now=now, changed=changed)
    announce.merged(duplicate, survivor, reason=reason.strip(), now=now)
    if unsolved:
        announce.absorbed(survivor, duplicate, by=by, reopened=was_solved, now=now)
    return survivor


def _check(duplicate: Ticket, survivor: Ticket, reason: str) -> None:
    refuse_closed(duplicate)
    if survivor.merged_into is not None:
        target = survivor.merged_into.number
        raise ValidationError(
            {"into": f"#{survivor.number} was merged into #{target} itself. Merge this one into #{target}."}
        )
    if survivor.status == Ticket.Status.CLOSED:
        raise ValidationError({"into": f"#{survivor.number} is closed, so nothing goes on in it. Choose another one."})
    if survivor.client_id != duplicate.client_id:
        raise ValidationError(
            {"into": f"#{survivor.number} is another client's. Only one client's tickets are merged."}
        )
    taken_in = Ticket.objects.filter(merged_into=duplicate).order_by("number").first()
    if taken_in is not None:
        raise ValidationError(
            f"#{duplicate.number} has taken #{taken_in.number} in. Merge #{survivor.number} into #{duplicate.number} "
            "instead."
        )
    if not reason.strip():
        raise ValidationError({"reason": "Give the reason; the client reads it."})
