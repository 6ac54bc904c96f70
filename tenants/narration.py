"""The history in words, for the timelines on settings pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q

from tenants.models import HistoryEntry

#: Event: its icon, and what the actor did to the subject.
WORDS: dict[str, tuple[str, str]] = {
    "workspace.made": ("rocket", "made the workspace, with {subject} as its owner"),
    "member.invited": ("mail", "invited {subject}"),
    "member.role_changed": ("user-cog", "changed the role of {subject}"),
    "member.deactivated": ("user-off", "deactivated {subject}"),
    "member.reactivated": ("user-check", "reactivated {subject}"),
    "invitation.accepted": ("user-check", "accepted the invitation to {subject}"),
    "invitation.sent_again": ("mail", "sent the invitation to {subject} again"),
    "invitation.withdrawn": ("mail-x", "withdrew the invitation to {subject}"),
    "client.added": ("building", "added {subject}"),
    "client.renamed": ("pencil", "changed {subject}"),
    "contact.added": ("user-plus", "added {subject}"),
    "contact.invited": ("mail", "invited {subject} to sign in"),
    "contact.permissions_changed": ("shield-check", "changed what {subject} may do"),
    "contact.deactivated": ("user-off", "deactivated {subject}"),
    "contact.reactivated": ("user-check", "reactivated {subject}"),
    "user.profile_changed": ("pencil", "changed their own profile"),
    "user.sessions_ended": ("logout", "signed out everywhere"),
    "api_token.created": ("key", "made the API token {subject}"),
    "api_token.revoked": ("key-off", "revoked the API token {subject}"),
    "workspace.changed": ("settings", "changed the workspace"),
}


def entries_about(*subjects: Model, also: Q | None = None, limit: int = 30) -> list[HistoryEntry]:
    """The newest entries about any of `subjects`, or matching `also`."""
    wanted = also or Q(pk__in=[])
    for subject in subjects:
        wanted |= Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return list(HistoryEntry.objects.filter(wanted)[:limit])


def narrate(entries: Iterable[HistoryEntry], words: Mapping[str, tuple[str, str]] = WORDS) -> list[dict[str, Any]]:
    """Entries as `components/_timeline.html` reads them."""
    told = []
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
