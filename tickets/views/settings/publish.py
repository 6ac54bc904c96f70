"""Settings: publishing a version, with everything it changes in view before anything moves (B17)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from agreements import actions
from agreements.comparison import Change, Comparison, compare
from agreements.models import AgreementVersion
from agreements.readable.reader import Reader
from agreements.readable.term_lines import said
from shell.forms import done, posted
from tenants.doors import settings_view
from tickets.forms.publish import PublishForm
from tickets.impact.impact import Impact
from tickets.views.settings import impact_progress
from tickets.views.settings.impact_tables import tickets_of, totals_of

#: So many tickets are looked at before the page is shown; more of them come with progress, part by part.
AT_ONCE = 200
A_PAGE = 25


def _version(version_id: int) -> AgreementVersion:
    versions = AgreementVersion.objects.select_related("agreement", "approved_by").defer("source")
    return get_object_or_404(versions, pk=version_id)


@settings_view.form
def publish(request: Any, version_id: int) -> HttpResponse:
    """What a draft says differently, what it would make of open tickets, and the choice whom it applies to."""
    found = _version(version_id)
    form = PublishForm(posted(request))
    if request.method == "POST" and found.published_at is None:
        if form.carry_out(actions.publish_version, version_id=found.pk, by=request.user, now=timezone.now()):
            return done(request, _said(form.result), "settings-version", found.pk)
        # Sent twice, or by two owners at once: the other one was first.
        found.refresh_from_db(fields=["published_at"])
    if found.published_at is not None:
        messages.info(request, f"{found} is published. What applies to whom was decided with that.")
        return redirect("settings-version", found.pk)
    before = AgreementVersion.objects.before(found).newest()
    comparison = compare(before.document, found.document, on=timezone.localdate()) if before else None
    context = {
        "version": found,
        "before": before,
        "keeping": _keeping(before) if before else "",
        "comparison": comparison,
        "commitments": _commitments(comparison),
        "form": form,
        "left_behind": impact_progress.left_behind(found, before),
        **_impact(found),
    }
    return render(request, "tickets/settings/publish.html", context, status=422 if form.errors else 200)


def _keeping(version: AgreementVersion) -> str:
    """What it says of tickets that are open when the next one comes."""
    reader = Reader(version.document, on=version.effective_from, effective_from=version.effective_from)
    return said(reader, version.document.version, "tickets_keep_version")


def _commitments(comparison: Comparison | None) -> list[Change]:
    """What changes about availability and credits, which no open ticket shows."""
    return [
        change
        for change in (comparison.changes if comparison else ())
        if change.section in {"availability", "credits"} and change.concerns_client
    ]


def _said(version: AgreementVersion) -> str:
    if version.applies_to == AgreementVersion.AppliesTo.OPEN:
        return f"{version} is published. Open tickets come under it within a minute of its being in force."
    return f"{version} is published. Tickets filed from its date on are promised by it."


def _impact(version: AgreementVersion) -> dict[str, Any]:
    """What is known of the impact by the time the page is shown: all of it, or how much there is to look at."""
    impact = impact_progress.begin(version, now=timezone.now())
    if impact.state.open_tickets <= AT_ONCE:
        impact.look_at_all(version)
    return _shown(version, impact, page="1")


def _shown(version: AgreementVersion, looked: impact_progress.Looking, *, page: str) -> dict[str, Any]:
    impact: Impact = looked.state
    here = reverse("settings-version-impact", args=[version.pk]) + f"?run={looked.run}"
    if not impact.is_complete:
        return {"impact": impact, "next_part": here, "whole_url": f"{here}&whole=1"}
    paged = Paginator(impact.changed, A_PAGE).get_page(page)
    return {
        "impact": impact,
        "totals": totals_of(impact, version),
        "paged": paged,
        "tickets": tickets_of(list(paged.object_list), version),
        "kept": tickets_of(impact.kept[:A_PAGE], version),
        "kept_more": max(0, len(impact.kept) - A_PAGE),
        "newer_url": f"{here}&page={paged.previous_page_number()}" if paged.has_previous() else "",
        "older_url": f"{here}&page={paged.next_page_number()}" if paged.has_next() else "",
    }


@settings_view
def impact(request: Any, version_id: int) -> HttpResponse:
    """The impact by itself. For htmx the next part is looked at, and what comes back asks for the one after it.

    `?run=` names what was begun on the page; `whole=1` looks at everything at once, for those without JavaScript.
    """
    found = _version(version_id)
    looked = impact_progress.resume(found, request.GET.get("run", ""), now=timezone.now())
    if request.htmx:
        looked.look_on(found)
    else:
        looked.look_at_all(found)
    context = {"version": found, **_shown(found, looked, page=request.GET.get("page", "1"))}
    if request.htmx:
        return render(request, "tickets/settings/_impact.html", context)
    return render(request, "tickets/settings/impact.html", context)
