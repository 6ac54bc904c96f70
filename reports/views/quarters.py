"""The reports door: how well what was promised was kept, as a document, as a list and as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreements.document.period import QUARTER, PeriodSpan, period_at
from agreements.governing import versions_governing
from agreements.models import Subscription
from clocks.face import metric_name
from clocks.replay import METRICS
from reports import attainment
from reports.attainment import Row
from reports.export import csv_response
from shell.paging import page_of
from shell.wording import city_words
from tenants.doors import reports_view
from tenants.models import Client
from tickets.addresses import desk_path
from tickets.models import Clock

QUARTERS_TO_CHOOSE = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """What a report is about: a quarter of the tenant's zone, and one client or all."""

    quarter: PeriodSpan
    client: Client | None
    clients: list[Client]
    quarters: list[PeriodSpan]
    zone: ZoneInfo
    now: datetime

    @property
    def client_id(self) -> int | None:
        return self.client.pk if self.client else None

    @property
    def interval(self) -> attainment.Interval:
        return self.quarter.start, self.quarter.end

    @property
    def city(self) -> str:
        """The zone as people say it: `Amsterdam`."""
        return city_words(self.zone.key)

    @property
    def ended(self) -> bool:
        return self.interval[1] <= self.now


def _choice(request: Any) -> Choice:
    """Read the quarter and client asked for. One query; 404 for a client of nobody here or a quarter not on offer."""
    now = timezone.now()
    zone = ZoneInfo(request.tenant.timezone)
    quarters = period_at(QUARTER, now, zone.key).latest(QUARTERS_TO_CHOOSE)
    clients = list(Client.objects.all())
    asked = request.GET.get("client", "")
    client = next((client for client in clients if str(client.pk) == asked), None)
    named = request.GET.get("quarter") or quarters[0].key
    quarter = next((quarter for quarter in quarters if quarter.key == named), None)
    if quarter is None or (asked and client is None):
        raise Http404("There is no such report.")
    return Choice(quarter=quarter, client=client, clients=clients, quarters=quarters, zone=zone, now=now)


@reports_view
def attained(request: Any) -> HttpResponse:
    """Attainment by client and metric, this quarter beside the one before, and the scope of what was reported (A6)."""
    choice = _choice(request)
    before = choice.quarter.previous
    names = _names(choice)
    intervals = {"this": choice.interval, "before": (before.start, before.end)}
    rows = attainment.by_client(intervals, now=choice.now, client_id=choice.client_id)
    totals = attainment.of_all(intervals, now=choice.now, client_id=choice.client_id)
    groups = [
        {"name": name, "rows": list(lines)}
        for name, lines in groupby(_beside(rows["this"], rows["before"], names), key=lambda line: line["row"].client)
    ]
    context = {
        "choice": choice,
        "now": choice.now.replace(second=0, microsecond=0),
        "totals": list(_beside(totals["this"], totals["before"], names)),
        "clients": groups,
        "chart": _chart(groups),
        "incidents": _incidents(choice),
        "scopes": attainment.by_scope(choice.interval, client_id=choice.client_id),
        "subscription": choice.client and _newest_subscription(choice.client, now=choice.now),
    }
    return render(request, "reports/attained.html", context)


def _incidents(choice: Choice) -> dict[str, Any]:
    """The incidents of the quarter with their updates, and how the cadence was kept in all of them."""
    rows = attainment.updates(choice.interval, now=choice.now, client_id=choice.client_id)
    total = attainment.Kept(
        met=sum(row.met for row in rows),
        missed=sum(row.missed for row in rows),
        running=sum(row.running for row in rows),
    )
    return {"rows": rows, "total": total}


def _newest_subscription(client: Client, *, now: datetime) -> Subscription | None:
    """The one whose addendum says what is promised: that which began last."""
    begun = Subscription.objects.filter(client=client, starts_on__lte=timezone.localdate(now))
    return begun.order_by("starts_on", "id").last()


