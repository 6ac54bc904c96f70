"""Following an incident: a client's contact asks to be told, and every update answers them on a ticket of theirs."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.governing import governing_at
from agreements.models import Product
from incidents.actions.lock import lock
from incidents.models import Affected, Incident, IncidentEvent, IncidentLink
from incidents.models.kinds import Kind
from tenants.models import Contact
from tickets.actions import file_ticket
from tickets.actions.new_ticket import SUBJECT_MAX
from tickets.models import Ticket


@transaction.atomic
def follow_incident(
    *,
    incident_id: int,
    contact: Contact,
    now: datetime,
    body: str = "",
    channel: Ticket.Channel = Ticket.Channel.PORTAL,
) -> Ticket:
    """File a ticket of the contact's that this incident's updates answer; the one there is, where they follow already.

    Its type is the one that uses the least of their allowance, its level what that type usually has: whoever is worse
    off files a request of their own. `body` is what they have to say beside. Raises ValidationError for
    an incident that is over, and where nothing can be filed.
    """
    # Locked, so that one who follows while it is resolved is either told with all others or refused.
    incident, at = lock(incident_id, now=now)
    own = IncidentLink.objects.current().filter(incident=incident, ticket__requester=contact)
    followed = own.select_related("ticket").order_by("-linked_at", "-id").first()
    if followed is not None:
        return followed.ticket
    if not incident.is_open:
        raise ValidationError("This is resolved already. Is it not over for you? Ask for help, and say what is wrong.")
    governing = governing_at(contact.client, at=now)
    if governing is None:
        raise ValidationError("No agreement is in force here yet, so nothing can be filed. Ask your provider.")
    ticket = file_ticket(
        requester=contact,
        by=contact,
        subject=incident.title[:SUBJECT_MAX],
        body="\n\n".join(part for part in (body.strip(), f"Please tell me how {incident} goes on.") if part),
        request_type=governing.document.type_to_follow.key,
        level="",
        product=_product(incident, contact),
        channel=channel,
        received_at=now,
        now=now,
    )
    IncidentLink.objects.create(incident=incident, ticket=ticket, linked_at=at)
    data = {"who": contact.name, "client": contact.client.name, "ticket": ticket.number}
    # Nothing that clocks or the escalation hear, so there is nothing to settle.
    IncidentEvent.objects.record(incident, Kind.FOLLOWED, by=None, at=at, now=now, data=data)
    return ticket


def _product(incident: Incident, contact: Contact) -> Product | None:
    hurt = Affected.objects.filter(incident=incident).values("product")
    found: Product | None = Product.objects.of_client(contact.client_id).filter(pk__in=hurt).order_by("name").first()
    return found
