"""What `_choice_cards.html` draws at both doors."""

from __future__ import annotations

from typing import Any

from agreements.document.model import Level


def level_card(level: Level, *, checked: bool) -> dict[str, Any]:
    """A level with its definition and examples, to be chosen."""
    return {
        "value": level.key,
        "id": f"level-{level.key}",
        "label": f"{level.name} · {level.label}" if level.label else level.name,
        "intent": level.intent,
        "checked": checked,
        "definition": level.definition,
        "examples": level.examples,
    }
