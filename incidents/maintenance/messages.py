"""Who is told what about maintenance: mails and notices, queued in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from incidents.models import Maintenance, MaintenanceEvent, MaintenanceNotice
from incidents.paths import desk_path, portal_path, public_path
from notifications import fanout, outbox
from notifications.models import Subscriber
from notifications.topics import MAINTENANCE
from shell.wording import counted, exact_words, listed, next_words
from tenants.models import Contact, Member, User
from tenants.scope import current_tenant

TOPIC = MAINTENANCE.key
#: Where agreements announce maintenance that a mail brings to a client: a ticket's contacts are told by mail too.
BY_MAIL = {"mail", "ticket"}


def window_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Saturday 21 November 2026, 02:00 CET to 04:00`, with the day of the end where it is another."""
    there = start.astimezone(zone), end.astimezone(zone)
    return f"{exact_words(there[0])} to {next_words(there[1], there[0])}"


def tell_everybody(event: MaintenanceEvent, more: str = "", *, now: datetime) -> None:
    """Tell the clients concerned, and everybody who subscribed to news of maintenance of these products (B13, B16).

    They are told what its kind says, each in the reader's zone, and `more`.
    """
    tell_clients(event, more, now=now)
    fanout.announce(
        MAINTENANCE,
        abouts=_product_keys(event.maintenance),
        subject=_subject(event),
        text=_body(event, more, current_tenant().timezone),
        url=public_path(event.maintenance),
        key=_key(event),
        now=now,
    )


def tell_clients(event: MaintenanceEvent, more: str = "", *, by_mail: bool = True, now: datetime) -> None:
    """Tell the authorised contacts of every client whom an announcement concerned, where its agreement announces it."""
    maintenance, tenant, path = event.maintenance, current_tenant(), portal_path(event.maintenance)
    mailed, title = _by_mail(maintenance), _subject(event)
    contacts = list(_contacts(mailed))
    # Who subscribed to it has the mail already.
    hearing = set(
        Subscriber.objects.hearing(TOPIC, _product_keys(maintenance), since=now)
        .filter(webhook_url="", email__in=[contact.email for contact in contacts])
        .values_list("email", flat=True)
    )
    words = []
    for contact in contacts:
        own = contact.user.timezone if contact.user else ""
        body = _body(event, more, own or contact.client.timezone or tenant.timezone)
        text = (
            f"Hello {contact.name},\n\n{body}\n\nAll about {maintenance.called}: {tenant.url(path)}\n\n{tenant.name}\n"
        )
        is_mailed = by_mail and mailed[contact.client_id] and contact.email not in hearing
        words.append(
            outbox.Word(
                key=f"{_key(event)}:{contact.pk}", topic=TOPIC, user_id=contact.user_id, title=title, body=body,
                url=path, to=contact.email, text=text if is_mailed else "",
            )
        )  # fmt: skip
    outbox.tell(words, now=now)


def readers(maintenance: Maintenance, concerned: Iterable[MaintenanceNotice], *, now: datetime) -> str:
    """`The status page, 12 subscribers and 5 people at 3 clients`: whom a word about it goes to."""
    clients = {notice.client_id for notice in concerned}
    subscribers = fanout.readers(MAINTENANCE, _product_keys(maintenance), since=now).count()
    people = f"{counted(_contacts(clients).count(), 'contact')} of {counted(len(clients), 'client')}"
    return listed(["the status page", *([counted(subscribers, "subscriber")] if subscribers else []), people])


def publish(event: MaintenanceEvent, *, now: datetime) -> None:
    """Let programs know of a fact that clients may read."""
    maintenance = event.maintenance
    data = {
        "number": maintenance.number,
        "title": maintenance.title,
        "kind": maintenance.kind,
        "status": maintenance.status,
        "products": _product_keys(maintenance),
        "planned_start_at": maintenance.planned_start_at.isoformat(),
        "planned_end_at": maintenance.planned_end_at.isoformat(),
        "at": event.at.isoformat(),
        "url": current_tenant().url(public_path(maintenance)),
    }
    outbox.publish(f"maintenance.{event.kind}", data, _key(event), now=now)


def tell_team(event: MaintenanceEvent, *, url: str = "", now: datetime) -> None:
    """Tell who is responsible; while there is nobody, or nobody any more, the leads and owners."""
    path = url or desk_path(event.maintenance)
    title, body = f"{event.row.team_headline}: {event.maintenance.title}", event.row.team_told
    text = f"{event.maintenance}\n\n{body}\n\n{current_tenant().url(path)}\n"
    outbox.tell_users(
        _team(event.maintenance), key=f"{_key(event)}:user", topic=TOPIC, title=title, url=path, body=body, text=text,
        now=now,
    )  # fmt: skip


def _key(event: MaintenanceEvent) -> str:
    return f"maintenance-event:{event.pk}"


def _subject(event: MaintenanceEvent) -> str:
    return f"{event.row.headline.format(kind=event.maintenance.get_kind_display())}: {event.maintenance.title}"


def _body(event: MaintenanceEvent, more: str, zone: str) -> str:
    maintenance = event.maintenance
    window = window_words(maintenance.planned_start_at, maintenance.planned_end_at, ZoneInfo(zone))
    said = event.row.told.format(products=maintenance.products, window=window)
    return "\n\n".join(part for part in (said, more.strip()) if part)


def _product_keys(maintenance: Maintenance) -> list[str]:
    return sorted(set(maintenance.parts.values_list("product__key", flat=True)))


def _by_mail(maintenance: Maintenance) -> dict[int, bool]:
    """By client whom it was announced to, whether its agreement brings such news by mail."""
    found: dict[int, bool] = {}
    notices = MaintenanceNotice.objects.filter(announcement__maintenance=maintenance)
    for notice in notices.select_related("agreement_version").defer("agreement_version__source"):
        terms = notice.agreement_version.document.maintenance
        its = bool(terms and BY_MAIL & set(terms.announced_by))
        found[notice.client_id] = found.get(notice.client_id, False) or its
    return found


def _contacts(clients: Iterable[int]) -> QuerySet[Contact]:
    people = Contact.objects.active().filter(client__in=list(clients), may_request_support=True)
    return people.select_related("client", "user").order_by("id")


def _team(maintenance: Maintenance) -> list[User]:
    responsible = maintenance.responsible
    if responsible is not None and responsible.deactivated_at is None:
        return [responsible.user]
    return Member.objects.leading().users()
