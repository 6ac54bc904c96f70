"""What contacts can have by mail, and the link in each such mail that stops it without signing in.

Only what somebody really sends stands here: a topic is added together with the code that queues its mails.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from tenants.models import Tenant
from tenants.scope import current_tenant_id

_SALT = "notifications.topics.stop"


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` and `text` are what people choose by, unless the tenant's own documents have better words."""

    key: str
    name: str
    text: str


AGREEMENT_VERSIONS = Topic(
    "agreement_versions", "New versions of the agreement", "A mail when a new version of your agreement is published."
)
TOPICS = {topic.key: topic for topic in (AGREEMENT_VERSIONS,)}


def stop_url(tenant: Tenant, *, contact_id: int, topic: Topic) -> str:
    """The absolute address that ends a contact's subscription to `topic`; whoever has the mail may follow it."""
    return tenant.url(f"/notices/stop/{_token(tenant.pk, contact_id, topic)}/")


def read_stop_token(token: str) -> tuple[int, Topic]:
    """The contact's id and the topic. Raises ValueError for a token of another tenant, of nothing known, or forged."""
    try:
        tenant_id, contact_id, key = signing.loads(token, salt=_SALT)
        topic = TOPICS[key]
    except (signing.BadSignature, ValueError, KeyError):
        raise ValueError("This link stops nothing.") from None
    if tenant_id != current_tenant_id():
        raise ValueError("This link stops nothing here.")
    return contact_id, topic


def _token(tenant_id: int, contact_id: int, topic: Topic) -> str:
    return signing.dumps([tenant_id, contact_id, topic.key], salt=_SALT)
