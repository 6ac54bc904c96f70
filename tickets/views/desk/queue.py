"""The queue: what is due first, views with counts, search, and the same thing done to several tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from agreements.governing import versions_governing
from agreements.models import Product
from shell.entry import id_of, instant_of
from shell.paging import CURSOR
from tenants.doors import desk_view
from tenants.models import Client, Member
from tickets import actions
from tickets.models import Ticket
from tickets.queue import queue as tickets_queue
from tickets.queue.filters import NOBODY, QueueFilter
from tickets.queue.search import number_in, search
from tickets.views.desk.choices import chosen_member
from tickets.views.desk.frame import page, say, sentence

BULK_MAX = 200
CLIENTS_OFFERED = 200
# What a view has decided already needs no filter.
_DECIDED = {"waiting": {"status"}, "on_hold": {"status"}, "mine": {"assignee"}, "unassigned": {"assignee"}}


@desk_view
def queue(request: Any) -> HttpResponse:
    """A view of the queue, narrowed by filters, or what a search found."""
    now = timezone.now()
    asked = _asked(request, now)
    if asked.jump is not None:
        return redirect("desk:ticket", number=asked.jump)
    shown = tickets_queue.page(asked.rows, due_first=asked.due_first, query=request.GET, now=now)
    context = {
        "asked": asked,
        "choices": _choices(asked),
        "changes_url": _changes_url(request, now),
        "view": asked.view,
        "filters": asked.filters,
        "page": shown,
        "search": asked.text,
        "members": asked.members,
        "statuses": [status for status in Ticket.Status if status != Ticket.Status.CLOSED],
        "clients_offered": Client.objects.values_list("name", flat=True)[:CLIENTS_OFFERED],
        "nobody": NOBODY,
    }
    return page(request, "tickets/desk/queue.html", context, now=now, active="" if asked.text else asked.view.key)


@desk_view
def changes(request: Any) -> JsonResponse:
    """How many tickets of the view have news since the page was made: `{"count": n}`, polled by the bar on top."""
    now = timezone.now()
    since = instant_of(request.GET.get("since", ""))
    if since is None:
        return JsonResponse({"count": 0})
    return JsonResponse({"count": tickets_queue.changed_since(_asked(request, now).rows, since=since)})


def _choices(asked: _Asked) -> list[BoundField]:
    """The filters that can narrow this view; one that the view has decided already is left out."""
    return asked.filters.selects(set() if asked.text else _DECIDED.get(asked.view.key, set()))


def _changes_url(request: Any, now: datetime) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    query["since"] = now.isoformat()
    return f"{reverse('desk:changes')}?{query.urlencode()}"


@desk_view.post
def bulk(request: Any) -> HttpResponse:
    """Assign several tickets, or set their status; each by the action a single one gets, each with its own result."""
    now = timezone.now()
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/desk/"
    numbers = [found for number in request.POST.getlist("number") if (found := id_of(number))]
    try:
        act, done = _bulk_action(request, now)
    except ValidationError as problems:
        say(request, sentence(problems), "error")
        return redirect(back)
    if not numbers:
        say(request, "Tick the tickets first.", "error")
        return redirect(back)
    tickets = Ticket.objects.filter(number__in=numbers[:BULK_MAX]).order_by("number")
    succeeded = []
    for ticket in tickets:
        try:
            act(ticket)
        except ValidationError as problems:
            say(request, f"#{ticket.number} was left as it is: {sentence(problems)}", "error")
        else:
            succeeded.append(f"#{ticket.number}")
    if succeeded:
        say(request, f"{done}: {', '.join(succeeded)}.")
    if len(numbers) > BULK_MAX:
        say(request, f"Only the first {BULK_MAX} were changed. Tick the others again.", "warning")
    return redirect(back)


def _bulk_action(request: Any, now: datetime) -> tuple[Callable[[Ticket], Any], str]:
    """What is to be done to each ticket, and what to call it when done. ValidationError for what is not offered."""
    if request.POST.get("do") == "status":
        if request.POST.get("status") not in Ticket.Status.values:
            raise ValidationError("Choose a status.")
        status = Ticket.Status(request.POST["status"])
        return (
            lambda ticket: actions.set_status(ticket_id=ticket.pk, by=request.member, status=status, now=now),
            f"Set to “{status.label}”",
        )
    assignee = chosen_member(request.POST.get("assignee", ""))
    return (
        lambda ticket: actions.assign(ticket_id=ticket.pk, by=request.member, assignee=assignee, now=now),
        f"Assigned to {assignee.name}" if assignee else "Given back to nobody",
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request's address asks for. `jump` is a ticket's number where the search names one that exists."""

    view: tickets_queue.View
    filters: QueueFilter
    members: list[Member]
    rows: tickets_queue.Rows
    due_first: bool
    text: str = ""
    cut_short: bool = False
    jump: int | None = None


def _asked(request: Any, now: datetime) -> _Asked:
    view = tickets_queue.VIEWS.get(request.GET.get("view", "")) or tickets_queue.VIEWS[tickets_queue.DEFAULT_VIEW]
    members = list(Member.objects.working_tickets().select_related("user").order_by("user__name"))
    filters = QueueFilter(
        request.GET,
        members=members,
        products=Product.objects.all(),
        documents=[version.document for version in versions_governing(at=now)],
    )
    text = " ".join(request.GET.get("q", "")[:200].split())
    if not text:
        rows = filters.narrow(view.rows(Ticket.objects.all(), request.member, now))
        return _Asked(view, filters, members, rows, view.due_first)
    number = number_in(text)
    if number is not None and Ticket.objects.filter(number=number).exists():
        return _Asked(view, filters, members, Ticket.objects.none(), due_first=False, text=text, jump=number)
    found = search(text)
    return _Asked(
        view, filters, members, filters.narrow(found.tickets), due_first=False, text=text, cut_short=found.cut_short
    )
