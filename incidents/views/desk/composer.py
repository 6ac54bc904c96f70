"""What sending will do: who hears an update, and when the next one is due then (B15, C4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from incidents.announcements import abouts_of
from incidents.cadence.levels import LevelRecord, cadence
from incidents.forms.incident import UpdateForm
from incidents.models import Incident
from incidents.models.kinds import ROWS, Kind
from notifications import fanout
from notifications.topics import INCIDENTS
from shell.wording import counted, listed, next_words
from tickets.queue.queue import Row

_NOTE = "Only colleagues read it. Nothing is sent{}."


def readers(incident: Incident, tickets: Sequence[Row], *, now: datetime) -> str:
    """`The status page, 12 subscribers and 4 linked tickets, of 3 clients`; "" where nobody outside reads it."""
    told = []
    if incident.is_public:
        count = fanout.readers(INCIDENTS, abouts_of(incident), since=now).count()
        told = ["the status page", *([counted(count, "subscriber")] if count else [])]
    if tickets:
        clients = {row.ticket.client_id for row in tickets}
        told.append(f"{counted(len(tickets), 'linked ticket')}, of {counted(len(clients), 'client')}")
    return listed(told)


def modes(incident: Incident, form: UpdateForm, goes_to: str, *, now: datetime) -> list[dict[str, Any]]:
    """The kinds of message, each with what sending it will do. One that is over takes notes alone."""
    to = f"Goes to {goes_to}." if goes_to else "It is not on the status page, and no ticket is linked: read once it is."
    due = cadence(LevelRecord(incident.agreement_version_id, incident.level)).next_due(now)
    then = f" The next update is then due {when(due, now)}." if due else " No further update is promised by a time."
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
    return next_words(timezone.localtime(instant).replace(second=0), timezone.localtime(now))
