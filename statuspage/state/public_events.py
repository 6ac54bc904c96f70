"""Incidents and maintenance as the public may read them: what was said, never who said it or what colleagues wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from agreements.document import AgreementDocument
from incidents.cadence.countdown import next_update
from incidents.links.known import as_it_stands
from incidents.links.letter import said_of
from incidents.maintenance.reach import component_names
from incidents.models import Impact, IncidentEvent, MaintenancePart
from incidents.models.incident import IncidentQuerySet
from incidents.models.kinds import public_story
from incidents.models.maintenance import MaintenanceQuerySet
from incidents.paths import public_path
from tenants.scope import current_tenant
from tickets.conversation import markup

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Update:
    """Something that was said, or happened. `text` is Markdown, "" where nothing was written; `said` a short line."""

    id: int
    at: datetime
    said: str
    text: str

    @property
    def html(self) -> str:
        return markup.render(self.text)


@dataclass(frozen=True, slots=True)
class PartHurt:
    """A product, or a component of one, and what an incident or maintenance does to it."""

    product: str
    component: str
    name: str
    impact: str
    impact_name: str


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """An incident on the status page. Instants are UTC; `updates` come the newest first."""

    number: int
    title: str
    url: str
    status: str
    status_name: str
    level: str
    parts: tuple[PartHurt, ...]
    started_at: datetime
    published_at: datetime
    resolved_at: datetime | None
    next_update_due_at: datetime | None
    is_update_overdue: bool
    updates: tuple[Update, ...]

    @property
    def length(self) -> timedelta | None:
        """How long it lasted; None while it does."""
        return self.resolved_at - self.started_at if self.resolved_at else None

    @property
    def latest(self) -> Update | None:
        """The newest word to everybody."""
        return next((update for update in self.updates if update.text), None)


@dataclass(frozen=True, slots=True)
class PublicMaintenance:
    """Maintenance that was announced. `starts_at` and `ends_at` are what is planned now, the others what happened."""

    number: int
    title: str
    url: str
    status: str
    status_name: str
    kind: str
    text: str
    parts: tuple[PartHurt, ...]
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    changed_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    overrun_at: datetime | None
    updates: tuple[Update, ...]

    @property
    def html(self) -> str:
        return markup.render(self.text)

    @property
    def began_at(self) -> datetime:
        """When it really began, or was to begin."""
        return self.started_at or self.starts_at


def incidents(rows: IncidentQuerySet, *, now: datetime, limit: int | None = None) -> list[PublicIncident]:
    """Each of `rows`, in four queries however many they are. Of those that are not published: nothing."""
    told = Prefetch("events", IncidentEvent.objects.public(), to_attr="told")
    return [_incident(row, now) for row in as_it_stands(rows.published()).prefetch_related(told)[:limit]]


def maintenance(
    rows: MaintenanceQuerySet, documents: Iterable[AgreementDocument], *, limit: int | None = None
) -> list[PublicMaintenance]:
    """Each of `rows` that was announced, in three queries however many they are."""
    words = component_names(documents)
    found = rows.public().with_parts().prefetch_related("events")
    return [_maintenance(row, words) for row in found[:limit]]


def _incident(row: Any, now: datetime) -> PublicIncident:
    due = next_update(row.running, now=now)
    story = public_story(row.told, row.document, provider=current_tenant().name)
    return PublicIncident(
        number=row.number,
        title=row.title,
        url=public_path(row),
        status=row.status,
        status_name=row.get_status_display(),
        level=row.level_name,
        parts=tuple(
            PartHurt(each.product.key, each.component, each.name, each.impact, each.get_impact_display())
            for each in row.affected.all()
        ),
        started_at=row.started_at,
        published_at=row.published_at,
        resolved_at=row.resolved_at,
        next_update_due_at=due.due_at if due else None,
        is_update_overdue=due is not None and due.is_overdue,
        updates=tuple(Update(event.pk, event.at, said, said_of(event)) for event, said in story),
    )


def _maintenance(row: Any, words: Words) -> PublicMaintenance:
    facts = [event for event in row.events.all() if event.row.to_client]
    return PublicMaintenance(
        number=row.number,
        title=row.title,
        url=public_path(row),
        status=row.status,
        status_name=row.get_status_display(),
        kind=row.kind,
        text=row.description,
        parts=tuple(
            PartHurt(each.product.key, each.component, _name(each, words), "maintenance", "Maintenance")
            for each in row.parts.all()
        ),
        starts_at=row.planned_start_at,
        ends_at=row.planned_end_at,
        announced_at=min((event.at for event in facts if event.row.gives_window), default=row.planned_start_at),
        changed_at=max((event.recorded_at for event in facts), default=row.planned_start_at),
        started_at=row.started_at,
        ended_at=row.ended_at,
        overrun_at=row.overrun_at,
        updates=tuple(Update(event.pk, event.at, event.get_kind_display(), event.said) for event in reversed(facts)),
    )


def _name(part: MaintenancePart, words: Words) -> str:
    component = words.get(part.product.key, {}).get(part.component, part.component)
    return f"{part.product}: {component}" if component else str(part.product)


def weight(impact: str) -> int:
    """How bad it is: what works, maintenance, and then as incidents say it."""
    return 1 if impact == "maintenance" else Impact(impact).weight * 2
