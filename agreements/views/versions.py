"""Settings: the agreements, a version as a document to read, and the review of one by a second pair of eyes (B17)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements import actions
from agreements.forms.texts import ApprovalForm, SendBackForm
from agreements.governing import versions_governing
from agreements.models import Agreement, AgreementVersion, Product
from agreements.readable import Reading
from agreements.readable.years import calendar_page, holidays_missing
from shell.forms import done, posted
from tenants.doors import settings_view
from tenants.narration import entries_about, narrate


@settings_view
def agreements(request: Any) -> HttpResponse:
    """Every agreement with its versions, newest first."""
    rows = list(Agreement.objects.prefetch_related("versions__published_by"))
    in_force = {version.pk for version in versions_governing(at=timezone.now())}
    return render(request, "agreements/agreements.html", {"agreements": rows, "in_force": in_force})


def version_or_404(version_id: int) -> AgreementVersion:
    """The version with its agreement and the people who wrote and published it."""
    versions = AgreementVersion.objects.select_related("agreement", "changed_by", "published_by")
    return get_object_or_404(versions, pk=version_id)


@settings_view
def version(request: Any, version_id: int) -> HttpResponse:
    """A version as a document to read; a draft can be published from here."""
    found = version_or_404(version_id)
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
        "before": AgreementVersion.objects.before(found).newest(),
        "may_approve": actions.may_approve(found, by=request.user),
        "events": narrate(entries_about(found)),
    }
    return render(request, "agreements/version.html", context)


@settings_view
def calendar(request: Any, version_id: int, calendar: str) -> HttpResponse:
    """Twelve months with what is open, closed and why; `year=` is another one than this."""
    found = version_or_404(version_id)
    shown = calendar_page(found.document, calendar, asked=request.GET.get("year", ""), on=timezone.localdate())
    if shown is None:
        raise Http404("No such calendar.")
    return render(request, "agreements/calendar.html", shown | {"version": found})


@settings_view
def source(request: Any, version_id: int) -> HttpResponse:
    """The YAML, exactly as it was loaded, as a file."""
    found = version_or_404(version_id)
    response = HttpResponse(found.source, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.agreement.key}-{found.number}.yaml"'
    return response


def _asked(version: AgreementVersion) -> str:
    alone = actions.may_approve(version, by=version.review_asked_by)
    return "Read it through once more, then approve it." if alone else "The other owners are asked."


ask_for_review = settings_view.verb(actions.ask_for_review, done=_asked, back="settings-version")


approve = settings_view.verb(
    actions.approve_version,
    done=lambda version: "The draft is approved. It can be published now.",
    back="settings-version",
    form=ApprovalForm,
)


@settings_view.form
def send_back(request: Any, version_id: int) -> HttpResponse:
    """Say what has to change before it can be approved."""
    found = version_or_404(version_id)
    if request.method != "POST" and (found.published_at is not None or found.review_asked_at is None):
        messages.info(request, "There is nothing to send back: nobody waits for a review of this version.")
        return redirect("settings-version", found.pk)
    form = SendBackForm(posted(request))
    if form.carry_out(actions.send_back, version_id=found.pk, by=request.user, now=timezone.now()):
        return done(request, "The draft is sent back with your reason.", "settings-version", found.pk)
    context = {"version": found, "form": form}
    return render(request, "agreements/send_back.html", context, status=422 if form.errors else 200)


discard = settings_view.verb(
    actions.discard_draft, done=lambda nothing: "The draft is thrown away.", back="settings-agreements"
)


add_products = settings_view.verb(
    actions.add_products_of,
    done=lambda added: "One product is added." if len(added) == 1 else f"{len(added)} products are added.",
    back="settings-version",
)
