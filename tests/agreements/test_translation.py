"""What the declarations say is marked for translation: a contract is in its agreement's language, a page in English."""

from __future__ import annotations

import io
import json
import re
import struct
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from agreements.readable import Reading, voice
from tests.agreements.contracts import KEYS, document, written
from tests.agreements.reading import texts


def compiled(catalogue: dict[str, str]) -> bytes:
    """A catalogue as gettext reads it (GNU MO, revision 0)."""
    entries = [
        ("", "Content-Type: text/plain; charset=UTF-8\n"),
        *sorted(catalogue.items(), key=lambda e: e[0].encode()),
    ]
    tables, texts, at = [], [], 28 + 16 * len(entries)
    for side in (0, 1):
        for entry in entries:
            text = entry[side].encode()
            tables.append(struct.pack("<2I", len(text), at))
            texts.append(text + b"\0")
            at += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    return head + b"".join(tables) + b"".join(texts)


def template() -> list[str]:
    out = io.StringIO()
    call_command("agreement", "words", stdout=out)
    return [
        json.loads(line.removeprefix("msgid ")) for line in out.getvalue().splitlines() if line.startswith("msgid ")
    ]


@pytest.fixture
def brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A language in which everything that was marked stands in brackets."""
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "agreements.mo").write_bytes(compiled({words: f"⟦{words}⟧" for words in template()}))
    monkeypatch.setattr(voice, "CATALOGUES", tmp_path)
    voice._catalogue.cache_clear()
    yield
    voice._catalogue.cache_clear()


@pytest.mark.parametrize("key", KEYS)
def test_a_contract_is_in_the_language_of_its_agreement_and_a_page_in_english(key: str, brackets: Any) -> None:
    foreign = replace(document(key), language="nl")
    own = json.dumps(dict(foreign.data), default=str, ensure_ascii=False)
    whole = {words for words in template() if "{" not in words and words.endswith(".") and words not in own}
    untranslated = {
        (words, text)
        for text in texts(written(key, document=foreign))
        for words in whole
        if words in re.sub("⟦[^⟦⟧]*⟧", "", text)
    }
    assert not untranslated
    assert any("⟦" in text for text in texts(written(key, document=foreign)))
    today = date(2026, 3, 10)
    assert not any("⟦" in text for text in texts(Reading(foreign, on=today, effective_from=today).chapters))
