"""Incidents as lists show them: what is worst and due soonest on top, at a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.http import QueryDict

from clocks.face import Face
from incidents.cadence.countdown import face_of
from incidents.models import Affected, Duty, Impact, Incident, IncidentClock, Role
from incidents.models.incident import IncidentQuerySet
from incidents.paths import desk_path
from shell.paging import Page, page_of
from shell.wording import listed

NEWEST_FIRST = "-declared_at"
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An incident with its next update and what it hurts."""

    incident: Incident
    clock: Face | None
    affected: str
    url: str

    @property
    def urgency(self) -> tuple[int, datetime]:
        """The highest level first, then what is due soonest."""
        level = self.incident.level_terms
        due = self.clock.due_at if self.clock and self.clock.live else None
        return level.rank if level else 99, due or _FAR


def page(incidents: IncidentQuerySet, *, open_first: bool, query: QueryDict, now: datetime) -> Page:
    """The page of `incidents` that `query` asks for, the newest first; `open_first` has the most urgent of it on top.

    Open ones are few, so that a page holds them all but in a very bad week.
    """
    found = page_of(with_what_rows_show(incidents), order=NEWEST_FIRST, query=query, size=100 if open_first else 50)
    rows = [row_of(incident, now=now) for incident in found.rows]
    return replace(found, rows=sorted(rows, key=lambda row: row.urgency) if open_first else rows)


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
