"""README stays true where a program can tell."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
# Read from the surroundings, not set by anybody who configures slatrack.
NOT_OURS = {"PATH", "TERM", "HOME", "DJANGO_SETTINGS_MODULE", "PYTHONPYCACHEPREFIX"}


def test_readme_names_every_variable_that_the_program_reads() -> None:
    read = set()
    for path in (ROOT / "slatrack").rglob("*.py"):
        source = path.read_text("utf-8")
        read |= set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", source))
        read |= set(re.findall(r"""environ(?:\.get)?[\[(]\s*"([A-Z_]+)\"""", source))
    assert {"SECRET_KEY", "BEAT_SECONDS"} <= read
    assert sorted(name for name in read - NOT_OURS if f"`{name}`" not in README) == []


def test_readme_and_docs_link_to_pages_that_exist() -> None:
    missing = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)}: {target}")
    assert missing == []
