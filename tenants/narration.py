"""The history in words, for the timelines on settings pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from tenants.models import HistoryEntry


def entries_about(*subjects: Model, also: Q | None = None, limit: int = 30) -> list[HistoryEntry]:
    """The newest entries about any of `subjects`, or matching `also`."""
    wanted = also or Q(pk__in=[])
    for subject in subjects:
        wanted |= Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return list(HistoryEntry.objects.filter(wanted)[:limit])


@cache
def _words() -> dict[str, tuple[str, str]]:
    """By event, its icon and what the actor did to the subject: as every app's configuration says of its own."""
    return {event: said for app in apps.get_app_configs() for event, said in getattr(app, "history_words", {}).items()}


def narrate(entries: Iterable[HistoryEntry], *, here: Mapping[str, tuple[str, str]] = {}) -> list[dict[str, Any]]:
    """Entries as `components/_timeline.html` reads them; `here` are shorter words for the subject's own page."""
    told, words = [], _words() | dict(here)
    for entry in entries:
        noun, _, verb = entry.event.partition(".")
        icon, sentence = words.get(entry.event, ("point", f"{noun} {verb}".replace("_", " ") + ": {subject}"))
        told.append(
            {
                "at": entry.at,
                "icon": icon,
                "who": entry.actor_name,
                "words": sentence.replace("{subject}", entry.subject_name),
                "note": ". ".join(part for part in (_change(entry.data), entry.reason) if part),
            }
        )
    return told


def _change(data: Mapping[str, Any]) -> str:
    """`From Agent to Owner`, where an entry says plainly what was and what is."""
    before, after = data.get("from"), data.get("to")
    if isinstance(before, dict) and isinstance(after, dict) and len(before) == 1:
        before, after = *before.values(), *after.values()
    if isinstance(before, str) and isinstance(after, str):
        return f"From {before} to {after}"
    return ""
