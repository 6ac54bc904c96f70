"""The faces of a ticket's clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agreements.document import AgreementDocument
from clocks.face import Face, face, uncovered
from clocks.replay import METRICS
from clocks.replay.reasons import Reader
from clocks.verdict import Verdict, on_record
from tickets.models import Clock, Ticket


def faces_of(
    ticket: Ticket,
    clocks: Iterable[Clock],
    document: AgreementDocument | None,
    *,
    now: datetime,
    reader: Reader,
    why: str = "",
    whom: str = "",
) -> list[Face]:
    """The faces of a ticket: the latest cycle of each metric, in their order.

    `why` is the address before `<metric>/<cycle>/`, `whom` the name of the third party it waits for. A clock that only
    a merging ended says nothing: its promise goes on in the other ticket.
    """
    latest: dict[str, Clock] = {}
    for clock in clocks:
        if clock.metric not in latest or clock.cycle > latest[clock.metric].cycle:
            latest[clock.metric] = clock
    if document is None or (not latest and ticket.coverage == Ticket.CoverageKind.NOT_COVERED):
        return [uncovered(ticket.coverage_sentence, why_url=f"{why}first_response/0/" if why else "")]
    return [
        face(
            latest[metric],
            document,
            waits_for=ticket.waits_for,
            whom=whom,
            now=now,
            reader=reader,
            why_url=f"{why}{metric}/{latest[metric].cycle}/" if why else "",
        )
        for metric in METRICS
        if metric in latest and on_record(latest[metric], now=now) != Verdict.MERGED
    ]
