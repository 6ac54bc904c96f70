"""What comes from outside as text: names, addresses and numbers as people and programs write them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# PostgreSQL's bigint: a larger number cannot be the id of anything.
LARGEST_ID = 2**63 - 1


def name_of(typed: str, missing: str) -> str:
    """The name on one line. ValidationError beside `name` with the sentence `missing` where there is none."""
    name = " ".join(typed.split())
    if not name:
        raise ValidationError({"name": missing})
    return name


def email_of(typed: str, *, field: str = "email") -> str:
    """The address. ValidationError beside `field` where it is none."""
    email = typed.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({field: "This is not an e-mail address."}) from None
    return email


def id_of(text: str) -> int:
    """The number in `text`; 0, which names nothing, where it is none that could name something."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def instant_of(text: str) -> datetime | None:
    """The instant in `text`; None where it is none, or does not say in which zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
