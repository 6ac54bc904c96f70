"""Forms about on-call schedules. They ask and carry out; the rules are the actions'."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from agreements.businesstime.local_hours import WEEKDAYS
from incidents.actions.oncall import NOBODY
from incidents.oncall.rota import DAYS
from shell.entry import instant_of
from shell.forms import ActionForm, MinuteField
from tenants.forms import timezone_field

_CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
#: Empty places that a form offers for more people.
ROOM = 3


class ScheduleForm(ActionForm):
    name = forms.CharField(max_length=120, help_text="What is answered for: “Platform”, “Second line”.")
    timezone = timezone_field(label="Time zone", help_text="People hand over by the clock on the wall there.")


class PeopleInOrder(forms.SelectMultiple):
    """One choice a place, in order; places left empty count for nothing."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        places = [*(str(each) for each in value or []), *[""] * ROOM]
        offered = [(str(each), label) for each, label in self.choices]
        given = {"name": name, "places": places, "offered": offered, "attrs": attrs or {}}
        return render_to_string("incidents/settings/_people.html", given)


class LayerForm(ActionForm):
    """A rotation: who, how long each, from when, and at which hours."""

    field_of = {"turn_days": "every"}

    name = forms.CharField(max_length=80, help_text="“Primary”, “Nights”, “Weekends”.")
    people = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=PeopleInOrder,
        error_messages={"required": NOBODY},
        help_text="In their order. Somebody may stand in it more than once.",
    )
    every = forms.IntegerField(label="Each for", min_value=1, max_value=366, initial=1)
    unit = forms.ChoiceField(label="Days or weeks", choices=[("7", "weeks"), ("1", "days")])
    handover = forms.TimeField(label="Hand-over at", widget=_CLOCK, initial=time(9))
    first_day = forms.DateField(
        label="First hand-over on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The first of the list takes over then. Where it lies behind us, the turns are counted from it.",
    )
    timezone = timezone_field(label="Time zone", empty="As the schedule")
    hours = forms.ChoiceField(
        label="When", choices=[("always", "Round the clock"), ("own", "Only at these hours")],
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """`initial` is a layer's, as the database has it."""
        given = dict(initial or {})
        hours, turn_days = given.pop("hours", {}), given.pop("turn_days", 7)
        given["unit"], given["every"] = ("7", turn_days // 7) if turn_days % 7 == 0 else ("1", turn_days)
        given["hours"] = "own" if hours else "always"
        for day, (opens, closes) in hours.items():
            given[f"{day}_from"], given[f"{day}_until"] = opens, closes
        super().__init__(*args, initial=given, **kwargs)
        for day, name in zip(WEEKDAYS, DAYS, strict=True):
            self.fields[f"{day}_from"] = forms.TimeField(label=f"{name} from", required=False, widget=_CLOCK)
            self.fields[f"{day}_until"] = forms.TimeField(label=f"{name} until", required=False, widget=_CLOCK)

    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The week's rows, for the template."""
        return [
            (name, self[f"{day}_from"], self[f"{day}_until"]) for day, name in zip(WEEKDAYS, DAYS, strict=True)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        own: dict[str, list[str]] = {}
        for day, name in zip(WEEKDAYS, DAYS, strict=True):
            opens, closes = given.pop(f"{day}_from", None), given.pop(f"{day}_until", None)
            if given.get("hours") != "own" or (opens is None and closes is None):
                continue
            if opens is None or closes is None:
                self.add_error("hours", f"Say from when and until when on {name}.")
            else:
                own[day] = [f"{opens:%H:%M}", f"{closes:%H:%M}"]
        if given.get("hours") == "own" and not own:
            self.add_error("hours", "Give at least one day its hours, or choose round the clock.")
        if "hours" in given:
            given["hours"] = own
        if {"every", "unit"} <= given.keys():
            given["every"] *= int(given.pop("unit"))
        return given


class StandInForm(ActionForm):
    field_of = {"member_id": "member", "instead_of_id": "instead_of"}

    member = forms.TypedChoiceField(label="Who stands in", coerce=int)
    instead_of = forms.TypedChoiceField(
        label="For whom", coerce=int, required=False, empty_value=None,
        help_text="Takes what that colleague has during this time. Nobody in particular: stands before everybody.",
    )  # fmt: skip
    starts_at = MinuteField(label="From")
    ends_at = MinuteField(label="Until")
    reason = forms.CharField(max_length=200, required=False, help_text="Colleagues read it beside the shift.")


class TakeOverForm(ActionForm):
    """A colleague's shift, as the page named it."""

    field_of = {"instead_of_id": "instead_of"}

    instead_of = forms.IntegerField(min_value=1)
    starts_at = forms.DateTimeField()
    ends_at = forms.DateTimeField()


class ShiftField(forms.CharField):
    """A shift as the page named it, `start/end`."""

    def clean(self, value: Any) -> tuple[datetime, datetime]:
        start, _, end = super().clean(value).partition("/")
        span = instant_of(start), instant_of(end)
        if span[0] is None or span[1] is None:
            raise ValidationError("Choose a shift from the list.")
        return span[0], span[1]


class SwapForm(ActionForm):
    """A colleague's shift for one of one's own."""

    field_of = {"colleague_id": "instead_of"}

    instead_of = forms.IntegerField(min_value=1)
    theirs = ShiftField()
    mine = ShiftField(error_messages={"required": "Choose the shift that you give for it."})
