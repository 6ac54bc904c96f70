"""A ready text for updates, as owners write it."""

from __future__ import annotations

from django import forms

from incidents.actions.update import BODY_MAX
from incidents.board.filling import PLACEHOLDERS
from incidents.models import Incident
from shell.forms import ActionForm
from shell.wording import listed

_FILLED = listed(f"{{{word}}} ({what})" for word, what in PLACEHOLDERS.items())


class UpdateTemplateForm(ActionForm):
    name = forms.CharField(max_length=80, error_messages={"required": "Give it a name."})
    status = forms.ChoiceField(
        label="For when it is", required=False, choices=[("", "Any status"), *Incident.Status.choices],
        help_text="The composer sets this status with it.",
    )  # fmt: skip
    body = forms.CharField(
        label="What it says", max_length=BODY_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what the update says."},
        help_text=f"Filled in when it is sent: {_FILLED}.",
    )  # fmt: skip
