"""Sets the stage of the browser tests: run as a program on their own database, it plays no part in them.

Five workspaces under the five agreements, and one whose agreement has targets of seconds, so that a breach can be
waited for.
"""

from __future__ import annotations

import os
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
django.setup()

from django.utils import timezone  # noqa: E402  Django has to be set up first

from agreements.actions import add_products_of, save_draft  # noqa: E402
from agreements.document import BUNDLED, bundled_text  # noqa: E402
from agreements.models import AgreementVersion, Subscription  # noqa: E402
from incidents.actions import save_policy  # noqa: E402
from incidents.models.escalation import Kept, Step  # noqa: E402
from notifications.actions.topics import choose_topics  # noqa: E402
from tenants.models import Client, Contact, Member, Tenant, User  # noqa: E402
from tenants.scope import tenant_scope  # noqa: E402
from tests import factories  # noqa: E402
from tests.e2e.cast import AGENT, CONTACT, FOLLOWER, LEAD, NIGHT, OWNER, PASSWORD, SHORT, SHORT_AGREEMENT  # noqa: E402
from tests.incidents.rotas import schedule  # noqa: E402


def workspace(slug: str, source: str) -> Tenant:
    now = timezone.now()
    tenant = Tenant.objects.create(slug=slug, name=slug.title(), timezone="Europe/Amsterdam", created_at=now)
    with tenant_scope(tenant):
        draft = save_draft(
            source=source, name=f"{slug}.yaml", effective_from=date(2025, 1, 1), by=None, now=now - timedelta(days=1)
        )
        version = factories.publish(draft, now=now)
        client = Client.objects.create(name="Globex", created_at=now)
        for email, name, role in [AGENT, LEAD, OWNER]:
            user = User.objects.create_user(email, PASSWORD, name=name, created_at=now)
            Member.objects.create(user=user, role=role)
        email, name = CONTACT
        user = User.objects.create_user(email, PASSWORD, name=name, created_at=now)
        Contact.objects.create(client=client, user=user, name=name, email=email)
        plan = version.document.plans[-1].key
        Subscription.objects.create(client=client, agreement=version.agreement, plan=plan, starts_on=date(2025, 1, 1))
    return tenant


def night(slug: str) -> None:
    """Engage, whose P1 hears every 15 seconds, with its products, somebody on call, a policy and a follower."""
    source = bundled_text("engage").replace("update_every: 15 minutes", "update_every: 15 seconds")
    tenant, now = workspace(slug, source.replace("reminders: [5 minutes before]", "reminders: [50 %]")), timezone.now()
    with tenant_scope(tenant):
        version, adam = AgreementVersion.objects.get(), Member.objects.get(role=Member.Role.AGENT)
        add_products_of(version_id=version.pk, by=adam.user, now=now)
        asks = f"schedule:{schedule(adam, timezone=tenant.timezone).pk}"
        step = Step(asks=asks, by="all", wait=600)
        kept = Kept(name="Nights", steps=[step], repeats=1, stale_after=None)
        save_policy(kept=kept, levels=(), by=adam.user, now=now)
        choose_topics(email=FOLLOWER, choices={("incidents", "messaging")}, by=None, now=now)


if __name__ == "__main__":
    for key in BUNDLED:
        workspace(key, bundled_text(key))
    workspace(SHORT, SHORT_AGREEMENT)
    night(NIGHT)
