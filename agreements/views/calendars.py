"""Settings: a calendar of a version, a year at a time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import AgreementVersion
from agreements.readable.years import calendar_page
from tenants.doors import settings_view


@require_safe
@settings_view
def calendar(request: Any, version_id: int, calendar: str) -> HttpResponse:
    """Twelve months with what is open, closed and why; `year=` is another one than this."""
    version = get_object_or_404(AgreementVersion.objects.select_related("agreement"), pk=version_id)
    found = calendar_page(version.document, calendar, asked=request.GET.get("year", ""), on=timezone.localdate())
    if found is None:
        raise Http404("No such calendar.")
    return render(request, "agreements/calendar.html", found | {"version": version})
