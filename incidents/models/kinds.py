"""The kinds of incident event: one row says all there is to know of one. A new kind is a row here, and an action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from clocks.kinds import KindOfEvent, said_of_clock
from incidents.models.affected import Impact
from incidents.models.duty import Role
from incidents.models.incident import Incident
from shell.wording import clock_words, duration_words, listed

if TYPE_CHECKING:
    from agreements.document import AgreementDocument
    from incidents.models.event import IncidentEvent

#: From here on people were asked late. Sweeps come every quarter of a minute.
LATE = timedelta(minutes=1)
Author = Literal["agent", "system"]
Status = Incident.Status
Words = Callable[["IncidentEvent", "AgreementDocument | None"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One kind of event: who writes it, who reads it and in which words, and what clocks hear of it."""

    by: tuple[Author, ...] = ("agent",)
    #: Whether the public reads it, on the page of a published incident.
    public: bool = False
    icon: str = "point"
    #: What its author did, after their name and with its data in it, or a function that gives the sentence.
    words: str | Words
    #: Whether whoever subscribed is written to about it.
    news: bool = False
    #: The event of webhooks that it is.
    webhook: str = "changed"
    #: What the replay of the clock hears, in this order; nothing: no clock listens.
    heard: tuple[str, ...] = ()
    #: What the replay of the escalation hears; "progress": somebody works on it.
    escalation: str = ""
    #: Whether it says who was asked, and what came of it.
    asking: bool = False


def _relevelled(event: IncidentEvent, document: AgreementDocument | None) -> str:
    before, after = (_level(document, event.data[side]) for side in ("from", "to"))
    return f"{event.actor_name} changed it from {before} to {after}"


def _level(document: AgreementDocument | None, key: str) -> str:
    return document.incident_levels.name_of(key) if document else key


def _of_status(said: str) -> Words:
    return lambda event, _document: f"{event.actor_name} {said} {Status(event.data['status']).label.lower()}"


