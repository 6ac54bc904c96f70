"""The desk's maintenance: what comes, runs and is over; planning it with what clients are owed in sight; its verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from incidents.actions import maintenance as actions
from incidents.actions import maintenance_series as series_actions
from incidents.forms import maintenance as forms
from incidents.maintenance import messages, reach
from incidents.maintenance.chronicle import chronicle
from incidents.models import Maintenance, MaintenanceEvent, MaintenanceNotice
from incidents.models.maintenance import MaintenanceEventKind as Kind
from shell.drafts import arrived
from shell.entry import id_of
from shell.forms import ActionForm, at_once, posted
from shell.paging import page_of
from shell.templatetags.places import fills
from tenants.doors import desk_view
from tickets.views.desk.frame import page, say

Status = Maintenance.Status
#: What agreements are asked about beside the window.
_ASKED = ("kind", "parts", "is_risky", "urgent_because")


@desk_view
def listing(request: Any) -> HttpResponse:
    """What is coming and running, and what is over, newest first."""
    now = timezone.now()
    rows = Maintenance.objects.with_parts()
    over = page_of(rows.over(), order="-dated_at", query=request.GET)
    context = {"running": rows.running(), "coming": rows.coming(), "over": over}
    return page(request, "incidents/desk/maintenance.html", context, now=now, active="maintenance")


@desk_view.form
def plan(request: Any) -> HttpResponse:
    """A new plan; what clients are owed of it stands beside the form while it is filled in."""
    now = timezone.now()
    initial = {"start_at": _next_night(now), "end_at": _next_night(now) + timedelta(hours=2)}
    form = forms.PlanForm(posted(request), now=now, initial=initial)
    action = series_actions.plan_series if form.is_series else actions.plan_maintenance
    if form.carry_out(action, by=request.member, now=now):
        say(request, "Planned, for the team alone so far. Announce it when it stands.")
        return arrived(request, redirect("incidents:maintenance", number=form.result.number))
    return _plan_page(request, form, None, now)


@desk_view.form
def change(request: Any, number: int) -> HttpResponse:
    """Another plan in place of a draft."""
    now, maintenance = timezone.now(), _find(number)
    if back := _led_back(request, maintenance, Kind.CHANGED):
        return back
    seen = {"seen_event": _latest(maintenance)}
    form = forms.ChangeForm(posted(request), now=now, initial=forms.PlanForm.of(maintenance) | seen)
    if form.carry_out(actions.change_maintenance, maintenance_id=maintenance.pk, by=request.member, now=now):
        say(request, "The plan is changed.")
        return arrived(request, redirect("incidents:maintenance", number=number))
    form.amend(**seen)
    return _plan_page(request, form, maintenance, now)


@desk_view
def check(request: Any) -> HttpResponse:
    """What clients are owed of the plan as the form says it now; htmx asks when it changes."""
    now = timezone.now()
    form = forms.PlanForm(request.GET, now=now)
    about = Maintenance.objects.filter(number=id_of(request.GET.get("number", ""))).first()
    return render(request, "incidents/desk/_owed.html", _asked(form, about, now))


@desk_view
def maintenance(request: Any, number: int) -> HttpResponse:
    """One maintenance: what was announced, planned and done side by side, who is owed what, what happened."""
    now, found = timezone.now(), _find(number)
    events = list(found.events.all())
    context: dict[str, Any] = {
        "maintenance": found,
        "announcements": [event for event in events if event.row.gives_window],
        "verbs": [(key, verb) for key, verb in forms.VERBS.items() if found.status in verb.kind.row.states],
        "events": chronicle(events, timezone.get_current_timezone()),
        "is_late": found.status == Status.ANNOUNCED and found.planned_start_at <= now,
        "siblings": _siblings(found),
        "parts": reach.parts_words(found, at=now),
    }
    context |= _told(found, _concerned(found, now), now)
    return page(request, "incidents/desk/maintenance_one.html", context, now=now, active="maintenance")


@desk_view.form
def verb(request: Any, number: int, verb: str) -> HttpResponse:
    """One of `forms.VERBS`: its form on a page of its own, which the page of the maintenance opens in a panel."""
    now, found, its = timezone.now(), _find(number), forms.VERBS[verb]
    if back := _led_back(request, found, its.kind):
        return back
    initial = forms.PlanForm.of(found) | {"text": found.description, "seen_event": _latest(found)}
    form = its.form(posted(request), initial=initial)
    if form.carry_out(its.action, maintenance_id=found.pk, by=request.member, now=now):
        say(request, its.done)
        return arrived(request, redirect("incidents:maintenance", number=number))
    # Once refused, the next attempt has seen what the others did.
    form.amend(seen_event=initial["seen_event"])
    context: dict[str, Any] = {"maintenance": found, "verb": its, "form": form}
    context["is_early"] = its.kind == Kind.STARTED and found.planned_start_at > now
    concerned = _concerned(found, now)
    # Nobody hears that a draft will not take place, nor once more that it begins what was announced for then.
    if its.kind != (Kind.CANCELLED if found.status == Status.DRAFT else Kind.STARTED):
        context["readers"] = messages.readers(found, concerned, now=now)
    if "start_at" in form.fields:
        # Another window is another announcement: what clients would be owed of it stands below the fields.
        said = forms.PlanForm.of(found) | {"start_at": form["start_at"].value(), "end_at": form["end_at"].value()}
        context |= _asked(forms.PlanForm(said, now=now), found, now) | {"check_url": _check_url(found)}
    elif its.kind == Kind.ANNOUNCED:
        context |= _told(found, concerned, now)
    return page(
        request, "incidents/desk/maintenance_verb.html", context, now=now, active="maintenance",
        status=422 if form.errors else 200,
    )  # fmt: skip


@desk_view.post
def stop(request: Any, number: int) -> HttpResponse:
    """Plan no more of the series that this one belongs to."""
    back, about = redirect("incidents:maintenance", number=number), _find(number).pk
    said = "No more are planned. Those that are planned stay."
    stopping = {"maintenance_id": about, "by": request.member, "now": timezone.now()}
    return at_once(request, ActionForm({}), series_actions.stop_series, lambda _: said, back, **stopping)


@fills("desk.rail")
def rail(request: Any) -> str:
    """Where maintenance is, and how much of it runs or waits to be begun."""
    if getattr(request, "member", None) is None:
        # A sample of the gallery, which is nobody's.
        return ""
    late = Q(status=Status.ANNOUNCED, planned_start_at__lte=timezone.now())
    count = Maintenance.objects.filter(late | Q(status=Status.IN_PROGRESS)).count()
    view = {
        "label": "Maintenance",
        "url": reverse("incidents:maintenances"),
        "icon": "tool",
        "count": count or "",
        "tone": "warn",
        "active": request.path.startswith("/desk/maintenance/"),
        "hotkey": "g n",
    }
    return render_to_string("incidents/desk/_rail.html", {"label": "Maintenance", "views": [view]})


def _find(number: int) -> Maintenance:
    found = Maintenance.objects.with_parts().select_related("series").filter(number=number).first()
    if found is None:
        raise Http404("There is no such maintenance.")
    return found


def _led_back(request: Any, found: Maintenance, kind: Kind) -> HttpResponse | None:
    """To the page of the maintenance, which says why nobody does `kind` now; what was sent the action refuses."""
    if request.method == "POST" or found.status in kind.row.states:
        return None
    say(request, kind.row.refused, "error")
    return redirect("incidents:maintenance", number=found.number)


def _plan_page(request: Any, form: forms.PlanForm, about: Maintenance | None, now: datetime) -> HttpResponse:
    back = reverse("incidents:maintenance", args=[about.number]) if about else reverse("incidents:maintenances")
    # As if what stands in it had been sent.
    shown = forms.PlanForm({name: form[name].value() for name in form.fields}, now=now)
    context = {"form": form, "maintenance": about, "back": back} | _asked(shown, about, now)
    status = 422 if form.errors else 200
    return page(request, "incidents/desk/maintenance_plan.html", context, now=now, active="maintenance", status=status)


def _asked(form: forms.PlanForm, about: Maintenance | None, now: datetime) -> dict[str, Any]:
    asked = form.asked(about)
    if asked is None:
        return {"now": now}
    work, products = asked
    return _told(work, reach.owed_for(work, products, announced_at=now), now)


def _concerned(found: Maintenance, now: datetime) -> list[MaintenanceNotice]:
    """Who is owed what: of a draft as if it were announced now, of what was announced as it is on record."""
    if found.status != Status.DRAFT:
        return reach.on_record(found)
    return reach.owed_for(found, {part.product_id for part in found.parts.all()}, announced_at=now)


def _told(work: Maintenance, owed: list[MaintenanceNotice], now: datetime) -> dict[str, Any]:
    """What is owed, in sentences about all that it is the same for."""
    told = {"owed": reach.summary(owed), "concerned": len({each.client_id for each in owed}), "now": now}
    if work.status == Status.DRAFT:
        told |= {"announce_by": reach.announce_by(owed, work), "is_asked": True}
    return told


def _check_url(about: Maintenance) -> str:
    """Where htmx asks what is owed of a stored plan in another window."""
    said = {name: value for name, value in forms.PlanForm.of(about).items() if name in _ASKED and value}
    return f"{reverse('incidents:maintenance_check')}?{urlencode({**said, 'number': about.number}, doseq=True)}"


def _latest(found: Maintenance) -> int:
    """The last fact that a page shows."""
    return MaintenanceEvent.objects.filter(maintenance=found).latest("pk").pk


def _siblings(found: Maintenance) -> list[Maintenance]:
    """The rest of its series that is still to come."""
    if found.series_id is None:
        return []
    return list(Maintenance.objects.coming().filter(series=found.series_id).exclude(pk=found.pk)[:12])


def _next_night(now: datetime) -> datetime:
    """Two weeks from now, at night."""
    night = timezone.localtime(now) + timedelta(days=15)
    return night.replace(hour=2, minute=0, second=0, microsecond=0)
