"""What the desk fills in about maintenance. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from agreements.models import Product
from incidents.actions import maintenance as actions
from incidents.actions.maintenance import FARTHEST, LONGEST, REASON_MAX, TEXT_MAX
from incidents.maintenance.reach import components
from incidents.models import Maintenance
from incidents.models.maintenance import TITLE_MAX, MaintenanceEventKind
from shell.forms import ActionForm, MinuteField
from tenants.models import Member


def _text(label: str, limit: int = REASON_MAX, *, rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **said)


def _reason(label: str) -> forms.CharField:
    missing = {"required": "Give the reason; clients read it."}
    return _text(label, help_text="Clients read it.", error_messages=missing)


def _minute(label: str, missing: str = "", **said: Any) -> MinuteField:
    return MinuteField(label=label, required=bool(missing), error_messages={"required": missing}, **said)


def _seen_event() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


def _window() -> dict[str, MinuteField]:
    return {"start_at": _minute("From", "Say when it begins."), "end_at": _minute("To", "Say when it ends.")}


class PlanForm(ActionForm):
    """A plan, for once or for every so many weeks. `start_at` and `end_at` are by the reader's clocks."""

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
    start_at, end_at = _window().values()
    is_risky = forms.BooleanField(label="It is risky: something may fail while it is done", required=False)
    urgent_because = forms.CharField(
        label="Why can it not wait?", required=False, max_length=REASON_MAX,
        help_text="Where it says something, the work is urgent. Some agreements let urgent work come with less notice.",
    )  # fmt: skip
    description = _text(
        "What clients read", TEXT_MAX, rows=4, required=False, help_text="What they will notice, and what they can do."
    )
    notes = _text("Notes for the team", TEXT_MAX, required=False)
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

    def asked(self, about: Maintenance | None) -> tuple[Maintenance, set[int]] | None:
        """As much of it as agreements are asked about, and the products; None while that much is not filled in.

        `about` is the stored plan that it may take the place of.
        """
        self.is_valid()
        said = self.cleaned_data
        start, end, parts = said.get("start_at"), said.get("end_at"), said.get("parts")
        if not start or not end or not parts or abs(start - self.now) > FARTHEST:
            return None
        if not start < end <= start + LONGEST:
            return None
        work = Maintenance(pk=about.pk if about else None, planned_start_at=start, planned_end_at=end)
        for name in ("kind", "is_risky", "urgent_because"):
            setattr(work, name, said.get(name, ""))
        keys = {_part(each)[0] for each in parts}
        return work, set(Product.objects.filter(key__in=keys).values_list("pk", flat=True))

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

    seen_event = _seen_event()
    every_weeks = until = at_most = None  # type: ignore[assignment]  # how Django leaves out what a form inherits


@dataclass(frozen=True, slots=True)
class MaintenanceVerb:
    """Something done to one maintenance: by which action, and what is filled in for it, on the desk or by a program."""

    kind: MaintenanceEventKind
    label: str
    action: Callable[..., Maintenance]
    #: What it does, before somebody does it, and what is said once it is done.
    says: str
    done: str
    form: type[ActionForm]


def _form(**fields: forms.Field) -> type[ActionForm]:
    return type("VerbForm", (ActionForm,), fields)


Kind = MaintenanceEventKind
VERBS = {
    "announce": MaintenanceVerb(
        Kind.ANNOUNCED, "Announce", actions.announce_maintenance,
        "The clients concerned and everybody who subscribed are told. What each is owed and gets goes on record.",
        "Announced. Clients and subscribers are being told.",
        _form(text=_text("What clients read", TEXT_MAX, rows=4, required=False)),
    ),
    "start": MaintenanceVerb(
        Kind.STARTED, "Begin", actions.start_maintenance,
        "The status page says that the work is going on. A draft is announced with it.",
        "It is in progress.",
        _form(at=_minute("Since", help_text="Empty: now.")),
    ),
    "complete": MaintenanceVerb(
        Kind.COMPLETED, "Complete", actions.complete_maintenance,
        "Clients are told that the work is done.",
        "Completed. Clients are being told.",
        _form(
            at=_minute("Done at", help_text="Empty: now."),
            reason=_text("How it went", required=False, help_text="Clients read it."),
        ),
    ),
    "extend": MaintenanceVerb(
        Kind.EXTENDED, "Takes longer", actions.extend_maintenance,
        "Clients are told until when. It does not take back the end that was announced before the work began.",
        "Clients are being told.",
        _form(end_at=_minute("Until", "Say until when."), reason=_reason("Why does it take longer?")),
    ),
    "reschedule": MaintenanceVerb(
        Kind.RESCHEDULED, "Move", actions.reschedule_maintenance,
        "This is a new announcement: the notice it gives is looked at anew.",
        "Moved. Clients are being told.",
        _form(**_window(), reason=_reason("Why is it moved?")),
    ),
    "reword": MaintenanceVerb(
        Kind.REWORDED, "Change the words", actions.reword_maintenance,
        "Who was told of it is told what is different. Its times stay as they are.",
        "Changed. Clients are being told.",
        _form(
            **{name: PlanForm.base_fields[name] for name in ("title", "description", "is_risky")},
            seen_event=_seen_event(),
        ),
    ),
    "cancel": MaintenanceVerb(
        Kind.CANCELLED, "Cancel", actions.cancel_maintenance,
        "Whoever was told of it is told so.",
        "Cancelled.",
        _form(reason=_reason("Why will it not take place?")),
    ),
}  # fmt: skip


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
