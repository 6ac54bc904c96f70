"""A Redis of our own, from the server in a Python wheel (or on the PATH), on a free local port with a password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from slatrack.stack.bootstrap import Failed
from slatrack.stack.postgres import tail
from slatrack.stack.processes import Nursery


@dataclass(frozen=True)
class RedisServer:
    """A running server and the address, password included, that cache and broker both understand."""

    url: str
    process: subprocess.Popen[bytes]


def binary() -> str:
    """The packaged server beside this Python, else the system's."""
    packaged = Path(sys.prefix) / "bin" / "redis-server"
    found = str(packaged) if packaged.exists() else shutil.which("redis-server")
    if not found:
        raise Failed("The packaged Redis is not installed. Run `make run`, or name a server with REDIS_URL.")
    return found


def free_port() -> int:
    """A TCP port nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(nursery: Nursery, home: Path, log: Path, password: str, *, durable: bool = True) -> RedisServer:
    """Start a server with its data in `home` and wait until it answers; again, should its port be snatched."""
    home.mkdir(parents=True, exist_ok=True)
    for _ in range(3):
        port = free_port()
        config = home / "redis.conf"
        config.unlink(missing_ok=True)
        # A file and not arguments: those are in everybody's process list, and the password is among them.
        descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir .\nloglevel notice\n")
            file.write("save 60 1\n" if durable else 'save ""\n')
        with log.open("ab") as output:
            process = nursery.start([binary(), config], output=output, order=1, cwd=home)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        if _answers(url, process):
            return RedisServer(url, process)
        nursery.forget(process)
    raise Failed(f"Redis does not start:\n{tail(log)}")


def _answers(url: str, process: subprocess.Popen[bytes], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    with redis.Redis.from_url(url) as client:
        while process.poll() is None and time.monotonic() < until:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                time.sleep(0.05)
    return False
