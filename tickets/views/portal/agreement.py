"""What is promised to this client: the agreement in force, earlier versions and the next, and the hours of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from agreements.governing import Governing, Subscribed, governing_at, governing_ever
from agreements.models import AgreementVersion, Subscription
from agreements.readable import CLIENT, Reading
from agreements.readable.hours import calendars_of
from agreements.readable.years import calendar_page
from tenants.doors import portal_view
from tenants.models import Contact
from tickets.views.portal import sentences
from tickets.views.portal.frame import page


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a client may read: what governs it now, and every version it has been under or will be, newest first."""

    governing: Governing | None
    ever: list[Subscribed]

    def find(self, version_id: int) -> tuple[AgreementVersion, Subscription | None]:
        """A version with the subscription the client had under it. Http404 for a version that is not the client's."""
        for each in self.ever:
            if each.version.pk == version_id:
                return each.version, each.subscription
        if self.governing is not None and self.governing.version.pk == version_id:
            return self.governing.version, self.governing.subscription
        raise Http404("No such version.")


def _shelf(contact: Contact, *, now: datetime) -> Shelf:
    return Shelf(governing_at(contact.client, at=now), governing_ever(contact.client))


@portal_view
def agreement(request: Any) -> HttpResponse:
    """Plan, targets, definitions, hours, availability and credits, in the words of the version in force."""
    now = timezone.now()
    shelf = _shelf(request.contact, now=now)
    governing = shelf.governing
    if governing is None:
        return page(request, "tickets/portal/nothing_in_force.html", {}, now=now, active="agreement")
    subscription = governing.subscription
    used = sentences.used_of(governing, request.contact, now=now)
    context = _read(shelf, governing.version, subscription, now=now) | {
        "standing": sentences.standing(governing, request.contact, used, now=now),
        "used": used,
        "subscription": subscription,
        "agreed": [governing.document.extensions[key] for key in governing.extensions],
    }
    return page(request, "tickets/portal/agreement.html", context, now=now, active="agreement")


@portal_view
def version(request: Any, version_id: int) -> HttpResponse:
    """One version that the client has been under, is under, or will be under, as it stood."""
    now = timezone.now()
    shelf = _shelf(request.contact, now=now)
    found, subscription = shelf.find(version_id)
    context = _read(shelf, found, subscription, now=now)
    context["spells"] = [each for each in shelf.ever if each.version.pk == found.pk]
    return page(request, "tickets/portal/agreement_version.html", context, now=now, active="agreement")


@portal_view
def calendar(request: Any, version_id: int, calendar: str) -> HttpResponse:
    """A year of one of the calendars that count for this client."""
    now = timezone.now()
    shelf = _shelf(request.contact, now=now)
    found, subscription = shelf.find(version_id)
    reading = _reading(found, subscription, now=now)
    shown = None
    if calendar in {each.key for each in calendars_of(reading)}:
        on = timezone.localtime(now).date()
        shown = calendar_page(found.document, calendar, asked=request.GET.get("year", ""), on=on)
    if shown is None:
        raise Http404("No such calendar.")
    return page(
        request, "tickets/portal/agreement_calendar.html", shown | {"version": found}, now=now, active="agreement"
    )


def _reading(version: AgreementVersion, subscription: Subscription | None, *, now: datetime) -> Reading:
    document = version.document
    agreed = subscription.extensions if subscription else ()
    return Reading(
        document,
        on=timezone.localtime(now).date(),
        effective_from=version.effective_from,
        voice=CLIENT,
        plan=document.plans.get(subscription.plan) if subscription else None,
        extensions=document.known_extensions(agreed),
    )


def _read(
    shelf: Shelf, version: AgreementVersion, subscription: Subscription | None, *, now: datetime
) -> dict[str, Any]:
    """What the page of any version needs. The day that decides which is in force is that of the agreement's zone."""
    reading = _reading(version, subscription, now=now)
    today = version.day_of(now)
    return {
        "version": version,
        "reading": reading,
        "plan": reading.plan,
        "calendars_at": "portal:calendar",
        "held": [
            (each, each.document.plans.name_of(each.subscription.plan, ""))
            for each in shelf.ever
            if each.since <= today
        ],
        "coming": [each for each in shelf.ever if each.since > today],
        "in_force_id": shelf.governing.version.pk if shelf.governing else None,
    }
