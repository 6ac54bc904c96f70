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


def _user(name: str, at: str) -> User:
    return UserFactory.build(name=name, email=f"{name.split()[0].lower()}@{at}.example")


def _contact(client: Client, name: str, **permissions: bool) -> Contact:
    user = _user(name, "client")
    return Contact(client=client, user=user, name=name, email=user.email, **permissions)


def member(name: str, role: str) -> Member:
    """A member of the tenant in force."""
    user = _user(name, "provider")
    user.save()
    return Member.objects.create(user=user, role=role)


def contact(client: Client, name: str, **permissions: bool) -> Contact:
    """A contact who can sign in, of the tenant in force."""
    made = _contact(client, name, **permissions)
    made.user.save()
    made.save()
    return made


def people(of: Tenant) -> dict[str, Any]:
    """Everybody at once, in four statements: nearly every test begins with them."""
    with tenant_scope(of):
        client, other_client = Client.objects.bulk_create(
            [Client(name="Globex", created_at=EPOCH), Client(name="Initech", created_at=EPOCH)]
        )
        members = {
            "owner": Member(role=Member.Role.OWNER, user=_user("Olga Owner", "provider")),
            "lead": Member(role=Member.Role.LEAD, user=_user("Lena Lead", "provider")),
            "agent": Member(role=Member.Role.AGENT, user=_user("Adam Agent", "provider")),
            "account_manager": Member(role=Member.Role.ACCOUNT_MANAGER, user=_user("Mona Manager", "provider")),
        }
        contacts = {
            "contact": _contact(client, "Carla Contact", may_claim_credits=True, may_see_organisation=True),
            "colleague": _contact(client, "Kim Colleague"),
            "reader": _contact(client, "Rita Reader", may_request_support=False, may_raise_top_priority=False),
            "other_contact": _contact(other_client, "Ivan Initech"),
        }
        everybody: list[Any] = [*members.values(), *contacts.values()]
        User.objects.bulk_create([each.user for each in everybody])
        Member.objects.bulk_create(members.values())
        Contact.objects.bulk_create(contacts.values())
    return {**members, "client": client, "other_client": other_client, **contacts}


def agreement(key: str, *, effective_from: date = date(2025, 1, 1), source: str | None = None) -> Any:
    """The published version of one of the five agreements (or of `source`), in the tenant in force.

    Written down as `save_draft` and `publish` leave it, without their steps: hundreds of tests begin with one.
    """
    from agreements.actions.versions import digest_of
    from agreements.document import load
    from agreements.models import Agreement, AgreementVersion, SpeltHolidays

    text = source if source is not None else (DOCUMENTS / f"{key}.yaml").read_text("utf-8")
    document = load(text, name=f"{key}.yaml")
    of, _ = Agreement.objects.get_or_create(key=document.key, defaults={"name": document.title})
    holidays = document.holidays_text()
    version = AgreementVersion.objects.create(
        agreement=of,
        number=of.versions.count() + 1,
        label=document.version.label,
        source=text,
        digest=digest_of(text),
        holidays=SpeltHolidays.objects.get_or_create(digest=digest_of(holidays), defaults={"text": holidays})[0],
        effective_from=effective_from,
        created_at=EPOCH,
        review_asked_at=EPOCH,
        approved_at=EPOCH,
        published_at=EPOCH,
    )
    # Publishing has read it, and so may who holds it outside the tenant's scope.
    _ = version.document
    return version


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
