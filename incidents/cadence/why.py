"""“Why?”: one update owed on an incident, with everything that decides when it is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.models import AgreementVersion
from clocks.face import Face, face
from clocks.replay import ClockState
from clocks.why.account import Account, Change, change, own_days
from clocks.why.explanation import explain
from incidents.cadence.clocks import replay_incident
from incidents.cadence.levels import UPDATE, Cadence, LevelRecord, cadence
from incidents.models import Incident, IncidentClock, IncidentEvent
from incidents.models.kinds import ROWS, words_of
from shell.wording import sentence

# What a ticket's clock has and an update has not.
NO_PLAN, NO_PAUSES = "", ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedUpdate(Account):
    """One update, explained to the team."""

    clock: IncidentClock
    face: Face
    level: str

    @property
    def plan(self) -> str:
        return NO_PLAN

    @property
    def pauses(self) -> tuple[()]:
        return NO_PAUSES


def explained_update(incident: Incident, cycle: int, *, now: datetime) -> ExplainedUpdate | None:
    """The explanation of one update of an incident; None where there is no such one."""
    clock = IncidentClock.objects.filter(incident=incident, cycle=cycle).first()
    events = list(IncidentEvent.objects.of(incident))
    # Facts that were written down after `now` was read are on record all the same.
    state = _cycle(events, cycle, at=max([now, *(event.at for event in events)]))
    if clock is None or state is None:
        return None
    record, its = _terms_of(events, state)
    promise, document = its.promise, its.document
    assert promise is not None  # a cadence without a promise starts no clock
    spec = document.calendars[promise.calendar]
    cited = clock.clause or promise.clause
    return ExplainedUpdate(
        clock=clock,
        face=face(clock, document, waits_for=None, now=now, reader="desk"),
        level=document.incident_levels.name_of(record.level, ""),
        explanation=explain(state, document.zone, day_names=own_days(document, spec)),
        document=document,
        version=AgreementVersion.objects.select_related("agreement").defer("source").get(pk=record.version),
        promise=promise,
        metric=None,
        clause=document.clauses.get(cited) if cited else None,
        calendar=spec,
        members=tuple(document.calendars[key] for key in spec.members),
        changes=tuple(_changes(events, state)),
    )


def _cycle(events: Sequence[IncidentEvent], cycle: int, *, at: datetime) -> ClockState | None:
    states = replay_incident(events, as_of=at).cycles.get(UPDATE, ())
    return next((state for state in states if state.cycle == cycle), None)


def _terms_of(events: Sequence[IncidentEvent], state: ClockState) -> tuple[LevelRecord, Cadence]:
    """The level that the clock stands under: the latest that reached it and has its promise."""
    reached = [event for event in events if "terms" in event.data and event.at <= (state.stopped_at or state.as_of)]
    found = [(record, cadence(record)) for record in (LevelRecord(**event.data["terms"]) for event in reached)]
    promised = [(record, its) for record, its in found if its.promise is not None]
    exact = [each for each in promised if each[1].terms.targets.get(UPDATE) == state.target]
    return (exact or promised)[-1]


def _changes(events: Sequence[IncidentEvent], state: ClockState) -> Iterator[Change]:
    """What each other level did to it on the way."""
    for place, event in enumerate(events):
        if "reclassified" not in ROWS[event.kind].heard or event.at > (state.stopped_at or state.as_of):
            continue
        before, its = _cycle(events[:place], state.cycle, at=event.at), _latest(events[:place])
        found = change(
            state,
            event.at,
            before=before,
            after=_cycle(events[: place + 1], state.cycle, at=event.at),
            old=its.promise,
            new=_latest(events[: place + 1]).promise,
            by=event.actor_name,
            reason=event.reason,
            words=sentence(words_of(event, its.document).removeprefix(f"{event.actor_name} ")),
        )
        if found is not None:
            yield found


def _latest(events: Sequence[IncidentEvent]) -> Cadence:
    return cadence(LevelRecord(**[event for event in events if "terms" in event.data][-1].data["terms"]))
