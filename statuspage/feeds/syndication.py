"""What happened, as RSS and Atom: everything, one kind, one service. Each word that was said is an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from agreements.document import AgreementDocument
from incidents.models import Incident, Maintenance
from notifications.topics import CHANGE_LOG, INCIDENTS, MAINTENANCE, SYSTEM_UPDATES
from statuspage.models import NewsPost
from statuspage.state.public_events import PublicIncident, PublicMaintenance, Update, incidents, maintenance
from tenants.models import Tenant

FORMS = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
KINDS = {"all": "Everything", **{t.key: t.name for t in (INCIDENTS, MAINTENANCE, SYSTEM_UPDATES, CHANGE_LOG)}}
#: How far back a feed reaches, and how many entries it has.
BACK, ENTRIES = timedelta(days=90), 50
# What XML cannot say, whatever somebody pasted into a title.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word that was said. `mark` tells it from the others at its address; `services` are keys of products."""

    at: datetime
    title: str
    url: str
    mark: str
    html: str
    services: tuple[str, ...]


def feed(
    kind: str,
    form: str,
    documents: Sequence[AgreementDocument],
    tenant: Tenant,
    *,
    path: str,
    service: str,
    now: datetime,
) -> str:
    """The document of a feed at `path`. KeyError for a kind or form that does not exist; `service` "" is all."""
    title = f"{tenant.name}: {KINDS[kind]}"
    address, name = tenant.url(path), _plain(title)
    written = FORMS[form](
        name,
        tenant.url("/status/"),
        name,
        language="en",
        feed_url=address,
        feed_guid=address,
        author_name=_plain(tenant.name),
        ttl=5,
    )
    found = [each for each in _entries(kind, documents, now) if not service or service in each.services]
    for entry in sorted(found, key=lambda each: each.at, reverse=True)[:ENTRIES]:
        link = tenant.url(entry.url)
        written.add_item(
            _plain(entry.title),
            link,
            _plain(entry.html),
            unique_id=f"{link}#{entry.mark}",
            pubdate=entry.at,
            updateddate=entry.at,
            categories=entry.services,
        )
    return str(written.writeString("utf-8"))


def _entries(kind: str, documents: Sequence[AgreementDocument], now: datetime) -> Iterable[Entry]:
    since = now - BACK
    if kind in {"all", INCIDENTS.key}:
        recent = Incident.objects.filter(last_activity_at__gte=since).newest_first()
        for incident in incidents(recent, now=now, limit=ENTRIES):
            yield from _of_event(incident, [update for update in incident.updates if update.text])
    if kind in {"all", MAINTENANCE.key}:
        near = Maintenance.objects.filter(planned_end_at__gte=since).order_by("-planned_start_at")
        for each in maintenance(near, documents, limit=ENTRIES):
            yield from _of_event(each, each.updates, each.html)
    if kind not in {INCIDENTS.key, MAINTENANCE.key}:
        posts = NewsPost.objects.between(since, now + timedelta(seconds=1))
        for post in posts if kind == "all" else posts.filter(kind=kind):
            assert post.published_at is not None  # only those are public
            yield Entry(post.published_at, post.title, post.path, "published", post.html, tuple(post.products))


def _of_event(
    event: PublicIncident | PublicMaintenance, said: Sequence[Update], otherwise: str = ""
) -> Iterable[Entry]:
    """Each word of `said`; before there is any, that it is public."""
    services = tuple(sorted({part.product for part in event.parts}))
    for update in said:
        html = update.html if update.text else otherwise
        yield Entry(update.at, f"{update.said}: {event.title}", event.url, f"update-{update.id}", html, services)
    if not said and isinstance(event, PublicIncident):
        yield Entry(event.published_at, event.title, event.url, "published", "", services)


def _plain(text: str) -> str:
    return _UNSPEAKABLE.sub("", text)
