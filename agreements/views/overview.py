"""The first page of the settings: where everything is, and how it stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreements.governing import versions_governing
from agreements.models import AgreementVersion, Product, Subscription
from agreements.readable.years import holidays_missing
from shell.paging import page_of
from tenants.doors import settings_view
from tenants.models import Client, Contact, HistoryEntry, Invitation, Member
from tenants.narration import narrate

#: How many of a kind the overview names; the list of clients has them all.
MOST = 8


@settings_view
def overview(request: Any) -> HttpResponse:
    """Counts that lead to each page, what asks for attention, and what changed last."""
    now = timezone.now()
    today = timezone.localdate(now)
    running = Subscription.objects.running(on=today)
    versions = versions_governing(at=now)
    context = {
        "members": Member.objects.active().count(),
        "invited": Invitation.objects.open(now=now).filter(contact=None).count(),
        "clients": Client.objects.count(),
        "contacts": Contact.objects.active().count(),
        "in_arrears": running.filter(standing=Subscription.Standing.ARREARS).select_related("client")[:MOST],
        "without": Client.objects.exclude(pk__in=running.values("client")).order_by("name")[:MOST],
        "products": Product.objects.filter(retired_at=None).count(),
        "versions": versions,
        "warnings": [(each, version) for version in versions for each in holidays_missing(version.document, on=today)],
        "drafts": AgreementVersion.objects.filter(published_at=None).select_related("agreement"),
        "events": narrate(HistoryEntry.objects.all()[:12]),
    }
    return render(request, "agreements/overview.html", context)


@settings_view
def history(request: Any) -> HttpResponse:
    """Everything that was ever changed in the settings, newest first."""
    page = page_of(HistoryEntry.objects.all(), order="-at", query=request.GET)
    return render(request, "agreements/history.html", {"page": page, "events": narrate(page.rows)})
