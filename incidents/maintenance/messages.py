"""Who is told what about maintenance: mails and notices, queued in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.models import Maintenance, MaintenanceNotice
from notifications import fanout, outbox
from notifications.models import Subscriber
from notifications.topics import MAINTENANCE
from shell.wording import exact_words, next_words
from tenants.models import Contact, Member, User
from tenants.scope import current_tenant

TOPIC = MAINTENANCE.key
#: Where agreements announce maintenance that a mail brings to a client: a ticket's contacts are told by mail too.
BY_MAIL = {"mail", "ticket"}


def desk_path(maintenance: Maintenance) -> str:
    return f"/desk/maintenance/{maintenance.number}/"


def portal_path(maintenance: Maintenance) -> str:
    return f"/portal/maintenance/{maintenance.number}/"


def public_path(maintenance: Maintenance) -> str:
    return f"/status/maintenance/{maintenance.number}/"


def window_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Saturday 21 November 2026, 02:00 CET to 04:00`, with the day of the end where it is another."""
    there = start.astimezone(zone), end.astimezone(zone)
    return f"{exact_words(there[0])} to {next_words(there[1], there[0])}"


def tell_everybody(maintenance: Maintenance, occasion: str, headline: str, said: str, *, now: datetime) -> None:
    """Tell the clients concerned, and everybody who subscribed to news of maintenance of these products (B13, B16).

    `headline` stands before the title, `said` is the body; in the body `{window}` is written in the reader's zone.
    """
    keys = _product_keys(maintenance)
    tell_clients(maintenance, occasion, headline, said, now=now)
    fanout.announce(
        MAINTENANCE,
        abouts=keys,
        subject=f"{headline}: {maintenance.title}",
        text=_filled(said, maintenance, ZoneInfo(current_tenant().timezone)),
        url=public_path(maintenance),
        key=f"maintenance:{maintenance.pk}:{occasion}",
        now=now,
    )


def tell_clients(
    maintenance: Maintenance, occasion: str, headline: str, said: str, *, now: datetime, by_mail: bool = True
) -> None:
    """Tell the authorised contacts of every client whom an announcement concerned, where its agreement announces it."""
    tenant, path = current_tenant(), portal_path(maintenance)
    mailed, title = _by_mail(maintenance), f"{headline}: {maintenance.title}"
    contacts = list(_contacts(mailed))
    # Who subscribed to it has the mail already.
    hearing = set(
        Subscriber.objects.hearing(MAINTENANCE.key, _product_keys(maintenance), since=now)
        .filter(webhook_url="", email__in=[contact.email for contact in contacts])
        .values_list("email", flat=True)
    )
    words = []
    for contact in contacts:
        zone = (contact.user and contact.user.timezone) or contact.client.timezone or tenant.timezone
        body = _filled(said, maintenance, ZoneInfo(zone))
        text = f"Hello {contact.name},\n\n{body}\n\nAll about it: {tenant.url(path)}\n\n{tenant.name}\n"
        words.append(
            outbox.Word(
                key=f"maintenance:{maintenance.pk}:{occasion}:{contact.pk}", topic=TOPIC, user_id=contact.user_id,
                title=title, body=body, url=path, to=contact.email,
                text=text if by_mail and mailed[contact.client_id] and contact.email not in hearing else "",
            )
        )  # fmt: skip
    outbox.tell(words, now=now)


def publish(maintenance: Maintenance, event: str, *, at: datetime, now: datetime) -> None:
    """Let programs know of a fact that clients may read."""
    data = {
        "number": maintenance.number,
        "title": maintenance.title,
        "kind": maintenance.kind,
        "status": maintenance.status,
        "products": _product_keys(maintenance),
        "planned_start_at": maintenance.planned_start_at.isoformat(),
        "planned_end_at": maintenance.planned_end_at.isoformat(),
        "at": at.isoformat(),
        "url": current_tenant().url(public_path(maintenance)),
    }
    outbox.publish(f"maintenance.{event}", data, f"maintenance:{maintenance.pk}:{event}:{at.isoformat()}", now=now)


def tell_team(maintenance: Maintenance, occasion: str, title: str, body: str, *, url: str = "", now: datetime) -> None:
    """Tell who is responsible; while there is nobody, or nobody any more, the leads and owners."""
    key, path = f"maintenance:{maintenance.pk}:{occasion}:user", url or desk_path(maintenance)
    text = f"{maintenance}\n\n{body}\n\n{current_tenant().url(path)}\n"
    outbox.tell_users(_team(maintenance), key=key, topic=TOPIC, title=title, url=path, body=body, text=text, now=now)


def _filled(said: str, maintenance: Maintenance, zone: ZoneInfo) -> str:
    return said.replace("{window}", window_words(maintenance.planned_start_at, maintenance.planned_end_at, zone))


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


def _contacts(clients: Iterable[int]) -> Iterable[Contact]:
    people = Contact.objects.active().filter(client__in=list(clients), may_request_support=True)
    return people.select_related("client", "user").order_by("id")


def _team(maintenance: Maintenance) -> list[User]:
    responsible = maintenance.responsible
    if responsible is not None and responsible.deactivated_at is None:
        return [responsible.user]
    return Member.objects.leading().users()
