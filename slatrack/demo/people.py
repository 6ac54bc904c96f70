"""Setting a workspace up: the tenant, its agreement in force, its products, people, clients and subscriptions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import agreements.documents
from agreements import actions as agreement_actions
from agreements.document import AgreementDocument
from agreements.models import AgreementVersion, Product, Subscription
from slatrack.demo.world import Customer, Deal, World
from tenants import actions as tenant_actions
from tenants.models import Client, Contact, Member, Tenant, User

#: How long before loading a workspace was opened: before the oldest subscription.
OPENED = timedelta(days=560)


@dataclass(slots=True)
class Stage:
    """What was set up, by the names that the world uses."""

    tenant: Tenant
    version: AgreementVersion
    members: dict[str, Member] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Contact] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    subscriptions: dict[str, list[Subscription]] = field(default_factory=dict)

    @property
    def document(self) -> AgreementDocument:
        return self.version.document


def document_source(slug: str) -> str:
    """The bundled agreement of a workspace, as it is in version control."""
    return (Path(agreements.documents.__path__[0]) / f"{slug}.yaml").read_text()


def set_up(world: World, tenant: Tenant, *, password: str, now: datetime) -> Stage:
    """People the tenant in force. `password` is the encoded one that everybody gets; `now` is the day of loading."""
    opened = tenant.created_at
    members = _team(world, password, at=opened)
    owner = next(m for m in members.values() if m.role == Member.Role.OWNER)
    version = agreement_actions.save_draft(
        source=document_source(world.slug), name=f"{world.slug}.yaml", effective_from=None, by=owner.user, now=opened
    )
    # One owner, so the one who drafted it approves it.
    reviewed = opened + timedelta(hours=1)
    agreement_actions.ask_for_review(version_id=version.pk, by=owner.user, now=reviewed)
    agreement_actions.approve_version(version_id=version.pk, by=owner.user, now=reviewed)
    version = agreement_actions.publish_version(version_id=version.pk, by=owner.user, now=opened + timedelta(hours=2))
    stage = Stage(tenant, version, members)
    _offer_products(world, stage, owner.user, at=opened + timedelta(hours=3))
    for customer in world.customers:
        _sign_up(customer, stage, owner.user, password, now=now)
    return stage


def _team(world: World, password: str, *, at: datetime) -> dict[str, Member]:
    members = {}
    for person in world.team:
        user = _user(person.name, f"{_address(person.name)}@{world.slug}.example", password, at)
        members[person.name] = Member.objects.create(user=user, role=person.role)
    return members


def _offer_products(world: World, stage: Stage, by: User, *, at: datetime) -> None:
    agreement_actions.add_products_of(version_id=stage.version.pk, by=by, now=at)
    for ware in world.products:
        agreement_actions.add_product(key=ware.key, name=ware.name, description=ware.description, by=by, now=at)
    stage.products = {product.key: product for product in Product.objects.all()}


def _sign_up(customer: Customer, stage: Stage, by: User, password: str, *, now: datetime) -> None:
    joined = max(stage.tenant.created_at + timedelta(days=1), now - max(deal.age for deal in customer.deals))
    client = tenant_actions.add_client(name=customer.name, timezone=customer.timezone, by=by, now=joined)
    for caller in customer.callers:
        contact = tenant_actions.add_contact(
            client_id=client.pk,
            name=caller.name,
            email=f"{_address(caller.name)}@{customer.domain}.example",
            by=by,
            now=joined,
            may_request_support=caller.support,
            may_claim_credits=caller.credits,
            may_see_organisation=caller.organisation,
            may_raise_top_priority=caller.top,
        )
        contact.user = _user(caller.name, contact.email, password, joined, customer.timezone)
        contact.save(update_fields=["user"])
        contact.client = client
        stage.contacts[customer.name, caller.name] = contact
    stage.subscriptions[customer.name] = [_subscribe(client, deal, stage, by, now=now) for deal in customer.deals]


def _subscribe(client: Client, deal: Deal, stage: Stage, by: User, *, now: datetime) -> Subscription:
    today = now.astimezone(ZoneInfo(stage.tenant.timezone)).date()
    return agreement_actions.subscribe(
        client_id=client.pk,
        agreement_id=stage.version.agreement_id,
        plan=deal.plan,
        starts_on=today - deal.age,
        ends_on=today - deal.ended if deal.ended else None,
        price=deal.price,
        billing_period=deal.billing_period,
        is_trial=deal.is_trial,
        extensions=deal.extensions,
        note=deal.note,
        products={stage.products[key].pk: key in deal.beta for key in deal.products},
        by=by,
        now=max(stage.tenant.created_at + timedelta(days=1), now - deal.age),
    )


def _user(name: str, email: str, password: str, at: datetime, timezone: str = "") -> User:
    # One hash for everybody: hashing a password anew for two hundred people would take longer than all the rest.
    return User.objects.create(name=name, email=email, password=password, created_at=at, timezone=timezone)


_LETTERS = str.maketrans({"ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae"})


def _address(name: str) -> str:
    """`Dr. Ute Lorenz` → `ute.lorenz`."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return ".".join(word for word in re.findall(r"[a-z]+", plain.replace("'", "").replace("-", "")) if word != "dr")
