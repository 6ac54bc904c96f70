"""How well promises were kept in a quarter, counted by the database from the tickets' clocks.

A clock belongs to the quarter it started in, so the number of promises of a past quarter no longer changes; how the
ones that still run end is counted there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Aggregate, Case, Count, IntegerField, Q, Value, When

from agreements.models import Product
from clocks.models import StoredClockQuerySet
from clocks.verdict import Verdict
from incidents.models import Affected, Incident, IncidentClock
from shell.wording import percent_digits
from tickets.models import Clock, Ticket

Interval = tuple[datetime, datetime]

# A clock that a merging ended in time was neither kept nor missed, so none of these counts it.
_KEPT = {
    "met": Count("id", filter=Q(verdict=Verdict.MET)),
    "missed": Count("id", filter=Q(verdict=Verdict.MISSED)),
    "running": Count("id", filter=Q(verdict__in=[Verdict.RUNNING, Verdict.PAUSED])),
}
_MEASURED = Q(verdict=Verdict.MEASURED)


class Median(Aggregate):
    """The middle value itself, the lower one of two: an actual measurement, in exact integers."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many promises were kept, how many were not, and how many are not decided."""

    met: int = 0
    missed: int = 0
    running: int = 0

    @property
    def attainment(self) -> Fraction | None:
        """The share of decided promises that were kept; None while none is decided."""
        decided = self.met + self.missed
        return Fraction(self.met, decided) if decided else None

    @property
    def attainment_text(self) -> str:
        return percent(self.attainment)

    @property
    def promised(self) -> int:
        return self.met + self.missed + self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Kept):
    """Clocks of one metric, of one client or of all. Medians are business seconds; None where nothing was measured."""

    client_id: int | None
    client: str
    metric: str
    median_seconds: int | None = None
    measured: int = 0
    measured_median_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated(Kept):
    """The updates owed in one incident (B15, C4)."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class Scoped:
    """Tickets of one client by scope and by whether what they report was reproducible (A6), and by coverage."""

    client_id: int
    client: str
    total: int
    in_scope: int
    client_side: int
    third_party: int
    reproducible: int
    not_reproducible: int
    untried: int
    covered: int
    best_effort: int
    not_covered: int


def percent(share: Fraction | None, places: int = 1) -> str:
    """`99.9 %`, rounded down from the exact share, so that 100 % means all of them; "–" for None."""
    return "–" if share is None else f"{percent_digits(share, places)} %"


def clocks_of(interval: Interval, client_id: int | None = None) -> StoredClockQuerySet:
    """The clocks that started in the interval."""
    start, end = interval
    clocks = Clock.objects.filter(started_at__gte=start, started_at__lt=end)
    return clocks.filter(ticket__client_id=client_id) if client_id else clocks


def by_client(intervals: dict[str, Interval], *, now: datetime, client_id: int | None = None) -> dict[str, list[Row]]:
    """The rows of each named interval by client and metric, by the client's name. One query, whatever it counts."""
    return _rows(intervals, now=now, client_id=client_id, each=["ticket__client_id", "ticket__client__name"])


def of_all(intervals: dict[str, Interval], *, now: datetime, client_id: int | None = None) -> dict[str, list[Row]]:
    """The rows of each named interval by metric alone. A query of its own: medians of medians are no medians."""
    return _rows(intervals, now=now, client_id=client_id, each=[])


def _rows(
    intervals: dict[str, Interval], *, now: datetime, client_id: int | None, each: list[str]
) -> dict[str, list[Row]]:
    whole = (min(start for start, _ in intervals.values()), max(end for _, end in intervals.values()))
    period = Case(
        *(When(started_at__gte=start, started_at__lt=end, then=Value(name)) for name, (start, end) in intervals.items())
    )
    ended = Q(stopped_at__isnull=False)
    counted = (
        clocks_of(whole, client_id)
        .with_verdict(now=now)
        .exclude(verdict=Verdict.MERGED)
        .annotate(period=period)
        .exclude(period=None)
        .values("period", "metric", *each)
        .annotate(
            **_KEPT,
            median=Median("elapsed_seconds", filter=Q(kind=Clock.Kind.TARGET) & ended),
            measured=Count("id", filter=_MEASURED & ended),
            measured_median=Median("elapsed_seconds", filter=_MEASURED & ended),
        )
        .order_by(*reversed(each), "metric")
    )
    found: dict[str, list[Row]] = {name: [] for name in intervals}
    for row in counted:
        found[row["period"]].append(_row(row))
    return found


def _row(row: dict[str, Any]) -> Row:
    return Row(
        client_id=row.get("ticket__client_id"),
        client=row.get("ticket__client__name", ""),
        metric=row["metric"],
        met=row["met"],
        missed=row["missed"],
        running=row["running"],
        median_seconds=row["median"],
        measured=row["measured"],
        measured_median_seconds=row["measured_median"],
    )


def updates(interval: Interval, *, now: datetime, client_id: int | None = None) -> list[Updated]:
    """The incidents declared in the interval that owed updates, the oldest first; of a client, those that hurt it.

    Two queries.
    """
    start, end = interval
    incidents = Incident.objects.filter(declared_at__gte=start, declared_at__lt=end).with_version()
    if client_id:
        theirs = Product.objects.of_client(client_id).values("pk")
        incidents = incidents.filter(pk__in=Affected.objects.filter(product__in=theirs).values("incident"))
    counts: StoredClockQuerySet = IncidentClock.objects.filter(incident__in=incidents.values("pk"))
    found: Any = (
        counts.with_verdict(now=now).exclude(verdict=Verdict.MERGED).values("incident").annotate(**_KEPT).order_by()
    )
    kept = {row.pop("incident"): row for row in found}
    return [
        Updated(incident=incident, **kept[incident.pk])
        for incident in incidents.order_by("declared_at")
        if incident.pk in kept
    ]


def by_scope(interval: Interval, *, client_id: int | None = None) -> list[Scoped]:
    """Tickets received in the interval by client: scope and reproducibility as A6 wants them, and coverage. One query.

    A duplicate that was merged into another is no request of its own.
    """
    start, end = interval
    tickets = Ticket.objects.filter(received_at__gte=start, received_at__lt=end, merged_into=None)
    if client_id:
        tickets = tickets.filter(client_id=client_id)
    counts = {
        "total": Count("id"),
        "in_scope": Count("id", filter=Q(scope=Ticket.Scope.IN_SCOPE)),
        "client_side": Count("id", filter=Q(scope=Ticket.Scope.CLIENT_SIDE)),
        "third_party": Count("id", filter=Q(scope=Ticket.Scope.THIRD_PARTY)),
        "reproducible": Count("id", filter=Q(reproducibility=Ticket.Reproducibility.REPRODUCIBLE)),
        "not_reproducible": Count("id", filter=Q(reproducibility=Ticket.Reproducibility.NOT_REPRODUCIBLE)),
        "untried": Count("id", filter=Q(reproducibility=Ticket.Reproducibility.UNKNOWN)),
        "covered": Count("id", filter=Q(coverage=Ticket.CoverageKind.COVERED)),
        "best_effort": Count("id", filter=Q(coverage=Ticket.CoverageKind.BEST_EFFORT)),
        "not_covered": Count("id", filter=Q(coverage=Ticket.CoverageKind.NOT_COVERED)),
    }
    rows: Any = tickets.values("client_id", "client__name").annotate(**counts).order_by("client__name")
    return [
        Scoped(client_id=row["client_id"], client=row["client__name"], **{name: row[name] for name in counts})
        for row in rows
    ]
