"""Asking for help: what it is, how pressing it is, and what will be promised, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from agreements.document.model import Level, RequestType
from agreements.governing import Governing, governing_at
from agreements.models import Product, SubscribedProduct
from shell.drafts import arrived
from tenants.doors import portal_view
from tenants.models import Contact
from tickets import actions
from tickets.actions.new_ticket import why_not
from tickets.forms.portal import NewTicketForm
from tickets.models import Ticket
from tickets.promises.preview import Preview, PromiseLine, preview_under
from tickets.views.cards import level_card
from tickets.views.portal.frame import page
from tickets.views.portal.sentences import STILL_WELCOME

#: What an agreement asks of a request of a type, as something that helps in its description.
_HELPS = {
    "impact": "who is affected, and what they cannot do",
    "reproducibility": "the steps that lead to it",
    "scope": "whether your own system or integration plays a part",
    "approval": "who approves it on your side, and when it may happen",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form says now, and what it would get: the types, the levels with their due times, the promise chosen."""

    types: list[dict[str, Any]]
    levels: list[dict[str, Any]]
    kind: RequestType
    level: Level
    promise: Preview
    forced: bool
    helps: str
    still_welcome: str


@portal_view.form
def new(request: Any) -> HttpResponse:
    """The form. Sent with `show` it only shows what it would get; otherwise it files."""
    now, contact = timezone.now(), request.contact
    governing = governing_at(contact.client, at=now)
    if governing is None:
        return page(request, "tickets/portal/nothing_in_force.html", {}, now=now, active="new")
    asks: dict[str, Any] = {"document": governing.document, "products": _products(governing)}
    if request.method == "POST" and "show" not in request.POST:
        form = NewTicketForm(request.POST, request.FILES, **asks)
        if form.carry_out(
            actions.file_ticket, requester=contact, by=contact, channel=Ticket.Channel.PORTAL, received_at=now, now=now
        ):
            return arrived(request, redirect(f"{reverse('portal:ticket', args=[form.result.number])}?filed"))
    else:
        form = NewTicketForm.again(request.POST or request.GET, **asks)
    context = {
        "form": form,
        "document": governing.document,
        "offer": _offer(form, contact, governing, now),
    }
    return page(request, "tickets/portal/new.html", context, now=now, active="new", status=422 if form.errors else 200)


@portal_view
def promise(request: Any) -> HttpResponse:
    """The parts of the form that change with its choices, for what they are now; htmx asks when one changes."""
    now, contact = timezone.now(), request.contact
    governing = governing_at(contact.client, at=now)
    if governing is None:
        return HttpResponse(status=204)
    form = NewTicketForm.again(request.GET, document=governing.document, products=_products(governing))
    context = {"form": form, "document": governing.document, "offer": _offer(form, contact, governing, now), "now": now}
    return render(request, "tickets/portal/_choices.html", context)


def _products(governing: Governing) -> QuerySet[Product]:
    """Those of the client's subscription; all of them where it names none."""
    offered = Product.objects.filter(retired_at=None)
    if governing.subscription is None:
        return offered
    subscribed = SubscribedProduct.objects.filter(subscription=governing.subscription)
    return offered.filter(pk__in=subscribed.values("product")) if subscribed.exists() else offered


def _offer(form: NewTicketForm, contact: Contact, governing: Governing, now: datetime) -> Offer:
    document = governing.document
    kind = document.request_types.get(str(form["request_type"].value() or "")) or next(iter(document.request_types))
    product = form.product_key
    allowed = document.levels_of(kind.key)
    refusals = {level.key: why_not(document, kind.key, level, contact) for level in allowed}
    chosen = document.level_for(kind.key, str(form["level"].value() or "") or None)
    if refusals.get(chosen.key) and not form.is_bound:
        # What is chosen beforehand has to be something this contact may choose.
        chosen = next((level for level in reversed(allowed) if not refusals[level.key]), chosen)
    promises = {
        level.key: preview_under(governing, contact, kind.key, level.key, product, at=now) for level in allowed
    }  # fmt: skip
    promised = promises[chosen.key]
    # Where every level is promised the same, saying so at each of them tells nobody anything.
    alike = (
        len({tuple((line.metric, line.text, line.due_at) for line in each.lines) for each in promises.values()}) == 1
    )
    uncovered = promised.coverage == Ticket.CoverageKind.NOT_COVERED
    return Offer(
        types=[_type_card(each, each == kind) for each in document.request_types],
        levels=[
            _level_card(level, level == chosen, refusals[level.key], () if alike else promises[level.key].lines)
            for level in allowed
        ],
        kind=kind,
        level=chosen,
        promise=promised,
        forced=len(allowed) == 1,
        helps="; ".join(_HELPS[what] for what in kind.asks if what in _HELPS),
        still_welcome=STILL_WELCOME if uncovered and not kind.is_outside else "",
    )


def _type_card(kind: RequestType, checked: bool) -> dict[str, Any]:
    return {
        "value": kind.key, "id": f"type-{kind.key}", "label": kind.name, "definition": kind.description,
        "checked": checked,
    }  # fmt: skip


def _level_card(level: Level, checked: bool, refusal: str, lines: Sequence[PromiseLine]) -> dict[str, Any]:
    more = {"disabled": bool(refusal), "why_not": refusal, "expectations": level.expectations, "lines": lines}
    return level_card(level, checked=checked and not refusal) | more
