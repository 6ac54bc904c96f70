"""The addendum of a client's subscription (C13), for everybody who works for the provider: as a page and as a PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements import addenda
from agreements.models import Subscription
from tenants.doors import member_view


@member_view
def addendum(request: Any, subscription_id: int, version_number: int | None = None) -> HttpResponse:
    """The version that holds now, or the one with that number; links to the others that held or will."""
    subscription = _subscription(subscription_id)
    found = addenda.addenda_of(subscription.client, subscription=subscription)
    # Where the reader is at home: beside the desk, or in the reports.
    layout = "layouts/desk.html" if request.member.works_tickets else "layouts/reports.html"
    context: dict[str, Any] = {"layout": layout, "client": subscription.client}
    if not found and version_number is None:
        return render(request, "agreements/no_addendum.html", context)
    held = addenda.chosen(found, now=timezone.now(), number=version_number)
    context |= {
        "others": addenda.listing(found, held, at="addendum-version"),
        "pdf_url": addenda.url_of(held, at="addendum-pdf"),
        "addendum": addenda.addendum(held, now=timezone.now()),
    }
    return render(request, "agreements/addendum.html", context)


@member_view
def pdf(request: Any, subscription_id: int, version_number: int) -> HttpResponse:
    subscription = _subscription(subscription_id)
    found = addenda.addenda_of(subscription.client, subscription=subscription)
    held = addenda.chosen(found, now=timezone.now(), number=version_number)
    file = addenda.as_file(held, now=timezone.now())
    if file is None:
        messages.error(request, addenda.NO_PDF)
        return redirect(addenda.url_of(held, at="addendum-version"))
    return file


def _subscription(subscription_id: int) -> Subscription:
    return get_object_or_404(Subscription.objects.select_related("client"), pk=subscription_id)
