"""What is filled in when a pause is contested, and when that is answered."""

from __future__ import annotations

from django import forms

from shell.forms import ActionForm
from tickets.actions.contest import REASON_MAX
from tickets.models import PauseContest


class ContestForm(ActionForm):
    """Why time that did not count should have."""

    reason = forms.CharField(
        label="Why should this time have counted?", max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example: you had answered already, or nobody had asked you anything.",
        error_messages={"required": "Say why this time should have counted."},
    )  # fmt: skip


class AnswerContestForm(ActionForm):
    """Whether the pause stands, and why; the client reads it."""

    outcome = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect,
        choices=[
            (PauseContest.Outcome.KEPT, "The pause stands: this time does not count"),
            (PauseContest.Outcome.STRUCK, "Strike it out: this time counts"),
        ],
        error_messages={"required": "Choose whether the pause stands.",
        "invalid_choice": "Choose whether the pause stands."},
    )  # fmt: skip
    answer = forms.CharField(
        label="What you tell the client", max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It goes to them by mail, and stays on the ticket's history.",
        error_messages={"required": "Explain your answer; the client reads it."},
    )  # fmt: skip
