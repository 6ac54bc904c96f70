"""Forms of news, and of strangers who want to hear of something."""

from __future__ import annotations

from typing import Any

from django import forms

from agreements.forms.topics import TopicsForm
from shell.forms import ActionForm
from statuspage.actions import BODY_MAX
from statuspage.models import TITLE_MAX, NewsPost


class NewsForm(ActionForm):
    kind = forms.ChoiceField(label="What is it?", choices=NewsPost.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(max_length=TITLE_MAX, help_text="The subject of the mail, too.")
    body = forms.CharField(
        label="Text", max_length=BODY_MAX, widget=forms.Textarea(attrs={"rows": 10}), help_text="Markdown works."
    )
    products = forms.MultipleChoiceField(
        label="About",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Subscribers of single services hear of it only where theirs is ticked. None: of everything.",
    )


class SubscribeForm(TopicsForm):
    """An address, and what it wants to hear of."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write the address that the mail goes to.",
            "invalid": "That is no e-mail address. It looks like name@example.com.",
        },
    )
    webhook_url = forms.URLField(
        label="Webhook",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Where there is one, news are posted there; your address confirms it and manages it.",
    )

    def __init__(self, *args: Any, own_email: str = "", **kwargs: Any) -> None:
        """`own_email`: that of who is signed in, where nobody else may subscribe."""
        super().__init__(*args, **kwargs)
        if own_email:
            self.fields["email"].initial = own_email
            self.fields["email"].disabled = True
