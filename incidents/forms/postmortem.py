"""What was learned from an incident, as its people write it down."""

from __future__ import annotations

from typing import Any

from django import forms

from incidents.actions.postmortem import TEXT_MAX, TITLE_MAX
from shell.forms import ActionForm
from tenants.models import Member


def _text(label: str, rows: int, **said: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=TEXT_MAX, strip=False, widget=area, **said)


class PostmortemForm(ActionForm):
    summary = _text("In a few sentences", 3, error_messages={"required": "Say in a few sentences what it was."})
    what_happened = _text("What happened, when", 6, required=False)
    causes = _text("Why it could happen", 5, required=False)
    what_we_do = _text("What we do about it", 5, required=False)


class PostmortemActionForm(ActionForm):
    title = forms.CharField(
        label="What is to be done", max_length=TITLE_MAX, error_messages={"required": "Say what is to be done."}
    )
    owner = forms.ModelChoiceField(
        Member.objects.none(), label="Who", empty_label="Choose somebody",
        error_messages={"required": "Choose who does it.", "invalid_choice": "Choose somebody from the list."},
    )  # fmt: skip
    due_on = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say until when.", "invalid": "Give a day, like 2026-11-20."},
    )  # fmt: skip
