"""Starting programs so that they can always be ended: each leads its own group, and the guard knows every one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from slatrack.stack import guard
from slatrack.stack.bootstrap import ROOT
from slatrack.stack.interruption import uninterrupted


@dataclass(frozen=True)
class Owner:
    """The system user a program runs as; only root needs one, because PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


class Nursery:
    """Every program of one stack. Leaving the `with` block ends them all, and so does the death of this process."""

    def __init__(self, record: Path | None = None) -> None:
        self._watched: dict[int, dict[str, Any]] = {}
        self._directories: list[Path] = []
        self._record = record
        self._guard: subprocess.Popen[str] | None = None

    def __enter__(self) -> Nursery:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd="/",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with uninterrupted():
            self.end_all()
            for path in self._directories:
                shutil.rmtree(path, ignore_errors=True)
            self._directories.clear()
            self._write_record()
            self._tell({"do": "farewell"})
            assert self._guard is not None
            assert self._guard.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.close()
            self._guard.wait(timeout=10)

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._guard is not None
        assert self._guard.stdin is not None
        try:
            self._guard.stdin.write(json.dumps(message) + "\n")
            self._guard.stdin.flush()
        except BrokenPipeError:
            # Somebody ended the guard; the ordinary stop still works, only a kill -9 is no longer covered.
            pass

    def start(
        self,
        argv: list[str | Path],
        *,
        env: dict[str, str] | None = None,
        stdin: int | None = subprocess.DEVNULL,
        output: int | IO[bytes] | None = subprocess.DEVNULL,
        owner: Owner | None = None,
        order: int = 2,
        stop_signal: signal.Signals = signal.SIGTERM,
        cwd: Path = ROOT,
    ) -> subprocess.Popen[bytes]:
        """Start a program in its own session; on the way out the highest `order` is ended first."""
        drop: dict[str, Any] = {} if owner is None else {"user": owner.uid, "group": owner.gid, "extra_groups": []}
        with uninterrupted():
            process = subprocess.Popen(
                [str(part) for part in argv],
                env=env,
                cwd=cwd,
                stdin=stdin,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=True,
                **drop,
            )
            entry = {"do": "watch", "pid": process.pid, "birth": guard.birth_of(process.pid), "order": order}
            entry["signal"] = int(stop_signal)
            self._watched[process.pid] = entry
            self._tell(entry)
            self._write_record()
        return process

    def start_piped(self, argv: list[str | Path], env: dict[str, str] | None) -> subprocess.Popen[bytes]:
        """Start a step of a preparation; for `Steps.run`."""
        return self.start(argv, env=env, output=subprocess.PIPE, order=3)

    def forget(self, process: subprocess.Popen[Any]) -> None:
        """A program that ended as it should."""
        self._watched.pop(process.pid, None)
        self._tell({"do": "forget", "pid": process.pid})
        self._write_record()

    def scratch(self, parent: Path | None = None, owner: Owner | None = None) -> Path:
        """A private directory that goes with the stack. Its name is short: socket paths hold about 100 characters."""
        if parent is None:
            parent = Path(tempfile.gettempdir())
            if len(str(parent)) > 60:
                parent = Path("/tmp")  # noqa: S108 -- mkdtemp below makes the name unguessable and the directory private
        with uninterrupted():
            path = Path(tempfile.mkdtemp(prefix="slatrack-", dir=parent))
            self._directories.append(path)
            self._tell({"do": "remove", "path": str(path)})
            self._write_record()
        if owner is not None:
            owner.owns(path)
        return path

    def end_all(self) -> None:
        """Stop everything, the last tier first, and wait until it is gone."""
        guard.end_groups(list(self._watched.values()), grace=15.0)
        self._watched.clear()
        self._write_record()

    def _write_record(self) -> None:
        # A record inside a scratch directory is gone with it.
        if self._record is not None and self._record.parent.is_dir():
            left = {"watched": list(self._watched.values()), "directories": [str(path) for path in self._directories]}
            self._record.write_text(json.dumps({"boot": boot_id(), **left}))


def boot_id() -> str:
    """Changes with every start of the machine: process numbers of an earlier one mean nothing."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.is_file() else ""


def end_leftovers(record: Path) -> int:
    """End what an earlier stack recorded and could not end itself; the number of programs still found running."""
    try:
        left = json.loads(record.read_text())
    except (OSError, ValueError):
        return 0
    if left.get("boot") != boot_id() or "directories" not in left:
        return 0
    found = [entry for entry in left["watched"] if entry["birth"] and guard.birth_of(entry["pid"]) == entry["birth"]]
    guard.end_groups(found)
    for path in left["directories"]:
        shutil.rmtree(path, ignore_errors=True)
    return len(found)
