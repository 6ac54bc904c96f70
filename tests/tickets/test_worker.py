"""Real worker processes: killed in the middle of a sweep, and a breach from beat's message to the mail server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.models import Notice, OutgoingMessage
from slatrack.celery import app
from tenants.scope import tenant_scope
from tests.notifications.smtp import Mailbox, serve
from tests.tickets.desking import MORNING, clock, events, filed, under
from tickets import breaches
from tickets.models import TicketEvent
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
DUE = MORNING + timedelta(hours=1)
PATIENCE = 60  # seconds; a process starts within a few

# Runs a sweep of small batches and stops for ever at the place that argv names, having said so.
STOPPING = """
import sys, time, django
from contextlib import contextmanager
from datetime import datetime
django.setup()
from clocks import sweep
from tenants.scope import every_tenant
from tickets import breaches
from tickets.models import Clock, TicketEvent

place, now, scopes = sys.argv[1], datetime.fromisoformat(sys.argv[2]), 0

def stop():
    print("stopped", flush=True)
    time.sleep(600)

@contextmanager
def stopping(*, reason):
    global scopes
    scopes += 1
    with every_tenant(reason=reason):
        yield
        if (place, scopes) in {("in the first batch", 1), ("in the second batch", 2)}:
            stop()
    if (place, scopes) == ("between two batches", 1):
        stop()

sweep.BATCH = 4
if place == "before telling":
    breaches.sweep.breaches(now=now)
    stop()
elif place == "while telling":
    breaches.sweep.breaches(now=now)
    tell = breaches.tell
    sweep.Sweep(Clock, TicketEvent, lambda *args: (tell(*args), stop())).tell_people(now=now)
else:
    sweep.every_tenant = stopping
    breaches.sweep.breaches(now=now)
"""


def environment(**others: str) -> dict[str, str]:
    """What a process of the application has, in the database of this test."""
    usual = os.environ.get("DATABASE_URL", "postgres://slatrack_app@localhost:5432/slatrack")
    url = urlsplit(usual)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return os.environ | {
        "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "slatrack.settings", "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": settings.REDIS_URL, "PYTHONUNBUFFERED": "1", "BASE_DOMAIN": settings.BASE_DOMAIN, **others,
    }  # fmt: skip


# How PostgreSQL knows the killed process from connections that other tests may have left open.
KILLED = "killed sweep"


def kill_a_sweep(place: str, now: datetime) -> None:
    """Start a sweep in a process of its own and kill it with signal 9 at that place."""
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPING, place, now.isoformat()],
        cwd=ROOT, env=environment(PGAPPNAME=KILLED), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == "stopped\n", process.communicate()[1]
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    until_gone()


def until_gone() -> None:
    """PostgreSQL notices the death at its own pace, and lets go of the locks then."""
    for _ in range(PATIENCE * 20):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
                [KILLED],
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("The killed process still has its connection.")


@pytest.mark.parametrize(
    ("place", "recorded"),
    [
        ("in the first batch", 0),
        ("between two batches", 4),
        ("in the second batch", 4),
        ("before telling", 10),
        ("while telling", 10),
    ],
)
def test_a_worker_killed_in_the_middle_of_a_sweep_loses_no_breach_and_raises_none_twice(
    cast: Any, place: str, recorded: int
):
    under("identity", "standard", cast)
    tickets = [filed(cast.contact, request_type="question", level="urgent") for _ in range(10)]
    kill_a_sweep(place, DUE)
    with tenant_scope(cast.tenant):
        assert TicketEvent.objects.filter(kind="breached").count() == recorded
        assert OutgoingMessage.objects.filter(topic="clock.breached").count() == 0
    # The next worker, a minute later.
    later = DUE + timedelta(minutes=1)
    assert breaches.sweep.breaches(now=later) == 10 - recorded
    assert breaches.sweep.tell_people(now=later) == 10
    for ticket in tickets:
        assert clock(ticket, "first_response").breached_at == DUE
        assert [event.at for event in events(ticket, "breached")] == [DUE]
    with tenant_scope(cast.tenant):
        mails = list(OutgoingMessage.objects.filter(topic="clock.breached").values_list("to", "key"))
        assert len(mails) == len(set(mails)) == 20
        assert Notice.objects.filter(topic="clock.breached").count() == 20
        assert [found for found in verify(now=later) if not isinstance(found, int)] == []


@contextmanager
def worker(queue: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """A Celery worker as `make run` starts it, listening on a queue of its own."""
    argv = [sys.executable, "-m", "celery", "-A", "slatrack", "worker", "--pool=solo", "--loglevel=WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", queue]  # fmt: skip
    env = environment(PYTHONWARNINGS="ignore", **env)
    process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def test_beats_message_makes_a_worker_record_the_breach_and_mail_the_people(cast: Any):
    under("identity", "standard", cast)
    # Due a minute ago by the clock on the wall; the worker reads that clock itself.
    received = timezone.now() - timedelta(minutes=61)
    ticket = filed(cast.contact, at=received, request_type="question", level="urgent")
    mailbox, queue = Mailbox(), f"test-{uuid4()}"
    with serve(mailbox) as port, worker(queue, EMAIL_URL=f"smtp://127.0.0.1:{port}", DEMO="0") as process:
        with app.connection_for_write(settings.REDIS_URL) as broker:
            for name in ("tickets.tasks.raise_breaches", "notifications.tasks.deliver_outbox"):
                # The first may run twice: beat cannot know either.
                for _ in range(2):
                    app.send_task(name, queue=queue, connection=broker)
        deadline = time.monotonic() + PATIENCE
        expected = f"Missed: first response on #{ticket.number} {ticket.subject}"
        while mailbox.subjects.count(expected) < 2 and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.1)
    breached = [mail for mail in mailbox.mails if str(mail["Subject"]) == expected]
    assert sorted(str(mail["To"]) for mail in breached) == ["lena@provider.example", "olga@provider.example"]
    assert "was promised within 1 hour (D3) and has not been given." in breached[0].get_content()
    assert f"http://acme.{settings.BASE_DOMAIN}" in breached[0].get_content()
    found = clock(ticket, "first_response")
    assert found.breached_at == received + timedelta(hours=1)
    assert len(events(ticket, "breached")) == 1
    with tenant_scope(cast.tenant):
        assert Notice.objects.filter(topic="clock.breached").count() == 2
        assert OutgoingMessage.objects.filter(topic="clock.breached", sent_at=None).count() == 0
