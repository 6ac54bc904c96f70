"""Settings: on-call schedules, their layers, and what a change of them comes to before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements.businesstime.local_hours import zone_of
from incidents.actions import oncall as actions
from incidents.forms.oncall import LayerForm, ScheduleForm
from incidents.models import OnCallLayer, OnCallSchedule
from incidents.oncall.ical import address_of
from incidents.oncall.picture import Picture, changes, hours_of, picture_of, rhythm_of
from incidents.oncall.roster import Roster, roster_of, rosters
from incidents.views.desk.incident import members
from shell.forms import ActionForm, at_once, done, posted
from tenants.doors import settings_view
from tenants.models import Member
from tenants.narration import entries_about, narrate


@settings_view
def schedules(request: Any) -> HttpResponse:
    """Every schedule, who has it now, and what is not covered."""
    now = timezone.now()
    shown = [(found.schedule, found.standing(now), _picture(found, now).gaps) for found in rosters(since=now)]
    ended = OnCallSchedule.objects.exclude(ended_at=None).order_by("-ended_at")
    return render(request, "incidents/settings/on_call.html", {"shown": shown, "ended": ended, "now": now})


@settings_view.form
def new(request: Any) -> HttpResponse:
    form = ScheduleForm(posted(request), initial={"timezone": request.tenant.timezone})
    if form.carry_out(actions.add_schedule, by=request.user, now=timezone.now()):
        made = form.result
        return done(request, f"“{made.name}” is made. Now say who is in it.", "settings-on-call-layer-new", made.pk)
    return render(request, "incidents/settings/on_call_new.html", {"form": form}, status=422 if form.errors else 200)


@settings_view.form
def schedule(request: Any, schedule_id: int) -> HttpResponse:
    """One schedule with its picture; posting changes its name and zone."""
    now = timezone.now()
    found = _roster(schedule_id, now)
    form = ScheduleForm(posted(request), initial=model_to_dict(found.schedule))
    if form.carry_out(actions.change_schedule, schedule_id=schedule_id, by=request.user, now=now):
        return done(request, "The schedule is saved.", "settings-on-call-schedule", schedule_id)
    layers = found.schedule.layers.all()
    context = {
        "schedule": found.schedule,
        "layers": [(layer, rhythm_of(layer), hours_of(layer)) for layer in reversed(layers)],
        "picture": _picture(found, now),
        "standing": found.standing(now),
        "form": form,
        "address": request.tenant.url(f"/calendars/on-call/{address_of(found.schedule)}.ics"),
        "events": narrate(entries_about(found.schedule, *layers)),
        "now": now,
    }
    return render(request, "incidents/settings/on_call_schedule.html", context, status=422 if form.errors else 200)


@settings_view.form
def layer_new(request: Any, schedule_id: int) -> HttpResponse:
    """Another rotation on top; asked for its effect, it shows that and saves nothing."""
    now = timezone.now()
    found = _roster(schedule_id, now)
    today = now.astimezone(zone_of(found.schedule.timezone)).date()
    usual = {"first_day": today, "name": "" if found.schedule.layers.all() else "Primary"}
    return _layer_form(request, found, None, usual, actions.add_layer, schedule_id=schedule_id, now=now)


@settings_view.form
def layer(request: Any, layer_id: int) -> HttpResponse:
    """Other terms for a rotation, likewise."""
    now = timezone.now()
    one = get_object_or_404(OnCallLayer.objects.standing(now=now), pk=layer_id)
    found = _roster(one.schedule_id, now)
    is_here = one.places.filter(member__in=Member.objects.working_tickets()).values_list("member", flat=True)
    initial = model_to_dict(one) | {"people": list(is_here)}
    if one.timezone == found.schedule.timezone:
        initial["timezone"] = ""
    return _layer_form(request, found, one, initial, actions.change_layer, layer_id=layer_id, now=now)


def _layer_form(
    request: Any,
    found: Roster,
    layer: OnCallLayer | None,
    initial: dict[str, Any],
    action: Callable[..., OnCallLayer],
    **about: Any,
) -> HttpResponse:
    people = [(each.pk, each.name) for each in members()]
    form = LayerForm(posted(request), initial=initial, choices={"people": people})
    context = {"schedule": found.schedule, "layer": layer, "form": form, "now": about["now"]}
    if "preview" in request.POST:
        context["effect"] = _effect(form, found, action, by=request.user, **about)
    elif form.carry_out(action, by=request.user, **about):
        return done(request, f"“{form.result.name}” is saved.", "settings-on-call-schedule", found.schedule.pk)
    return render(request, "incidents/settings/on_call_layer.html", context, status=422 if form.errors else 200)


def _effect(form: LayerForm, found: Roster, action: Callable[..., Any], **about: Any) -> dict[str, Any] | None:
    """What saving would come to: it is done, looked at and undone."""
    now = about["now"]
    with transaction.atomic():
        is_possible = form.carry_out(action, **about)
        after = _roster(found.schedule.pk, now) if is_possible else None
        transaction.set_rollback(True)
    if after is None:
        return None
    zone = zone_of(found.schedule.timezone)
    return {"picture": _picture(after, now), "changes": changes(found, after, now=now, zone=zone)}


def _verb(action: Callable[..., OnCallLayer], said: str) -> Any:
    """Does one thing to a layer and shows its schedule."""

    @settings_view.post
    def doing(request: Any, layer_id: int) -> HttpResponse:
        back = redirect("settings-on-call-schedule", get_object_or_404(OnCallLayer, pk=layer_id).schedule_id)
        about = {"layer_id": layer_id, "by": request.user, "now": timezone.now()}
        return at_once(request, ActionForm({}), action, lambda layer: said.format(layer.name), back, **about)

    return doing


layer_end = _verb(actions.end_layer, "“{}” has ended.")
layer_raise = _verb(actions.raise_layer, "“{}” now stands before what was above it.")

end = settings_view.verb(
    actions.end_schedule,
    done=lambda schedule: f"“{schedule.name}” has ended: nobody is on call on it any more.",
    back="settings-on-call",
)
renew = settings_view.verb(
    actions.renew_address,
    done=lambda schedule: "The calendar has another address. The one before shows nothing any more.",
    back="settings-on-call-schedule",
)


def _roster(schedule_id: int, now: datetime) -> Roster:
    return roster_of(get_object_or_404(OnCallSchedule.objects.current(), pk=schedule_id), since=now)


def _picture(found: Roster, now: datetime) -> Picture:
    return picture_of(found, now=now, zone=zone_of(found.schedule.timezone))
