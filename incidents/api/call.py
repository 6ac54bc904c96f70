"""Calls on the incident line, for programs (C9)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents import actions
from incidents.actions.update import BODY_MAX
from incidents.api.verbs import IncidentVerb
from shell.api.operations import verb
from tickets.api.serializers import CallIn
from tickets.api.verbs import caller_of


class IncidentCallIn(CallIn):
    body = serializers.CharField(max_length=BODY_MAX, trim_whitespace=False)


@verb("incidents_log_call", actions.log_incident_call, IncidentCallIn, once=True)
class IncidentCallLogging(IncidentVerb):
    """Write down, for colleagues, that a client called."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "caller": caller_of(body)}
