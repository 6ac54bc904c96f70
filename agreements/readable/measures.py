"""How times are counted: what each metric means, what stops and pauses it, when people are warned, reopening."""

from __future__ import annotations

from dataclasses import replace

from agreements.document.model import Metric
from agreements.readable.blocks import Blocks, Line, below, facts
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of, lines

#: Of the rules for tickets those about the clock; the others are about the level.
CLOCK_RULES = ("warnings", "reopening", "merging")


def measures(reader: Reader) -> Blocks:
    """What is measured on tickets, what stops and pauses each clock (C1, C2), when people are warned, and reopening."""
    metrics = (_metric(reader, metric) for metric in reader.document.metrics)
    return (*facts(*metrics), *facts(*lines(reader, reader.document.tickets, *CLOCK_RULES)))


def _metric(reader: Reader, metric: Metric) -> Line:
    """Only a resolution can be a workaround. How an update ends says already that waiting for the client stops it."""
    read = replace(metric, stopped_by=metric.ended_by, workaround_resolves=metric.ends_by_workaround)
    unsaid = {"workaround_resolves": metric.key != "resolution", "pauses": metric.key == "update" and not metric.pauses}
    return line_of(reader, read, but=tuple(name for name, left_out in unsaid.items() if left_out))


def attainment(reader: Reader) -> Blocks:
    """Promised shares: how many tickets are within their target."""
    shares = (
        line_of(reader, each, reader.document.metrics[each.metric].name)
        for each in reader.document.targets.attainment
        if reader.concerns(each.plans)
    )
    return below("How many are in time", facts(*shares))
