"""Settings: starting an agreement, and its text as YAML, checked at the place of the error."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreements import actions
from agreements.editing.first_draft import examples
from agreements.forms.texts import StartForm, VersionForm
from agreements.models import AgreementVersion
from agreements.views.draft_form import instead_of_published, stale_notice
from agreements.views.versions import version_or_404
from shell.entry import id_of
from shell.forms import done, posted
from tenants.doors import settings_view


@settings_view.form
def draft(request: Any) -> HttpResponse:
    """A new draft: of a new agreement, or of the next version of one (`?from=` a version's id brings its text)."""
    first: dict[str, Any] = {}
    if origin := id_of(request.GET.get("from", "")):
        first = {"source": version_or_404(origin).source}
    form = VersionForm(posted(request), request.FILES or None, initial=first)
    if request.method == "POST" and request.POST.get("do") == "check":
        form.check()
    elif request.method == "POST" and form.carry_out(actions.save_draft, by=request.user, now=timezone.now()):
        return _saved(request, form.result, "The draft is saved. Read it through, then ask for a review.")
    return _draft_page(request, form, StartForm(), is_start=not first and request.method != "POST")


def _draft_page(
    request: Any, form: VersionForm, start: StartForm, *, is_start: bool, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "start": start,
        "is_start": is_start,
        "version": None,
        "examples": examples() if is_start else [],
        "versions": AgreementVersion.objects.select_related("agreement").defer("source") if is_start else [],
    }
    return render(request, "agreements/draft.html", context, status=422 if form.errors else status)


def _saved(request: Any, version: AgreementVersion, sentence: str) -> HttpResponse:
    """To the version to read through, or on into the form."""
    is_to_go_on = request.POST.get("do") == "form"
    return done(request, sentence, "settings-version-form" if is_to_go_on else "settings-version", version.pk)


@settings_view.post
def start(request: Any) -> HttpResponse:
    """Start a new agreement from an example or from the essentials, and go on in the form."""
    form, now = StartForm(request.POST), timezone.now()
    today = timezone.localdate(now)
    if form.carry_out(actions.start_draft, tenant=request.tenant, effective_from=today, by=request.user, now=now):
        sentence = "Your draft is started. Go through its sections; nobody is promised anything until you publish it."
        return done(request, sentence, "settings-version-form", form.result.pk)
    return _draft_page(request, VersionForm(), form, is_start=True, status=422)


@settings_view.post
def start_next(request: Any, version_id: int) -> HttpResponse:
    """Draft the next version from a version as it is, and go on in the form."""
    found, now = version_or_404(version_id), timezone.now()
    next_version = actions.draft_next(version_id=found.pk, on=timezone.localdate(now), by=request.user, now=now)
    sentence = f"A new draft is made from {found}. Give it a version and a date of its own."
    return done(request, sentence, "settings-version-section", next_version.pk, "version")


@settings_view.form
def edit(request: Any, version_id: int) -> HttpResponse:
    """Change the text of a draft; a published version sends you to a draft made from it."""
    found = version_or_404(version_id)
    form = VersionForm(
        posted(request), request.FILES or None, initial={"source": found.source, "effective_from": found.effective_from}
    )
    if found.published_at is not None and request.method != "POST":
        return instead_of_published(request, found)
    digest = request.POST.get("digest", found.as_read)
    predecessor = found.agreement.versions.published().newest()
    context: dict[str, Any] = {"form": form, "version": found, "digest": digest, "predecessor": predecessor}
    if request.method == "POST" and request.POST.get("do") == "check":
        form.check()
    elif request.method == "POST":
        change = {"version_id": found.pk, "digest": digest, "by": request.user, "now": timezone.now()}
        if form.carry_out(actions.change_draft, **change):
            return _saved(request, found, "The draft is saved.")
    if form.stale is not None:
        context["stale"] = stale_notice(form.stale, form.cleaned_data["source"].replace("\r\n", "\n"))
        context["digest"] = context["stale"]["digest"]
        return render(request, "agreements/draft.html", context, status=409)
    return render(request, "agreements/draft.html", context, status=422 if form.errors else 200)
