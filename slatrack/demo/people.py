"""Setting a workspace up: the tenant, its agreement in force, its products, people, clients and subscriptions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agreements import actions as agreement_actions
from agreements.document import AgreementDocument, bundled_text
from agreements.document.period import QUARTER, period_at
from agreements.models import AgreementVersion, Product, Subscription
from notifications.actions import choose_topics
from notifications.topics import AGREEMENT_VERSIONS
from slatrack.demo.editions import COMING, EARLIER
from slatrack.demo.world import Customer, Deal, World
from tenants import actions as tenant_actions
from tenants.models import Client, Contact, Member, Tenant, User
from tickets.actions.whatif import ask_what_if

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


def set_up(world: World, tenant: Tenant, *, password: str, now: datetime) -> Stage:
    """People the tenant in force. `password` is the encoded one that everybody gets; `now` is the day of loading."""
    opened = tenant.created_at
    members = _team(world, password, at=opened)
    owner = next(m for m in members.values() if m.role == Member.Role.OWNER)
    version = _agreement(world.slug, owner.user, opened=opened, now=now)
    stage = Stage(tenant, version, members)
    _offer_products(world, stage, owner.user, at=opened + timedelta(hours=3))
    for customer in world.customers:
        _sign_up(customer, stage, owner.user, password, now=now)
    return stage


def _agreement(slug: str, by: User, *, opened: datetime, now: datetime) -> AgreementVersion:
    """The version that the workspace lives by, after the one that it lived by before, if any."""
    if slug not in EARLIER:
        return _published(slug, bundled_text(slug), by, at=opened)
    edition, ago = EARLIER[slug]
    _published(slug, edition.source(slug), by, at=opened)
    return _published(slug, bundled_text(slug), by, at=now - ago, effective_from=(now - ago).date())


def _published(
    slug: str, source: str, by: User, *, at: datetime, effective_from: date | None = None
) -> AgreementVersion:
    draft = _drafted(slug, source, by, at=at, effective_from=effective_from)
    _approved(draft, by, at=at + timedelta(hours=1))
    return agreement_actions.publish_version(version_id=draft.pk, by=by, now=at + timedelta(hours=2))


def _drafted(slug: str, source: str, by: User, *, at: datetime, effective_from: date | None) -> AgreementVersion:
    return agreement_actions.save_draft(
        source=source, name=f"{slug}.yaml", effective_from=effective_from, by=by, now=at
    )


def _approved(draft: AgreementVersion, by: User, *, at: datetime) -> None:
    """Approved by the one who wrote it where the workspace has one owner, else by another."""
    agreement_actions.ask_for_review(version_id=draft.pk, by=by, now=at)
    others = Member.objects.active().filter(role=Member.Role.OWNER).exclude(user=by).select_related("user")
    reader = others.first()
    agreement_actions.approve_version(version_id=draft.pk, by=reader.user if reader else by, now=at)


def prepare_next(slug: str, stage: Stage, *, now: datetime) -> None:
    """The next version of the agreement, as far as it has come by now: in force some weeks from today."""
    coming = COMING.get(slug)
    if coming is None:
        return
    # Written by the second owner where there is one, so that the first has something to approve.
    owner = [m for m in stage.members.values() if m.role == Member.Role.OWNER][-1]
    starts_on = (now + coming.starts_in).date()
    at = now - timedelta(days=2)
    draft = _drafted(slug, coming.edition.source(slug), owner.user, at=at, effective_from=starts_on)
    if coming.stage == "in review":
        agreement_actions.ask_for_review(version_id=draft.pk, by=owner.user, now=now - timedelta(hours=20))
    elif coming.stage in {"approved", "published"}:
        _approved(draft, owner.user, at=now - timedelta(hours=20))
    if coming.stage == "published":
        agreement_actions.publish_version(
            version_id=draft.pk,
            by=owner.user,
            now=now - timedelta(hours=19),
            applies_to=AgreementVersion.AppliesTo.OPEN if coming.reason else AgreementVersion.AppliesTo.NEW,
            reason=coming.reason,
        )


def ask_about_next(stage: Stage, *, now: datetime) -> None:
    """Ask how the last quarter would have gone under the next version; a worker answers once there is one."""
    newest = AgreementVersion.objects.filter(agreement=stage.version.agreement_id).order_by("number").last()
    if newest is None or newest == stage.version:
        return
    quarter = period_at(QUARTER, now, stage.tenant.timezone).previous
    manager = next(m for m in stage.members.values() if m.role == Member.Role.ACCOUNT_MANAGER)
    ask_what_if(
        version=newest,
        plan="",
        client=None,
        since=quarter.start,
        until=quarter.end,
        by=manager.user,
        now=now - timedelta(minutes=5),
    )


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
        if caller.organisation:
            # Whoever sees the whole organisation's tickets wants to hear of new terms too.
            choices = [(AGREEMENT_VERSIONS.key, "")]
            choose_topics(email=contact.email, choices=choices, by=contact.user, now=joined)
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