def _chart(groups: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Promises kept and missed by client, as `components/_chart.html` draws them; None where fewer than two had any."""
    sums = [
        [
            group["name"],
            sum(line["row"].met for line in group["rows"]),
            sum(line["row"].missed for line in group["rows"]),
        ]
        for group in groups
    ]
    sums = [row for row in sums if row[1] or row[2]]
    if len(sums) < 2:
        return None
    worst = max(sums, key=lambda row: (row[2], Fraction(row[2], row[1] + row[2])))
    text = f"Most were missed for {worst[0]}: {worst[2]} of {worst[1] + worst[2]}." if worst[2] else "None was missed."
    return {"headers": ["Client", "Met", "Missed"], "rows": sums, "text": text}


def _beside(these: list[Row], before: list[Row], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Each row with its attainment one quarter earlier, by client and in the order that metrics happen."""
    earlier, order = {(row.client_id, row.metric): row for row in before}, list(names)
    for row in sorted(these, key=lambda row: (row.client, order.index(row.metric))):
        past = earlier.get((row.client_id, row.metric))
        yield {
            "row": row,
            "label": names[row.metric],
            "before": past.attainment_text if past else "–",
        }


def _names(choice: Choice) -> dict[str, str]:
    """What the agreements in force call each metric, in the order in which metrics happen. One query."""
    documents = [version.document for version in versions_governing(at=choice.now)]
    return {metric: metric_name(metric, *documents) for metric in METRICS}


def _missed(choice: Choice, metric: str) -> QuerySet[Clock]:
    clocks = attainment.clocks_of(choice.interval, choice.client_id).missed(now=choice.now)
    return (
        (clocks.filter(metric=metric) if metric else clocks)
        .select_related("ticket__client", "ticket__requester", "ticket__assignee__user", "ticket__agreement_version")
        .defer("ticket__agreement_version__source")
    )


def _lines(clocks: Iterable[Clock]) -> Iterator[dict[str, Any]]:
    for clock in clocks:
        over = clock.elapsed_seconds - (clock.target_seconds or 0)
        yield {
            "clock": clock,
            "ticket": clock.ticket,
            "url": desk_path(clock.ticket),
            "label": metric_name(clock.metric, clock.ticket.document),
            "fell_due_at": clock.breached_at or clock.due_at,
            "over_seconds": over if clock.stopped_at and over > 0 else None,
        }


@reports_view
def missed(request: Any) -> HttpResponse:
    """Every missed promise of the quarter, the latest to start first, each with its ticket."""
    choice = _choice(request)
    metric = request.GET.get("metric", "")
    page = page_of(_missed(choice, metric), order="-started_at", query=request.GET)
    context = {
        "choice": choice,
        "metric": metric,
        "metrics": _names(choice).items(),
        "page": page,
        "lines": list(_lines(page.rows)),
    }
    return render(request, "reports/missed.html", context)


@reports_view
def attained_csv(request: Any) -> HttpResponse:
    """Exact counts, and seconds of business time; attainment as printed, rounded down."""
    choice = _choice(request)
    rows = attainment.by_client({"this": choice.interval}, now=choice.now, client_id=choice.client_id)["this"]
    header = [
        "Quarter", "Client", "Promise", "Met", "Missed", "Running", "Attainment",
        "Median (business seconds)", "Best effort measured", "Best effort median (business seconds)",
    ]  # fmt: skip
    lines = (
        [
            choice.quarter.key, line["row"].client, line["label"], line["row"].met, line["row"].missed,
            line["row"].running, line["row"].attainment_text, line["row"].median_seconds, line["row"].measured,
            line["row"].measured_median_seconds,
        ]
        for line in _beside(rows, [], _names(choice))
    )  # fmt: skip
    return csv_response(f"attainment-{choice.quarter.key}.csv", header, lines)


@reports_view
def missed_csv(request: Any) -> HttpResponse:
    """The missed promises of the quarter, all of them. Instants in UTC (ISO 8601)."""
    choice = _choice(request)
    header = [
        "Ticket", "Subject", "Client", "Requester", "Assignee", "Promise", "Target", "Clause",
        "Started", "Fell due", "Answered", "Over (business seconds)",
    ]  # fmt: skip
    clocks = _missed(choice, request.GET.get("metric", "")).order_by("started_at", "id")
    lines = (
        [
            line["ticket"].number, line["ticket"].subject, line["ticket"].client.name, line["ticket"].requester.name,
            line["ticket"].assignee.name if line["ticket"].assignee else None, line["label"], line["clock"].target_text,
            line["clock"].clause, _stamp(line["clock"].started_at), _stamp(line["fell_due_at"]),
            _stamp(line["clock"].stopped_at), line["over_seconds"],
        ]
        for line in _lines(clocks)
    )  # fmt: skip
    return csv_response(f"missed-{choice.quarter.key}.csv", header, lines)


def _stamp(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
