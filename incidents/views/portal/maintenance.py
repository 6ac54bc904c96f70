"""The portal's maintenance: what comes, runs and was, for the client's own products, and as a calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.calendar_file import CONTENT_TYPE
from incidents.maintenance import ics, reach
from incidents.maintenance.chronicle import chronicle
from incidents.models import Maintenance
from incidents.models.maintenance import MaintenanceQuerySet
from incidents.paths import portal_path
from shell.entry import id_of
from shell.paging import page_of
from shell.templatetags.places import fills
from tenants.doors import portal_view
from tenants.models import Contact
from tickets.views.portal.frame import page

PAST = 12
#: What of it stands on the first page.
SOON, SOME = timedelta(days=14), 2
#: What a calendar holds: no more than programs need to fetch again and again.
IN_CALENDAR = 100
_SALT = "incidents.maintenance"


@portal_view
def listing(request: Any) -> HttpResponse:
    """What was announced about this client's products: what comes and runs, then what was, newest first."""
    now, rows = timezone.now(), _visible(request.contact)
    context = {
        "running": rows.running(),
        "coming": rows.upcoming(now),
        "past": page_of(rows.over(), order="-dated_at", query=request.GET, size=PAST),
        "calendar_url": request.tenant.url(reverse("portal-maintenance-calendar", args=[feed_of(request.contact)])),
    }
    return page(request, "incidents/portal/maintenance.html", context, now=now)


@portal_view
def maintenance(request: Any, number: int) -> HttpResponse:
    """One of them: when, what clients will notice, what they are owed, what happened."""
    now = timezone.now()
    found = _visible(request.contact).filter(number=number).first()
    if found is None:
        raise Http404("There is no such maintenance.")
    events = list(found.events.all())
    told = [
        finding.sentence("you", many=True, is_announced=True)
        for its in reach.on_record(found)
        if its.client_id == request.contact.client_id
        for finding in reach.found_in(its)
    ]
    context = {
        "maintenance": found,
        "parts": reach.parts_words(found, at=now),
        "announced_at": next(event.at for event in events if event.row.gives_window),
        "owed": list(dict.fromkeys(told)),
        "events": chronicle(events, timezone.get_current_timezone(), to_client=True),
    }
    return page(request, "incidents/portal/maintenance_one.html", context, now=now)


@require_safe
def calendar(request: Any, feed: str) -> HttpResponse:
    """The same for calendar programs: the address is the permission, as long as the contact is one."""
    try:
        contact_id = id_of(Signer(salt=_SALT, sep=".").unsign(feed))
    except BadSignature:
        raise Http404("No such calendar.") from None
    contact = Contact.objects.active().filter(pk=contact_id).first()
    if contact is None:
        raise Http404("No such calendar.")
    rows = _visible(contact).order_by("-planned_start_at", "-id")[:IN_CALENDAR]
    body = ics.calendar_of(rows, request.tenant, path_of=portal_path, now=timezone.now())
    return HttpResponse(body, content_type=CONTENT_TYPE, headers={"Cache-Control": "private, max-age=300"})


@fills("portal.home")
def on_home(request: Any, **about: Any) -> str:
    """What runs, and what comes soon, on the first page."""
    now, rows = timezone.now(), _visible(request.contact)
    coming = rows.upcoming(now).filter(planned_start_at__lte=now + SOON)
    context = {"running": rows.running()[:SOME], "coming": coming[:SOME], "now": now}
    return render_to_string("incidents/portal/_maintenance_home.html", context)


def _visible(contact: Contact) -> MaintenanceQuerySet:
    rows: MaintenanceQuerySet = Maintenance.objects.visible_to_contact(contact)
    return rows.with_parts()


def feed_of(contact: Contact) -> str:
    """What the address of a contact's calendar ends with: a signature of whose it is, since programs do not sign in."""
    return Signer(salt=_SALT, sep=".").sign(str(contact.pk))
