"""The web server as it is run, under clients that send slowly or nothing: it goes on answering everybody else."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from slatrack.stack.bootstrap import ROOT
from slatrack.stack.redis_server import free_port

HOST = "127.0.0.1"
HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Half: "
HALF_A_BODY = b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf"


@contextlib.contextmanager
def web(folder: Path, **env: str) -> Iterator[int]:
    """The web server by its own configuration; the port it serves on."""
    port = free_port()
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:slatrack.stack.gunicorn_config"],
            cwd=ROOT, stdout=log, stderr=log,
            env={**os.environ, "SECRET_KEY": "only-for-tests", "PORT": str(port), "DATA_DIR": str(folder), **env},
        )  # fmt: skip
        try:
            until = time.monotonic() + 60
            while status(port) != 200:
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def status(port: int, method: str = "GET", body: bytes | None = None, **headers: str) -> int:
    """Of `/healthz`; 0 where nothing answers within two seconds."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request(method, "/healthz", body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@contextlib.contextmanager
def held(port: int, *openings: bytes) -> Iterator[list[socket.socket]]:
    """Connections that stay open after the first words of each."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection((HOST, port), timeout=5)) for _ in openings]
        for each, words in zip(opened, openings, strict=True):
            each.sendall(words)
        time.sleep(0.3)
        yield opened


def is_closed(connection: socket.socket, *, within: float) -> bool:
    connection.settimeout(within)
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with web(tmp_path_factory.mktemp("web")) as port:
        yield port


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that waits one second for what it reads."""
    with web(tmp_path_factory.mktemp("hasty"), WEB_READ_SECONDS="1", WEB_WORKERS="1") as port:
        yield port


@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY], ids=["heads", "bodies"])
def test_half_sent_requests_and_silent_connections_hold_nobody_up(port: int, half: bytes) -> None:
    with held(port, *[half] * 12, *[b""] * 8, *[half] * 40):
        for _ in range(10):
            began = time.monotonic()
            assert status(port) == 200
            assert time.monotonic() - began < 1


@pytest.mark.parametrize("words", [b"", HALF_A_HEAD, HALF_A_BODY], ids=["silent", "half a head", "half a body"])
def test_what_does_not_arrive_in_time_is_not_waited_for(hasty: int, words: bytes) -> None:
    with held(hasty, words) as [connection]:
        assert is_closed(connection, within=5)


@pytest.mark.parametrize("words", [HALF_A_HEAD, HALF_A_BODY], ids=["head", "body"])
def test_a_byte_now_and_then_buys_no_time(hasty: int, words: bytes) -> None:
    with held(hasty, words) as [connection]:
        until = time.monotonic() + 6
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < until and not is_closed(connection, within=0.2):
                connection.sendall(b"x")
        assert time.monotonic() < until


def test_a_body_that_keeps_coming_has_all_the_time_it_needs(hasty: int) -> None:
    connection = http.client.HTTPConnection(HOST, hasty, timeout=5)
    parts = [b"x" * 8192] * 12
    connection.putrequest("POST", "/healthz")
    connection.putheader("Content-Length", str(sum(map(len, parts))))
    connection.endheaders()
    for part in parts:
        connection.send(part)
        time.sleep(0.25)
    assert connection.getresponse().status == 200
    connection.close()


def test_a_file_of_somebody_who_shows_no_session_and_no_token_is_refused_before_it_is_read(port: int) -> None:
    head = "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n{}\r\n"
    heads = [head.format(shown).encode() for shown in ("", "Cookie: sessionid=a\r\n", "Authorization: Bearer a\r\n")]
    with held(port, *heads) as connections:
        assert connections[0].recv(12) == b"HTTP/1.1 413"
        assert not any(is_closed(each, within=0.5) for each in connections[1:])


def test_files_beyond_what_the_disk_is_meant_for_are_told_to_come_again(hasty: int) -> None:
    head = b"POST /healthz HTTP/1.1\r\nHost: a\r\nCookie: sessionid=a\r\nContent-Length: 100000000\r\n\r\n"
    with held(hasty, *[head] * 20) as connections:
        answers = [connection.recv(12) for connection in connections[16:]]
    assert answers == [b"HTTP/1.1 503"] * 4


def test_a_stop_waits_for_no_half_request(tmp_path: Path) -> None:
    with web(tmp_path, WEB_WORKERS="1", WEB_GRACE_SECONDS="60", WEB_READ_SECONDS="60") as port:
        opened = [socket.create_connection((HOST, port)) for _ in range(2)]
        for each, half in zip(opened, (HALF_A_HEAD, HALF_A_BODY), strict=True):
            each.sendall(half)
        time.sleep(0.3)
    # The server ended within the time it is given.
    for each in opened:
        each.close()
