"""What happened to maintenance, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, tzinfo
from typing import Any

from incidents.models import MaintenanceEvent
from shell.wording import duration_words, span_words

#: What is written down later than this was not known when it was so.
LATE = timedelta(minutes=1)


def chronicle(events: Iterable[MaintenanceEvent], zone: tzinfo, *, to_client: bool = False) -> list[dict[str, Any]]:
    """The facts, newest first, as `components/_timeline.html` reads them; a client's are those that clients read.

    A fact that was written down later than it was so says how much later. A client hears of the provider, not of who
    pressed the button.
    """
    told = [event for event in events if event.row.to_client or not to_client]
    told.sort(key=lambda event: (event.at, event.pk), reverse=True)
    return [
        {
            "at": event.at,
            "icon": event.row.icon,
            "who": "" if to_client or event.actor_id is None else event.actor_name,
            "words": event.get_kind_display() if to_client else _words(event),
            "note": _joined(note for note in _notes(event, zone, to_client) if note),
        }
        for event in told
    ]


def _words(event: MaintenanceEvent) -> str:
    said: str = event.row.words if event.actor_id else event.row.by_itself
    return said or event.get_kind_display()


def _joined(notes: Iterable[str]) -> str:
    *before, last = [*notes] or [""]
    return ". ".join([*(note.removesuffix(".") for note in before), last])


def _notes(event: MaintenanceEvent, zone: tzinfo, to_client: bool) -> Iterable[str]:
    if event.start_at and event.end_at:
        yield span_words(event.start_at.astimezone(zone), event.end_at.astimezone(zone))
    yield event.said
    if not to_client and "description" in (before := event.data.get("before", {})):
        yield f"Before, clients read: “{before['description']}”" if before["description"] else ""
    late = event.recorded_at - event.at
    if late > LATE and not to_client:
        yield f"Noted {duration_words(late.total_seconds())} later"
