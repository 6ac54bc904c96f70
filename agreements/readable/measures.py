"""How times are counted: what each metric means, what stops and pauses it, when people are warned, and what reopening does."""

from __future__ import annotations

from agreements.document.model import Attainment, Metric
from agreements.readable.blocks import Blocks, Line, below, facts
from agreements.readable.reader import Reader
from shell.wording import listed, notes, sentence

STOPS = {
    "substantive reply": "A substantive answer stops the clock; an acknowledgement does not.",
    "any reply": "Any answer by a person stops the clock; an automatic acknowledgement does not.",
    "solution": "The solution stops the clock.",
    "workaround": "A workaround stops the clock.",
    "update": "An update stops the clock.",
}
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


def measures(reader: Reader) -> Blocks:
    """What is measured on tickets, with what stops and pauses each clock (C1, C2)."""
    metrics = (
        Line(metric.name, metric.definition, metric.clause, _remarks(reader, metric))
        for metric in reader.document.metrics
    )
    return (*facts(*metrics), *facts(*_clock_rules(reader)))


def _remarks(reader: Reader, metric: Metric) -> tuple[str, ...]:
    workaround = ""
    if metric.key == "resolution":
        workaround = (
            "A workaround counts as the resolution."
            if metric.ends_by_workaround
            else "A workaround is no resolution: the clock goes on until the solution."
        )
    pauses = listed((reader.voice.waits[each] for each in metric.pauses), last="or")
    paused = f"The clock is paused while {pauses}." if pauses else "Nothing pauses the clock."
    return notes(STOPS[metric.ended_by], workaround, paused, OTHERWISE[metric.otherwise])


def _clock_rules(reader: Reader) -> tuple[Line, ...]:
    """When people are warned, and what happens to a clock when a ticket is reopened."""
    tickets = reader.document.tickets
    points = [
        f"{warning.text} of the time" if warning.share is not None else f"{warning.text} the due time"
        for warning in tickets.warnings
    ]
    warned = (
        f"{reader.voice.warned} warned at {listed(points)}." if points else "There is no warning before a due time."
    )
    return (
        Line("Warnings", warned, tickets.clause),
        Line("When a solved ticket is reopened", REOPENING[tickets.reopening], tickets.clause),
        Line("When tickets are merged", MERGING[tickets.merging], tickets.clause),
    )


def attainment(reader: Reader) -> Blocks:
    """Promised shares: how many tickets are within their target."""
    lines = (
        Line(_share(reader, each), each.sentence, each.clause, notes(_narrowed(reader, each)))
        for each in reader.document.targets.attainment
        if reader.concerns(each.plans)
    )
    return below("How many are in time", facts(*lines))


def _share(reader: Reader, attainment: Attainment) -> str:
    metric = reader.document.metrics[attainment.metric].name
    return f"{attainment.share.text} of {metric.lower()} in time, per {attainment.per}"


def _narrowed(reader: Reader, attainment: Attainment) -> str:
    levels = reader.names(reader.document.levels, attainment.levels)
    plans = reader.of_plans(attainment.plans)
    said = listed(notes(f"for {levels}" if levels else "", f"on {plans}" if plans else ""))
    return f"{sentence(said)}." if said else ""
