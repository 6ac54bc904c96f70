"""Time zones that a person can choose from."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

_AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def timezone_names() -> tuple[str, ...]:
    """UTC, then places in alphabetical order."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_AREAS)))


def known_timezone(name: str, *, field: str = "timezone") -> str:
    """`name` again, "" included. Raises ValidationError beside `field` for a zone that does not exist."""
    if name and name not in timezone_names():
        raise ValidationError({field: "Choose a time zone from the list."})
    return name
