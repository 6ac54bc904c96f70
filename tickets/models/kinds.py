"""The kinds of ticket event: one row says all there is to know of one. A new kind is a row here, and an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from clocks.kinds import KindOfEvent, said_of_clock
from clocks.replay.reasons import BY_SLUG, CLIENT, HOLD, Reason
from shell.wording import listed
from tickets.models.conversation import Message
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from agreements.document import AgreementDocument
    from tickets.models.event import TicketEvent

Author = Literal["client", "agent", "system"]
Status = Ticket.Status
Words = Callable[["TicketEvent", "AgreementDocument | None"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One kind of event: who writes it, who reads it and in which words, what clocks hear, what it does to a ticket."""

    by: tuple[Author, ...]
    #: Whether the client reads it, on the ticket's page and through the API; the desk reads everything.
    to_client: bool
    icon: str = "point"
    #: What its author did, after their name, or a function that gives the sentence. "": its message says it all.
    words: str | Words = ""
    #: What the client reads after the author's name, where that is something else.
    client_words: str = ""
    #: The kind of message that comes with it; how a conversation draws that, and what its author is told.
    message: Message.Kind | None = None
    drawn: str = ""
    sent: str = ""
    #: As the replay calls it; "": no clock listens.
    heard: str = ""
    #: Whether clocks hear it, or hear it so, only by what its data says: `tickets.promises.translation` reads that.
    data_decides: bool = False
    #: Whether it carries terms: those that a ticket is filed under, or others in their place.
    terms: Literal["", "first", "new"] = ""
    #: The status that it says a ticket was set to.
    status: Status | None = None
    #: What the ticket waits for from then on.
    pauses: Reason | None = None
    #: Whether a ticket that waits goes on by it, to whatever comes then.
    moves_on: bool = False

    def reason_to_wait(self, event: TicketEvent) -> Reason | None:
        """What the event has its ticket wait for; a hold says in its data for whom."""
        return self.pauses and BY_SLUG.get(event.data.get("for", ""), self.pauses)


def _assigned(event: TicketEvent, _document: AgreementDocument | None) -> str:
    to = event.data.get("to", "")
    if not to:
        return f"{event.actor_name} gave it back to nobody"
    return f"{event.actor_name} took it" if to == event.actor_name else f"{event.actor_name} assigned it to {to}"


def _held(event: TicketEvent, _document: AgreementDocument | None) -> str:
    # A hold that goes on by itself is nothing new.
    whom = event.data.get("whom", "")
    after = f", waiting for {whom}" if whom else ""
    return "" if event.by == "system" else f"{event.actor_name} put it on hold{after}"


def _reclassified(event: TicketEvent, document: AgreementDocument | None) -> str:
    return f"{event.actor_name} reclassified it {reclassification(event, document)}"


def reclassification(event: TicketEvent, document: AgreementDocument | None) -> str:
    """`from Severity 3 to Severity 2`, in the names of the agreement."""
    before, after = event.data.get("from", {}), event.data.get("to", {})
    named = (("level", document and document.levels), ("request_type", document and document.request_types))
    return listed(
        f"from {_named(known, before.get(key))} to {_named(known, after.get(key))}"
        for key, known in named
        if before.get(key) != after.get(key)
    )


def _named(known: Any, key: str | None) -> str:
    return getattr(known and known.get(key), "name", key) or "nothing"


