"""The whole program as it runs: gunicorn, a Celery worker with beat, PostgreSQL, Redis, a mail server, and Chromium."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from tests.e2e.people import Person, Workspace

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
HOST = "127.0.0.1"


class Mailbox:
    """A mail server's other side: what arrived, as text."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content.decode("utf-8", "replace"))
        return "250 Taken"

    def wait_for(self, *words: str, seconds: float) -> str:
        """The first mail that has all the words; fails when none came in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = next((mail for mail in list(self.mails) if all(word in mail for word in words)), None)
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"No mail with {words} among {len(self.mails)}")


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname=HOST, port=_free_port())
    controller.start()
    box.port = controller.port  # type: ignore[attr-defined]
    yield box
    controller.stop()


@pytest.fixture(scope="session")
def program(mailbox: Any, tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[int]:
    """The program on a database of its own; the port it serves on."""
    folder = tmp_path_factory.mktemp("program")
    name, port = f"slatrack_e2e_{secrets.token_hex(4)}", _free_port()
    with django_db_blocker.unblock(), _maintenance() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    env = {
        **os.environ,
        "DATABASE_URL": _other_database(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": _other_database(os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"]), name),
        "REDIS_URL": urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{8 + secrets.randbelow(7)}")),
        "DATA_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(40),
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "EMAIL_URL": f"smtp://{HOST}:{mailbox.port}",
        "DEBUG": "0",
        "DEMO": "0",
        "BEAT_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }
    processes: list[subprocess.Popen[bytes]] = []
    log = (folder / "log").open("wb")
    try:
        for command in (
            ["manage.py", "migrate", "-v0"],
            ["manage.py", "collectstatic", "--noinput", "-v0"],
            ["-m", "tests.e2e.stage"],
        ):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True, timeout=180)
        serve = ["-m", "gunicorn", "-c", "python:slatrack.stack.gunicorn_config"]
        work = [
            "-m",
            "celery",
            "-A",
            "slatrack",
            "worker",
            "-B",
            "-c",
            "1",
            "-s",
            str(folder / "beat"),
            "--loglevel",
            "WARNING",
        ]
        for command in (serve, work):
            processes.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=env,
                    stdout=log,
                    stderr=log,
                )
            )
        _wait_until_ready(port, processes, folder / "log")
        yield port
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
        log.close()
        with django_db_blocker.unblock(), _maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def workspace(program: int, chromium: Any) -> Iterator[Any]:
    """Opens a workspace by its slug; its people get a browser window each. Fails on any window's complaint."""
    opened: list[Person] = []

    def at(slug: str, **options: Any) -> Workspace:
        return Workspace(f"http://{slug}.localhost:{program}", chromium, opened, options)

    yield at
    complaints = [line for person in opened for line in person.complaints]
    for person in opened:
        person.page.context.close()
    assert complaints == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _maintenance() -> Any:
    """A cursor that may create and drop databases, outside any transaction."""
    params = {
        k: v
        for k, v in connections["owner"].get_connection_params().items()
        if k in {"host", "port", "user", "password"}
    }
    connection = psycopg2.connect(dbname="postgres", **params)
    connection.autocommit = True
    return connection.cursor()


def _other_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _wait_until_ready(port: int, processes: list[Any], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            break
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("The program did not get ready:\n" + log.read_text("utf-8", "replace")[-4000:])
