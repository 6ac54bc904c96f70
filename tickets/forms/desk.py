"""What agents fill in. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements.document import AgreementDocument
from agreements.models import Product
from clocks.replay.reasons import THIRD_PARTY
from shell.forms import ActionForm, ManyFilesField, MinuteField
from tickets.actions.new_ticket import BODY_MAX
from tickets.actions.status import THIRD_PARTY_MAX
from tickets.forms.ticket import RequestForm, types_of
from tickets.models import Message, Ticket
from tickets.models.ticket import TicketQuerySet

#: What sending may do beside leaving the ticket in a status.
FOR_A_THIRD_PARTY = THIRD_PARTY.slug
GIVES_WORKAROUND = "workaround"


class AnswerForm(ActionForm):
    """A reply, an acknowledgement or a note, and where it leaves the ticket."""

    field_of = {"attachments": "files"}
    kind = forms.ChoiceField(
        choices=[(kind, kind.label) for kind in Message.Kind if kind != Message.Kind.CLIENT], initial=Message.Kind.REPLY
    )
    body = forms.CharField(
        label="Your answer", max_length=BODY_MAX, strip=False, error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={
                "rows": 3,
                "placeholder": "Write your answer.",
                "data-hotkey": "a",
                "data-hotkey-label": "Write an answer",
            }),
    )  # fmt: skip
    # A form keeps its uploads in `files`; the field of that name is only ever reached as form["files"].
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]
    then = forms.ChoiceField(
        label="Then", required=False, error_messages={"invalid_choice": "Choose from the list what happens then."},
        choices=[("", "Leave it as it is"), *Ticket.Status.choices, *Ticket.HoldFor.choices,
        (GIVES_WORKAROUND, "Workaround given")],
    )  # fmt: skip
    third_party = forms.CharField(
        label="Whom does it wait for?", required=False, max_length=THIRD_PARTY_MAX,
        widget=forms.TextInput(attrs={"placeholder": "Whom does it wait for? The client reads it."}),
    )  # fmt: skip
    submission = forms.UUIDField(widget=forms.HiddenInput)
    seen_event = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, *, seen_event: int) -> AnswerForm:
        return cls(
            initial={"kind": Message.Kind.REPLY, "submission": uuid.uuid4(), "seen_event": seen_event, "then": ""}
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.gives_workaround and cleaned.get("kind") != Message.Kind.REPLY:
            self.add_error("then", "A workaround goes to the client in a reply. Choose “Reply” above.")
        return cleaned

    @property
    def gives_workaround(self) -> bool:
        return self.cleaned_data.get("then") == GIVES_WORKAROUND

    def arguments(self) -> dict[str, Any]:
        """Those of `answer`, or of `give_workaround`."""
        chosen = super().arguments()
        kind, then, third_party = (chosen.pop(name) for name in ("kind", "then", "third_party"))
        if then == GIVES_WORKAROUND:
            return chosen
        if then == FOR_A_THIRD_PARTY:
            return {**chosen, "kind": kind, "then": Ticket.Status.ON_HOLD, "third_party": third_party}
        return {**chosen, "kind": Message.Kind(kind), "then": Ticket.Status(then) if then else None}

    def having_seen(self, event: int) -> None:
        """After a refusal the page shows everything again, so the next attempt has seen it."""
        self.amend(seen_event=event)


class ReclassifyForm(ActionForm):
    """Another level or type, and why; the client reads the reason (B10)."""

    level = forms.CharField()
    request_type = forms.ChoiceField(label="Type of request")
    reason = forms.CharField(
        label="Reason", max_length=1000, help_text="The client sees this, beside the old and the new classification.",
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Give the reason; the client sees it."},
    )  # fmt: skip

    def __init__(self, *args: Any, document: AgreementDocument, **kwargs: Any) -> None:
        super().__init__(*args, choices={"request_type": types_of(document)}, **kwargs)
        self.fields["level"].error_messages["required"] = f"Choose a {document.scheme.name.lower()}."


class ScopeForm(ActionForm):
    """Whose side the cause is on, and whether it can be repeated (A6)."""

    scope = forms.ChoiceField(choices=Ticket.Scope.choices, label="Where is the cause?", widget=forms.RadioSelect)
    reproducibility = forms.ChoiceField(
        choices=Ticket.Reproducibility.choices, label="Can it be reproduced?", widget=forms.RadioSelect
    )


class HoldForm(ActionForm):
    """Whom the ticket waits for, and why."""

    third_party = forms.CharField(
        label="Whom does it wait for?",
        max_length=THIRD_PARTY_MAX,
        error_messages={"required": "Say whom it waits for."},
    )
    reason = forms.CharField(
        label="What for?", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client reads both.",
    )  # fmt: skip


class WorkaroundForm(ActionForm):
    """What the client can do meanwhile, as a reply or as a note of where they have it from (C2)."""

    body = forms.CharField(
        label="What can the client do until it is fixed?", required=False, max_length=BODY_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 5}), help_text="Goes to the client as a reply.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Or, if they have it already: from where?", required=False, max_length=1000,
        help_text="For the record, such as “Told by phone”. The client reads it too.",
    )  # fmt: skip
    submission = forms.UUIDField(widget=forms.HiddenInput)


class MergeForm(ActionForm):
    """Which ticket goes on in place of this one, and why."""

    field_of = {"into_id": "into"}
    into = forms.ModelChoiceField(
        Ticket.objects.none(), to_field_name="number", widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the ticket that goes on.",
            "invalid_choice": "Choose an open ticket of the same client.",
        },
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", max_length=1000, initial="It is about the same.",
        help_text="The client reads it on both tickets.",
        error_messages={"required": "Give the reason; the client reads it."},
    )  # fmt: skip

    def __init__(self, *args: Any, candidates: TicketQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, choices={"into": candidates}, **kwargs)

    def arguments(self) -> dict[str, Any]:
        return {"into_id": self.cleaned_data["into"].pk, "reason": self.cleaned_data["reason"]}


class NewTicketForm(RequestForm):
    """A request that came in by phone, mail or chat and is written down by an agent."""

    body = forms.CharField(
        label="What they said", max_length=BODY_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Describe what happens and what they expected."},
    )  # fmt: skip
    product = forms.ModelChoiceField(Product.objects.none(), required=False, empty_label="Not about one product")
    channel = forms.ChoiceField(
        label="How it came in",
        choices=[(each, each.label) for each in (Ticket.Channel.PHONE, Ticket.Channel.EMAIL, Ticket.Channel.CHAT)],
    )
    received_at = MinuteField(
        label="Received", help_text="When the client told us. Clocks start here.",
        error_messages={"required": "Say when it reached us."},
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, products=Product.objects.filter(retired_at=None), **kwargs)
        self.now = now

    def clean_received_at(self) -> datetime:
        received: datetime = self.cleaned_data["received_at"]
        if received > self.now:
            raise ValidationError("This lies in the future. Give the time at which it reached us.")
        return received


def local_minute(instant: datetime) -> datetime:
    """The reader's time of an instant, as the input of a day and a time takes it."""
    return timezone.localtime(instant).replace(second=0, microsecond=0)
