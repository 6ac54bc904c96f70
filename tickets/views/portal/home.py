"""The first page of the portal: how you stand, what waits for you, what we are working on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from agreements.governing import governing_at
from clocks.face import Face, most_urgent
from shell.paging import CURSOR, page_of
from tenants.doors import portal_view
from tenants.models import Contact
from tickets.models import Clock, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.promises.faces import faces_of
from tickets.queue.search import search
from tickets.views.portal import sentences
from tickets.views.portal.frame import page
from tickets.views.portal.visible_clocks import shown_clocks

PAGE = 20
FEW = 5
SHOWN = {
    "open": ("Open", [Ticket.Status.OPEN, Ticket.Status.WAITING, Ticket.Status.ON_HOLD]),
    "solved": ("Solved", [Ticket.Status.SOLVED, Ticket.Status.CLOSED]),
    "all": ("All", list(Ticket.Status)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in the list, with the one clock that matters most."""

    ticket: Ticket
    face: Face | None
    is_mine: bool


@portal_view
def home(request: Any) -> HttpResponse:
    """Greeting, standing, hours, and the tickets this contact may see: those waiting for the client first."""
    now, contact = timezone.now(), request.contact
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "open"
    everyone = contact.may_see_organisation and request.GET.get("who") == "all"
    text = " ".join(request.GET.get("q", "")[:120].split())
    found_or_all = search(text).tickets if text else Ticket.objects.all()
    visible = found_or_all.visible_to_contact(contact)
    shown = _readable(visible if everyone else visible.filter(requester=contact)).filter(status__in=SHOWN[show][1])
    waiting: list[Ticket] = []
    if show == "open":
        # What waits for the client stands on top, and so not in the pages below.
        if CURSOR not in request.GET:
            waiting = list(shown.filter(status=Ticket.Status.WAITING).newest_first()[:PAGE])
        shown = shown.exclude(status=Ticket.Status.WAITING)
    found = page_of(shown, order="-last_activity_at", query=request.GET, size=PAGE)
    governing = governing_at(contact.client, at=now)
    used = sentences.used_of(governing, contact, now=now)
    rows = _rows([*waiting, *found.rows], contact, now)
    context = {
        "first_name": contact.name.split()[0] if contact.name.split() else contact.name,
        "standing": sentences.standing(governing, contact, used, now=now),
        "document": governing.document if governing else None,
        "hours": sentences.hours(governing, governing.document.targets.calendar, now=now) if governing else None,
        "ways": sentences.ways(governing, now=now) if governing else [],
        "usage": used,
        "usage_words": f"{used.words} used" if used else "",
        "waiting": rows[: len(waiting)],
        "rows": rows[len(waiting) :],
        "page": found,
        "show": show,
        "who": "all" if everyone else "mine",
        "q": text,
        "tabs": [
            {"label": label, "url": _tab(request, key), "active": key == show} for key, (label, _) in SHOWN.items()
        ],
        # A handful of tickets needs no search; everything that is over does.
        "few": FEW,
        "findable": bool(text or show != "open" or found.next_url or found.previous_url or len(rows) > FEW),
    }
    return page(request, "tickets/portal/home.html", context, now=now, active="home")


def _readable(tickets: TicketQuerySet) -> TicketQuerySet:
    return tickets.with_version().select_related("requester", "client")


def _rows(tickets: list[Ticket], contact: Contact, now: datetime) -> list[Row]:
    """One query for the clocks of all of them."""
    clocks: dict[int, list[Clock]] = {}
    for clock in Clock.objects.filter(ticket__in=tickets).order_by("ticket_id", "metric", "cycle") if tickets else ():
        clocks.setdefault(clock.ticket_id, []).append(clock)
    return [
        Row(ticket, _face(ticket, clocks.get(ticket.pk, []), now), ticket.requester_id == contact.pk)
        for ticket in tickets
    ]


def _face(ticket: Ticket, clocks: list[Clock], now: datetime) -> Face | None:
    document = ticket.document
    shown = shown_clocks(clocks)
    # What is over already matters only once everything is.
    shown = [clock for clock in shown if clock.stopped_at is None] or shown
    return most_urgent(faces_of(ticket, shown, document, now=now, reader="client"))


def _tab(request: Any, show: str) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    query["show"] = show
    return f"?{query.urlencode()}"