def _terms_changed(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"The agreement changed: it comes under “{event.data['to_version']}” from here on"


def _scoped(event: TicketEvent, _document: AgreementDocument | None) -> str:
    scope = Ticket.Scope(event.data["scope"]).label.lower()
    reproducible = Ticket.Reproducibility(event.data["reproducibility"]).label.lower()
    return f"{event.actor_name} set the scope: {scope}, {reproducible}"


def _merged(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"{event.actor_name} merged it into #{event.data['into']}"


def _absorbed(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"{event.actor_name} merged #{event.data['from']} into it"


class Kind(KindOfEvent):
    """What can happen on a ticket."""

    row: EventRow

    # fmt: off
    CREATED = "created", EventRow(
        by=("client",), to_client=True, message=Message.Kind.CLIENT, drawn="client", heard="created", terms="first",
    ), "Filed"
    CLIENT_REPLY = "client_reply", EventRow(
        by=("client",), to_client=True, message=Message.Kind.CLIENT, drawn="client", heard="client_reply",
        moves_on=True,
    ), "Client wrote"
    AGENT_REPLY = "agent_reply", EventRow(
        by=("agent",), to_client=True, icon="arrow-back-up", message=Message.Kind.REPLY, drawn="agent",
        sent="Your answer is on its way.", heard="agent_reply",
    ), "Answered"
    ACKNOWLEDGEMENT = "acknowledgement", EventRow(
        by=("agent",), to_client=True, icon="mail-check", message=Message.Kind.ACKNOWLEDGEMENT, drawn="acknowledgement",
        sent="Acknowledged. The clocks go on.", heard="acknowledgement",
    ), "Acknowledged"
    INTERNAL_NOTE = "internal_note", EventRow(
        by=("agent",), to_client=False, icon="eye-off", message=Message.Kind.INTERNAL_NOTE, drawn="note",
        sent="Noted, for colleagues only.",
    ), "Internal note"
    WAITING = "waiting", EventRow(
        by=("agent",), to_client=True, icon=CLIENT.icon, words="set it to waiting for the client",
        client_words="is waiting for your answer", heard="waiting", status=Status.WAITING, pauses=CLIENT, moves_on=True,
    ), "Waiting for client"
    RESUMED = "resumed", EventRow(
        by=("agent",), to_client=True, icon="circle-dot", words="set it to open", heard="resumed", status=Status.OPEN,
        moves_on=True,
    ), "Resumed"
    SOLVED = "solved", EventRow(
        by=("client", "agent"), to_client=True, icon="circle-check", words="marked it as solved", heard="solved",
        status=Status.SOLVED, moves_on=True,
    ), "Solved"
    CLOSED = "closed", EventRow(
        by=("agent",), to_client=True, icon="lock", words="closed it", heard="closed", status=Status.CLOSED,
        moves_on=True,
    ), "Closed"
    REOPENED = "reopened", EventRow(
        by=("client", "agent"), to_client=True, icon="rotate", words="reopened it", heard="reopened", moves_on=True,
    ), "Reopened"
    RECLASSIFIED = "reclassified", EventRow(
        by=("agent",), to_client=True, icon="arrows-exchange", words=_reclassified, heard="reclassified", terms="new",
    ), "Reclassified"
    TERMS_CHANGED = "terms_changed", EventRow(
        by=("system",), to_client=True, icon="file-text", words=_terms_changed, heard="terms_changed", terms="new",
    ), "Terms changed"
    WORKAROUND = "workaround", EventRow(
        by=("agent",), to_client=True, icon="bandage", words="gave a workaround", heard="workaround",
    ), "Workaround given"
    WORKAROUND_WITHDRAWN = "workaround_withdrawn", EventRow(
        by=("client", "agent"), to_client=True, icon="bandage-off", words="took the workaround back: it does not hold",
        heard="workaround_withdrawn", moves_on=True,
    ), "Workaround withdrawn"
    MERGED = "merged", EventRow(
        by=("agent",), to_client=True, icon="arrow-merge", words=_merged, heard="merged", moves_on=True,
    ), "Merged into another"
    ABSORBED = "absorbed", EventRow(
        by=("agent",), to_client=True, icon="arrow-merge", words=_absorbed, heard="owed", data_decides=True,
    ), "Took another in"
    PAUSE_STRUCK = "pause_struck", EventRow(
        by=("agent",), to_client=True, icon="gavel", words="struck the contested pause out: that time counts",
        heard="resumed", data_decides=True,
    ), "Pause struck out"
    HELD = "held", EventRow(
        by=("agent", "system"), to_client=True, icon=HOLD.icon, words=_held, heard="waiting", data_decides=True,
        status=Status.ON_HOLD, pauses=HOLD, moves_on=True,
    ), "Put on hold"
    ASSIGNED = "assigned", EventRow(
        by=("agent",), to_client=False, icon="user", words=_assigned, heard="assigned", data_decides=True,
    ), "Assigned"
    SCOPED = "scoped", EventRow(by=("agent",), to_client=False, icon="target", words=_scoped), "Scope set"
    WARNED = "warned", EventRow(
        by=("system",), to_client=False, icon="alarm", words=said_of_clock("was about to fall due"),
    ), "Due soon"
    BREACHED = "breached", EventRow(
        by=("system",), to_client=True, icon="alert-triangle", words=said_of_clock("missed its target"),
    ), "Target missed"
    PAUSE_CONTESTED = "pause_contested", EventRow(
        by=("client",), to_client=True, icon="gavel", words="contested a pause",
    ), "Pause contested"
    PAUSE_KEPT = "pause_kept", EventRow(
        by=("agent",), to_client=True, icon="gavel", words="let the contested pause stand",
    ), "Pause kept"
    # fmt: on


#: By the stored value.
ROWS: dict[str, EventRow] = {kind.value: kind.row for kind in Kind}


#: What an agent writes, by the kind of the message.
WRITTEN: dict[str, Kind] = {kind.row.message: kind for kind in Kind if kind.row.message and "agent" in kind.row.by}


def choices() -> list[tuple[str, str]]:
    """For the column: a function, so that another kind is no migration."""
    return Kind.choices


def kinds(asked: Callable[[EventRow], object]) -> list[Kind]:
    """The kinds whose row answers yes."""
    return [kind for kind in Kind if asked(kind.row)]
