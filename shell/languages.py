"""Languages by their names. Of Django it takes data alone, so that what is pure may ask it."""

from __future__ import annotations

from django.conf.locale import LANG_INFO


def language_name(code: str) -> str:
    """`English` for en; the code itself for a language that nobody here speaks."""
    return str(LANG_INFO.get(code, {}).get("name", code))
