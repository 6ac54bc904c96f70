"""“What if?”: asking how a past period would have gone under other terms, watching it computed, reading the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements.document import AgreementDocument
from agreements.document.period import QUARTER, period_at
from agreements.models import AgreementVersion
from clocks.face import metric_name
from clocks.replay import METRICS
from reports.answers import Answer, plan_name
from reports.export import csv_response
from reports.forms import DATES, KeepForm, WhatIfForm
from shell.forms import done
from shell.paging import page_of
from shell.wording import day_words
from tenants.doors import reports_view
from tenants.narration import entries_about, narrate
from tenants.scope import current_tenant
from tickets.actions.whatif import ask_what_if, cancel_what_if, discard_what_if, keep_what_if
from tickets.addresses import desk_path
from tickets.models import WhatIf, WhatIfTicket

QUARTERS_TO_CHOOSE = 8
WORDS = {
    "what_if.asked": ("help-circle", "asked"),
    "what_if.cancelled": ("player-stop", "cancelled it"),
    "what_if.kept": ("bookmark", "kept it as “{subject}”"),
    "what_if.renamed": ("pencil", "gave it another name"),
}


def _questions() -> QuerySet[WhatIf]:
    return WhatIf.objects.select_related("version__agreement", "client", "asked_by", "kept_by").defer("version__source")


def _found(what_if_id: int) -> WhatIf:
    return get_object_or_404(_questions(), pk=what_if_id)


def _finished(what_if_id: int) -> WhatIf:
    found = _found(what_if_id)
    if found.state != WhatIf.State.FINISHED:
        raise Http404("There is no answer yet.")
    return found


@reports_view
def questions(request: Any) -> HttpResponse:
    """Every question with where it stands, the newest first."""
    page = page_of(_questions(), order="-asked_at", query=request.GET, size=25)
    return render(request, "reports/what_ifs.html", {"page": page, "lines": [_about(row) for row in page.rows]})


def _about(what_if: WhatIf) -> dict[str, Any]:
    """What a question is about, and its answer where there is one."""
    zone = ZoneInfo(current_tenant().timezone)
    first = what_if.since.astimezone(zone).date()
    last = (what_if.until.astimezone(zone) - timedelta(microseconds=1)).date()
    like_it = {"version": what_if.version_id, "plan": what_if.plan, "client": what_if.client_id or "",
               "period": DATES, "first_day": first.isoformat(), "last_day": last.isoformat()}  # fmt: skip
    return {
        "what_if": what_if,
        "answer": Answer.of(what_if) if what_if.state == WhatIf.State.FINISHED else None,
        "plan": plan_name(what_if),
        "period": _period_words(first, last),
        "like_it": urlencode(like_it),
    }


def _period_words(first: date, last: date) -> str:
    """`Q3 2026` where the days are those of a quarter."""
    quarter = period_at(QUARTER, first, "UTC")
    if (first, last) == (quarter.first_day, quarter.last_day):
        return quarter.name
    return f"{day_words(first)} to {day_words(last)}" if first != last else f"{day_words(first)}"


@reports_view.form
def new(request: Any) -> HttpResponse:
    """The question. What is chosen so far comes back with what it would be about, before anything is asked."""
    now = timezone.now()
    versions = (
        AgreementVersion.objects.select_related("agreement").defer("source").order_by("agreement__name", "-number")
    )
    zone = ZoneInfo(request.tenant.timezone)
    quarters = period_at(QUARTER, now, zone.key).latest(QUARTERS_TO_CHOOSE + 1)
    typed = request.POST if request.method == "POST" else request.GET
    chosen = next((each for each in versions if str(each.pk) == typed.get("version", "")), None)
    first = chosen or next(iter(versions), None)
    if first is None:
        return render(request, "reports/what_if_new.html", {"form": None})
    data = {"version": str(first.pk), "period": quarters[1].key} | {name: typed[name] for name in typed}
    if request.method != "POST":
        data["version"] = str(first.pk)
        # A plan of the version chosen before is none of this one.
        data["plan"] = data.get("plan", "") if data.get("plan") in first.document.plans.keys else ""
    form = WhatIfForm(data, versions=versions, chosen=first, quarters=quarters, zone=zone, now=now)
    if request.method == "POST" and form.carry_out(ask_what_if, by=request.user, now=now):
        return redirect("reports:what_if", form.result.pk)
    if request.method == "POST":
        return render(request, "reports/what_if_new.html", {"form": form}, status=422)
    effect = form.effect
    form.forgive_what_is_empty()
    return render(request, "reports/what_if_new.html", {"form": form, "effect": effect, "incomplete": not form.errors})


@reports_view
def question(request: Any, what_if_id: int) -> HttpResponse:
    """Where it stands, and the answer once there is one."""
    found = _found(what_if_id)
    return _page(request, found, KeepForm(initial={"name": found.name}))


def _page(request: Any, found: WhatIf, form: KeepForm, status: int = 200) -> HttpResponse:
    context = {
        **_about(found),
        "form": form,
        "now": timezone.now(),
        "events": narrate(entries_about(found), here=WORDS),
        "outcomes": WhatIfTicket.Outcome,
    }
    return render(request, "reports/what_if.html", context, status=status)


cancel = reports_view.verb(cancel_what_if, done=lambda what_if: "Cancelled.", back="reports:what_if")


@reports_view.post
def keep(request: Any, what_if_id: int) -> HttpResponse:
    found = _found(what_if_id)
    form = KeepForm(request.POST)
    if form.carry_out(keep_what_if, what_if_id=found.pk, by=request.user, now=timezone.now()):
        return done(request, f"Kept as “{form.result.name}”.", "reports:what_if", found.pk)
    return _page(request, found, form, status=422)


discard = reports_view.verb(discard_what_if, done=lambda nothing: "Thrown away.", back="reports:what_ifs")


@reports_view
def tickets(request: Any, what_if_id: int) -> HttpResponse:
    """The promises that would have turned out differently, each with its ticket."""
    found = _finished(what_if_id)
    outcome, metric = request.GET.get("outcome", ""), request.GET.get("metric", "")
    page = page_of(_flips(found, outcome, metric), order="pk", query=request.GET)
    document = found.version.document
    context = {
        **_about(found),
        "outcome": outcome,
        "metric": metric,
        "outcomes": WhatIfTicket.Outcome.choices,
        "metrics": [(metric, metric_name(metric, document)) for metric in METRICS],
        "page": page,
        "flips": [{"flip": flip, "label": metric_name(flip.metric, document), "url": desk_path(flip.ticket)}
                  for flip in page.rows],
    }  # fmt: skip
    return render(request, "reports/what_if_tickets.html", context)


def _flips(found: WhatIf, outcome: str, metric: str) -> QuerySet[WhatIfTicket]:
    flips = found.tickets.select_related("ticket__client")
    if outcome:
        flips = flips.filter(outcome=outcome)
    return flips.filter(metric=metric) if metric else flips


@reports_view
def tickets_csv(request: Any, what_if_id: int) -> HttpResponse:
    """All of them, as filtered. Instants in UTC (ISO 8601)."""
    found = _finished(what_if_id)
    header = [
        "Ticket", "Subject", "Client", "Promise", "Outcome", "Was", "Would have been", "Target", "Target instead",
        "Fell due", "Would have fallen due",
    ]  # fmt: skip
    flips = _flips(found, request.GET.get("outcome", ""), request.GET.get("metric", "")).order_by("pk")
    return csv_response(f"what-if-{found.pk}-tickets.csv", header, _flip_lines(flips, found.version.document))


def _flip_lines(flips: QuerySet[WhatIfTicket], document: AgreementDocument) -> Iterator[list[Any]]:
    for flip in flips.iterator(chunk_size=2000):
        yield [
            flip.ticket.number, flip.ticket.subject, flip.ticket.client.name,
            metric_name(flip.metric, document), flip.get_outcome_display(), flip.get_was_display(),
            flip.get_would_be_display(), flip.was_target, flip.would_be_target, _stamp(flip.was_due_at),
            _stamp(flip.would_be_due_at),
        ]  # fmt: skip


@reports_view
def result_csv(request: Any, what_if_id: int) -> HttpResponse:
    """The table: exact counts; attainment as printed, rounded down."""
    answer = Answer.of(_finished(what_if_id))
    header = ["Plan", answer.level_word, "Promise"]
    for side in ("as it was", "as it would have been"):
        header += [f"{what} {side}" for what in ("Kept", "Met", "Missed", "Running", "Measured only")]
    lines = (
        [
            line.plan, line.level, line.label,
            *(value for side in (line.before, line.after)
              for value in (side.text, side.kept, side.missed, side.running, side.measured)),
            line.lost, line.gained,
        ]
        for line in answer.lines
    )  # fmt: skip
    return csv_response(f"what-if-{what_if_id}.csv", [*header, "More missed", "Fewer missed"], lines)


def _stamp(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
