"""Levels of incident to choose from, each with the agreement's definition and what follows from it (B11, C3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from agreements.document import AgreementDocument
from agreements.readable.reader import Reader
from agreements.readable.term_lines import said
from tickets.views.cards import level_card


def incident_cards(document: AgreementDocument, *, chosen: str, on: date) -> list[dict[str, Any]]:
    """The levels as `_choice_cards.html` draws them."""
    return [
        level_card(level, checked=level.key == chosen) | {"promise": what_follows(document, level.key, on=on)}
        for level in document.incident_levels
    ]


def what_follows(document: AgreementDocument, level: str, *, on: date) -> list[dict[str, str]]:
    """What an incident of a level sets going by itself."""
    terms = document.incidents.levels.get(level) if document.incidents else None
    by_itself = "Automatically" if document.publishes_by_itself(level) else "When you put it there"
    follows = [{"label": "Status page", "words": by_itself}]
    if terms is not None:
        reader = Reader(document, on=on, effective_from=on)
        for label, term in (("Updates", "update_every"), ("Escalated", "escalation")):
            follows.append({"label": label, "words": said(reader, terms, term)})
    return follows
