"""Invitations: a mailed, expiring, one-time link with which somebody becomes a member, or a contact signs in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from shell.entry import email_of, name_of
from tenants import history
from tenants.models import Contact, Invitation, Member, User
from tenants.scope import current_tenant
from tenants.tokens import digest, new_secret

VALID_FOR = timedelta(days=7)
OVER = "This invitation is no longer open: it was used, withdrawn, or is older than a week. Ask for a new one."


@transaction.atomic
def invite_member(*, email: str, role: str, by: User, now: datetime, name: str = "") -> Invitation:
    """Mail somebody an offer to join the team. Raises ValidationError for an address that is known here already."""
    email = email_of(email).lower()
    if role not in Member.Role.values:
        raise ValidationError({"role": "Choose one of the roles."})
    member = Member.objects.filter(user__email=email).first()
    if member is not None:
        state = "was deactivated; reactivate them instead" if member.deactivated_at else "is a member already"
        raise ValidationError({"email": f"{member.name} {state}."})
    contact = Contact.objects.select_related("client").filter(email=email).first()
    if contact is not None:
        raise ValidationError({"email": f"This address belongs to {contact.name}, a contact of {contact.client.name}."})
    if Invitation.objects.open(now=now).filter(email=email).exists():
        raise ValidationError({"email": "An invitation to this address is open. Send it again from the list."})
    invitation = Invitation(email=email, name=" ".join(name.split()), role=role)
    _send(invitation, by=by, now=now)
    role_name = Member.Role(role).label
    history.record(invitation, "member.invited", actor=by, at=now, data={"role": role_name})
    return invitation


@transaction.atomic
def invite_contact(*, contact_id: int, by: User, now: datetime) -> Invitation:
    """Mail a contact a link to sign in with; an earlier one dies. Raises ValidationError when they can already."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("client").get(pk=contact_id)
    if contact.deactivated_at is not None:
        raise ValidationError(f"{contact.name} is deactivated. Reactivate them first.")
    if contact.user_id is not None:
        raise ValidationError(f"{contact.name} can sign in already.")
    contact.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation = Invitation(email=contact.email, name=contact.name, contact=contact)
    _send(invitation, by=by, now=now)
    history.record(contact, "contact.invited", actor=by, at=now)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation_id: int, by: User, now: datetime) -> Invitation:
    """Mail an invitation again with a new link and another week; the link before stops working."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise ValidationError("This invitation was used or withdrawn meanwhile.")
    _send(invitation, by=by, now=now)
    history.record(invitation, "invitation.sent_again", actor=by, at=now)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, by: User | None, now: datetime) -> Invitation:
    """Make the link of an open invitation worthless. Raises ValidationError when it was accepted meanwhile."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.accepted_at is not None:
        raise ValidationError("It was accepted meanwhile. Deactivate the person instead.")
    if invitation.withdrawn_at is None:
        history.change(invitation, "invitation.withdrawn", actor=by, at=now, withdrawn_at=now)
    return invitation


def find_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The open invitation of a mailed link, or None."""
    return (
        Invitation.objects.open(now=now)
        .select_related("contact__client", "invited_by")
        .filter(token_digest=digest(token))
        .first()
    )


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> User:
    """Make the account an invitation offers. Works once: of two at the same moment, one wins.

    Raises ValidationError beside `name` or `password`, and without a field when the invitation is no longer open.
    """
    name = name_of(name, "Tell us your name.")
    # Claiming it is one conditional update, so the row's lock decides between two browsers.
    claimed = Invitation.objects.open(now=now).filter(token_digest=digest(token)).update(accepted_at=now)
    if not claimed:
        raise ValidationError(OVER)
    invitation = Invitation.objects.select_related("contact").get(token_digest=digest(token))
    if User.objects.filter(email=invitation.email).exists():
        raise ValidationError("There is an account with this address already. Sign in instead.")
    user = User(email=invitation.email, name=name, created_at=now)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
    user.set_password(password)
    user.save()
    if invitation.contact is not None:
        contact = invitation.contact
        contact.user, contact.name = user, name
        contact.save(update_fields=["user", "name"])
    else:
        Member.objects.create(user=user, role=invitation.role)
    history.record(invitation, "invitation.accepted", actor=user, at=now)
    return user


def _send(invitation: Invitation, *, by: User, now: datetime) -> None:
    secret = new_secret()
    invitation.invited_by, invitation.token_digest = by, digest(secret)
    invitation.invited_at, invitation.expires_at = now, now + VALID_FOR
    invitation.save()
    tenant = current_tenant()
    context = {
        "invitation": invitation,
        "tenant": tenant,
        "by": by,
        "role": Member.Role(invitation.role).label if invitation.role else "",
        "url": tenant.url(f"/invitation/{secret}/"),
        "days": VALID_FOR.days,
    }
    EmailMessage(
        subject=f"{by.name} invites you to {tenant.name}",
        body=render_to_string("tenants/mail/invitation.txt", context),
        to=[invitation.email],
        reply_to=[tenant.support_email] if tenant.support_email else None,
    ).send()
