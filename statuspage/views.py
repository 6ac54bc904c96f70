"""The public status page: no sign-in, no scripts, one sentence of truth on top."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.governing import versions_governing
from agreements.models import Product
from shell.wording import exact_words
from statuspage.board import at_any_hour, board, truth


@require_safe
def status(request: Any) -> HttpResponse:
    now = timezone.now()
    products = list(Product.objects.filter(retired_at=None))
    boards = [board(version.document, products, now=now) for version in versions_governing(at=now)]
    # A stranger's zone is not known; the tenant's is, and is named.
    as_of = exact_words(now.astimezone(ZoneInfo(request.tenant.timezone)).replace(second=0))
    context = {"boards": boards, "truth": truth(boards), "at_any_hour": at_any_hour(boards), "now": now, "as_of": as_of}
    return render(request, "statuspage/status.html", context)
