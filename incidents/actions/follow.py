"""Following an incident: a client's contact asks to be told, and is written to with every word to everybody."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.actions.lock import lock
from incidents.links.known import tells
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import Kind
from notifications.actions import hear_too
from notifications.models import Subscriber
from notifications.topics import INCIDENTS
from tenants.models import Contact


@transaction.atomic
def follow_incident(*, incident_id: int, contact: Contact, now: datetime) -> Incident:
    """Let a contact hear of this incident by mail, where they do not yet. It asks nothing, so nobody owes an answer.

    Raises ValidationError for an incident that is over.
    """
    # Locked, so that one who follows while it is resolved is either told with all others or refused.
    incident, at = lock(incident_id, now=now)
    if tells(incident, Subscriber.objects.choices_of(contact.email)):
        return incident
    if not incident.is_open:
        raise ValidationError("This is resolved already. Is it not over for you? Ask for help, and say what is wrong.")
    hear_too(email=contact.email, choices=[(INCIDENTS.key, incident.topic)], by=contact.user, now=now)
    data = {"who": contact.name, "client": contact.client.name}
    # Nothing that clocks or the escalation hear, so there is nothing to settle.
    IncidentEvent.objects.record(incident, Kind.FOLLOWED, by=None, at=at, now=now, data=data)
    return incident
