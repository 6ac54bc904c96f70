"""The desk's queue: views of the tenant's tickets, what they count, and pages of them at a cost that does not grow.

Views of unsolved tickets come in the order in which something falls due; the others by their latest activity. Counting
stops at `COUNT_MAX`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Prefetch
from django.http import QueryDict

from clocks.face import Face, most_urgent
from shell.paging import SIZE, Page, page_of
from tenants.models import Member
from tickets.models import Clock, PauseContest, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.promises.faces import faces_of

#: What is due first on top, or else the latest activity: for pages and API alike.
ORDERS = {True: "queue_at", False: "-last_activity_at"}
COUNT_MAX = 1000
SOON = timedelta(hours=1)

Rows = TicketQuerySet


@dataclass(frozen=True, slots=True)
class View:
    """A named part of the queue. `counted`: its number is worth showing, and an index makes it cheap."""

    key: str
    label: str
    icon: str
    rows: Callable[[Rows, Member, datetime], Rows]
    empty: str
    due_first: bool = True
    counted: bool = True
    tone: str = ""
    hotkey: str = ""

    @property
    def empty_title(self) -> str:
        return self.empty.partition(". ")[0].rstrip(".")

    @property
    def empty_hint(self) -> str:
        return self.empty.partition(". ")[2]


VIEWS: Mapping[str, View] = {
    view.key: view
    for view in (
        View(
            "open", "All unsolved", "inbox", lambda rows, me, now: rows.unsolved(),
            "Nothing is unsolved. New requests appear here, the most urgent on top.", hotkey="g a",
        ),
        View(
            "mine", "Mine", "user", lambda rows, me, now: rows.unsolved().filter(assignee=me),
            "Nothing is yours. Take something from “Unassigned”, or answer a ticket: whoever answers first has it.",
            hotkey="g m",
        ),
        View(
            "unassigned", "Unassigned", "user-question", lambda rows, me, now: rows.unsolved().filter(assignee=None),
            "Somebody has every ticket. New requests wait here until one of you takes them.", hotkey="g u",
        ),
        View(
            "overdue", "Overdue", "alert-triangle", lambda rows, me, now: rows.unsolved().filter(queue_at__lte=now),
            "Nothing is overdue. A ticket appears here when a promise on it has fallen due and is still to be kept.",
            tone="bad", hotkey="g o",
        ),
        View(
            "soon", "Due within an hour", "alarm",
            lambda rows, me, now: rows.unsolved().filter(queue_at__gt=now, queue_at__lte=now + SOON),
            "Nothing falls due within the hour.", tone="warn", hotkey="g d",
        ),
        View(
            "waiting", "Waiting for client", "player-pause",
            lambda rows, me, now: rows.filter(status=Ticket.Status.WAITING),
            "No ticket waits for a client. One comes here when you answer and choose “waiting for client”.",
            hotkey="g w",
        ),
        View(
            "on_hold", "On hold", "hand-stop", lambda rows, me, now: rows.filter(status=Ticket.Status.ON_HOLD),
            "Nothing is on hold.", hotkey="g h",
        ),
        View(
            "contested", "Pauses contested", "gavel",
            lambda rows, me, now: rows.filter(pk__in=PauseContest.objects.unanswered().values("ticket")),
            "No pause is contested. A client who finds that time should have counted says so on their page of the "
            "ticket.",
            tone="warn", hotkey="g p",
        ),
        View(
            "solved", "Solved recently", "circle-check",
            lambda rows, me, now: rows.filter(status__in=[Ticket.Status.SOLVED, Ticket.Status.CLOSED]),
            "Nothing has been solved yet.", due_first=False, counted=False, hotkey="g s",
        ),
        View(
            "all", "Everything", "list", lambda rows, me, now: rows,
            "There are no tickets yet. The first one filed on the portal appears here.", due_first=False, counted=False,
            hotkey="g e",
        ),
    )
}  # fmt: skip
DEFAULT_VIEW = "open"


def counts(member: Member, *, now: datetime) -> dict[str, int]:
    """How many tickets each counted view holds, at most COUNT_MAX. One query, of one range of an index per view."""
    parts, params = [], []
    for view in VIEWS.values():
        if view.counted:
            some = view.rows(Ticket.objects.order_by(), member, now).values("pk")[:COUNT_MAX]
            sql, its = some.query.sql_with_params()
            parts.append(f"SELECT %s::text, count(*) FROM ({sql}) AS counted")  # noqa: S608 (Django's own SQL)
            params += [view.key, *its]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def count_words(count: int) -> str:
    """`12`, `999+`, and nothing for none."""
    return f"{COUNT_MAX - 1}+" if count >= COUNT_MAX else str(count or "")


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket as the queue shows it."""

    ticket: Ticket
    clock: Face | None
    plan: str
    level: str
    intent: str
    url: str


def page(rows: Rows, *, due_first: bool, query: QueryDict, now: datetime, size: int = SIZE) -> Page:
    """The page of `rows` that `query` asks for, as the queue shows them.

    A fixed number of queries: the tickets with the people and agreements on them, and their clocks.
    """
    found = page_of(with_what_rows_show(rows), order=ORDERS[due_first], query=query, size=size)
    return replace(found, rows=[row_of(ticket, now=now) for ticket in found.rows])


def with_what_rows_show(rows: Rows) -> Rows:
    return (
        rows.with_version()
        .select_related("client", "assignee__user")
        .prefetch_related(Prefetch("clocks", queryset=Clock.objects.order_by("metric", "cycle")))
    )


def row_of(ticket: Ticket, *, now: datetime) -> Row:
    """What the queue shows of a ticket that `with_what_rows_show` fetched."""
    document = ticket.document
    url = f"/desk/tickets/{ticket.number}/"
    clocks = ticket.clocks.all()
    # A clock that has stopped is shown only where none is left that has not.
    shown = [clock for clock in clocks if clock.stopped_at is None] or clocks
    faces = faces_of(ticket, shown, document, now=now, reader="desk", why=f"{url}clocks/")
    level = document.levels.get(ticket.level) if document else None
    return Row(
        ticket=ticket,
        clock=most_urgent(faces),
        plan=document.plans.name_of(ticket.plan, "") if document else "",
        level=level.name if level else ticket.level,
        intent=level.intent if level else "neutral",
        url=url,
    )


def changed_since(rows: Rows, *, since: datetime) -> int:
    """How many of `rows` have had something new since, at most 100: what the bar above the list says."""
    return rows.order_by().filter(last_activity_at__gt=since).values("pk")[:100].count()


def rail(member: Member, *, now: datetime, active: str) -> list[dict[str, Any]]:
    """The views as the desk's navigation shows them. One query."""
    numbers = counts(member, now=now)
    return [
        {
            "label": view.label,
            "url": f"/desk/?view={view.key}",
            "icon": view.icon,
            "count": count_words(numbers.get(view.key, 0)),
            "active": view.key == active,
            "tone": view.tone,
            "hotkey": view.hotkey,
        }
        for view in VIEWS.values()
    ]
