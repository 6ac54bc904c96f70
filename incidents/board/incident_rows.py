"""Incidents as lists show them: what is worst and due soonest on top, at a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import Case, Count, DateTimeField, IntegerField, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from clocks.face import Face
from incidents.cadence.countdown import face_of
from incidents.cadence.levels import LevelRecord, cadence
from incidents.models import Affected, Duty, Impact, Incident, IncidentClock, Role
from incidents.models.incident import IncidentQuerySet
from incidents.paths import desk_path
from shell.paging import Page, page_of
from shell.wording import listed

NEWEST_FIRST = "-declared_at"
#: Where those stand that have no level, and no cadence.
LAST, FAR = 99, datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An incident with its next update and what it hurts."""

    incident: Incident
    clock: Face | None
    affected: str
    url: str


def page(incidents: IncidentQuerySet, *, open_first: bool, query: QueryDict, now: datetime) -> Page:
    """The page of `incidents` that `query` asks for, the newest first; `open_first`: the most urgent first."""
    rows, order = (by_urgency(incidents), "rank,due") if open_first else (incidents, NEWEST_FIRST)
    found = page_of(with_what_rows_show(rows), order=order, query=query, size=100 if open_first else 50)
    return replace(found, rows=[row_of(incident, now=now) for incident in found.rows])


def by_urgency(incidents: IncidentQuerySet) -> IncidentQuerySet:
    """With what orders them: the `rank` of the level, as each one's agreement has it, and when its update is `due`."""
    ranks = []
    for version, key in incidents.order_by().values_list("agreement_version", "level").distinct():
        if level := cadence(LevelRecord(version, key)).document.incident_levels.get(key):
            ranks.append(When(agreement_version=version, level=key, then=level.rank))
    owed = IncidentClock.objects.filter(incident=OuterRef("pk"), stopped_at=None).order_by("-cycle")
    return incidents.annotate(
        rank=Case(*ranks, default=LAST, output_field=IntegerField()),
        due=Coalesce(Subquery(owed.values("due_at")[:1]), FAR, output_field=DateTimeField()),
    )


def with_what_rows_show(incidents: IncidentQuerySet) -> IncidentQuerySet:
    holder = Duty.objects.current().filter(incident=OuterRef("pk"), role=Role.COORDINATOR)
    return (
        incidents.with_version()
        .select_related("merged_into")
        .annotate(
            coordinator=Subquery(holder.values("member__user__name")[:1]),
            ticket_count=Count("links", filter=Q(links__unlinked_at=None)),
        )
        .prefetch_related(
            Prefetch("clocks", IncidentClock.objects.filter(stopped_at=None), to_attr="live_clocks"),
            Prefetch("affected", Affected.objects.select_related("product")),
        )
    )


def row_of(incident: Incident, *, now: datetime) -> Row:
    """What a list shows of an incident that `with_what_rows_show` fetched."""
    live = getattr(incident, "live_clocks")  # noqa: B009 (a type checker does not know what was fetched with it)
    hurt = listed(each.words for each in hurt_of(incident))
    return Row(incident, face_of(incident, live, now=now), hurt, desk_path(incident))


def hurt_of(incident: Incident) -> list[Affected]:
    """What it hurts at this moment, the worst first."""
    hurt = [each for each in incident.affected.all() if each.impact != Impact.OPERATIONAL]
    return sorted(hurt, key=lambda each: -Impact(each.impact).weight)
