"""The workspace's settings, where the number of the incident line is given: whether an agreement promises one (C9)."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from agreements.governing import versions_governing
from shell.templatetags.places import fills


@fills("settings.workspace")
def promised_line(request: Any) -> str:
    """A hint while a line is promised and nobody can know its number."""
    if request.tenant.incident_line:
        return ""
    governing = [version.document for version in versions_governing(at=timezone.now())]
    promising = [each for each in governing if each.incidents and each.incidents.line]
    return render_to_string("incidents/settings/_line.html", {"promising": promising}, request=request)
