"""A call on the incident line: from any client's contact."""

from __future__ import annotations

from django import forms

from tenants.models import Contact
from tickets.forms.call import CallForm


class IncidentCallForm(CallForm):
    """Who called is named by their address, which the list beside the field offers."""

    caller = forms.ModelChoiceField(
        Contact.objects.none(),
        to_field_name="email",
        label="Who called",
        widget=forms.TextInput(attrs={"list": "callers", "placeholder": "name@client.example", "autocomplete": "off"}),
        error_messages={
            "required": "Say who called, by the e-mail address of a contact.",
            "invalid_choice": "No contact has this e-mail address. Add them to their client first.",
        },
    )
    field_order = ["caller", "called_at", "body"]
