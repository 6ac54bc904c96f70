"""Settings: the agreements, their versions as a readable document, and drafting and publishing one (B17)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agreements import actions
from agreements.governing import versions_governing
from agreements.models import Agreement, AgreementVersion, Product
from agreements.narration import WORDS
from agreements.readable import Reading
from agreements.readable.years import holidays_missing
from tenants.doors import settings_view
from tenants.narration import entries_about, narrate


@require_safe
@settings_view
def agreements(request: Any) -> HttpResponse:
    """Every agreement with its versions, newest first."""
    rows = list(Agreement.objects.prefetch_related("versions__published_by"))
    in_force = {version.pk for version in versions_governing(at=timezone.now())}
    return render(request, "agreements/agreements.html", {"agreements": rows, "in_force": in_force})


def _version(version_id: int) -> AgreementVersion:
    return get_object_or_404(AgreementVersion.objects.select_related("agreement", "published_by"), pk=version_id)


@require_safe
@settings_view
def version(request: Any, version_id: int) -> HttpResponse:
    """A version as a document to read; a draft can be published from here."""
    found = _version(version_id)
    document, today = found.document, timezone.localdate()
    is_in_force = found.pk in {version.pk for version in versions_governing(at=timezone.now())}
    is_past = found.published_at is not None and not is_in_force and found.effective_from <= today
    known = set(Product.objects.values_list("key", flat=True))
    context = {
        "version": found,
        "reading": Reading(document, on=today, effective_from=found.effective_from),
        "calendars_at": "settings-calendar",
        "warnings": [] if is_past else holidays_missing(document, on=today),
        "missing_products": [product for product in document.products if product.key not in known],
        "is_in_force": is_in_force,
        "before": AgreementVersion.objects.before(found).order_by("effective_from", "number").last(),
        "may_approve": actions.may_approve(found, by=request.user),
        "events": narrate(entries_about(found), WORDS),
    }
    return render(request, "agreements/version.html", context)


@require_safe
@settings_view
def source(request: Any, version_id: int) -> HttpResponse:
    """The YAML, exactly as it was loaded, as a file."""
    found = _version(version_id)
    response = HttpResponse(found.source, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.agreement.key}-{found.number}.yaml"'
    return response


@require_POST
@settings_view
def discard(request: Any, version_id: int) -> HttpResponse:
    found = _version(version_id)
    try:
        actions.discard_draft(version_id=found.pk, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("settings-version", found.pk)
    messages.success(request, "The draft is thrown away.")
    return redirect("settings-agreements")


@require_POST
@settings_view
def add_products(request: Any, version_id: int) -> HttpResponse:
    """Add the products that this version lists and that are missing in the workspace."""
    found = _version(version_id)
    added = actions.add_products_of(version_id=found.pk, by=request.user, now=timezone.now())
    messages.success(request, "One product is added." if len(added) == 1 else f"{len(added)} products are added.")
    return redirect("settings-version", found.pk)
