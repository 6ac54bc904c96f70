"""Members: their role, and whether they are still here."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from tenants import history
from tenants.actions.access import end_access, restore_access
from tenants.models import Member, User

LAST_OWNER = "This is the only owner. Make somebody else an owner first, or nobody could open the settings any more."


def _locked_with_owners(member_id: int) -> tuple[Member, bool]:
    """The member, and whether they are the only owner.

    All owners are locked in one order, so that two owners who demote each other at the same moment do not both succeed.
    """
    rows = (
        Member.objects.filter(Q(pk=member_id) | Q(role=Member.Role.OWNER, deactivated_at=None))
        .order_by("pk")
        .select_related("user")
        .select_for_update(of=("self",))
    )
    found = {member.pk: member for member in rows}
    if member_id not in found:
        raise Member.DoesNotExist
    owners = {m.pk for m in found.values() if m.role == Member.Role.OWNER and m.deactivated_at is None}
    return found[member_id], owners == {member_id}


@transaction.atomic
def change_role(*, member_id: int, role: str, by: User | None, now: datetime) -> Member:
    """Give a member another role. Raises ValidationError for the last owner and for a role that does not exist."""
    if role not in Member.Role.values:
        raise ValidationError({"role": "Choose one of the roles."})
    member, only_owner = _locked_with_owners(member_id)
    if member.role == role:
        return member
    if only_owner:
        raise ValidationError({"role": LAST_OWNER})
    history.change(member, "member.role_changed", actor=by, at=now, role=role)
    return member


@transaction.atomic
def deactivate_member(*, member_id: int, by: User | None, now: datetime, reason: str = "") -> Member:
    """Take a member's access away at once, sessions and API tokens with it; what they did stays.

    Raises ValidationError for the last owner. A member who is deactivated already stays as they are.
    """
    member, only_owner = _locked_with_owners(member_id)
    if only_owner:
        raise ValidationError(LAST_OWNER)
    if member.deactivated_at is None:
        end_access(member.user, now=now)
        history.change(member, "member.deactivated", actor=by, at=now, reason=reason, deactivated_at=now)
    return member


@transaction.atomic
def reactivate_member(*, member_id: int, by: User | None, now: datetime) -> Member:
    """Let a deactivated member sign in again, with the role and password from before."""
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member_id)
    if history.change(member, "member.reactivated", actor=by, at=now, deactivated_at=None):
        restore_access(member.user)
    return member
