"""What tests are made of. Agreements are the real files; people are always the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import factory

from tenants.models import Client, Contact, Member, Tenant, User
from tenants.scope import tenant_scope

EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
DOCUMENTS = Path(__file__).resolve().parent.parent / "agreements" / "documents"


class TenantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tenant
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"tenant-{n}")
    name = factory.LazyAttribute(lambda t: t.slug.title())
    timezone = "Europe/Amsterdam"
    created_at = EPOCH


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = "Somebody"
    email = factory.Sequence(lambda n: f"user{n}@example.com")
    password = factory.django.Password(PASSWORD)
    created_at = EPOCH


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Client {n}")
    created_at = EPOCH


def tenant(slug: str, **fields: Any) -> Tenant:
    return TenantFactory.create(slug=slug, **fields)


def change(of: Tenant, **fields: Any) -> Tenant:
    """Change the tenant's own row, as only the tenant itself may."""
    with tenant_scope(of):
        for name, value in fields.items():
            setattr(of, name, value)
        of.save(update_fields=list(fields))
    return of


def member(name: str, role: str) -> Member:
    """A member of the tenant in force."""
    user = UserFactory.create(name=name, email=f"{name.split()[0].lower()}@provider.example")
    return Member.objects.create(user=user, role=role)


def contact(client: Client, name: str, **permissions: bool) -> Contact:
    """A contact who can sign in, of the tenant in force."""
    email = f"{name.split()[0].lower()}@client.example"
    user = UserFactory.create(name=name, email=email)
    return Contact.objects.create(client=client, user=user, name=name, email=email, **permissions)


def people(of: Tenant) -> dict[str, Any]:
    with tenant_scope(of):
        client = ClientFactory.create(name="Globex")
        other_client = ClientFactory.create(name="Initech")
        return {
            "owner": member("Olga Owner", Member.Role.OWNER),
            "lead": member("Lena Lead", Member.Role.LEAD),
            "agent": member("Adam Agent", Member.Role.AGENT),
            "account_manager": member("Mona Manager", Member.Role.ACCOUNT_MANAGER),
            "client": client,
            "other_client": other_client,
            "contact": contact(client, "Carla Contact", may_claim_credits=True, may_see_organisation=True),
            "colleague": contact(client, "Kim Colleague"),
            "reader": contact(client, "Rita Reader", may_request_support=False, may_raise_top_priority=False),
            "other_contact": contact(other_client, "Ivan Initech"),
        }


def agreement(key: str, *, effective_from: date = date(2025, 1, 1), source: str | None = None) -> Any:
    """The published version of one of the five agreements (or of `source`), in the tenant in force."""
    from agreements.actions import save_draft

    text = source if source is not None else (DOCUMENTS / f"{key}.yaml").read_text("utf-8")
    draft = save_draft(source=text, name=f"{key}.yaml", effective_from=effective_from, by=None, now=EPOCH)
    return publish(draft)


def publish(draft: Any, *, now: datetime = EPOCH, **choice: Any) -> Any:
    """The draft, reviewed and published by the system; `choice` is what `publish_version` is told beside."""
    from agreements.actions import approve_version, ask_for_review, publish_version

    ask_for_review(version_id=draft.pk, by=None, now=now)
    approve_version(version_id=draft.pk, by=None, now=now)
    return publish_version(version_id=draft.pk, by=None, now=now, **choice)


def subscription(client: Client, version: Any, plan: str, **fields: Any) -> Any:
    """A paid subscription of `client` to `plan`, in force since 2025."""
    from agreements.models import Subscription

    return Subscription.objects.create(
        client=client, agreement=version.agreement, plan=plan, **{"starts_on": date(2025, 1, 1), **fields}
    )
