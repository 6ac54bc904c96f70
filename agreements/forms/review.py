"""The form with which a draft is sent back."""

from __future__ import annotations

from django import forms

from shell.forms import ActionForm


class SendBackForm(ActionForm):
    # What is missing is said by the action, so that every way to send a draft back says it alike.
    use_required_attribute = False
    reason = forms.CharField(
        label="What has to change",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The author reads it, and it is kept in the history.",
    )
