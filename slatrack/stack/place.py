"""The directory a stack lives in: who holds it, its secrets, and what was already done there."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from slatrack.stack.bootstrap import ROOT, Failed


class Place:
    """DATA_DIR: `postgres/`, `redis/`, `log/`, `static/`, `media/`, and `run/` for the stack's own notes."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.run = self.path / "run"
        self.log = self.path / "log"
        for directory in (self.path, self.run, self.log):
            directory.mkdir(parents=True, exist_ok=True)
        self.record = self.run / "processes.json"
        self._done = self.run / "done.json"
        self._facts = self.run / "stack.json"
        self._lock: Any = None

    def hold(self) -> None:
        """Keep the directory for this process until it ends; `Failed` while another one holds it."""
        self._lock = (self.run / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            facts = self.facts()
            where = f" at {facts['url']}" if facts.get("url") else ""
            raise Failed(
                f"slatrack is already running from {self.path} (process {facts.get('pid', 'unknown')}){where}. "
                "Stop that one, or start a second copy beside it: make run PORT=8001 DATA_DIR=var2"
            ) from None
        self.tell()

    def tell(self, **facts: Any) -> None:
        """Leave facts about the running stack for `shell-env` and for whoever tries to start a second one."""
        self._facts.touch(mode=0o600)
        self._facts.write_text(json.dumps({"pid": os.getpid(), **facts}))

    def facts(self) -> dict[str, Any]:
        """What the stack that holds the place said about itself; nothing where none holds it any more."""
        try:
            with (self.run / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return {}
        except FileNotFoundError:
            return {}
        except BlockingIOError:
            pass
        try:
            return json.loads(self._facts.read_text())
        except (OSError, ValueError):
            return {}

    def secret(self, name: str) -> str:
        """A random secret of this place, made on first use and readable by its owner only."""
        path = self.run / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(40))
        return path.read_text()

    def once(self, name: str, fingerprint: str, do: Callable[[], object]) -> bool:
        """Do something unless it was done here with the same fingerprint; whether it was done now."""
        done = json.loads(self._done.read_text()) if self._done.is_file() else {}
        if done.get(name) == fingerprint:
            return False
        do()
        done[name] = fingerprint
        self._done.write_text(json.dumps(done))
        return True

    def forget_what_was_done(self) -> None:
        """A new database knows nothing of the old one's migrations and data."""
        self._done.unlink(missing_ok=True)


def fingerprint(*patterns: str, extra: Iterable[str] = ()) -> str:
    """Of the names and contents of the checkout's files matching the patterns, and of the extra strings."""
    total = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    for text in extra:
        total.update(f"{text}\0".encode())
    return total.hexdigest()
