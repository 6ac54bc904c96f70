"""What `collectstatic` gathers for production: hashed, complete, and not the whole of npm."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles import finders
from django.core.management import call_command


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    # Compressing is WhiteNoise's business, and the slow half.
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "tests.shell.test_static.Uncompressed"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def __getattr__(name: str) -> Any:
    """The storage is made when it is asked for: importing it reads settings."""
    if name != "Uncompressed":
        raise AttributeError(name)
    from slatrack.staticfiles import StaticFilesStorage

    class Uncompressed(StaticFilesStorage):
        def compress_files(self, paths: Any) -> Any:
            return iter(())

    return Uncompressed


@pytest.mark.thorough
def test_scripts_import_each_other_by_hashed_names_so_that_they_may_be_kept_for_ever(collected: Path) -> None:
    (app,) = collected.glob("js/app.*.js")
    imports = re.findall(r'import ?"(?:\./)?([^"]+)";', app.read_text(encoding="utf-8"))
    assert len(imports) > 10
    for name in imports:
        assert re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.js", name)
        assert (collected / "js" / name).is_file()


@pytest.mark.thorough
def test_only_the_npm_files_that_pages_load_are_gathered(collected: Path) -> None:
    gathered = [path for path in (collected / "vendor").rglob("*") if path.is_file()]
    assert len(gathered) <= 12
    assert (collected / "vendor/tabler/tabler.min.css").is_file()


@pytest.mark.parametrize(
    "path", ["vendor/tabler/../../package.json", "vendor/tabler/tabler.css", "vendor/secret/x.js", "../package.json"]
)
def test_the_vendor_finder_finds_nothing_but_its_list(path: str) -> None:
    from slatrack.staticfiles import VendorFinder

    assert VendorFinder().find(path) == []


def test_every_static_file_named_in_a_template_exists() -> None:
    named: dict[str, Path] = {}
    for file in (Path(configured.BASE_DIR) / "templates").rglob("*.html"):
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", file.read_text(encoding="utf-8")):
            named[name] = file
    assert {name: str(file) for name, file in named.items() if not finders.find(name)} == {}


def test_our_own_files_are_lean() -> None:
    """The status page is one small request; no script of ours is large."""
    static = Path(configured.BASE_DIR) / "static"
    assert len(gzip.compress((static / "css/status.css").read_bytes())) < 3_000
    assert all(script.stat().st_size < 8_000 for script in (static / "js").glob("*.js"))
