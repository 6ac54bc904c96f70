"""What is done to maintenance: planning, announcing, moving, beginning, extending, completing, cancelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.maintenance import messages
from incidents.maintenance.reach import announce_by, owed_for, parts_named
from incidents.models import Maintenance, MaintenanceEvent, MaintenanceNotice, MaintenanceNumber, MaintenancePart
from incidents.models.maintenance import MaintenanceEventKind as Kind
from tenants.models import Member

Status = Maintenance.Status
#: How long before its start people are reminded, and before the last instant for a notice the team is.
AHEAD = timedelta(days=1)
#: Further ahead nobody plans: a year that far away is a slip of the keyboard.
FARTHEST = timedelta(days=2 * 366)
LONGEST = timedelta(days=31)
TEXT_MAX, REASON_MAX = 5000, 1000


@transaction.atomic
def plan_maintenance(
    *,
    by: Member | None,
    now: datetime,
    title: str,
    parts: Sequence[tuple[str, str]],
    start_at: datetime,
    end_at: datetime,
    kind: Maintenance.Kind = Maintenance.Kind.PLANNED,
    description: str = "",
    notes: str = "",
    is_risky: bool = False,
    urgent_because: str = "",
    responsible: Member | None = None,
    starts_by_itself: bool = False,
    **of_series: Any,
) -> Maintenance:
    """Write a draft down, for nobody but the team yet. `parts` are keys of products and components, "" for all of it.

    Raises ValidationError with a sentence per field. `of_series` says which occurrence of which series it is.
    """
    MaintenanceNumber.objects.lock()
    maintenance = Maintenance(number=MaintenanceNumber.objects.next(), **of_series)
    _write(
        maintenance, parts, now=now, title=title, planned_start_at=start_at, planned_end_at=end_at, kind=kind,
        description=description, notes=notes, is_risky=is_risky, urgent_because=urgent_because,
        responsible=responsible or by, starts_by_itself=starts_by_itself,
    )  # fmt: skip
    record(maintenance, Kind.PLANNED, by=by, at=now, now=now, window=(start_at, end_at))
    return maintenance


@transaction.atomic
def change_maintenance(
    *, maintenance_id: int, by: Member, now: datetime, parts: Sequence[tuple[str, str]], start_at: datetime,
    end_at: datetime, seen_event: int | None = None, **fields: Any,
) -> Maintenance:  # fmt: skip
    """Change a draft. What was announced is moved, with a reason, and not rewritten."""
    maintenance = lock(maintenance_id, Kind.CHANGED, seen_event=seen_event)
    fields["responsible"] = fields.get("responsible") or maintenance.responsible
    _write(maintenance, parts, now=now, planned_start_at=start_at, planned_end_at=end_at, **fields)
    record(maintenance, Kind.CHANGED, by=by, at=now, now=now, window=(start_at, end_at))
    return maintenance


@transaction.atomic
def announce_maintenance(*, maintenance_id: int, by: Member, now: datetime, text: str = "") -> Maintenance:
    """Tell clients of it, and keep what each of them was owed and whether this announcement keeps it (B16, C8)."""
    maintenance = lock(maintenance_id, Kind.ANNOUNCED)
    maintenance.description = text.strip() or maintenance.description
    event = _announce(maintenance, Kind.ANNOUNCED, by=by, now=now, text=maintenance.description)
    messages.tell_everybody(event, maintenance.description, now=now)
    return maintenance


@transaction.atomic
def reschedule_maintenance(
    *, maintenance_id: int, start_at: datetime, end_at: datetime, reason: str, by: Member, now: datetime
) -> Maintenance:
    """Move announced maintenance. That is a new announcement, and the notice it gives is looked at anew."""
    maintenance = lock(maintenance_id, Kind.RESCHEDULED)
    reason = _reason(reason)
    _check_window(start_at, end_at, maintenance.kind, now=now)
    if (start_at, end_at) == (maintenance.planned_start_at, maintenance.planned_end_at):
        raise ValidationError({"start_at": "It is planned for then already."})
    maintenance.planned_start_at, maintenance.planned_end_at = start_at, end_at
    event = _announce(maintenance, Kind.RESCHEDULED, by=by, now=now, text=reason)
    messages.tell_everybody(event, reason, now=now)
    return maintenance


@transaction.atomic
def reword_maintenance(
    *, maintenance_id: int, by: Member, now: datetime, title: str | None = None, description: str | None = None,
    is_risky: bool | None = None, seen_event: int | None = None,
) -> Maintenance:  # fmt: skip
    """Change what clients read of it. Its times stay, and who was told is told what is different.

    What is left out stays as it is. Whether risky work may be done then is looked at anew; how early the window was
    announced stays what it was.
    """
    maintenance = lock(maintenance_id, Kind.REWORDED, seen_event=seen_event)
    said = {"title": None if title is None else _title(title), "description": description, "is_risky": is_risky}
    before = {}
    for name, value in said.items():
        value = value.strip() if isinstance(value, str) else value
        if value is not None and value != getattr(maintenance, name):
            before[name] = getattr(maintenance, name)
            setattr(maintenance, name, value)
    if not before:
        raise ValidationError("Nothing of it is different.")
    if "is_risky" in before and maintenance.status != Status.ANNOUNCED:
        raise ValidationError({"is_risky": "The work has begun: what was said of its risk stays."})
    maintenance.save(update_fields=list(before))
    different = [sentence for name, sentence in _different(maintenance, before).items() if name in before]
    event = record(maintenance, Kind.REWORDED, by=by, at=now, now=now, reason=" ".join(different), before=before)
    if "is_risky" in before:
        announced_at = maintenance.events.announcements().latest("at", "id").at
        _keep(event, _owed(maintenance, now=announced_at))
    news = maintenance.description if "description" in before else ""
    messages.tell_everybody(event, "\n\n".join(filter(None, (event.reason, news))), now=now)
    return maintenance


@transaction.atomic
def start_maintenance(
    *, maintenance_id: int, by: Member | None, now: datetime, at: datetime | None = None
) -> Maintenance:
    """The work begins, or began at `at`. What nobody was told of yet is announced with it: clients have to know."""
    maintenance = lock(maintenance_id, Kind.STARTED)
    at = at or now
    if at > now:
        raise ValidationError({"at": "This lies in the future. It begins when it begins."})
    if at < now - LONGEST:
        raise ValidationError({"at": "This is more than a month ago. Check the date."})
    is_news = maintenance.status == Status.DRAFT
    if is_news:
        _announce(maintenance, Kind.ANNOUNCED, by=by, now=now, text=maintenance.description)
    maintenance.status, maintenance.started_at = Status.IN_PROGRESS, at
    assert maintenance.announced_end_at is not None
    falls_due(maintenance, Kind.OVERRUN, max(maintenance.announced_end_at, at))
    maintenance.save()
    event = record(maintenance, Kind.STARTED, by=by, at=at, now=now)
    if is_news:
        messages.tell_everybody(event, maintenance.urgent_because or maintenance.description, now=now)
    return maintenance


@transaction.atomic
def extend_maintenance(*, maintenance_id: int, end_at: datetime, reason: str, by: Member, now: datetime) -> Maintenance:
    """It takes longer than planned, and people are told until when. What was announced before it began stays that."""
    maintenance = lock(maintenance_id, Kind.EXTENDED)
    reason = _reason(reason)
    if end_at <= max(now, maintenance.planned_end_at):
        raise ValidationError({"end_at": "Give a later end than the one that is planned, and one still to come."})
    if end_at > now + LONGEST:
        raise ValidationError({"end_at": "This is more than a month away. Check the date."})
    maintenance.planned_end_at = end_at
    maintenance.save(update_fields=["planned_end_at"])
    assert maintenance.started_at is not None
    window = maintenance.started_at, end_at
    event = record(maintenance, Kind.EXTENDED, by=by, at=now, now=now, reason=reason, window=window)
    messages.tell_everybody(event, reason, now=now)
    return maintenance


@transaction.atomic
def complete_maintenance(
    *, maintenance_id: int, by: Member, now: datetime, at: datetime | None = None, reason: str = ""
) -> Maintenance:
    """The work is done, or was at `at`. An overrun is on record then, whether or not a sweep has seen it."""
    maintenance = lock(maintenance_id, Kind.COMPLETED)
    at = at or now
    assert maintenance.started_at is not None
    assert maintenance.announced_end_at is not None
    if at > now:
        raise ValidationError({"at": "This lies in the future. Complete it when it is done."})
    if at < maintenance.started_at:
        raise ValidationError({"at": "The end lies before the start."})
    if at > maintenance.announced_end_at:
        record_overrun(maintenance, now=now)
    else:
        # It was over in time, though nobody had said so when a sweep looked.
        maintenance.overrun_at = None
    maintenance.status, maintenance.ended_at = Status.COMPLETED, at
    falls_due(maintenance)
    maintenance.save()
    event = record(maintenance, Kind.COMPLETED, by=by, at=at, now=now, reason=reason)
    messages.tell_everybody(event, reason, now=now)
    return maintenance


@transaction.atomic
def cancel_maintenance(*, maintenance_id: int, reason: str, by: Member, now: datetime) -> Maintenance:
    """It will not take place. Who was told of it is told so."""
    maintenance = lock(maintenance_id, Kind.CANCELLED)
    reason = _reason(reason)
    maintenance.status = Status.CANCELLED
    falls_due(maintenance)
    maintenance.save()
    event = record(maintenance, Kind.CANCELLED, by=by, at=now, now=now, reason=reason)
    if maintenance.is_public:
        messages.tell_everybody(event, reason, now=now)
    return maintenance


def lock(maintenance_id: int, kind: Kind, *, seen_event: int | None = None) -> Maintenance:
    """The maintenance, locked: of two who press at once the second finds what the first one did.

    Raises ValidationError where it is in no state in which somebody does `kind`, or where its words or plan were
    changed after the event that the person has seen.
    """
    rows = Maintenance.objects.select_for_update(of=("self",)).select_related("responsible__user")
    maintenance: Maintenance = rows.get(pk=maintenance_id)
    if maintenance.status not in kind.row.states:
        raise ValidationError(kind.row.refused)
    written = maintenance.events.filter(kind__in=[each for each in Kind if each.row.rewrites])
    if seen_event is not None and (newer := written.filter(pk__gt=seen_event).last()):
        raise ValidationError(f"{newer.actor_name} changed it meanwhile. Look at what it says before you send yours.")
    return maintenance


def record(
    maintenance: Maintenance,
    kind: Kind,
    *,
    by: Member | None,
    at: datetime,
    now: datetime,
    reason: str = "",
    window: tuple[datetime, datetime] | None = None,
    **data: Any,
) -> MaintenanceEvent:
    """Append a fact: it was so `at`, it is written down `now`. `by` None is the system."""
    if window:
        data |= {"start": window[0].isoformat(), "end": window[1].isoformat()}
    columns = MaintenanceEvent.columns(by=by, at=at, now=now, reason=reason, data=data)
    event: MaintenanceEvent = MaintenanceEvent.objects.create(maintenance=maintenance, kind=kind, **columns)
    if kind.row.to_client and maintenance.is_public:
        messages.publish(event, now=now)
    return event


def record_overrun(maintenance: Maintenance, *, now: datetime) -> MaintenanceEvent | None:
    """That it ran beyond the announced end, once, since that instant; None where that is on record already."""
    if maintenance.overrun_at is not None or not maintenance.announced_end_at or not maintenance.started_at:
        return None
    maintenance.overrun_at = max(maintenance.announced_end_at, maintenance.started_at)
    return record(maintenance, Kind.OVERRUN, by=None, at=maintenance.overrun_at, now=now)


def falls_due(maintenance: Maintenance, kind: Kind | None = None, at: datetime | None = None) -> None:
    """What the sweep does about it next; nothing without a kind."""
    maintenance.due, maintenance.due_at = (kind.value, at) if kind else ("", None)


def _write(maintenance: Maintenance, parts: Sequence[tuple[str, str]], *, now: datetime, **fields: Any) -> None:
    """Check and save a draft with its parts, and when the team has to have announced it."""
    problems: dict[str, Any] = {}
    with _beside(problems):
        fields["title"] = _title(fields["title"])
    with _beside(problems):
        _check_window(fields["planned_start_at"], fields["planned_end_at"], fields["kind"], now=now)
    named = []
    with _beside(problems):
        named = parts_named(parts, at=now)
    who: Member | None = fields["responsible"]
    if who is not None and not Member.objects.working_tickets().filter(pk=who.pk).exists():
        problems["responsible"] = "Choose somebody who works tickets."
    if problems:
        raise ValidationError(problems)
    for name, value in fields.items():
        setattr(maintenance, name, value.strip() if isinstance(value, str) else value)
    maintenance.save()
    maintenance.parts.all().delete()
    MaintenancePart.objects.bulk_create(
        MaintenancePart(maintenance=maintenance, product=product, component=component) for product, component in named
    )
    latest = announce_by(_owed(maintenance, now=now), maintenance)
    falls_due(maintenance)
    if latest is not None and latest > now:
        falls_due(maintenance, Kind.NOTICE_DUE, max(latest - AHEAD, now))
    maintenance.save(update_fields=["due", "due_at"])


@contextmanager
def _beside(problems: dict[str, Any]) -> Iterator[None]:
    """Keep what is refused, so that everything wrong with a form is said at once."""
    try:
        yield
    except ValidationError as error:
        problems |= error.message_dict


def _check_window(start: datetime, end: datetime, kind: str, *, now: datetime) -> None:
    if end <= start:
        short = "It begins and ends at once. Give a later end." if end == start else "The end lies before the start."
        raise ValidationError({"end_at": short})
    if end - start > LONGEST:
        raise ValidationError({"end_at": "This is longer than a month. Check the dates."})
    if start > now + FARTHEST:
        raise ValidationError({"start_at": "This is more than two years away. Check the date."})
    if start <= now and kind == Maintenance.Kind.PLANNED:
        raise ValidationError({"start_at": "This lies in the past. Work that cannot wait is emergency maintenance."})
    if end <= now:
        raise ValidationError({"end_at": "This lies in the past."})


def _announce(maintenance: Maintenance, kind: Kind, *, by: Member | None, now: datetime, text: str) -> MaintenanceEvent:
    """The announcement, what it means for each client, the window that counts from now on, and what is due next."""
    start, end = maintenance.planned_start_at, maintenance.planned_end_at
    if end <= now:
        raise ValidationError("The planned time has passed. Change the plan first.")
    owed = _owed(maintenance, now=now)
    maintenance.status = Status.ANNOUNCED
    maintenance.announced_start_at, maintenance.announced_end_at = start, end
    reminded_at = start - AHEAD
    falls_due(maintenance, *((Kind.REMINDED, reminded_at) if reminded_at > now else (Kind.START_DUE, start)))
    maintenance.save()
    broken = len({each.client_id for each in owed if not each.is_kept})
    event = record(
        maintenance, kind, by=by, at=now, now=now, reason=text, window=(start, end), clients=len(owed), broken=broken
    )
    _keep(event, owed)
    return event


def _keep(event: MaintenanceEvent, owed: list[MaintenanceNotice]) -> None:
    for each in owed:
        each.announcement = event
    MaintenanceNotice.objects.bulk_create(owed)


def _owed(maintenance: Maintenance, *, now: datetime) -> list[MaintenanceNotice]:
    products = set(maintenance.parts.values_list("product_id", flat=True))
    return owed_for(maintenance, products, announced_at=now)


def _different(maintenance: Maintenance, before: dict[str, Any]) -> dict[str, str]:
    """What clients are told of a change, by what was changed."""
    fails = "Something may fail while it is done." if maintenance.is_risky else "Nothing should fail while it is done."
    return {
        "title": f"It is called “{maintenance.title}” now, no longer “{before.get('title')}”.",
        "is_risky": fails,
        "description": "What it is about was written anew.",
    }


def _title(typed: str) -> str:
    if title := " ".join(typed.split()):
        return title
    raise ValidationError({"title": "Say in a few words what is done."})


def _reason(typed: str) -> str:
    if not typed.strip():
        raise ValidationError({"reason": "Give the reason; clients read it."})
    return typed.strip()
