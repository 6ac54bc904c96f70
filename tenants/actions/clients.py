"""Clients and their contacts, with what each contact may do (B8, C10, C12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shell.entry import email_of, name_of
from tenants import history
from tenants.actions.access import end_access, restore_access
from tenants.models import Client, Contact, Member, User
from tenants.timezones import known_timezone

PERMISSIONS = ("may_request_support", "may_claim_credits", "may_see_organisation", "may_raise_top_priority")


def _client_name(name: str, *, but: int | None = None) -> str:
    name = name_of(name, "Give the client a name.")
    if Client.objects.filter(name__iexact=name).exclude(pk=but).exists():
        raise ValidationError({"name": f"There is a client called {name} already."})
    return name


@transaction.atomic
def add_client(*, name: str, by: User | None, now: datetime, timezone: str = "") -> Client:
    """Add a customer organisation. `timezone` empty: the tenant's. Raises ValidationError for a name that is taken."""
    client = Client.objects.create(name=_client_name(name), timezone=known_timezone(timezone), created_at=now)
    history.record(client, "client.added", actor=by, at=now)
    return client


@transaction.atomic
def rename_client(*, client_id: int, name: str, by: User | None, now: datetime, timezone: str = "") -> Client:
    """Change a client's name and time zone. Raises ValidationError for a name that is taken."""
    client = Client.objects.select_for_update().get(pk=client_id)
    name, timezone = _client_name(name, but=client.pk), known_timezone(timezone)
    history.change(client, "client.renamed", actor=by, at=now, name=name, timezone=timezone)
    return client


@transaction.atomic
def add_contact(
    *, client_id: int, name: str, email: str, by: User | None, now: datetime, **permissions: bool
) -> Contact:
    """Add a person at a client; they can sign in once invited (`invite_contact`).

    `permissions` are the names in `PERMISSIONS`; what is not given is refused. Raises ValidationError for an address
    that a member or another contact has: it decides who somebody is.
    """
    client = Client.objects.get(pk=client_id)
    name, email = name_of(name, "Give the contact's name."), email_of(email).lower()
    taken = Contact.objects.select_related("client").filter(email=email).first()
    if taken is not None:
        raise ValidationError({"email": f"{taken.name} at {taken.client.name} has this address already."})
    if Member.objects.filter(user__email=email).exists():
        raise ValidationError({"email": "Somebody of your own team has this address."})
    granted = _granted(permissions)
    contact = Contact.objects.create(client=client, name=name, email=email, **granted)
    history.record(contact, "contact.added", actor=by, at=now, data={"client": client.name, "permissions": granted})
    return contact


@transaction.atomic
def set_contact_permissions(
    *, contact_id: int, by: User | None, now: datetime, reason: str = "", **permissions: bool
) -> Contact:
    """Grant exactly `permissions`, names of `PERMISSIONS`; what is not given is taken away."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("client").get(pk=contact_id)
    event = "contact.permissions_changed"
    history.change(contact, event, actor=by, at=now, reason=reason, **_granted(permissions))
    return contact


@transaction.atomic
def deactivate_contact(*, contact_id: int, by: User | None, now: datetime, reason: str = "") -> Contact:
    """Take a contact's access away at once, sessions and API tokens with it; their tickets stay."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    if contact.deactivated_at is None:
        contact.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
        if contact.user is not None:
            end_access(contact.user, now=now)
        history.change(contact, "contact.deactivated", actor=by, at=now, reason=reason, deactivated_at=now)
    return contact


@transaction.atomic
def reactivate_contact(*, contact_id: int, by: User | None, now: datetime) -> Contact:
    """Let a deactivated contact sign in again, with the permissions from before."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    if history.change(contact, "contact.reactivated", actor=by, at=now, deactivated_at=None) and contact.user:
        restore_access(contact.user)
    return contact


def _granted(permissions: dict[str, bool]) -> dict[str, Any]:
    unknown = permissions.keys() - set(PERMISSIONS)
    if unknown:
        raise TypeError(f"There is no permission called {sorted(unknown)[0]}.")
    return {name: bool(permissions.get(name)) for name in PERMISSIONS}
