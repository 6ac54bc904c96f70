"""What `/healthz` and the desk take while five hundred clients send too slowly, against the same server without them.

    python -m bench.slow

A third of them says nothing, a third has sent half a head, a third half a body; each adds a byte now and then, and
comes back as soon as the server has had enough of it. The server is gunicorn by its own configuration, on a database
of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client as Browser

from bench import _seed  # sets Django up
from tenants.scope import tenant_scope

SLOW, ROUNDS, REQUESTS = 500, 3, 20
AT_MOST_SECONDS = 1.0
OPENINGS = (
    b"",
    b"GET /desk/ HTTP/1.1\r\nHost: a\r\nX-Half: ",
    b"POST /desk/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf",
)
HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def served(stage: _seed.Stage) -> Iterator[int]:
    """The web server on the stage's database; the port it listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        urls = {
            name: os.environ[name].replace("/slatrack?", f"/{stage.database}?")
            for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
        }
        env = {**os.environ, **urls, "PORT": str(port), "DATA_DIR": folder, "SECRET_KEY": settings.SECRET_KEY}
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=env, check=True
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:slatrack.stack.gunicorn_config"], cwd=ROOT, env=env
        )
        try:
            while True:
                with contextlib.suppress(OSError):
                    took(port, "/healthz", {})
                    break
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def took(port: int, path: str, headers: dict[str, str]) -> float:
    """Seconds to the last byte of a page. Raises AssertionError for anything but the page."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200, f"{path}: {answer.status}"
    return time.perf_counter() - begun


class Crowd:
    """Clients that send too slowly, for as long as the block lasts."""

    def __init__(self, port: int) -> None:
        self.port, self.over = port, threading.Event()
        self.open: list[socket.socket] = []
        self.worker = threading.Thread(target=self._drip)

    def _one(self, number: int) -> socket.socket:
        client = socket.create_connection((HOST, self.port), timeout=30)
        client.setblocking(False)
        client.send(OPENINGS[number % len(OPENINGS)])
        return client

    def __enter__(self) -> Crowd:
        self.open = [self._one(number) for number in range(SLOW)]
        self.worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.worker.join()
        for client in self.open:
            client.close()

    def _drip(self) -> None:
        while not self.over.wait(2):
            for number, client in enumerate(self.open):
                if number % len(OPENINGS) == 0 and not self._is_closed(client):
                    continue
                try:
                    client.send(b"x")
                except OSError:
                    client.close()
                    self.open[number] = self._one(number)

    @staticmethod
    def _is_closed(client: socket.socket) -> bool:
        try:
            return client.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def main() -> int:
    with _seed.databases() as stage:
        _seed.fill(stage, 10_000, unsolved_in_hundred=33)
        host = f"{stage.tenant.slug}.{settings.BASE_DOMAIN}"
        browser = Browser(HTTP_HOST=host)
        with tenant_scope(stage.tenant):
            browser.force_login(stage.agent.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        asked = {
            "/healthz": {"Host": host},
            "/desk/": {
                "Host": host,
                "Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}",
            },
        }
        seconds: dict[tuple[str, bool], list[float]] = {(path, slow): [] for path in asked for slow in (False, True)}
        with served(stage) as port:
            for path, headers in asked.items():
                for _ in range(10):
                    took(port, path, headers)
            for _ in range(ROUNDS):
                for slow in (False, True):
                    with Crowd(port) if slow else contextlib.nullcontext():
                        for path, headers in random.Random(1).sample([*asked.items()] * REQUESTS, k=2 * REQUESTS):
                            seconds[path, slow].append(took(port, path, headers))
                            time.sleep(0.2)
    missed = 0
    print(f"{'milliseconds, p95 and most':<28}{'alone':>16}{f'with {SLOW} slow':>20}{'ratio':>8}")
    for path in asked:
        alone, crowded = (statistics.quantiles(seconds[path, slow], n=20)[-1] for slow in (False, True))
        fine = max(seconds[path, True]) < AT_MOST_SECONDS
        missed += not fine
        most = [
            f"{p95 * 1000:.0f} {max(seconds[path, slow]) * 1000:.0f}" for p95, slow in ((alone, False), (crowded, True))
        ]
        print(f"  {path:<26}{most[0]:>16}{most[1]:>20}{crowded / alone:>8.2f}{'' if fine else '   MISSED'}")
    print(f"every one of them within {AT_MOST_SECONDS:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
