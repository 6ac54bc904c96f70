"""Which incident a ticket is about."""

from __future__ import annotations

from typing import Any

from django import forms

from incidents.models import Incident
from shell.forms import ActionForm

_NONE = "There is no such open incident."


class LinkForm(ActionForm):
    """An open incident, by its number."""

    field_of = {"tickets": "incident"}
    incident = forms.ModelChoiceField(
        Incident.objects.none(),
        to_field_name="number",
        error_messages={"required": _NONE, "invalid_choice": _NONE},
    )

    def arguments(self) -> dict[str, Any]:
        return {"incident_id": self.cleaned_data["incident"].pk}
