"""Who is told of a new version of an agreement (B17): mails and notices, queued in the publishing transaction."""

from __future__ import annotations

from datetime import date, datetime

from agreements.comparison import compare
from agreements.document.errors import shortened
from agreements.models import AgreementVersion, Subscription
from notifications import outbox
from notifications.models import Subscriber
from notifications.topics import AGREEMENT_VERSIONS, foot
from shell.wording import day_words
from tenants.models import Contact, Tenant
from tenants.scope import current_tenant

#: How many changes a mail lists, and how many characters of each side; the pages say all of it.
LISTED, WORDS = 12, 160


def version_published(version: AgreementVersion, *, now: datetime) -> None:
    """Tell each contact who wants to hear of it, at a client whose subscription to the agreement runs or will.

    Named after the version and the reader, so that telling twice tells once. A few statements however many there are.
    """
    today = version.day_of(now)
    subscriptions = _concerned(version, today=today)
    subscribers = dict(
        Subscriber.objects.by_mail().hearing(AGREEMENT_VERSIONS.key, [], since=now).values_list("email", "pk")
    )
    wanting = (
        Contact.objects.active()
        .filter(client__in=subscriptions, email__in=subscribers)
        .select_related("client")
        .order_by("id")
    )
    tenant, differs, words = current_tenant(), _what_differs(version), []
    title = f"New version: {version}"
    for contact in wanting:
        path = f"/portal/addendum/{subscriptions[contact.client_id].pk}/{version.number}/"
        key = f"agreement_version.published:{version.pk}:{contact.pk}"
        stop, headers = foot(tenant, subscriber_id=subscribers[contact.email], topic=AGREEMENT_VERSIONS)
        text = _mail(version, contact, path=path, tenant=tenant, today=today, differs=differs, how_to_stop=stop)
        words.append(
            outbox.Word(
                key=key, topic=AGREEMENT_VERSIONS.key, user_id=contact.user_id, url=path, title=title,
                body=f"In force from {day_words(version.effective_from)}.", to=contact.email,
                text=text, headers=headers,
            )
        )  # fmt: skip
    outbox.tell(words, now=now)


def _concerned(version: AgreementVersion, *, today: date) -> dict[int, Subscription]:
    """By client, the subscription that the version meets when it comes into force; a later one where none runs then."""
    meets_on = max(version.effective_from, today)
    found: dict[int, Subscription] = {}
    not_over = Subscription.objects.not_over(on=today).filter(agreement=version.agreement_id)
    for subscription in not_over.order_by("starts_on", "id"):
        if subscription.client_id not in found or subscription.starts_on <= meets_on:
            found[subscription.client_id] = subscription
    return found


def _what_differs(version: AgreementVersion) -> str:
    """The promises that differ from the version before, a line for each of the first `LISTED`; "" for a first one."""
    before = AgreementVersion.objects.before(version).defer("source").newest()
    if before is None:
        return ""
    # What the version says of itself opens the mail, and is not told a second time.
    said = version.document.version.changes
    compared = compare(before.document, version.document).changes
    changes = [each for each in compared if each.concerns_client and each.after != said]
    lines = [
        f"- {each.heading}: {shortened(each.before, WORDS) or 'new'} → {shortened(each.after, WORDS) or 'no more'}"
        for each in changes[:LISTED]
    ]
    if len(changes) > LISTED:
        lines.append(f"- and {len(changes) - LISTED} more")
    return "\n".join(["What differs from the version before:", *lines]) if lines else ""


def _mail(
    version: AgreementVersion,
    contact: Contact,
    *,
    path: str,
    tenant: Tenant,
    today: date,
    differs: str,
    how_to_stop: str,
) -> str:
    since = "from" if version.effective_from > today else "since"
    if version.applies_to == AgreementVersion.AppliesTo.OPEN:
        reach = "Your open requests come under it too."
        if version.publish_reason:
            reach += f" Why: {version.publish_reason}"
    else:
        reach = "Requests from before stay under the version they were opened under."
    paragraphs = [
        f"Hello {contact.name},",
        f"{tenant.name} has published a new version of what {contact.client.name} is promised: {version}. "
        f"It is in force {since} {day_words(version.effective_from)}.",
        version.document.version.changes,
        differs,
        reach,
        f"Read it as it holds for your plan:\n{tenant.url(path)}",
        tenant.name,
        how_to_stop,
    ]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
