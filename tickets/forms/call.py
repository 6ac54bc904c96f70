"""A call that somebody writes down: who called, when, and what was said (C9)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms

from shell.forms import ActionForm, MinuteField
from tenants.models import Contact
from tickets.actions.new_ticket import BODY_MAX
from tickets.forms.desk import local_minute


class CallForm(ActionForm):
    """What was said on the phone."""

    called_at = MinuteField(
        label="When",
        error_messages={"required": "Say when they called."},
    )
    body = forms.CharField(
        label="What was said", max_length=BODY_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write down what was said."},
    )  # fmt: skip
    submission = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, data: Any, *, now: datetime, **more: Any) -> Any:
        initial = {"called_at": local_minute(now), "submission": uuid.uuid4(), **more.pop("initial", {})}
        return cls(data, initial=initial, **more)


class TicketCallForm(CallForm):
    """A call about a ticket comes from its client."""

    caller = forms.ModelChoiceField(
        Contact.objects.none(),
        label="Who called",
        empty_label=None,
        error_messages={
            "required": "Choose who called.",
            "invalid_choice": "Choose somebody of the ticket's own client.",
        },
    )
    field_order = ["caller", "called_at", "body"]
