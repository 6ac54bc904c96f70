"""What can stand in braces in an update, and what it becomes when the update is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from agreements.models import Product
from incidents.models import Incident
from shell.wording import listed, next_words

#: By the word in braces, what it stands for.
PLACEHOLDERS = {
    "incident": "its title",
    "level": "its level, as the agreement calls it",
    "affected": "what is affected",
    "status": "where it stands",
    "next_update": "when people hear next, by the level's cadence",
}
_BRACED = re.compile(r"\{([^{}]*)\}")


def unknown_in(body: str) -> list[str]:
    """What stands in braces and means nothing, in the order of the text."""
    return list(dict.fromkeys(word for word in _BRACED.findall(body) if word.strip() not in PLACEHOLDERS))


def filled(body: str, values: Mapping[str, str]) -> str:
    """`body` with what its placeholders stand for; other braces stay as they are."""
    return _BRACED.sub(lambda match: values.get(match[1].strip(), match[0]), body)


def values(
    incident: Incident, *, parts: Iterable[tuple[Product, str]], next_due: datetime | None, now: datetime
) -> dict[str, str]:
    """What placeholders stand for in an update of an incident as it is after it, with the `parts` that are hurt then.

    The time of the next update is the agreement's, as all read it.
    """
    zone = incident.document.zone
    # To the minute, and rather a little early than late.
    due = next_due.astimezone(zone).replace(second=0) if next_due else None
    return {
        "incident": incident.title,
        "level": incident.level_name,
        "affected": listed(incident.part_name(*part) for part in parts) or "No product",
        "status": incident.get_status_display().lower(),
        "next_update": f"{next_words(due, now.astimezone(zone))} {due.tzname()}" if due else "there is news",
    }
