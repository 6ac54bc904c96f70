"""What people do with notices, with mail that did not get through, and with what they want to hear of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from notifications import egress, outbox, webhooks
from notifications.models import OutgoingMessage, Subscriber, TopicSubscription
from notifications.topics import CONFIRM_WITHIN, TOPICS, Choice, Topic, Wish, chosen_words, confirm_url, widest
from shell.entry import email_of
from tenants import history
from tenants.models import Contact, User
from tenants.scope import current_tenant


@transaction.atomic
def ask_to_confirm(
    *, email: str, choices: Collection[Choice], names: Mapping[str, str], now: datetime, webhook_url: str = ""
) -> None:
    """Mail an address the link that lets it hear of `choices`; whether it is known already changes nothing (B13).

    One such mail an hour and address, however often it is asked for. `names` are those of services, by key.
    Raises ValidationError by field.
    """
    email, tenant = email_of(email).lower(), current_tenant()
    if not choices:
        raise ValidationError({"choices": "Choose what you want to hear of."})
    wish = Wish(email, _webhook_of(webhook_url), [*widest(choices)], now)
    link = confirm_url(tenant, wish)
    paragraphs = [
        f"Somebody, probably you, asked {tenant.name} to send news to this address. They are about:",
        "\n".join(chosen_words(wish.choices, names)),
        f"To have them, open this page within {CONFIRM_WITHIN.days} days and press the button there:\n{link}",
        "If it was not you, do nothing: nothing more will come.",
        tenant.name,
    ]
    outbox.queue(
        [
            outbox.Draft(
                # The hour in the key is the limit: a second mail with the same key is not queued.
                key=wish.key,
                topic="subscription",
                to=email,
                subject=f"Do you want to hear from {tenant.name}?",
                text="\n\n".join(paragraphs) + "\n",
            )
        ],
        now=now,
    )


@transaction.atomic
def confirm(*, wish: Wish, now: datetime) -> Subscriber | None:
    """Let an address hear of what it wished, beside what it hears of already.

    A wish is granted once: later it is the subscriber as it is, or None where that has stopped everything since.
    Raises ValidationError like `choose_topics`.
    """
    # Of two presses of the button the second waits here, and finds the wish granted.
    mail = OutgoingMessage.objects.select_for_update(of=("self",)).filter(**wish.mail).first()
    if mail is None:
        return Subscriber.objects.filter(email=wish.email, webhook_url=wish.webhook_url).first()
    # Without its key the mail's link is used up, and the address may be asked again at once.
    mail.key = f"subscription.confirmed:{mail.pk}"
    mail.save(update_fields=["key"])
    return hear_too(email=wish.email, webhook_url=wish.webhook_url, choices=wish.choices, by=None, now=now)


@transaction.atomic
def hear_too(
    *, email: str, choices: Collection[Choice], by: User | None, now: datetime, webhook_url: str = ""
) -> Subscriber | None:
    """Let an address hear of `choices` beside what it hears of already. Like `choose_topics`."""
    _locked(email, webhook_url, now)
    choices = {*choices, *Subscriber.objects.choices_of(email, webhook_url)}
    return choose_topics(email=email, webhook_url=webhook_url, choices=choices, by=by, now=now)


@transaction.atomic
def choose_topics(
    *, email: str, choices: Collection[Choice], by: User | None, now: datetime, webhook_url: str = ""
) -> Subscriber | None:
    """Let an address whose owner is known hear of exactly `choices` from now on; of nothing: it is forgotten.

    What a contact hears of is on its history. Raises ValidationError for a contact who was deactivated.
    """
    contact = Contact.objects.select_related("user").filter(email=email).first()
    if choices and contact is not None and contact.deactivated_at is not None:
        raise ValidationError(f"{contact.name} is deactivated and is sent nothing.")
    subscriber = _locked(email, webhook_url, now)
    wanted = widest(choices)
    had = {(each.topic, each.about): each for each in subscriber.topics.all()}
    TopicSubscription.objects.bulk_create(
        TopicSubscription(subscriber=subscriber, topic=topic, about=about, since=now)
        for topic, about in sorted(wanted - had.keys())
    )
    TopicSubscription.objects.filter(pk__in=[had[choice].pk for choice in had.keys() - wanted]).delete()
    if contact is not None:
        for topic, about in sorted(wanted ^ had.keys()):
            event = "contact.topic_subscribed" if (topic, about) in wanted else "contact.topic_unsubscribed"
            said = f"{TOPICS[topic].name}: {about}" if about else TOPICS[topic].name
            history.record(contact, event, actor=by or contact.user, at=now, reason=said)
    if wanted:
        return subscriber
    subscriber.delete()
    return None


def _locked(email: str, webhook_url: str, now: datetime) -> Subscriber:
    """The subscriber, made where there is none. Of two who choose at once the second finds what the first chose."""
    secret = webhooks.new_secret() if webhook_url else ""
    # An upsert locks the row that is there; to look for it first would miss one that is being forgotten meanwhile.
    Subscriber.objects.bulk_create(
        [Subscriber(email=email, webhook_url=webhook_url, secret=secret, confirmed_at=now)],
        update_conflicts=True, unique_fields=["tenant", "email", "webhook_url"], update_fields=["email"],
    )  # fmt: skip
    return Subscriber.objects.get(email=email, webhook_url=webhook_url)


@transaction.atomic
def stop_topic(*, subscriber_id: int, topic: Topic, now: datetime) -> None:
    """Send a subscriber nothing more of `topic`. Repeating it changes nothing."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is not None:
        rest = subscriber.topics.exclude(topic=topic.key).values_list("topic", "about")
        choose_topics(email=subscriber.email, webhook_url=subscriber.webhook_url, choices=[*rest], by=None, now=now)


def _webhook_of(typed: str) -> str:
    url = typed.strip()
    try:
        if url:
            egress.check(url)
    except egress.EgressError as error:
        raise ValidationError({"webhook_url": str(error)}) from error
    return url
