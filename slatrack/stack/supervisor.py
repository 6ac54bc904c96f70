"""Runs services side by side, prefixes what they say, and stops all of them when one dies or a signal comes."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from slatrack.stack.bootstrap import Failed, Steps
from slatrack.stack.interruption import Stopped
from slatrack.stack.postgres import tail
from slatrack.stack.processes import Nursery

COLOURS = (36, 32, 35, 33, 34)


@dataclass
class Service:
    """One program under supervision, or a server that writes to its own log and is only watched."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None = None
    started: float = field(default_factory=time.monotonic)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=15))
    rest: bytes = b""


class Supervisor:
    """Give it services, then `until_one_dies()`."""

    def __init__(self, nursery: Nursery, steps: Steps) -> None:
        self.nursery = nursery
        self.steps = steps
        self.services: list[Service] = []
        self._selector = selectors.DefaultSelector()
        self._parent = os.getppid()
        self._width = 8

    def adopt(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        """Watch a server that the nursery already runs."""
        self.services.append(Service(name, process, log))

    def start(self, name: str, argv: list[str | Path], env: dict[str, str]) -> Service:
        """Start a program whose output is shown here, line by line, under its name."""
        process = self.nursery.start(argv, env=env, output=subprocess.PIPE)
        service = Service(name, process)
        self.services.append(service)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, service)
        return service

    def turn(self, seconds: float = 0.2) -> None:
        """Pass on what was said meanwhile; `Failed` when a service died, `Stopped` when our `make` did."""
        if self._selector.get_map():
            for key, _ in self._selector.select(timeout=seconds):
                self._drain(key.data)
        else:
            time.sleep(seconds)
        for service in self.services:
            if service.process.poll() is not None:
                self._drain(service)
                raise Failed(self._obituary(service))
        if "MAKELEVEL" in os.environ and os.getppid() != self._parent:
            raise Stopped(signal.SIGTERM)

    def wait_for(self, what: str, ready: Callable[[], bool], seconds: float = 90.0) -> None:
        """Turn until `ready()`; `Failed` after so many seconds or as soon as a service dies."""
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                raise Failed(f"{what} is not ready after {seconds:.0f} s; see what it wrote above.")
            self.turn(0.1)

    def until_one_dies(self) -> NoReturn:
        while True:
            self.turn()

    def _drain(self, service: Service) -> None:
        if service.process.stdout is None or service.process.stdout.closed:
            return
        while True:
            try:
                chunk = os.read(service.process.stdout.fileno(), 65536)
            except BlockingIOError:
                break
            if not chunk:
                self._selector.unregister(service.process.stdout)
                service.process.stdout.close()
                break
            *lines, service.rest = (service.rest + chunk).split(b"\n")
            for line in lines:
                self._say(service, line.decode(errors="replace").rstrip())

    def _say(self, service: Service, line: str) -> None:
        service.last.append(line)
        prefix = f"{service.name:>{self._width}} │"
        if self.steps.live and "NO_COLOR" not in os.environ:
            prefix = f"\033[{COLOURS[self.services.index(service) % len(COLOURS)]}m{prefix}\033[0m"
        self.steps.write(f"{prefix} {line}\n")

    def _obituary(self, service: Service) -> str:
        code = service.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"stopped by itself with exit code {code}"
        after = time.monotonic() - service.started
        said = tail(service.log) if service.log else "\n".join("      " + line for line in service.last)
        first = f"{service.name} {how}, {after:.0f} s after its start. Everything else is stopped too."
        return f"{first} It last wrote:\n{said or '      (nothing)'}"
