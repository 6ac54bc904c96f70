"""What happened to maintenance, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from incidents.models import MaintenanceEvent
from incidents.models.maintenance import MaintenanceEventKind
from shell.wording import clock_words, duration_words, short_day, span_words

#: What is written down later than this was not known when it was so.
LATE = timedelta(minutes=1)


def chronicle(events: Iterable[MaintenanceEvent], zone: tzinfo, *, to_client: bool = False) -> list[dict[str, Any]]:
    """The facts, newest first, as `components/_timeline.html` reads them; a client's are those that clients read.

    A fact that was written down later than it was so says how much later.
    """
    told = []
    for event in sorted(events, key=lambda each: (each.at, each.pk), reverse=True):
        row = MaintenanceEventKind(event.kind).row  # type: ignore[call-arg]  # a value alone finds its member
        if to_client and not row.to_client:
            continue
        late = event.recorded_at - event.at
        notes = (
            _window(event.data, zone),
            event.reason,
            f"Noted {duration_words(late.total_seconds())} later" if late > LATE and not to_client else "",
        )
        # A client hears of the provider, not of who pressed the button.
        who = "" if to_client else event.actor_name
        words = event.get_kind_display() if to_client else row.words
        told.append(
            {"at": event.at, "icon": row.icon, "who": who, "words": words, "note": ". ".join(filter(None, notes))}
        )
    return told


def _window(data: dict[str, Any], zone: tzinfo) -> str:
    start, end = (
        datetime.fromisoformat(data[key]).astimezone(zone) if key in data else None for key in ("start", "end")
    )
    if end is None:
        return ""
    return span_words(start, end) if start else f"Until {short_day(end, end)} {clock_words(end)}"
