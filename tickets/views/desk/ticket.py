"""One ticket on the desk: conversation, composer, facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from agreements.document import AgreementDocument
from clocks.replay.reasons import THIRD_PARTY
from shell.drafts import arrived
from tenants.doors import desk_view
from tenants.models import Member
from tickets.conversation import story
from tickets.forms.desk import AnswerForm
from tickets.history.facts import whom_it_waits_for
from tickets.models import Clock, PauseContest, Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.promises.allowance import usage
from tickets.promises.faces import faces_of
from tickets.queue.filters import NOBODY
from tickets.views.desk.composer import endings, modes
from tickets.views.desk.frame import page, say, with_toast

Status = Ticket.Status
_ICONS = {kind.row.status: kind.row.icon for kind in Kind}


@desk_view
def ticket(request: Any, number: int) -> HttpResponse:
    now = timezone.now()
    return show(request, find(number), now=now)


@desk_view
def changes(request: Any, number: int) -> JsonResponse:
    """How much others have done on this ticket since the page was made: `{"count": n}`."""
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        return JsonResponse({"count": 0})
    ticket = get_object_or_404(Ticket, number=number)
    news = TicketEvent.objects.filter(ticket=ticket, pk__gt=int(since)).exclude(actor=request.user)
    return JsonResponse({"count": news.count()})


def find(number: int) -> Ticket:
    """The ticket with everything its page says about it. Http404 for another tenant's, and for none."""
    tickets = Ticket.objects.with_version().select_related(
        "client", "requester__user", "product", "assignee__user", "subscription", "merged_into"
    )
    return get_object_or_404(tickets, number=number)


def show(
    request: Any, ticket: Ticket, *, now: datetime, answer: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx what is inside it."""
    context = workbench(request, ticket, now=now, answer=answer)
    if request.htmx:
        return render(request, "tickets/desk/_ticket.html", context | {"now": now, "swapped": True}, status=status)
    return page(request, "tickets/desk/ticket.html", context, now=now, status=status)


def done(request: Any, number: int, words: str, *, now: datetime, anchor: str = "") -> HttpResponse:
    """Say what was done, and show the ticket as it then is."""
    if request.htmx:
        return arrived(request, with_toast(show(request, find(number), now=now), words))
    say(request, words)
    return arrived(request, redirect(reverse("desk:ticket", args=[number]) + anchor))


def workbench(request: Any, ticket: Ticket, *, now: datetime, answer: AnswerForm | None = None) -> dict[str, Any]:
    """What the ticket's page shows. A fixed number of queries, however long the conversation is."""
    document = ticket.document
    events = list(TicketEvent.objects.filter(ticket=ticket).with_messages())
    clocks = list(Clock.objects.filter(ticket=ticket).order_by("metric", "cycle"))
    url, whom = reverse("desk:ticket", args=[ticket.number]), whom_it_waits_for(ticket, events)
    seen = max((event.pk for event in events), default=0)
    if answer is not None:
        answer.having_seen(seen)
    form = answer or AnswerForm.fresh(seen_event=seen)
    return {
        "ticket": ticket,
        "document": document,
        "changes_url": f"{reverse('desk:ticket_changes', args=[ticket.number])}?since={seen}",
        "conversation": story.conversation(
            ticket, events, clocks, document, reader="desk", now=now,
            attachment_url=lambda file: reverse("desk:file", args=[ticket.number, file.pk]),
        ),
        "clocks": faces_of(ticket, clocks, document, now=now, reader="desk", why=f"{url}clocks/", whom=whom),
        "form": form,
        "modes": modes(ticket, clocks, document, form),
        "endings": endings(ticket, clocks, document),
        "hold": whom,
        "third_party": THIRD_PARTY,
        "absorbed": list(ticket.absorbed.order_by("number")),
        "status_icon": _ICONS[Status(ticket.status)],
        "statuses": _statuses(ticket),
        "members": _members(ticket),
        "nobody": NOBODY,
        "contests": PauseContest.objects.unanswered().filter(ticket=ticket).select_related("contact"),
        **_named(ticket, document, now=now),
    }  # fmt: skip


def _statuses(ticket: Ticket) -> list[dict[str, str]]:
    """What the status menu offers: an unsolved ticket anything, a solved one closing; reopening asks for a reason."""
    if ticket.status == Status.CLOSED:
        return []
    offered = [Status.OPEN, Status.WAITING, Status.ON_HOLD, Status.SOLVED] if ticket.is_unsolved else [Status.CLOSED]
    # Waiting for a third party is on hold too, and can become an ordinary hold.
    now = ticket.on_hold_for or ticket.status
    return [{"value": s, "label": s.label, "icon": _ICONS[s]} for s in offered if s != now]


def _members(ticket: Ticket) -> list[Member]:
    members = list(Member.objects.working_tickets().select_related("user").order_by("user__name"))
    if ticket.assignee is not None and ticket.assignee not in members:
        members.append(ticket.assignee)
    return members


def _named(ticket: Ticket, document: AgreementDocument | None, *, now: datetime) -> dict[str, Any]:
    """The agreement's words for what the ticket's columns hold as keys."""
    if document is None:
        return {
            "level": ticket.level,
            "intent": "neutral",
            "type_name": ticket.request_type,
            "plan": None,
            "scheme": "Level",
        }
    level, asked = document.levels.get(ticket.level), document.levels.get(ticket.requested_level)
    kind, plan = document.request_types.get(ticket.request_type), document.plans.get(ticket.plan)
    return {
        "scheme": document.scheme.name,
        "level": level.name if level else ticket.level,
        "level_definition": level.definition if level else "",
        "intent": level.intent if level else "neutral",
        "asked_level": asked.name if asked and asked != level else "",
        "type_name": kind.name if kind else ticket.request_type,
        "asks_scope": bool(kind and ({"scope", "reproducibility"} & set(kind.asks))),
        "outside_hours": _outside_hours(ticket, document),
        "plan": plan,
        "allowance": usage(ticket.client, document, ticket.plan, now=now),
    }


def _outside_hours(ticket: Ticket, document: AgreementDocument) -> str:
    """What the agreement says about working on this outside office hours (A7)."""
    kind = document.request_types.get(ticket.request_type)
    outside = kind.outside_hours if kind else None
    return outside.reason if outside and ticket.level in outside.levels else ""
