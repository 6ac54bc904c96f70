"""The choice that goes with publishing a version."""

from __future__ import annotations

from django import forms

from agreements.models import AgreementVersion
from shell.forms import ActionForm

AppliesTo = AgreementVersion.AppliesTo


class PublishForm(ActionForm):
    # The reason is needed for one of the choices only.
    applies_to = forms.ChoiceField(
        label="For which tickets",
        choices=[
            (AppliesTo.NEW, "New tickets only. Those that are open keep the version they were opened under."),
            (AppliesTo.OPEN, "Open tickets too. Once it is in force they come under it, from their original start."),
        ],
        initial=AppliesTo.NEW,
        widget=forms.RadioSelect,
        help_text="The choice is kept with the version and in its history. It cannot be changed afterwards.",
    )
    reason = forms.CharField(
        label="Why open tickets too",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for open tickets. Their clients are told what changes for them, with this reason.",
    )
