"""The desk: who is on call, one's own shifts, taking over, swapping, standing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone

from incidents.actions import standins as actions
from incidents.forms.oncall import StandInForm, SwapForm, TakeOverForm
from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall.ical import person_address
from incidents.oncall.picture import picture_of
from incidents.oncall.roster import Roster, rosters, stand_now
from shell.forms import ActionForm, done, posted
from shell.templatetags.places import fills
from shell.wording import exact_words, span_words
from tenants.doors import desk_view
from tenants.models import Member
from tickets.views.desk import frame

AHEAD = timedelta(weeks=4)


@desk_view
def on_call(request: Any) -> HttpResponse:
    """Who is on call now, who is next, and the reader's own shifts."""
    now = timezone.now()
    found = rosters(since=now)
    context = {
        "standing": [each.standing(now) for each in found],
        "mine": sorted(
            (shift for each in found for shift in _shifts(each, now) if shift["member"].pk == request.member.pk),
            key=lambda shift: shift["start"],
        ),
        "address": request.tenant.url(f"/calendars/on-call/{person_address(request.member)}.ics"),
    }
    return frame.page(request, "incidents/desk/on_call.html", context, now=now, active="on-call")


@desk_view.form
def schedule(request: Any, schedule_id: int) -> HttpResponse:
    """One schedule's coming weeks; posting lets somebody stand in."""
    now = timezone.now()
    found = _roster(schedule_id, now)
    form = _stand_in_form(request)
    if form.carry_out(actions.stand_in, schedule_id=schedule_id, by=request.member, now=now):
        sentence = f"{form.result.member.name} stands in."
        return done(request, sentence, "incidents:on_call_schedule", schedule_id)
    shifts = _shifts(found, now)
    context = {
        "schedule": found.schedule,
        "standing": found.standing(now),
        "picture": picture_of(found, now=now, zone=timezone.get_current_timezone(), weeks=4),
        "shifts": shifts,
        "mine": [shift for shift in shifts if shift["member"].pk == request.member.pk],
        "overrides": [each for each in found.overrides.values() if each.cancelled_at is None],
        "arranges": actions.arranges(request.member),
        "form": form,
    }
    status = 422 if form.errors else 200
    return frame.page(
        request, "incidents/desk/on_call_schedule.html", context, now=now, active="on-call", status=status
    )


@desk_view.post
def take_over(request: Any, schedule_id: int) -> HttpResponse:
    form = TakeOverForm(request.POST)
    me = request.member.pk
    return _shown(request, schedule_id, form, actions.stand_in, "The shift is yours.", member_id=me)


@desk_view.post
def swap(request: Any, schedule_id: int) -> HttpResponse:
    return _shown(request, schedule_id, SwapForm(request.POST), actions.swap, "The two shifts are swapped.")


@desk_view.post
def cancel(request: Any, override_id: int) -> HttpResponse:
    """Undo standing in."""
    override = get_object_or_404(OnCallOverride, pk=override_id)
    form, now = ActionForm(request.POST), timezone.now()
    try:
        is_done = form.carry_out(actions.cancel_standing_in, override_id=override_id, by=request.member, now=now)
    except ObjectDoesNotExist:
        raise Http404("No such page.") from None
    return _told(request, override.schedule_id, form, "It is as the layers say again." if is_done else "")


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
    if not (standing := stand_now(now=timezone.now())):
        return ""
    return render_to_string("incidents/desk/_rail_on_call.html", {"standing": standing})


def _shown(
    request: Any, schedule_id: int, form: ActionForm, action: Callable[..., Any], said: str, **also: Any
) -> HttpResponse:
    get_object_or_404(OnCallSchedule.objects.current(), pk=schedule_id)
    is_done = form.carry_out(action, schedule_id=schedule_id, by=request.member, now=timezone.now(), **also)
    return _told(request, schedule_id, form, said if is_done else "")


def _told(request: Any, schedule_id: int, form: ActionForm, said: str) -> HttpResponse:
    if said:
        return done(request, said, "incidents:on_call_schedule", schedule_id)
    messages.error(request, form.refusal)
    return redirect("incidents:on_call_schedule", schedule_id)


def _stand_in_form(request: Any) -> StandInForm:
    people = Member.objects.working_tickets().select_related("user").order_by("user__name")
    offered = [(each.pk, each.name) for each in people]
    mine = [(request.member.pk, request.member.name)]
    choices = {
        "member": offered if actions.arranges(request.member) else mine,
        "instead_of": [("", "Whoever is on call"), *offered],
    }
    return StandInForm(posted(request), choices=choices, initial={"member": request.member.pk})


def _roster(schedule_id: int, now: datetime) -> Roster:
    found = rosters(OnCallSchedule.objects.current().filter(pk=schedule_id), since=now)
    if not found:
        raise Http404("No such page.")
    return found[0]


def _shifts(found: Roster, now: datetime) -> list[dict[str, Any]]:
    """Those of the coming weeks as the pages list them, in the reader's zone."""
    return [
        {
            "schedule": found.schedule,
            "member": found.people[shift.person],
            "start": shift.start,
            "end": shift.end,
            "span": span_words(timezone.localtime(shift.start), timezone.localtime(shift.end)),
            "exact": f"{exact_words(timezone.localtime(shift.start))} – {exact_words(timezone.localtime(shift.end))}",
            "value": f"{shift.start.isoformat()}/{shift.end.isoformat()}",
            "override": found.overrides.get(shift.source[1]) if shift.source[0] == "override" else None,
        }
        for shift in found.shifts(now, now + AHEAD)
    ]
