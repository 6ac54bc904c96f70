"""Forms about where messages go. They ask and carry out; the rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms

from notifications import egress, webhooks
from shell.forms import ActionForm


class ChannelForm(ActionForm):
    name = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "My phone", "autocomplete": "off"}),
        help_text="What you and those who plan on-call call it.",
    )
    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "placeholder": "https://hooks.slack.com/services/…",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
        help_text="It holds the keys to the channel, so it is not shown again once it is saved.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text += f" {egress.reach_words()}"


class WebhookForm(ActionForm):
    url = forms.CharField(
        label="Address",
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/slatrack", "autocomplete": "off"}),
    )
    description = forms.CharField(max_length=200, required=False, help_text="What it is for.")
    events = forms.MultipleChoiceField(
        label="Hears of",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices={"events": webhooks.events().items()}, **kwargs)
        where = egress.reach_words("It has to be reachable on the internet.")
        self.fields["url"].help_text = f"We post to it, signed, and wait 15 seconds for its answer. {where}"
