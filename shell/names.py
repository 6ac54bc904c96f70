"""Names and addresses as people type them, and as they are kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


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
