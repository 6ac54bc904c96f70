"""Static files from npm: the handful that pages load, not whole packages.

Collecting `node_modules` wholesale would hash and compress some six thousand files at every start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# public prefix -> (folder in node_modules, files). Source maps are listed: hashed storage insists on what a file names.
VENDOR_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "vendor/tabler": ("@tabler/core/dist/css", ("tabler.min.css", "tabler.min.css.map")),
    "vendor/chart": ("chart.js/dist", ("chart.umd.min.js", "chart.umd.min.js.map")),
    "vendor/hotkey": ("@github/hotkey/dist", ("index.js",)),
}


class VendorFinder(BaseFinder):
    """Finds exactly the files of VENDOR_FILES, under their public prefix."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.node_modules = Path(settings.BASE_DIR) / "node_modules"
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _, name = path.rpartition("/")
        folder, names = VENDOR_FILES.get(prefix, ("", ()))
        found = self.node_modules / folder / name
        if name not in names or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for prefix, (folder, names) in VENDOR_FILES.items():
            storage = FileSystemStorage(location=self.node_modules / folder)
            # collectstatic puts the files of a storage under its prefix.
            storage.prefix = prefix  # type: ignore[attr-defined]
            for name in names:
                if not matches_patterns(name, ignore_patterns or []):
                    yield name, storage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files; also the modules that our scripts import from each other."""

    support_js_module_import_aggregation = True
