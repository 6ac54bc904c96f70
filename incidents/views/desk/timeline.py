"""What happened in an incident, as its page shows it: words to everybody, notes, and the facts between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clocks.face import Face, face
from clocks.verdict import Verdict
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
            found.append(_spoken(event, status, kept.get(event.at)))
        if (not event.body and event not in with_it.values()) or event.kind == Kind.DECLARED:
            sentence = words_of(event, incident.document)
            words = f"{sentence}: {event.reason}" if event.reason else sentence
            icon, anchor = ROWS[event.kind].icon, f"event-{event.pk}"
            found.append(Turn(kind="system", at=event.at, text=words, icon=icon, anchor=anchor))
    return found


def _spoken(event: IncidentEvent, status: IncidentEvent | None, kept: Face | None) -> Turn:
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
        note=_verdict(kept) if kept and is_public else "",
        missed=bool(kept and is_public and kept.verdict == Verdict.MISSED),
        anchor=f"message-{event.pk}",
    )


def _verdict(kept: Face) -> str:
    missed = "missed, " if kept.verdict == Verdict.MISSED else ""
    return f"{kept.metric_label}: {missed}{kept.words[:1].lower()}{kept.words[1:]}."


def _kept_by(incident: Incident, clocks: Sequence[IncidentClock], *, now: datetime) -> dict[datetime, Face]:
    """What became of the promise that each update ended, by its instant."""
    return {
        clock.stopped_at: face(clock, incident.document, waits_for=None, now=now, reader="desk")
        for clock in clocks
        if clock.stopped_at is not None
    }
