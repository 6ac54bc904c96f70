"""What is filled in at both doors: a request, why it is not solved, why a workaround does not hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from agreements.document import AgreementDocument
from agreements.models import Product
from shell.forms import ActionForm, ManyFilesField
from tickets.actions.new_ticket import BODY_MAX, SUBJECT_MAX


def types_of(document: AgreementDocument) -> list[tuple[str, str]]:
    """What can be asked for, as choices."""
    return [(kind.key, kind.name) for kind in document.request_types]


class RequestForm(ActionForm):
    """A request. The level may be left out where its type decides it (D6)."""

    field_of = {"attachments": "files"}
    # What is missing is said in our words beside its field, not in the browser's.

    request_type = forms.ChoiceField(
        label="Type of request", error_messages={"required": "Choose what kind of request this is."}
    )
    subject = forms.CharField(
        max_length=SUBJECT_MAX, error_messages={"required": "Say in a few words what it is about."}
    )
    body = forms.CharField(max_length=BODY_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 5}))
    product = forms.ModelChoiceField(Product.objects.none(), required=False)
    level = forms.CharField(required=False)
    # A form keeps its uploads in `files`; the field of that name is only ever reached as form["files"].
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: AgreementDocument, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, choices={"request_type": types_of(document), "product": products}, **kwargs)
        self.document = document

    def clean(self) -> dict[str, Any]:
        """A type that decides the level itself decides it here too; otherwise one has to be chosen."""
        cleaned = super().clean() or self.cleaned_data
        kind = self.document.request_types.get(cleaned.get("request_type") or "")
        if kind is not None and kind.forced_level:
            cleaned["level"] = kind.forced_level
        elif not cleaned.get("level"):
            self.add_error("level", f"Choose a {self.document.scheme.name.lower()}.")
        return cleaned

    @property
    def product_key(self) -> str | None:
        """The product as it is chosen so far."""
        try:
            product = self.fields["product"].clean(self["product"].value())
        except ValidationError:
            return None
        return product.key if product else None


def _why(label: str, missing: str) -> forms.CharField:
    text = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=1000, widget=text, error_messages={"required": missing})


class ReopenForm(ActionForm):
    """Why a solved ticket is not solved."""

    reason = _why("What is still wrong?", "Say what is still wrong.")


class WithdrawalForm(ActionForm):
    """Why a workaround does not hold."""

    reason = _why("What does not work?", "Say what does not work.")
