"""How times are counted: what each metric means, what stops and pauses it, when people are warned, and what reopening does."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.document import AgreementDocument
from agreements.document.model import Attainment, Metric, Plan
from agreements.readable.lines import Line, listed, notes, sentence
from agreements.readable.voice import Voice

STOPS = {
    "substantive reply": "A substantive answer stops the clock; an acknowledgement does not.",
    "any reply": "Any answer by a person stops the clock; an automatic acknowledgement does not.",
    "solution": "The solution stops the clock.",
    "workaround": "A workaround stops the clock.",
    "update": "An update stops the clock.",
}
#: What ends these, where a file does not say: what they are called.
ENDS = {"resolution": "solution", "workaround": "workaround", "update": "update"}
REOPENING = {
    "resume": "The resolution clock goes on with the time it had left.",
    "restart": "The resolution clock starts again in full.",
    "new cycle": "A new resolution clock starts beside the finished one, which stays as it was.",
}
MERGING = {
    "own start": "A ticket that takes a duplicate in counts on from its own receipt.",
    "earliest start": "A ticket that takes a duplicate in counts from the earlier of the two receipts.",
}
OTHERWISE = {
    "best effort": "Where no target is given it is measured only: best effort.",
    "none": "Where no target is given nothing is promised.",
}


@dataclass(frozen=True)
class MetricShown:
    """One metric: what it means, and what its clock does."""

    metric: Metric
    remarks: tuple[str, ...]


def metrics_of(document: AgreementDocument, voice: Voice) -> list[MetricShown]:
    """What is measured on tickets, with what stops and pauses each clock (C1, C2)."""
    return [MetricShown(metric, _remarks(metric, voice)) for metric in document.metrics]


def _remarks(metric: Metric, voice: Voice) -> tuple[str, ...]:
    waits = {
        "waiting for client": voice.wait_for_client,
        "waiting for third party": voice.wait_for_others,
        "on hold": "the ticket is on hold",
    }
    end = ENDS.get(metric.key, metric.stopped_by) if metric.stopped_by == "substantive reply" else metric.stopped_by
    resolved_by_workaround = metric.workaround_resolves or (metric.key == "resolution" and end == "workaround")
    workaround = ""
    if resolved_by_workaround:
        workaround = "A workaround counts as the resolution."
    elif metric.key == "resolution":
        workaround = "A workaround is no resolution: the clock goes on until the solution."
    pauses = listed((waits[each] for each in metric.pauses), last="or")
    paused = f"The clock is paused while {pauses}." if pauses else "Nothing pauses the clock."
    return notes(STOPS[end], workaround, paused, OTHERWISE[metric.otherwise])


def clock_rules(document: AgreementDocument) -> list[Line]:
    """When people are warned, and what happens to a clock when a ticket is reopened."""
    tickets = document.tickets
    points = [
        f"{warning.text} of the time" if warning.share is not None else f"{warning.text} the due time"
        for warning in tickets.warnings
    ]
    warned = f"The team is warned at {listed(points)}." if points else "There is no warning before a due time."
    return [
        Line("Warnings", warned, tickets.clause),
        Line("When a solved ticket is reopened", REOPENING[tickets.reopening], tickets.clause),
        Line("When tickets are merged", MERGING[tickets.merging], tickets.clause),
    ]


def attainment_of(document: AgreementDocument, plan: Plan | None) -> list[Line]:
    """Promised shares: how many tickets are within their target."""
    return [
        Line(_share(document, each), each.sentence, each.clause, notes(_narrowed(document, each)))
        for each in document.targets.attainment
        if plan is None or not each.plans or plan.key in each.plans
    ]


def _share(document: AgreementDocument, attainment: Attainment) -> str:
    metric = document.metrics[attainment.metric].name
    return f"{attainment.share.text} of {metric.lower()} in time, per {attainment.per}"


def _narrowed(document: AgreementDocument, attainment: Attainment) -> str:
    levels = listed(document.levels[key].name for key in attainment.levels)
    plans = listed(document.plans[key].name for key in attainment.plans)
    return sentence(listed(notes(f"for {levels}" if levels else "", f"on {plans}" if plans else ""))) + (
        "." if levels or plans else ""
    )
