"""What was learned from an incident, as whoever may read the incident reads it."""

from __future__ import annotations

from django.utils.safestring import SafeString

from incidents.models import Incident, Postmortem
from tickets.conversation import markup


def lessons_of(incident: Incident) -> list[tuple[str, SafeString]]:
    """The postmortem once it is published: headings, and what stands below them as HTML."""
    found = Postmortem.objects.published().filter(incident=incident).first()
    if found is None:
        return []
    parts = (
        ("", found.summary),
        ("What happened", found.what_happened),
        ("Why", found.causes),
        ("What we do about it", found.what_we_do),
    )
    return [(heading, markup.render(text)) for heading, text in parts if text]
