"""What happened in an incident, as its page shows it: words to everybody, notes, and the facts between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clocks.face import face
from clocks.verdict import Verdict, on_record
from incidents.models import Incident, IncidentClock, IncidentEvent
from incidents.models.kinds import ROWS, Kind, words_of
from tickets.conversation import markup
from tickets.conversation.story import Turn

TO_EVERYBODY = "to everybody"
BY_A_PROGRAM = "posted by a program: keeps no promise"


def turns(
    incident: Incident, events: Sequence[IncidentEvent], clocks: Sequence[IncidentClock], *, now: datetime
) -> list[Turn]:
    """The turns of an incident, oldest first; a status that went with an update is said with it. No queries."""
    kept = _kept_by(incident, clocks, now=now)
    updated = {event.at for event in events if event.kind == Kind.PUBLIC_UPDATE}
    with_it = {event.at: event for event in events if event.kind == Kind.STATUS_SET and event.at in updated}
    found = []
    for event in events:
        if event.body:
            status = with_it.get(event.at) if event.kind == Kind.PUBLIC_UPDATE else None
            found.append(_spoken(event, status, kept.get(event.at, "")))
        if (not event.body and event not in with_it.values()) or event.kind == Kind.DECLARED:
            sentence = words_of(event, incident.document)
            words = f"{sentence}: {event.reason}" if event.reason else sentence
            icon, anchor = ROWS[event.kind].icon, f"event-{event.pk}"
            found.append(Turn(kind="system", at=event.at, text=words, icon=icon, anchor=anchor))
    return found


def _spoken(event: IncidentEvent, status: IncidentEvent | None, kept: str) -> Turn:
    is_public = ROWS[event.kind].public
    role = (TO_EVERYBODY if event.by == "agent" else BY_A_PROGRAM) if is_public else ""
    if status is not None:
        role = f"{role} · {Incident.Status(status.data['status']).label.lower()}"
    return Turn(
        kind="agent" if is_public else "note",
        at=event.at,
        author=event.actor_name,
        role=role,
        html=markup.render(event.body),
        note=kept if is_public else "",
        anchor=f"message-{event.pk}",
    )


def _kept_by(incident: Incident, clocks: Sequence[IncidentClock], *, now: datetime) -> dict[datetime, str]:
    """What each update achieved, by its instant, where it came in time; a miss has a line of its own."""
    found = {}
    for clock in clocks:
        if clock.stopped_at is not None and on_record(clock, now=now) != Verdict.MISSED:
            shown = face(clock, incident.document, waits_for=None, now=now, reader="desk")
            found[clock.stopped_at] = f"{shown.metric_label}: {shown.words[:1].lower()}{shown.words[1:]}."
    return found
