"""What sending will do: the composer's kinds of message and endings, each with its effect on the ticket's clocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agreements.document import AgreementDocument
from clocks.face import metric_name
from clocks.replay import METRICS
from clocks.replay.reasons import REASONS, Reason
from shell.wording import listed
from tickets.forms.desk import GIVES_WORKAROUND, AnswerForm
from tickets.models import Clock, Message, Ticket
from tickets.models.kinds import WRITTEN

Status = Ticket.Status
_AS_IT_IS = {
    Status.OPEN: "leave it open",
    Status.WAITING: "go on waiting for the client",
    Status.ON_HOLD: "leave it on hold",
    Status.SOLVED: "leave it solved",
    Status.CLOSED: "leave it closed",
}
_INTO: dict[str, tuple[str, Reason | None]] = {
    Status.OPEN: ("open it", None),
    **{reason.slug: (reason.to_do, reason) for reason in REASONS.values()},
    Status.SOLVED: ("mark it solved", None),
}
_AFTER = {
    "resume": "goes on with the time that was left",
    "restart": "starts again in full",
    "new cycle": "stays as it is, and a new one starts",
}


def endings(ticket: Ticket, clocks: Sequence[Clock], document: AgreementDocument | None) -> list[tuple[str, str]]:
    """What sending may do to the ticket beside, with what that does to its clocks; "" leaves it as it is."""
    choices = [("", _AS_IT_IS[Status(ticket.status)])]
    if not ticket.is_unsolved:
        return choices
    live = {clock.metric for clock in clocks if clock.stopped_at is None}
    now = ticket.on_hold_for or ticket.status
    for value, (words, pausing) in _INTO.items():
        if value != now:
            effect = pauses(document, live, pausing) if pausing else ""
            if value == Status.SOLVED and "resolution" in live:
                effect = f"stops {_labels(document, ['resolution'])}"
            choices.append((str(value), f"{words} ({effect})" if effect else words))
    if ticket.workaround_at is None:
        stopped = stopped_by_workaround(document, live)
        stops = f"stops {_labels(document, stopped)}" if stopped else f"{_labels(document, ['resolution'])} goes on"
        effect = ", ".join(filter(None, (stops, _clause(document))))
        choices.append((GIVES_WORKAROUND, f"a workaround is given ({effect})"))
    return choices


def pauses(document: AgreementDocument | None, live: Iterable[str], why: Reason) -> str:
    """Which of the `live` metrics waiting for that reason pauses: `pauses resolution`, "" for none."""
    live = set(live)
    found = (
        [metric.name.lower() for metric in document.metrics if metric.key in live and why.term in metric.pauses]
        if document
        else []
    )
    return f"pauses {listed(found)}" if found else ""


def stopped_by_workaround(document: AgreementDocument | None, live: Iterable[str]) -> list[str]:
    """Which of the `live` metrics a workaround ends, in their order."""
    live = set(live)
    return [each.key for each in document.metrics if each.ends_by_workaround and each.key in live] if document else []


def workaround_effect(document: AgreementDocument | None, clocks: Iterable[Clock]) -> str:
    """What giving a workaround does to the resolution clock, in a sentence (C2)."""
    resolution = _labels(document, ["resolution"])
    live = {clock.metric for clock in clocks if clock.stopped_at is None}
    clause = _clause(document)
    cited = f" ({clause})" if clause else ""
    stopped = stopped_by_workaround(document, live)
    kept = "Stops the workaround clock. " if "workaround" in stopped else ""
    if "resolution" in stopped:
        return f"{kept}Stops the {resolution} clock: a workaround resolves{cited}."
    if "resolution" in live:
        return f"{kept}The {resolution} clock goes on: only a solution ends it{cited}. The workaround stands on record."
    return kept.strip() or f"No {resolution} clock is running. The workaround stands on record."


def withdrawal_effect(ticket: Ticket, document: AgreementDocument | None, clocks: Iterable[Clock]) -> str:
    """What taking the workaround back does to the resolution clock, in a sentence."""
    given = (clock for clock in clocks if clock.stopped_by == "workaround")
    stopped = list(dict.fromkeys(clock.metric for clock in given if clock.stopped_at == ticket.workaround_at))
    if document is None or not stopped:
        return "The workaround stopped no clock, so none changes."
    return f"The clock of the {_labels(document, stopped)}, which it stopped, {_AFTER[document.tickets.reopening]}."


def modes(
    ticket: Ticket, clocks: Sequence[Clock], document: AgreementDocument | None, form: AnswerForm
) -> list[dict[str, Any]]:
    """The three kinds of message, each with what sending it will do under the ticket's agreement (C1)."""
    owed = list(
        dict.fromkeys(clock.metric for clock in clocks if clock.stopped_at is None and METRICS[clock.metric].is_a_word)
    )
    taken = [metric for metric in owed if answers(document, metric)]
    first = document.metrics.get("first_response") if document else None
    clause = f" ({first.clause})" if first and first.clause else ""
    to = f"Goes to {ticket.requester.name}."
    reply = f"{to} Stops {_labels(document, owed)}." if owed else f"{to} No clock is waiting for an answer."
    if any(METRICS[metric].restarts for metric in owed):
        reply = f"{reply} The next one counts from it."
    acknowledgement = f"{to} Clocks go on: an acknowledgement is not an answer{clause}."
    if taken:
        going_on = [metric for metric in owed if metric not in taken]
        rest = f" The clock of the {_labels(document, going_on)} goes on." if going_on else ""
        acknowledgement = f"{to} Stops {_labels(document, taken)}: any reply counts{clause}.{rest}"
    effects = {
        Message.Kind.REPLY: reply,
        Message.Kind.ACKNOWLEDGEMENT: acknowledgement,
        Message.Kind.INTERNAL_NOTE: "Only colleagues read it. Nothing is sent, and clocks go on.",
    }
    chosen = form["kind"].value() or Message.Kind.REPLY
    return [
        {
            "value": kind,
            "label": kind.label,
            "icon": WRITTEN[kind].row.icon,
            "effect": effect,
            "tone": "" if WRITTEN[kind].row.to_client else "note",
            "checked": kind == chosen,
        }
        for kind, effect in effects.items()
    ]


def answers(document: AgreementDocument | None, metric: str) -> bool:
    """Whether an acknowledgement ends this metric."""
    if "acknowledgement" in METRICS[metric].ends_by:
        return True
    terms = document.metrics.get(metric) if document else None
    return terms is not None and terms.ends_by_any_reply


def _clause(document: AgreementDocument | None) -> str:
    resolution = document.metrics.get("resolution") if document else None
    return (resolution.clause if resolution else None) or ""


def _labels(document: AgreementDocument | None, metrics: Sequence[str]) -> str:
    return listed(metric_name(metric, document).lower() for metric in metrics)
