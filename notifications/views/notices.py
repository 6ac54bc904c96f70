"""Notices inside the app, for members and contacts; the link that stops mails."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from notifications import actions
from notifications.bell import bell
from notifications.models import Notice
from notifications.topics import manage_url, read_stop_token
from shell.paging import page_of
from tenants.doors import person_view


@person_view
def notices(request: Any) -> HttpResponse:
    mine = Notice.objects.filter(user=request.user)
    page = page_of(mine, order="-noticed_at", query=request.GET)
    layout = _layout(request)
    return render(request, "notifications/notices.html", {"layout": layout, "page": page, "heading": "Notices"})


@require_safe
def count(request: Any) -> HttpResponseBase:
    """The bell alone, for a page that asks now and then whether there is something new.

    Somebody whose session ended hears nothing, instead of being taken to the sign-in page in the middle of a sentence.
    """
    if request.htmx and not request.user.is_authenticated:
        return HttpResponse(status=204)
    return _bell(request)


@person_view
def _bell(request: Any) -> HttpResponse:
    return render(request, "notifications/_bell.html", {"notifications": bell(request)})


@person_view
def follow(request: Any, notice_id: int) -> HttpResponse:
    """Read a notice by going where it points. Repeating it changes nothing."""
    notice = _read(request, notice_id)
    here = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and here else "notifications:notices")


@person_view.post
def read(request: Any, notice_id: int) -> HttpResponse:
    notice = _read(request, notice_id)
    if not request.htmx:
        return redirect("notifications:notices")
    context = {"notice": notice, "notifications": bell(request), "with_bell": True}
    return render(request, "notifications/_notice.html", context)


def _read(request: Any, notice_id: int) -> Notice:
    try:
        return actions.read_notice(notice_id=notice_id, reader=request.user, now=timezone.now())
    except Notice.DoesNotExist as error:
        raise Http404("No such notice.") from error


@person_view.post
def read_all(request: Any) -> HttpResponse:
    actions.read_all_notices(reader=request.user, now=timezone.now())
    return redirect("notifications:notices")


@csrf_exempt  # Mail programs post here for their reader (RFC 8058), without our page; the token is the permission.
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: Any, stop_token: str) -> HttpResponse:
    """Stop the mails of one topic to one subscriber. Open to whoever has the mail; the link alone changes nothing."""
    try:
        subscriber_id, topic = read_stop_token(stop_token)
    except ValueError as error:
        raise Http404("This link stops nothing.") from error
    if request.method == "POST":
        actions.stop_topic(subscriber_id=subscriber_id, topic=topic, now=timezone.now())
    context = {
        "topic": topic,
        "stopped": request.method == "POST",
        "manage": manage_url(request.tenant, subscriber_id=subscriber_id),
    }
    return render(request, "notifications/stop.html", context)


def _layout(request: HttpRequest) -> str:
    """Members read their notices beside the desk, contacts in the portal."""
    member = getattr(request, "member", None)
    if member is None:
        return "layouts/portal.html"
    return "layouts/desk.html" if member.works_tickets else "layouts/reports.html"
