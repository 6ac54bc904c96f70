"""What contacts fill in. Forms read and shape input; what is allowed is decided by the actions."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet

from agreements.document import AgreementDocument
from agreements.models import Product
from shell.forms import ActionForm, ManyFilesField
from tickets.actions.new_ticket import BODY_MAX, SUBJECT_MAX


class NewTicketForm(ActionForm):
    """A request as its contact makes it. The level may be left out where the type of request decides it (D6)."""

    field_of = {"attachments": "files"}
    # What is missing is said in our words beside its field, not in the browser's.
    use_required_attribute = False

    request_type = forms.ChoiceField(error_messages={"required": "Choose what kind of request this is."})
    subject = forms.CharField(
        label="In a few words", max_length=SUBJECT_MAX,
        error_messages={"required": "Say in a few words what it is about."},
    )  # fmt: skip
    body = forms.CharField(
        label="What happens, and what did you expect?", max_length=BODY_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Describe what happens and what you expected."},
    )  # fmt: skip
    product = forms.ModelChoiceField(
        Product.objects.none(), label="Which product?", required=False, empty_label="Not sure, or none of them"
    )
    level = forms.CharField(required=False)
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: AgreementDocument, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["request_type"].choices = [(kind.key, kind.name) for kind in document.request_types]  # type: ignore[attr-defined]
        self.fields["product"].queryset = products  # type: ignore[attr-defined]

    @classmethod
    def again(cls, data: Any, **kwargs: Any) -> NewTicketForm:
        """What has been typed so far, not yet to be judged: for looking at what it would be promised."""
        kept = {name: data.get(name) for name in cls.base_fields if name != "files" and name in data}
        return cls(initial={"submission": uuid.uuid4(), **kept}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A type that decides the level itself decides it here too; otherwise one has to be chosen."""
        cleaned = super().clean() or self.cleaned_data
        kind = self.document.request_types.get(cleaned.get("request_type") or "")
        if kind is not None and kind.forced_level:
            cleaned["level"] = kind.forced_level
        elif not cleaned.get("level"):
            self.add_error("level", f"Choose a {self.document.scheme.name.lower()}.")
        return cleaned


class ReplyForm(ActionForm):
    """A message on a ticket."""

    field_of = {"attachments": "files"}
    use_required_attribute = False

    body = forms.CharField(
        label="Your message", max_length=BODY_MAX, strip=False, error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Write your message"}),
    )  # fmt: skip
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]
    submission = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> ReplyForm:
        return cls(initial={"submission": uuid.uuid4()})


class ReopenForm(ActionForm):
    """Why a solved ticket is not solved."""

    use_required_attribute = False

    reason = forms.CharField(
        label="What is still wrong?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is still wrong."},
    )  # fmt: skip


class WithdrawalForm(ActionForm):
    """Why a workaround does not hold."""

    use_required_attribute = False

    reason = forms.CharField(
        label="What does not work?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what does not work."},
    )  # fmt: skip
