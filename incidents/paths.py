"""Where an incident or maintenance is found, for screens, mails and notices."""

from __future__ import annotations

from incidents.models import Incident, Maintenance


def desk_path(found: Incident | Maintenance) -> str:
    return f"/desk/{found.path}/{found.number}/"


def public_path(found: Incident | Maintenance) -> str:
    return f"/status/{found.path}/{found.number}/"


def portal_path(found: Incident | Maintenance) -> str:
    return f"/portal/{found.path}/{found.number}/"
