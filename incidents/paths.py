"""Where an incident is found, for screens, mails and notices."""

from __future__ import annotations

from incidents.models import Incident


def desk_path(incident: Incident) -> str:
    return f"/desk/incidents/{incident.number}/"


def public_path(incident: Incident) -> str:
    return f"/status/incidents/{incident.number}/"


def portal_path(incident: Incident) -> str:
    return f"/portal/incidents/{incident.number}/"
