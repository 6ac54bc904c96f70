"""What the desk fills in about maintenance. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from django import forms
from django.utils import timezone

from agreements.models import Product
from incidents.actions.maintenance import FARTHEST, LONGEST, REASON_MAX, TEXT_MAX
from incidents.maintenance.notice import Work
from incidents.maintenance.reach import components
from incidents.models import Maintenance
from incidents.models.maintenance import TITLE_MAX
from shell.forms import ActionForm, MinuteField
from tenants.models import Member


def reason_field(label: str = "Reason") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3}), help_text="Clients read it.",
        error_messages={"required": "Give the reason; clients read it."},
    )  # fmt: skip


class PlanForm(ActionForm):
    """A plan, for once or for every so many weeks. `start_at` and `end_at` are by the reader's clocks."""

    use_required_attribute = False

    title = forms.CharField(
        label="What is done?", max_length=TITLE_MAX, error_messages={"required": "Say in a few words what is done."}
    )
    kind = forms.ChoiceField(
        choices=Maintenance.Kind.choices, initial=Maintenance.Kind.PLANNED, widget=forms.RadioSelect
    )
    parts = forms.MultipleChoiceField(
        label="What does it affect?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it affects."},
    )  # fmt: skip
    start_at = MinuteField(label="From", error_messages={"required": "Say when it begins."})
    end_at = MinuteField(label="To", error_messages={"required": "Say when it ends."})
    is_risky = forms.BooleanField(label="It is risky: something may fail while it is done", required=False)
    urgent_because = forms.CharField(
        label="Why can it not wait?", required=False, max_length=REASON_MAX,
        help_text="Where it says something, the work is urgent. Some agreements let urgent work come with less notice.",
    )  # fmt: skip
    description = forms.CharField(
        label="What clients read", required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What they will notice, and what they can do.",
    )  # fmt: skip
    notes = forms.CharField(
        label="Notes for the team", required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    responsible = forms.ModelChoiceField(Member.objects.none(), required=False, empty_label="You")
    starts_by_itself = forms.BooleanField(label="It begins by itself: nobody has to say so", required=False)
    every_weeks = forms.IntegerField(label="Again every … weeks", required=False, min_value=1, max_value=52)
    until = forms.DateField(
        label="Not after", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at_most = forms.IntegerField(label="How often at most", required=False, min_value=1, max_value=500)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        choices: dict[str, Iterable[Any]] = {
            "parts": part_choices(now),
            "responsible": Member.objects.working_tickets().select_related("user"),
        }
        super().__init__(*args, choices=choices, **kwargs)
        self.now = now

    @property
    def is_series(self) -> bool:
        return bool(self.is_valid() and self.cleaned_data.get("every_weeks"))

    def arguments(self) -> dict[str, Any]:
        """Those of `plan_maintenance`, or of `plan_series` where it comes back."""
        chosen = super().arguments()
        chosen["parts"] = [_part(each) for each in chosen["parts"]]
        repeats = {name: chosen.pop(name, None) for name in ("every_weeks", "until", "at_most")}
        return {**chosen, **repeats, "timezone": timezone.get_current_timezone_name()} if self.is_series else chosen

    def asked(self) -> tuple[Work, list[str]] | None:
        """As much of it as agreements are asked about, and the products; None while that much is not filled in."""
        self.is_valid()
        said = self.cleaned_data
        start, end, parts = said.get("start_at"), said.get("end_at"), said.get("parts")
        if not start or not end or not parts or abs(start - self.now) > FARTHEST:
            return None
        if not start < end <= start + LONGEST:
            return None
        kind: Literal["planned", "emergency"] = "emergency" if said.get("kind") == "emergency" else "planned"
        urgent, risky = bool(said.get("urgent_because")), bool(said.get("is_risky"))
        work = Work(kind=kind, start=start, end=end, is_risky=risky, is_urgent=urgent)
        return work, [_part(each)[0] for each in parts]

    @staticmethod
    def of(maintenance: Maintenance) -> dict[str, Any]:
        """What a draft says, for changing it."""
        said = {name: getattr(maintenance, name) for name in PlanForm.base_fields if hasattr(maintenance, name)}
        parts = [f"{part.product.key}/{part.component}".rstrip("/") for part in maintenance.parts.all()]
        return said | {
            "parts": parts, "start_at": maintenance.planned_start_at, "end_at": maintenance.planned_end_at,
        }  # fmt: skip


class ChangeForm(PlanForm):
    """A draft as it is to be; how often it comes back was said when it was planned."""

    every_weeks = until = at_most = None  # type: ignore[assignment]  # how Django leaves out what a form inherits


class AnnounceForm(ActionForm):
    """What is said beside the window."""

    text = forms.CharField(
        label="What clients read", required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )


class RescheduleForm(ActionForm):
    """Another window, and why."""

    start_at = MinuteField(label="From", error_messages={"required": "Say when it begins."})
    end_at = MinuteField(label="To", error_messages={"required": "Say when it ends."})
    reason = reason_field("Why is it moved?")


class StartForm(ActionForm):
    """When the work began, where that was not now."""

    at = MinuteField(label="Since", required=False, help_text="Empty: now.")


class ExtendForm(ActionForm):
    """Until when it takes now, and why."""

    end_at = MinuteField(label="Until", error_messages={"required": "Say until when."})
    reason = reason_field("Why does it take longer?")


class CompleteForm(ActionForm):
    """When the work was done, where that was not now."""

    at = MinuteField(label="Done at", required=False, help_text="Empty: now.")
    reason = forms.CharField(
        label="How it went", required=False, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Clients read it.",
    )  # fmt: skip


class CancelForm(ActionForm):
    """Why it will not take place."""

    reason = reason_field("Why will it not take place?")


def part_choices(now: datetime) -> list[tuple[str, str]]:
    """Products, each followed by its components, as `product` and `product/component`."""
    offered = components(at=now)
    found = []
    for product in Product.objects.filter(retired_at=None):
        found.append((product.key, product.name))
        found += [
            (f"{product.key}/{key}", f"{product.name}: {name}") for key, name in offered.get(product.key, {}).items()
        ]
    return found


def _part(choice: str) -> tuple[str, str]:
    product, _, component = choice.partition("/")
    return product, component
