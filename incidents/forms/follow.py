"""What a contact who asks to be told may say beside."""

from __future__ import annotations

from django import forms

from shell.forms import ActionForm
from tickets.actions.new_ticket import BODY_MAX

#: What we write beside it has to fit too.
WORD_MAX = BODY_MAX - 1000


class FollowForm(ActionForm):
    """Nothing has to be said."""

    body = forms.CharField(
        required=False,
        max_length=WORD_MAX,
        error_messages={"max_length": f"Keep it to {WORD_MAX:,} characters, or file a request of your own."},
    )