def _affected(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    told = [f"{each['name']}: {Impact(each['impact']).label.lower()}" for each in event.data["affected"]]
    return f"{event.actor_name} set what is affected: {listed(told)}" if told else f"{event.actor_name} cleared it"


def _published(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    put = "It was put" if event.by == "system" else f"{event.actor_name} put it"
    return f"{put} on the status page"


def _duty(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    role, to, was = Role(event.data["role"]).label.lower(), event.data["to"], event.data["from"]
    if not to:
        return f"{was} is no longer {role}"
    after = f" after {was}" if was else ""
    took = "took over as" if to == event.actor_name else f"made {to}"
    return f"{event.actor_name} {took} {role}{after}"


def _step(event: IncidentEvent, document: AgreementDocument | None) -> str:
    steps = document.incidents.steps if document and document.incidents else None
    name = steps.name_of(event.data["step"]) if steps else event.data["step"]
    return f"{event.actor_name} recorded: {name}"


def _linked(said: str) -> Words:
    return lambda event, _document: f"{event.actor_name} {said} {listed(f'#{n}' for n in event.data['tickets'])}"


def _unlinked(event: IncidentEvent, document: AgreementDocument | None) -> str:
    withheld = ", before the last word to everybody was posted there" if event.data.get("withheld") else ""
    return f"{_linked('took off')(event, document)}{withheld}"


def _followed(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    return f"{event.data['who']} of {event.data['client']} asked to be told"


def _called(event: IncidentEvent, document: AgreementDocument | None) -> str:
    at = datetime.fromisoformat(event.data["called_at"]).astimezone(document.zone if document else UTC)
    who = f"{event.data['who']} of {event.data['client']}"
    return f"{who} called at {clock_words(at)}, written down by {event.actor_name}"


def _paged(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    asked, late = event.data["asked"], timedelta(seconds=event.data["late"])
    by = f" by {event.data['ways']}" if event.data["ways"] else ""
    after = f", {duration_words(late.total_seconds())} late" if late >= LATE else ""
    return f"{listed(asked)} {'was' if len(asked) == 1 else 'were'} asked{by}{after}"


def _nobody(event: IncidentEvent, _document: AgreementDocument | None) -> str:
    return f"There was nobody to ask: {event.data['asks']}"


def _missed(event: IncidentEvent, document: AgreementDocument | None) -> str:
    due = datetime.fromisoformat(event.data["due_at"]).astimezone(document.zone if document else UTC)
    late = event.data["late"]
    happened = "nobody was asked" if late is None else f"it came {duration_words(late)} late"
    return f"Step {event.data['asking'][2] + 1} of the escalation was due at {due:%H:%M}: {happened}"


class Kind(KindOfEvent):
    """What can happen in an incident."""

    row: EventRow

    # fmt: off
    # The declaration is the first word: the next one is owed from then on.
    DECLARED = "declared", EventRow(
        public=True, icon="urgent", words="declared the incident", heard=("created", "agent_reply"),
        escalation="begins", news=True, webhook="declared",
    ), "Declared"
    PUBLIC_UPDATE = "public_update", EventRow(
        by=("agent", "system"), public=True, icon="speakerphone", words="wrote to everybody", heard=("agent_reply",),
        escalation="progress", news=True, webhook="updated",
    ), "Public update"
    INTERNAL_NOTE = "internal_note", EventRow(icon="eye-off", words="noted", escalation="progress"), "Internal note"
    # Its update says it to the public.
    STATUS_SET = "status_set", EventRow(
        icon="circle-dot", words=_of_status("set it to"), escalation="progress",
    ), "Status set"
    RESOLVED = "resolved", EventRow(
        public=True, icon="circle-check", words="resolved it", heard=("solved",), escalation="ends",
    ), "Resolved"
    REOPENED = "reopened", EventRow(
        public=True, icon="rotate", words="opened it again", heard=("reopened",), escalation="begins", news=True,
    ), "Reopened"
    RELEVELLED = "relevelled", EventRow(
        public=True, icon="arrows-exchange", words=_relevelled, heard=("reclassified",), escalation="changes",
    ), "Level changed"
    AFFECTED = "affected", EventRow(
        public=True, icon="components", words=_affected, escalation="progress",
    ), "Affected set"
    RENAMED = "renamed", EventRow(icon="pencil", words="gave it another title"), "Renamed"
    PUBLISHED = "published", EventRow(
        by=("agent", "system"), icon="world", words=_published,
    ), "Published"
    DUTY = "duty", EventRow(icon="user-star", words=_duty, escalation="progress"), "Role handed over"
    STEP = "step", EventRow(icon="flag", words=_step, escalation="progress"), "Step reached"
    LINKED = "linked", EventRow(icon="link", words=_linked("linked")), "Ticket linked"
    UNLINKED = "unlinked", EventRow(icon="unlink", words=_unlinked), "Ticket taken off"
    FOLLOWED = "followed", EventRow(by=("system",), icon="bell-plus", words=_followed), "Followed"
    CALLED = "called", EventRow(icon="phone", words=_called), "Call"
    MERGED = "merged", EventRow(
        icon="arrow-merge", words="merged it into INC-{into}", heard=("merged",), escalation="ends",
    ), "Merged into another"
    ABSORBED = "absorbed", EventRow(
        icon="arrow-merge", words="merged INC-{from} into it", escalation="progress",
    ), "Took another in"
    WARNED = "warned", EventRow(
        by=("system",), icon="alarm", words=said_of_clock("was about to fall due"),
    ), "Due soon"
    BREACHED = "breached", EventRow(
        by=("system",), public=True, icon="alert-triangle", words=said_of_clock("became overdue"),
    ), "Update overdue"
    PAGED = "paged", EventRow(by=("system",), icon="bell-ringing", words=_paged, asking=True), "Asked"
    NOBODY_ON_CALL = "nobody_on_call", EventRow(
        by=("system",), icon="user-question", words=_nobody, escalation="nobody", asking=True,
    ), "Nobody to ask"
    ACKNOWLEDGED = "acknowledged", EventRow(
        icon="hand-stop", words="acknowledged it", escalation="acknowledged", asking=True,
    ), "Acknowledged"
    WENT_STALE = "went_stale", EventRow(
        by=("system",), icon="zzz",
        words=lambda *_: "Nothing happened after it was acknowledged: people are asked again", asking=True,
    ), "Acknowledgement went stale"
    ESCALATION_MISSED = "escalation_missed", EventRow(
        by=("system",), icon="bell-exclamation", words=_missed, asking=True,
    ), "Not asked in time"
    # fmt: on


#: By the stored value.
ROWS: dict[str, EventRow] = {kind.value: kind.row for kind in Kind}


def choices() -> list[tuple[str, str]]:
    """For the column: a function, so that another kind is no migration."""
    return Kind.choices


def kinds(asked: Callable[[EventRow], object]) -> list[Kind]:
    """The kinds whose row answers yes."""
    return [kind for kind in Kind if asked(kind.row)]


def words_of(event: IncidentEvent, document: AgreementDocument | None) -> str:
    """What happened, in a sentence."""
    words: Any = ROWS[event.kind].words
    return words(event, document) if callable(words) else f"{event.actor_name} {words.format_map(event.data)}"


def public_story(
    events: Iterable[IncidentEvent], document: AgreementDocument | None, *, provider: str
) -> list[tuple[IncidentEvent, str]]:
    """What the public reads of `events`, each with its words, the newest first.

    What a word says by itself needs no line beside it.
    """
    public = [event for event in events if ROWS[event.kind].public]
    spoken = {event.at for event in public if event.body}
    told = [event for event in public if event.body or event.at not in spoken]
    told.sort(key=lambda event: (event.at, event.pk), reverse=True)
    return [(event, _public_words(event, document, provider)) for event in told]


def _public_words(event: IncidentEvent, document: AgreementDocument | None, provider: str) -> str:
    if event.body:
        return Status(event.data.get("status", Status.INVESTIGATING)).label
    if event.kind == Kind.AFFECTED:
        told = [f"{each['name']} {Impact(each['impact']).label.lower()}" for each in event.data["affected"]]
        return f"Affected: {listed(told) or 'nothing any more'}"
    # The provider speaks, not the colleague who happened to press the button.
    event.actor_name = provider
    # Clauses are for those who have the agreement at hand.
    event.data = {**event.data, "clause": ""}
    return words_of(event, document)
