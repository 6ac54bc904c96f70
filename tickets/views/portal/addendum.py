"""The addendum of the client's own subscriptions (C13): what was promised, as a document to sign and to keep."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agreements import addenda
from agreements.governing import Subscribed
from tenants.doors import portal_view
from tickets.views.portal.frame import page


@portal_view
def addendum(request: Any, subscription_id: int | None = None, version_number: int | None = None) -> HttpResponse:
    """The one that holds now, or the one that is named; every other that held or will hold is a link away."""
    now = timezone.now()
    found = addenda.addenda_of(request.contact.client)
    if not found and subscription_id is None:
        return page(request, "tickets/portal/no_addendum.html", {}, now=now, active="agreement")
    held = _chosen(found, subscription_id, version_number)
    context = {
        "addendum": addenda.addendum(held, now=now),
        "others": addenda.listing(found, held, at="portal:addendum-version"),
        "pdf_url": addenda.url_of(held, at="portal:addendum-version-pdf"),
    }
    return page(request, "tickets/portal/addendum.html", context, now=now, active="agreement")


@portal_view
def pdf(request: Any, subscription_id: int | None = None, version_number: int | None = None) -> HttpResponse:
    held = _chosen(addenda.addenda_of(request.contact.client), subscription_id, version_number)
    file = addenda.as_file(held, now=timezone.now())
    if file is None:
        messages.error(request, addenda.NO_PDF)
        return redirect(addenda.url_of(held, at="portal:addendum-version"))
    return file


def _chosen(found: list[Subscribed], subscription_id: int | None, number: int | None) -> Subscribed:
    """Of the contact's own client only: to it, others do not exist."""
    own = [each for each in found if subscription_id in (None, each.subscription.pk)]
    return addenda.chosen(own, now=timezone.now(), number=number)
