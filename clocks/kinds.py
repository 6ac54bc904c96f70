"""What owners of clocks write down: tables of kinds of event, and the words of what a sweep raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from django.db import models

from agreements.document import AgreementDocument
from clocks.face import metric_name


class KindOfEvent(models.TextChoices):
    """What can happen to something. A member is written `NAME = "value", Row(…), "Name"`.

    Stored values never change, because history is append-only.
    """

    row: Any

    def __new__(cls, value: str, row: Any) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.row = value, row
        return member


def said_of_clock(said: str) -> Callable[[Any, AgreementDocument | None], str]:
    """The sentence of a fact that a sweep wrote: `First response missed its target (promised within 1 hour, A5)`."""

    def words(event: Any, document: AgreementDocument | None) -> str:
        target, clause = event.data.get("target", ""), event.data.get("clause", "")
        inside = ", ".join(part for part in (target and f"promised within {target}", clause) if part)
        return f"{metric_name(event.data['metric'], document)} {said}{f' ({inside})' if inside else ''}"

    return words
