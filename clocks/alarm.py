"""Telling people of a promise that is due soon or was missed: a notice and a mail to whoever has to see to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from clocks.face import metric_name
from clocks.models import StoredClock
from clocks.replay import METRICS
from clocks.sweep import BREACHED, WARNED, C
from clocks.verdict import Verdict, on_record
from notifications import outbox
from shell.wording import when_words
from tenants.models import Member, Tenant


class Reader(NamedTuple):
    """A user to tell; `zone` "" is the tenant's."""

    user_id: int
    email: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What raised clocks count for. Without `readers` the leads and owners of its tenant are told."""

    name: str
    #: Whose it is, where that is somebody's.
    client: str = ""
    path: str
    document: AgreementDocument | None
    readers: Sequence[Reader]


def tell(clocks: Sequence[C], now: datetime, about: Callable[[Sequence[C], set[int]], Mapping[int, Concerned]]) -> None:
    """Queue what was raised on these clocks, in any tenants. `about` gives what they count for, by the owner's id."""
    # A warning that came too late to act on, or whose promise has been kept meanwhile, would only alarm.
    clocks = [clock for clock in clocks if clock.untold == BREACHED or _still_to_keep(clock, now)]
    tenants = Tenant.objects.in_bulk({clock.tenant_id for clock in clocks})
    concerned = about(clocks, set(tenants))
    nobodys = {clock.tenant_id for clock in clocks if not concerned[clock.owner_id].readers}
    leads: dict[int | None, list[Reader]] = {}
    for member in Member.objects.leading().filter(tenant__in=nobodys).select_related("user") if nobodys else ():
        leads.setdefault(member.tenant_id, []).append(reader_of(member))
    words = []
    for clock in clocks:
        its, tenant, owner = concerned[clock.owner_id], tenants[clock.tenant_id], _owner(clock)
        label = metric_name(clock.metric, its.document)
        heading = "\n".join(part for part in (its.name, its.client) if part)
        text = f"{heading}\n\n{_said(clock, label)}\n\n{tenant.url(its.path)}\n"
        # Whoever has two roles is told once.
        for reader in dict.fromkeys(its.readers or leads.get(clock.tenant_id, [])):
            zone = ZoneInfo(reader.zone or tenant.timezone)
            title = _headline(clock, f"{label.lower()} on {its.name}", zone, now)
            words.append(
                outbox.Word(
                    key=f"{_occasion(clock, owner)}:{reader.user_id}", title=title,
                    topic=f"{owner.replace('-', '_')}.{clock.untold}", body=its.client, url=its.path,
                    user_id=reader.user_id, to=reader.email, text=text, tenant_id=clock.tenant_id,
                )
            )  # fmt: skip
    outbox.tell(words, now=now)


def reader_of(member: Member) -> Reader:
    return Reader(member.user_id, member.user.email, member.user.timezone)


def _still_to_keep(clock: StoredClock, now: datetime) -> bool:
    """Whether a warning still says something: the promise is neither kept nor missed."""
    return on_record(clock, now=now) == Verdict.RUNNING


def _owner(clock: StoredClock) -> str:
    return "clock" if clock.OWNER == "ticket" else f"{clock.OWNER}-clock"


def _occasion(clock: StoredClock, owner: str) -> str:
    """The key of what was raised: a breach happens once in a cycle, a warning once for each point."""
    about = f"{owner}:{clock.owner_id}:{clock.metric}:{clock.cycle}:{clock.untold}"
    # A point is named by when it was given.
    return f"{about}:{clock.warned_at:%Y%m%dT%H%M%S}" if clock.untold == WARNED else about


def _headline(clock: StoredClock, what: str, zone: ZoneInfo, now: datetime) -> str:
    """`Missed: first response on #7 …`, or `Due today 14:05: …` in the reader's zone."""
    if clock.untold == BREACHED or clock.due_at is None:
        return f"Missed: {what}"
    # The instant and not what is left of it: clock time until Monday morning would read as three days to spare.
    due = when_words(clock.due_at.astimezone(zone), now.astimezone(zone))
    return f"Due {due}: {what}"


def _said(clock: StoredClock, label: str) -> str:
    """The promise that was raised, in a sentence; `label` is the metric's name."""
    cited = f" ({clock.clause})" if clock.clause else ""
    if clock.untold == WARNED:
        return f"{label} is promised within {clock.target_text}{cited} and is due soon."
    how = METRICS[clock.metric].undone if clock.stopped_at is None else "came late"
    return f"{label} was promised within {clock.target_text}{cited} and {how}."
