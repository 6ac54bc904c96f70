"""What can stand in braces in an update, and what it becomes when the update is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from incidents.cadence.levels import LevelRecord, cadence
from incidents.models import Impact, Incident
from shell.wording import listed, next_words, whole_minute

Chosen = Mapping[str, Any]

#: By the word in braces, what it stands for.
PLACEHOLDERS = {
    "incident": "its title",
    "level": "its level, as the agreement calls it",
    "affected": "what is affected",
    "status": "where it stands",
    "next_update": "when people hear next, by the level's cadence",
}
_BRACED = re.compile(r"\{([^{}]*)\}")


def braced(body: str) -> list[str]:
    """What stands in braces, each once, in the order of the text."""
    return list(dict.fromkeys(_BRACED.findall(body)))


def unknown_in(body: str) -> list[str]:
    """What stands in braces and means nothing."""
    return [word for word in braced(body) if word.strip() not in PLACEHOLDERS]


def problem_of(body: str) -> str:
    """Why `body` cannot be sent or kept: a placeholder that nothing stands for; "" where there is none."""
    unknown, known = (listed(f"{{{word}}}" for word in words) for words in (unknown_in(body), PLACEHOLDERS))
    return f"Nothing stands for {unknown}. What can be filled in: {known}." if unknown else ""


def problem_of_sent(body: str, title: str) -> str:
    """Why words that are filled in cannot go to the public; what stands in braces in the `title` may."""
    left = body.replace(title, "")
    named = listed(f"{{{word}}}" for word in braced(left))
    return problem_of(left) or (f"Only the desk's forms fill in {named}: write it out." if named else "")


def filled(body: str, values: Mapping[str, str]) -> str:
    """`body` with what its placeholders stand for; other braces stay as they are."""
    return _BRACED.sub(lambda match: values.get(match[1].strip(), match[0]), body)


def values(incident: Incident, *, now: datetime, ends: bool = False) -> Callable[[Chosen], Mapping[str, str]]:
    """What placeholders stand for in an update sent `now`, by what is `chosen` with it; `ends`: it is the last one.

    The time of the next update is the agreement's, as all read it: to the minute, and rather a little early than late.
    """

    def stood_for(chosen: Chosen) -> Mapping[str, str]:
        after = Incident(
            title=chosen.get("title", incident.title),
            level=chosen.get("level", incident.level),
            status=Incident.Status.RESOLVED if ends else chosen.get("status") or incident.status,
            agreement_version=incident.agreement_version,
        )
        zone = after.document.zone
        hurt = [each for each in chosen.get("hurts", ()) if each.impact != Impact.OPERATIONAL and not ends]
        next_due = None if ends else cadence(LevelRecord(after.agreement_version_id, after.level)).next_due(now)
        due = whole_minute(next_due.astimezone(zone)) if next_due else None
        return {
            "incident": after.title,
            "level": after.level_name,
            "affected": listed(after.part_name(each.product, each.component) for each in hurt) or "No product",
            "status": after.get_status_display().lower(),
            "next_update": f"{next_words(due, now.astimezone(zone))} {due.tzname()}" if due else "there is news",
        }

    return stood_for
