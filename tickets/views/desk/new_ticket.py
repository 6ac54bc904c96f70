"""Writing down a request that came in by phone, mail or chat, for the contact who made it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements.governing import Governing, governing_at
from shell.drafts import arrived
from shell.entry import id_of
from shell.templatetags.places import carried_out
from shell.wording import when_words
from tenants.doors import desk_view
from tenants.models import Contact
from tickets import actions
from tickets.forms.desk import NewTicketForm, local_minute
from tickets.models import Ticket
from tickets.promises.preview import Preview, preview_under
from tickets.views.desk.choices import level_cards
from tickets.views.desk.frame import page, say

OFFERED = 25


@desk_view.form
def new(request: Any) -> HttpResponse:
    """First whose request it is, then what it is about, with the due times that each level will get."""
    now = timezone.now()
    contact = _contact(request.GET.get("contact", ""))
    if contact is None:
        return _choose_contact(request, now)
    governing = governing_at(contact.client, at=now)
    if governing is None:
        say(
            request,
            "No agreement is in force yet, so nothing can be filed. An owner publishes one in the settings.",
            "error",
        )
        return redirect("desk:queue")
    document = governing.document
    if request.method == "POST":
        form = NewTicketForm(request.POST, request.FILES, document=document, now=now)
        if form.carry_out(actions.file_ticket, requester=contact, by=request.member, now=now):
            say(request, f"Filed as #{form.result.number}. {contact.name} has been told.")
            carried_out("desk.new_ticket", request, ticket=form.result)
            return arrived(request, redirect("desk:ticket", number=form.result.number))
    else:
        first = next(iter(document.request_types)).key
        form = NewTicketForm(
            document=document, now=now,
            initial={
                "request_type": request.GET.get("type", first), "level": document.level_for(first).key,
                "received_at": local_minute(now), "channel": Ticket.Channel.PHONE, "submission": uuid.uuid4(),
            },
        )  # fmt: skip
    offer = _offer(form, contact, governing, now, tell_errors=request.method == "POST")
    context = {
        "contact": contact, "form": form, "offer": offer, "scheme": document.scheme, "document": document,
    }  # fmt: skip
    return page(request, "tickets/desk/new.html", context, now=now, status=422 if form.errors else 200)


@desk_view
def levels(request: Any) -> HttpResponse:
    """The choice of a level with its due times again, for what the form says now; htmx asks when it changes."""
    now = timezone.now()
    contact = get_object_or_404(
        Contact.objects.active().select_related("client", "user"), pk=id_of(request.GET.get("contact", ""))
    )
    governing = governing_at(contact.client, at=now)
    if governing is None:
        return HttpResponse(status=204)
    form = NewTicketForm(request.GET, document=governing.document, now=now)
    context = {
        "contact": contact,
        "form": form,
        "offer": _offer(form, contact, governing, now, tell_errors=False),
        "scheme": governing.document.scheme,
        "now": now,
    }
    return render(request, "tickets/desk/_new_levels.html", context)


@dataclass(frozen=True, slots=True)
class _Offer:
    """The levels with what each would promise. `forced` is the level that this type of request always gets (D6)."""

    cards: list[dict[str, Any]]
    error: str
    coverage: Preview | None
    forced: str
    type_help: str


def _offer(form: NewTicketForm, contact: Contact, governing: Governing, now: datetime, *, tell_errors: bool) -> _Offer:
    document = governing.document
    kind = document.request_types.get(form["request_type"].value() or "") or next(iter(document.request_types))
    received = _received(form, now)
    chosen = document.level_for(kind.key, form["level"].value() or None)
    cards, coverage = [], None
    for card in level_cards(document, chosen.key):
        allowed = document.level_for(kind.key, card["value"]).key == card["value"]
        if not allowed:
            continue
        promised = preview_under(governing, contact, kind.key, card["value"], form.product_key, at=received)
        coverage = promised
        card["promise"] = [
            {"label": line.label, "words": f"by {_when(line.due_at, now)}" if line.due_at else line.text}
            for line in promised.lines
        ]
        cards.append(card)
    return _Offer(
        cards=cards,
        error=" ".join(str(error) for error in form["level"].errors) if tell_errors else "",
        coverage=coverage if coverage is not None and coverage.sentence else None,
        forced=f"{kind.name} requests are always {chosen.name}." if kind.forced_level else "",
        type_help=kind.description,
    )


def _when(instant: datetime, now: datetime) -> str:
    return when_words(timezone.localtime(instant), timezone.localtime(now))


def _received(form: NewTicketForm, now: datetime) -> datetime:
    """When the form says that the request came in; now where it says nothing that can be read."""
    try:
        received = form.fields["received_at"].clean(form["received_at"].value())
    except ValidationError:
        return now
    return min(received, now)


def _choose_contact(request: Any, now: datetime) -> HttpResponse:
    text = " ".join(request.GET.get("who", "")[:120].split())
    contacts = Contact.objects.active().select_related("client").order_by("name", "pk")
    for word in text.split():
        contacts = contacts.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(client__name__icontains=word))
    found = list(contacts[: OFFERED + 1])
    context = {"who": text, "contacts": found[:OFFERED], "more": len(found) > OFFERED}
    return page(request, "tickets/desk/new_for_whom.html", context, now=now)


def _contact(value: str) -> Contact | None:
    """The contact that the address names; Http404 for one that is not this tenant's, None where it names none."""
    if not value:
        return None
    return get_object_or_404(Contact.objects.active().select_related("client", "user"), pk=id_of(value))
