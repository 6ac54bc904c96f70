"""How a document is read to somebody: what those are called of whom it speaks, and in which language.

Members read of the client and the team, a client of you and us, parties of provider and client.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

#: Catalogues of other languages, as gettext wants them. `manage.py agreement words` writes their template.
CATALOGUES = Path(__file__).resolve().parents[1] / "locale"


@dataclass(frozen=True)
class Voice:
    """`language` is an ISO 639-1 code. A contract is in that of its agreement."""

    called: dict[str, str]
    language: str = "en"

    def said(self, words: str) -> str:
        """Declared words in this language; as they were declared where nobody has translated them."""
        return _catalogue(self.language).gettext(words) if words else ""


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation("agreements", CATALOGUES, [language], fallback=True)


TEAM = Voice({"team": "the team", "client": "the client", "contacts": "the client's contacts"})
CLIENT = Voice({"team": "our team", "client": "you", "contacts": "you"})
CONTRACT = Voice({"team": "the provider", "client": "the client", "contacts": "the client's contacts"})
