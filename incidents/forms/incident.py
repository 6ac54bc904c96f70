"""What is filled in about incidents. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

from incidents.actions.course import REASON_MAX
from incidents.actions.declaration import TITLE_MAX
from incidents.actions.update import BODY_MAX
from incidents.board import filling
from incidents.forms.hurts import Chosen, HurtsField, Part, chosen_of
from incidents.models import Incident, Role
from incidents.models.kinds import Kind
from shell.forms import ActionForm, MinuteField
from tenants.models import Member
from tickets.conversation import markup
from tickets.models import Ticket

LOOK = "look"


def _reason(label: str, missing: str, **said: Any) -> forms.CharField:
    text = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, max_length=REASON_MAX, widget=text, error_messages={"required": missing}, **said
    )


class FillingForm(ActionForm):
    """One whose `body` may have placeholders in it: filled in when it is sent, and shown so before if that is asked."""

    #: What they stand for, by what was filled in.
    values: Callable[[filling.Chosen], Mapping[str, str]] = staticmethod(lambda chosen: {})

    def carry_out(self, action: Callable[..., Any], **arguments: Any) -> bool:
        return LOOK not in self.data and super().carry_out(action, **arguments)

    def arguments(self) -> dict[str, Any]:
        chosen = super().arguments()
        return {**chosen, "body": filling.filled(chosen["body"], self.values(self.cleaned_data))}

    @property
    def preview(self) -> str:
        """How it would read if it was sent now; "" where nothing is to be filled in."""
        body = self["body"].value() or ""
        if not self.is_bound or not filling.braced(body):
            return ""
        self.is_valid()
        return markup.render(filling.filled(body, self.values(self.cleaned_data)))

    @property
    def problem(self) -> str:
        """Why it would not be sent as it stands."""
        return filling.problem_of(self["body"].value() or "")


class AffectedForm(ActionForm):
    hurts = HurtsField(required=False, label="What is affected")


class DeclarationForm(AffectedForm, FillingForm):
    title = forms.CharField(
        label="What is wrong, in a few words", max_length=TITLE_MAX,
        help_text="The public reads it once the incident is on the status page.",
        error_messages={"required": "Say in a few words what is wrong."},
    )  # fmt: skip
    level = forms.CharField(max_length=60, error_messages={"required": "Choose a level from the agreement."})
    started_at = MinuteField(label="Began", required=False, help_text="As far as you know. Your time.")
    body = forms.CharField(
        label="A first word to everybody", required=False, max_length=BODY_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Goes to the status page and its subscribers where the incident is public. Linked tickets get it as "
        "an acknowledgement: that you know is no answer yet, your first update is.",
    )  # fmt: skip
    tickets = forms.ModelMultipleChoiceField(
        Ticket.objects.none(), to_field_name="number", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "There is no ticket #%(value)s."},
    )  # fmt: skip
    submission = forms.UUIDField(widget=forms.HiddenInput)


class UpdateForm(AffectedForm, FillingForm):
    """A word to everybody, with where it stands and what is affected; or a note for colleagues."""

    kind = forms.ChoiceField(choices=[(kind, kind.label) for kind in (Kind.PUBLIC_UPDATE, Kind.INTERNAL_NOTE)])
    body = forms.CharField(
        label="Your update", max_length=BODY_MAX, strip=False, error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={
            "rows": 3,
            "placeholder": "What is known, what is done, what people can do meanwhile.",
            "data-hotkey": "a",
            "data-hotkey-label": "Write an update",
        }),
    )  # fmt: skip
    status = forms.TypedChoiceField(
        required=False, coerce=Incident.Status, empty_value=None,
        choices=[each for each in Incident.Status.choices if each[0] != Incident.Status.RESOLVED],
    )  # fmt: skip
    affected_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    status_seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-drafted": True}))
    only_acknowledges = forms.BooleanField(
        required=False, label="It says no more than that we know: no answer to the tickets"
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)
    seen_event = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, incident: Incident, *, parts: Sequence[Part], hurts: Chosen, seen_event: int) -> UpdateForm:
        initial = {
            "kind": Kind.PUBLIC_UPDATE, "status": incident.status, "status_seen": incident.status, "hurts": hurts,
            "affected_seen": spelt(hurts), "submission": uuid.uuid4(), "seen_event": seen_event,
        }  # fmt: skip
        return cls(choices={"hurts": parts}, initial=initial)

    def clean(self) -> dict[str, Any]:
        """What was not touched here is left as others may have set it meanwhile."""
        chosen = self.cleaned_data
        if chosen.pop("status_seen", "") == chosen.get("status"):
            chosen["status"] = None
        return chosen

    @property
    def is_public(self) -> bool:
        return bool(self.cleaned_data["kind"] == Kind.PUBLIC_UPDATE)

    def arguments(self) -> dict[str, Any]:
        """Those of `post_update`, or of `add_note`."""
        chosen = super().arguments()
        if not self.is_public:
            return {"body": self.cleaned_data["body"], "submission": chosen["submission"]}
        del chosen["kind"]
        now = spelt(chosen_of(chosen["hurts"]))
        if now == chosen.pop("affected_seen"):
            del chosen["hurts"]
        return {"substantive": not chosen.pop("only_acknowledges"), **chosen}

    def having_seen(self, event: int, status: Incident.Status) -> None:
        """After a refusal the page shows everything again, so the next attempt has seen it."""
        untouched = self.data.get("status") == self.data.get("status_seen")
        self.amend(seen_event=event, status_seen=status, **({"status": status} if untouched else {}))


def spelt(hurts: Chosen) -> str:
    """What is affected, as a form keeps what it began with."""
    return " ".join(sorted(f"{product}:{component}:{impact}" for (product, component), impact in hurts.items()))


class RelevelForm(ActionForm):
    level = forms.CharField(max_length=60, error_messages={"required": "Choose a level."})
    reason = _reason("Why", "Say why.", help_text="Colleagues read it. The public reads your updates.")


class DutyForm(ActionForm):
    """Who has a role from now on; nobody where none is chosen."""

    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)
    to = forms.ModelChoiceField(
        Member.objects.none(), required=False, error_messages={"invalid_choice": "Choose somebody from the list."}
    )


class StepForm(ActionForm):
    """That a step of the agreement was reached: now, or at the time that is given (C5)."""

    step = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reached_at = MinuteField(label="Reached", required=False, help_text="Your time. Empty: now.")


class ResolutionForm(FillingForm):
    body = forms.CharField(
        label="The last word to everybody", max_length=BODY_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what it was and that it is over."},
        help_text="What it was, since when it works again, what people may still notice.",
    )  # fmt: skip
    solve_tickets = forms.BooleanField(required=False, initial=True, label="Solve the linked tickets too")
    submission = forms.UUIDField(widget=forms.HiddenInput)
    seen_event = forms.IntegerField(widget=forms.HiddenInput)


class ReopeningForm(ActionForm):
    reason = _reason("What is wrong again?", "Say what is wrong again.")


class MergerForm(ActionForm):
    field_of = {"into_id": "into"}
    into = forms.ModelChoiceField(
        Incident.objects.none(), to_field_name="number", widget=forms.RadioSelect, empty_label=None,
        label="The incident that goes on",
        error_messages={
            "required": "Choose the incident that goes on.", "invalid_choice": "Choose an open incident.",
        },
    )  # fmt: skip
    reason = _reason("What do they have in common?", "Say what they have in common.")

    def arguments(self) -> dict[str, Any]:
        return {"into_id": self.cleaned_data["into"].pk, "reason": self.cleaned_data["reason"]}


class LinkingForm(ActionForm):
    """Which open incident tickets are about."""

    field_of = {"incident_id": "incident"}
    incident = forms.ModelChoiceField(
        Incident.objects.none(), to_field_name="number", widget=forms.RadioSelect, empty_label=None,
        error_messages=dict.fromkeys(["required", "invalid_choice"], "There is no such open incident. Choose one."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        incidents = Incident.objects.open().with_version().newest_first()
        super().__init__(*args, choices={"incident": incidents}, **kwargs)

    def arguments(self) -> dict[str, Any]:
        return {"incident_id": self.cleaned_data["incident"].pk}


class TitleForm(ActionForm):
    title = forms.CharField(max_length=TITLE_MAX, error_messages={"required": "Say in a few words what is wrong."})


class LinkForm(ActionForm):
    """A ticket by its number."""

    field_of = {"tickets": "number"}
    number = forms.RegexField(
        r"^\s*#?\s*\d{1,18}\s*$", label="Ticket", error_messages={
            "required": "Give the number of a ticket.", "invalid": "Give the number of a ticket, like 1234.",
        },
    )  # fmt: skip

    def clean_number(self) -> Ticket:
        number = int(self.cleaned_data["number"].strip(" #"))
        ticket = Ticket.objects.filter(number=number).first()
        if ticket is None:
            raise forms.ValidationError(f"There is no ticket #{number}.")
        return ticket

    def arguments(self) -> dict[str, Any]:
        return {"tickets": [self.cleaned_data["number"]]}
