"""Choices that several pages of the desk offer, and reading back what was chosen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from agreements.document import AgreementDocument
from shell.entry import id_of
from tenants.models import Member
from tickets.queue.filters import NOBODY
from tickets.views.cards import level_card


def chosen_member(value: str) -> Member | None:
    """The member that a select's value names, None for nobody. ValidationError for anything else."""
    if value == NOBODY:
        return None
    member = Member.objects.select_related("user").filter(pk=id_of(value)).first()
    if member is None:
        raise ValidationError({"assignee": "Choose somebody from the list."})
    return member


def level_cards(document: AgreementDocument, chosen: str) -> list[dict[str, Any]]:
    """The levels with their definitions, for `_choice_cards.html`."""
    return [level_card(level, checked=level.key == chosen) for level in document.levels]
