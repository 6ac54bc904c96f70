"""What sending will do: who hears an update, and when the next one is due then (B15, C4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from incidents.announcements import abouts_of
from incidents.board.filling import filled
from incidents.cadence.levels import LevelRecord, cadence
from incidents.forms.incident import UpdateForm
from incidents.models import Incident, IncidentEvent, UpdateTemplate
from incidents.models.kinds import ROWS, Kind
from notifications import fanout
from notifications.topics import INCIDENTS
from shell.wording import counted, listed, next_words, whole_minute
from tickets.queue.queue import Row

_YOURS = " It says that you are on it: nobody further is asked."
_NOTE = "Only colleagues read it. Nothing is sent{}."


def subscribers(incident: Incident, *, now: datetime) -> int:
    """How many addresses hear of it, once it is public."""
    return fanout.readers(INCIDENTS, abouts_of(incident), since=now).count()


def readers(incident: Incident, tickets: Sequence[Row], *, now: datetime) -> str:
    """`The status page, 12 subscribers and 4 linked tickets, of 3 clients`; "" where nobody outside reads it."""
    told = []
    if incident.is_public:
        count = subscribers(incident, now=now)
        told = ["the status page", *([counted(count, "subscriber")] if count else [])]
    if tickets:
        clients = {row.ticket.client_id for row in tickets}
        told.append(f"{counted(len(tickets), 'linked ticket')}, of {counted(len(clients), 'client')}")
    return listed(told)


def not_public_yet(incident: Incident) -> list[IncidentEvent]:
    """What was told to everybody who could read it, and the public reads once the incident is published."""
    return [] if incident.is_public else list(IncidentEvent.objects.of(incident).told())


def ready_words(incident: Incident, **which: Any) -> list[UpdateTemplate]:
    """Templates, with what is known of the incident in them; the rest follows what is chosen, and when it is sent."""
    found = list(UpdateTemplate.objects.filter(**which))
    known = {"incident": incident.title, "level": incident.level_name}
    for each in found:
        each.body = filled(each.body, known)
    return found


def modes(incident: Incident, form: UpdateForm, goes_to: str, *, takes_on: bool, now: datetime) -> list[dict[str, Any]]:
    """The kinds of message, each with what sending it will do. One that is over takes notes alone.

    `takes_on`: whoever tells everybody acknowledges it by that.
    """
    to = f"Goes to {goes_to}." if goes_to else "It is not on the status page, and no ticket is linked: read once it is."
    due = cadence(LevelRecord(incident.agreement_version_id, incident.level)).next_due(now)
    then = f" The next update is then due {when(due, now)}." if due else " No further update is promised by a time."
    then += _YOURS if takes_on else ""
    note = _NOTE.format(", and the clock goes on" if incident.is_open else "")
    effects = {Kind.PUBLIC_UPDATE: (f"{to}{then}", ""), Kind.INTERNAL_NOTE: (note, "note")}
    offered = effects if incident.is_open else {Kind.INTERNAL_NOTE: effects[Kind.INTERNAL_NOTE]}
    chosen = form["kind"].value()
    return [
        {
            "value": kind,
            "label": "To everybody" if ROWS[kind].public else "Note",
            "icon": ROWS[kind].icon,
            "effect": effect,
            "tone": tone,
            "checked": kind == chosen or len(offered) == 1,
        }
        for kind, (effect, tone) in offered.items()
    ]


def when(instant: datetime, now: datetime) -> str:
    """In the reader's time, to the minute: nobody reads seconds of what is still to come."""
    return next_words(whole_minute(timezone.localtime(instant)), timezone.localtime(now))
