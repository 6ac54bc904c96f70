"""What people can hear of, and the links in each such mail that change it without signing in.

Only what somebody really sends stands here: a topic is added together with the code that queues its mails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core import signing

from shell.wording import listed
from tenants.models import Tenant
from tenants.scope import current_tenant_id

#: A topic's key, and the key of what it is about; "" for everything of it.
Choice = tuple[str, str]
#: What the key of one incident begins with, among those of products.
ONE_INCIDENT = "INC-"

CONFIRM_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address asked for and has yet to confirm; `asked` is the hour of it, in UTC."""

    email: str
    webhook_url: str
    choices: list[Choice]
    asked: datetime

    @property
    def key(self) -> str:
        """Of the mail that asks: an hour has one of them. The link in it is good while that mail has this key."""
        return f"subscription.asked:{hashlib.sha256(self.email.encode()).hexdigest()}:{self.asked:%Y-%m-%dT%H}"

    @property
    def mail(self) -> dict[str, Any]:
        """What finds that mail, and not one that somebody asked for later in the hour."""
        return {"key": self.key, "queued_at": self.asked}


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` and `text` are what people choose by, unless the tenant's own documents have better words."""

    key: str
    name: str
    text: str

    @property
    def about(self) -> str:
        """What agreements call it."""
        return self.key.replace("_", " ")


INCIDENTS = Topic("incidents", "Incidents", "When something does not work, what is done, and when it works again.")
MAINTENANCE = Topic("maintenance", "Maintenance", "What is planned, when it begins and when it is done.")
SYSTEM_UPDATES = Topic("system_updates", "System updates", "News about the state of the systems.")
CHANGE_LOG = Topic("change_log", "Change log", "New features and changes as they are released.")
AGREEMENT_VERSIONS = Topic(
    "agreement_versions", "New versions of the agreement", "A mail when a new version of your agreement is published."
)
TOPICS = {topic.key: topic for topic in (INCIDENTS, MAINTENANCE, SYSTEM_UPDATES, CHANGE_LOG, AGREEMENT_VERSIONS)}


def widest(choices: Collection[Choice]) -> set[Choice]:
    """Without what is held by another: all of a topic holds each thing of it."""
    return {choice for choice in choices if not choice[1] or (choice[0], "") not in choices}


def chosen_words(choices: Collection[Choice], names: Mapping[str, str]) -> Iterator[str]:
    """`Incidents: Voice and Messaging`, a line for each kind; `names` of what it is about, by key."""
    for key, group in groupby(sorted(choices), key=itemgetter(0)):
        yield f"{TOPICS[key].name}: {listed(names.get(about, about) for _, about in group if about) or 'everything'}"


def stop_url(tenant: Tenant, *, subscriber_id: int, topic: Topic) -> str:
    """The absolute address that ends all of `topic` for a subscriber; whoever has the mail may follow it."""
    return tenant.url(f"/notices/stop/{_signed('stop', subscriber_id, topic.key)}/")


def manage_url(tenant: Tenant, *, subscriber_id: int) -> str:
    """The absolute address where a subscriber changes what it hears of; whoever has the mail may follow it."""
    return tenant.url(f"/status/subscriptions/{_signed('manage', subscriber_id)}/")


def confirm_url(tenant: Tenant, wish: Wish) -> str:
    """The absolute address that makes a subscriber, once and within `CONFIRM_WITHIN`. Nothing is kept till then."""
    token = _signed("confirm", wish.email, wish.webhook_url, sorted(wish.choices), wish.asked.isoformat())
    return tenant.url(f"/status/subscribe/{token}/")


def foot(tenant: Tenant, *, subscriber_id: int, topic: Topic) -> tuple[str, dict[str, str]]:
    """What every mail about a topic ends with, and its headers."""
    stop = stop_url(tenant, subscriber_id=subscriber_id, topic=topic)
    text = (
        f"You have this mail because you asked to hear of: {topic.name}.\n"
        f"To stop: {stop}\n"
        f"To choose what you hear of: {manage_url(tenant, subscriber_id=subscriber_id)}"
    )
    # RFC 8058: mail programs stop it with one press, without opening a page.
    return text, {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_stop_token(token: str) -> tuple[int, Topic]:
    """The subscriber's id and the topic. Raises ValueError for a token of another tenant, or forged."""
    subscriber_id, key = _read("stop", token)
    if key not in TOPICS:
        raise ValueError("This link stops nothing.")
    return subscriber_id, TOPICS[key]


def read_manage_token(token: str) -> int:
    """The subscriber's id. Raises ValueError for a token of another tenant, or forged."""
    (subscriber_id,) = _read("manage", token)
    return int(subscriber_id)


def read_confirm_token(token: str) -> Wish:
    """Raises ValueError for a token of another tenant, forged, or too old."""
    email, webhook_url, choices, asked = _read("confirm", token, max_age=CONFIRM_WITHIN)
    return Wish(email, webhook_url, [(topic, about) for topic, about in choices], datetime.fromisoformat(asked))


def _signed(purpose: str, *what: Any) -> str:
    return signing.dumps([current_tenant_id(), *what], salt=f"notifications.topics.{purpose}", compress=True)


def _read(purpose: str, token: str, *, max_age: timedelta | None = None) -> list[Any]:
    try:
        tenant_id, *what = signing.loads(token, salt=f"notifications.topics.{purpose}", max_age=max_age)
    except (signing.BadSignature, ValueError):
        raise ValueError("This link is not one of ours, or no longer good.") from None
    if tenant_id != current_tenant_id():
        raise ValueError("This link is for nothing here.")
    return what
