"""The desk: who is on call, one's own shifts, taking over, swapping, standing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone

from incidents.actions import standins as actions
from incidents.forms.oncall import StandInForm, SwapForm, TakeOverForm
from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall import roster
from incidents.oncall.ical import address_of
from incidents.oncall.picture import picture_of
from incidents.views.desk.incident import members
from shell.forms import ActionForm, at_once, done, posted
from shell.templatetags.places import fills
from tenants.doors import desk_view
from tickets.views.desk import frame

AHEAD = timedelta(weeks=4)
#: So long the line beside the views is kept: every page of the desk has it.
KEPT_SECONDS = 60


@desk_view
def on_call(request: Any) -> HttpResponse:
    """Who is on call now, who is next, and the reader's own shifts."""
    now = timezone.now()
    found = roster.rosters(since=now)
    shifts = [shift for each in found for shift in each.shifts(now, now + AHEAD) if shift.person == request.member]
    context = {
        "standing": [each.standing(now) for each in found],
        "mine": sorted(shifts, key=lambda shift: shift.start),
        "address": request.tenant.url(f"/calendars/on-call/{address_of(request.member)}.ics"),
    }
    return frame.page(request, "incidents/desk/on_call.html", context, now=now, active="on-call")


@desk_view.form
def schedule(request: Any, schedule_id: int) -> HttpResponse:
    """One schedule's coming weeks; posting lets somebody stand in."""
    now = timezone.now()
    found = roster.roster_of(get_object_or_404(OnCallSchedule.objects.current(), pk=schedule_id), since=now)
    form = _stand_in_form(request)
    if form.carry_out(actions.stand_in, schedule_id=schedule_id, by=request.member, now=now):
        sentence = f"{form.result.member.name} stands in."
        return done(request, sentence, "incidents:on_call_schedule", schedule_id)
    shifts = found.shifts(now, now + AHEAD)
    overrides = [each for each in found.schedule.overrides.all() if each.cancelled_at is None]
    context = {
        "schedule": found.schedule,
        "standing": found.standing(now),
        "picture": picture_of(found, now=now, zone=timezone.get_current_timezone(), ahead=AHEAD),
        "shifts": shifts,
        "mine": [shift for shift in shifts if shift.person == request.member],
        "overrides": [(each, actions.undoes(request.member, each)) for each in overrides],
        "arranges": actions.arranges(request.member),
        "form": form,
    }
    status = 422 if form.errors else 200
    return frame.page(
        request, "incidents/desk/on_call_schedule.html", context, now=now, active="on-call", status=status
    )


@desk_view.post
def take_over(request: Any, schedule_id: int) -> HttpResponse:
    return _at_once(request, TakeOverForm(request.POST), actions.stand_in, "The shift is yours.", schedule_id)


@desk_view.post
def swap(request: Any, schedule_id: int) -> HttpResponse:
    return _at_once(request, SwapForm(request.POST), actions.swap, "The two shifts are swapped.", schedule_id)


@desk_view.post
def cancel(request: Any, override_id: int) -> HttpResponse:
    """Undo standing in."""
    back = redirect("incidents:on_call_schedule", get_object_or_404(OnCallOverride, pk=override_id).schedule_id)
    about = {"override_id": override_id, "by": request.member, "now": timezone.now()}
    said = "It is as the layers say again."
    return at_once(request, ActionForm(request.POST), actions.cancel_standing_in, lambda _: said, back, **about)


@desk_view.post
def renew(request: Any) -> HttpResponse:
    """Another address for the calendar of the reader's shifts."""
    actions.renew_own_address(by=request.member, now=timezone.now())
    return done(
        request, "Your calendar has another address. The one before shows nothing any more.", "incidents:on_call"
    )


@fills("desk.rail")
def rail(request: Any) -> str:
    """A line for each schedule, beside the views."""
    return str(cache.get_or_set(roster.kept_at(), _rail, KEPT_SECONDS))


def _rail() -> str:
    now = timezone.now()
    standing = [each.standing(now) for each in roster.rosters(since=now)]
    return render_to_string("incidents/desk/_rail_on_call.html", {"standing": standing}) if standing else ""


def _at_once(request: Any, form: ActionForm, action: Callable[..., Any], said: str, schedule_id: int) -> HttpResponse:
    about = {"schedule_id": schedule_id, "by": request.member, "now": timezone.now()}
    get_object_or_404(OnCallSchedule.objects.current(), pk=schedule_id)
    return at_once(request, form, action, lambda _: said, redirect("incidents:on_call_schedule", schedule_id), **about)


def _stand_in_form(request: Any) -> StandInForm:
    offered = [(each.pk, each.name) for each in members()]
    choices = {
        "member": offered if actions.arranges(request.member) else [(request.member.pk, request.member.name)],
        "instead_of": [("", "Whoever is on call"), *offered],
    }
    return StandInForm(posted(request), choices=choices, initial={"member": request.member.pk})
