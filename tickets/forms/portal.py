"""What contacts fill in. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from agreements.models import Product
from shell.forms import ActionForm, ManyFilesField
from tickets.actions.new_ticket import BODY_MAX, SUBJECT_MAX
from tickets.forms.ticket import RequestForm


class NewTicketForm(RequestForm):
    """A request as its contact makes it."""

    subject = forms.CharField(
        label="In a few words",
        max_length=SUBJECT_MAX,
        error_messages={"required": "Say in a few words what it is about."},
    )
    body = forms.CharField(
        label="What happens, and what did you expect?",
        max_length=BODY_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Describe what happens and what you expected."},
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label="Which product?", required=False, empty_label="Not sure, or none of them"
    )

    @classmethod
    def again(cls, data: Any, **kwargs: Any) -> NewTicketForm:
        """What has been typed so far, not yet to be judged: for looking at what it would be promised."""
        kept = {name: data.get(name) for name in cls.base_fields if name != "files" and name in data}
        return cls(initial={"submission": uuid.uuid4(), **kept}, **kwargs)


class ReplyForm(ActionForm):
    """A message on a ticket."""

    field_of = {"attachments": "files"}

    body = forms.CharField(
        label="Your message", max_length=BODY_MAX, strip=False, error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Write your message"}),
    )  # fmt: skip
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]
    submission = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> ReplyForm:
        return cls(initial={"submission": uuid.uuid4()})
