"""What everybody reads: the status page, its history, what happened, what is planned, news. No scripts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Product
from incidents.board.lessons import lessons_of
from incidents.models import Incident, Maintenance
from incidents.paths import public_path
from shell.paging import page_of
from shell.wording import city_words, exact_words
from statuspage.middleware import same_for_everybody
from statuspage.models import NewsPost
from statuspage.state.board import board, truth
from statuspage.state.overview import documents_at, may_read, overview
from statuspage.state.public_events import incidents, maintenance
from tenants.doors import ask_to_sign_in

BEFORE_IT_CAME = timedelta(days=2 * 366)
View = Callable[..., HttpResponseBase]


def public_view(view: View) -> View:
    """Open to everybody, or as the tenant sets to its clients and colleagues. Says the same to all, in its own zone."""

    @require_safe
    @wraps(view)
    def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tenant = request.tenant
        if not may_read(request):
            return ask_to_sign_in(request)
        # A stranger's zone is not known; the tenant's is, and is named.
        with timezone.override(tenant.timezone):
            response = view(request, *args, **kwargs)
        if tenant.status_is_public and isinstance(response, HttpResponse):
            same_for_everybody(response)
        return response

    return opened


def _page(request: Any, template: str, context: dict[str, Any], *, now: datetime) -> HttpResponse:
    """A page without anything of whoever asks in it."""
    as_of = exact_words(now.astimezone(ZoneInfo(request.tenant.timezone)).replace(second=0))
    around = {"tenant": request.tenant, "now": now, "as_of": as_of, "city": city_words(request.tenant.timezone)}
    return HttpResponse(render_to_string(f"statuspage/public/{template}.html", around | context))


@public_view
def status(request: Any) -> HttpResponse:
    now = timezone.now()
    documents = documents_at(now)
    products = list(Product.objects.filter(retired_at=None))
    boards = [board(document, products, now=now) for document in documents]
    context = {
        "overview": overview(documents, now=now),
        "boards": boards,
        "support": truth(boards),
    }
    return _page(request, "status", context, now=now)


@public_view
def history(request: Any, year: int | None = None, month: int | None = None) -> HttpResponse:
    """What happened in a month, the newest first; without one, in this."""
    now, zone = timezone.now(), ZoneInfo(request.tenant.timezone)
    today = now.astimezone(zone).date()
    try:
        first = today.replace(day=1) if year is None or month is None else date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404("There is no such month.") from error
    # What a tenant tells of the time before it came here is not older than this.
    earliest = request.tenant.created_at.date().replace(day=1) - BEFORE_IT_CAME
    if not earliest <= first <= today:
        raise Http404("Nothing is known of that month.")
    after = first + timedelta(days=monthrange(first.year, first.month)[1])
    since, until = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (first, after))
    started = Incident.objects.filter(started_at__gte=since, started_at__lt=until).order_by("-started_at", "-id")
    done = Maintenance.objects.over().happened(since, until)
    context = {
        "month": first,
        "before": first - timedelta(days=1) if first > earliest else None,
        "after": after if after <= today else None,
        "incidents": incidents(started, now=now),
        "maintenance": maintenance(done, documents_at(now)),
        "news": NewsPost.objects.between(since, until),
    }
    return _page(request, "history", context, now=now)


@public_view
def incident(request: Any, number: int) -> HttpResponse:
    """One incident, at its address for ever. One that was merged goes on at the other's."""
    now = timezone.now()
    rows = Incident.objects.filter(number=number)
    merged = rows.exclude(published_at=None).exclude(merged_into=None).select_related("merged_into").first()
    if merged is not None and merged.merged_into is not None and merged.merged_into.published_at is not None:
        return redirect(public_path(merged.merged_into))
    found = next(iter(incidents(rows, now=now)), None)
    if found is None:
        raise Http404("There is no such incident.")
    return _page(request, "incident", {"incident": found, "lessons": lessons_of(rows.get())}, now=now)


@public_view
def one_maintenance(request: Any, number: int) -> HttpResponse:
    now = timezone.now()
    found = next(iter(maintenance(Maintenance.objects.filter(number=number), documents_at(now))), None)
    if found is None:
        raise Http404("There is no such maintenance.")
    return _page(request, "maintenance", {"maintenance": found}, now=now)


@public_view
def news(request: Any) -> HttpResponse:
    """The newest system updates and changes; those before stand in the history of their month."""
    now = timezone.now()
    page = page_of(NewsPost.objects.published(), order="-published_at", query=type(request.GET)())
    return _page(request, "news", {"news": page.rows}, now=now)


@public_view
def news_post(request: Any, news_id: int) -> HttpResponse:
    now = timezone.now()
    return _page(request, "news_post", {"post": get_object_or_404(NewsPost.objects.published(), pk=news_id)}, now=now)
