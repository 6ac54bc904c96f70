"""Settings: on-call schedules, their layers, and what a change of them comes to before it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements.businesstime.local_hours import zone_of
from incidents.actions import oncall as actions
from incidents.forms.oncall import LayerForm, ScheduleForm
from incidents.models import OnCallLayer, OnCallSchedule
from incidents.oncall.ical import schedule_address
from incidents.oncall.picture import changes, hours_of, picture_of, rhythm_of
from incidents.oncall.roster import Roster, rosters
from shell.forms import ActionForm, done, posted
from tenants.doors import settings_view
from tenants.models import Member
from tenants.narration import entries_about, narrate


@settings_view
def schedules(request: Any) -> HttpResponse:
    """Every schedule, who has it now, and what is not covered."""
    now = timezone.now()
    shown = [
        {"standing": found.standing(now), "gaps": _picture(found, now).gaps, "schedule": found.schedule}
        for found in rosters(since=now)
    ]
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
    layers = [{"layer": layer, "rhythm": rhythm_of(layer), "hours": hours_of(layer)} for layer in found.layers.values()]
    context = {
        "schedule": found.schedule,
        "layers": layers[::-1],
        "picture": _picture(found, now),
        "standing": found.standing(now),
        "form": form,
        "address": request.tenant.url(f"/calendars/on-call/{schedule_address(found.schedule)}.ics"),
        "events": narrate(entries_about(found.schedule, *found.layers.values())),
        "now": now,
    }
    return render(request, "incidents/settings/on_call_schedule.html", context, status=422 if form.errors else 200)


@settings_view.form
def layer_new(request: Any, schedule_id: int) -> HttpResponse:
    """Another rotation on top; asked for its effect, it shows that and saves nothing."""
    now = timezone.now()
    found = _roster(schedule_id, now)
    today = now.astimezone(zone_of(found.schedule.timezone)).date()
    usual = {"first_day": today, "name": "" if found.layers else "Primary"}
    return _layer_form(request, found, None, usual, actions.add_layer, schedule_id=schedule_id, now=now)


@settings_view.form
def layer(request: Any, layer_id: int) -> HttpResponse:
    """Other terms for a rotation, likewise."""
    now = timezone.now()
    one = get_object_or_404(OnCallLayer.objects.standing(now=now), pk=layer_id)
    found = _roster(one.schedule_id, now)
    is_here = [place.member_id for place in one.places.all() if place.member_id not in found.rota.gone]
    initial = model_to_dict(one, exclude=["hours"]) | {"hours": one.hours, "people": is_here}
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
    people = Member.objects.working_tickets().select_related("user").order_by("user__name")
    form = LayerForm(posted(request), initial=initial, choices={"people": [(each.pk, each.name) for each in people]})
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
        one, form = get_object_or_404(OnCallLayer, pk=layer_id), ActionForm(request.POST)
        try:
            is_done = form.carry_out(action, layer_id=layer_id, by=request.user, now=timezone.now())
        except (OnCallLayer.DoesNotExist, OnCallSchedule.DoesNotExist):
            raise Http404("No such page.") from None
        if is_done:
            return done(request, said.format(form.result.name), "settings-on-call-schedule", one.schedule_id)
        messages.error(request, form.refusal)
        return redirect("settings-on-call-schedule", one.schedule_id)

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


def _roster(schedule_id: int, now: Any) -> Roster:
    found = rosters(OnCallSchedule.objects.current().filter(pk=schedule_id), since=now)
    if not found:
        raise Http404("No such page.")
    return found[0]


def _picture(found: Roster, now: Any) -> Any:
    return picture_of(found, now=now, zone=zone_of(found.schedule.timezone))
