"""The guard: ends what a supervisor started when the supervisor cannot do it any more (kill -9, a crash).

It holds the reading end of a pipe. The supervisor writes what is to be ended, one JSON object a line; when the pipe
closes without a farewell the supervisor is gone, and the guard stops every process group in the given order and removes
the temporary directories. Standard library only and started with `-I -S`, so that it costs next to nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

GRACE_SECONDS = 8.0


def birth_of(pid: int) -> str | None:
    """What tells a process from a later one with the same number; None where it is gone or is only a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return "unknown"
    return None if fields[0] in "ZX" else fields[19]


def group_lives(pgid: int) -> bool:
    """Whether any process of the group is left that is not a mere zombie."""
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(pgid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == pgid and fields[0] not in "ZX":
            return True
    return False


def signal_group(pgid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pgid, number)


def end_groups(watched: list[dict], grace: float = GRACE_SECONDS) -> None:
    """Stop process groups, the highest `order` first; each gets its own signal, then SIGQUIT, then SIGKILL.

    Every entry holds `pid` (which leads the group), `birth` (see birth_of), `signal` and `order`. A group whose
    leader's number now belongs to somebody else is left alone.
    """
    for order in sorted({entry["order"] for entry in watched}, reverse=True):
        alive = [
            entry for entry in watched if entry["order"] == order and birth_of(entry["pid"]) in (None, entry["birth"])
        ]
        for number, patience in ((None, grace), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)):
            alive = [entry for entry in alive if group_lives(entry["pid"])]
            for entry in alive:
                signal_group(entry["pid"], number or entry["signal"])
            until = time.monotonic() + patience
            while alive and time.monotonic() < until:
                time.sleep(0.05)
                alive = [entry for entry in alive if group_lives(entry["pid"])]


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: dict[int, dict] = {}
    directories: list[str] = []
    for line in sys.stdin:
        entry = json.loads(line)
        if entry["do"] == "watch":
            watched[entry["pid"]] = entry
        elif entry["do"] == "forget":
            watched.pop(entry["pid"], None)
        elif entry["do"] == "remove":
            directories.append(entry["path"])
        elif entry["do"] == "farewell":
            return
    end_groups(list(watched.values()))
    for path in directories:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    main()
