"""Several workers and dead ones: a question is computed once, by one of them, and to its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from slatrack.celery import app
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, filed, under
from tests.tickets.side_by_side import all_at_once, side_by_side
from tests.tickets.test_worker import KILLED, PATIENCE, environment, until_gone, worker
from tests.tickets.whatifs import NOW, asked, clock_from, draft, flips, fresh
from tickets import actions
from tickets.actions.whatif import cancel_what_if, discard_what_if, keep_what_if
from tickets.models import Message, Ticket, WhatIf
from tickets.whatif import job

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
HOUR = timedelta(hours=1)
STRICTER = ("16 business hours, 8 business hours]", "16 business hours, 2 business hours]")

# Computes chunks of two tickets and stops for ever in the second, having said so.
STOPPING = """
import sys, time, django
from datetime import datetime
django.setup()
from tickets.whatif import job

now, chunks, live = datetime.fromisoformat(sys.argv[1]), 0, job._live

def stopping(claim, at, **columns):
    global chunks
    live(claim, at, **columns)
    chunks += "done" in columns
    if chunks == 2:
        print("stopped", flush=True)
        time.sleep(600)

job.CHUNK, job._live = 2, stopping
job.compute_all(clock=lambda: now)
"""


@pytest.fixture
def question(cast: Any) -> WhatIf:
    """Five tickets that a stricter draft would have missed, and the question about it."""
    under("officeware", "gold", cast, extensions=[])
    for number in range(5):
        made = filed(cast.contact, at=MORNING + number * timedelta(minutes=1), level="severity_2")
        act(cast.tenant, actions.answer, ticket_id=made.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Done.",
            then=Ticket.Status.OPEN, now=MORNING + 4 * HOUR)  # fmt: skip
    return asked(cast, draft(cast, STRICTER), plan="gold")


def test_a_question_whose_worker_was_killed_is_started_over_by_the_next(cast: Any, question: WhatIf):
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPING, NOW.isoformat()],
        cwd=ROOT, env=environment(PGAPPNAME=KILLED), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n", process.communicate()[1]
        # What was done so far can be seen, and what was not committed cannot.
        found = fresh(cast, question)
        assert (found.state, found.done, found.total) == (WhatIf.State.RUNNING, 2, 5)
        assert len(flips(cast, question)) == 2
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    until_gone()
    assert job.compute_all(clock=clock_from(NOW + timedelta(seconds=59))) == 0
    assert job.compute_all(clock=clock_from(NOW + timedelta(seconds=60))) == 1
    found = fresh(cast, question)
    assert (found.state, found.done, found.total) == (WhatIf.State.FINISHED, 5, 5)
    assert len(flips(cast, question)) == 4


def test_of_two_workers_at_once_one_takes_the_question(cast: Any, question: WhatIf):
    claims = all_at_once(lambda: job.take_up(now=NOW), lambda: job.take_up(now=NOW))
    assert [claim.what_if for claim in claims if isinstance(claim, job.Claim)] == [question.pk]
    assert not [claim for claim in claims if isinstance(claim, Exception)]


def test_one_question_is_computed_at_a_time_and_then_the_next(cast: Any, question: WhatIf):
    with tenant_scope(cast.tenant):
        version = fresh(cast, question).version
    second = asked(cast, version)
    first = job.take_up(now=NOW)
    assert first is not None
    assert job.take_up(now=NOW + timedelta(seconds=1)) is None
    job.compute(first, clock=clock_from(NOW))
    assert job.compute_all(clock=clock_from(NOW + timedelta(seconds=2))) == 1
    assert fresh(cast, second).state == WhatIf.State.FINISHED


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(cast: Any, question: WhatIf):
    slow = job.take_up(now=NOW)
    quick = job.take_up(now=NOW + timedelta(minutes=1))
    assert slow is not None
    assert quick is not None
    job.compute(quick, clock=clock_from(NOW + timedelta(minutes=1)))
    answer = fresh(cast, question)
    job.compute(slow, clock=clock_from(NOW + timedelta(minutes=2)))
    assert fresh(cast, question).finished_at == answer.finished_at
    assert len(flips(cast, question)) == 4


@pytest.mark.parametrize("verb", [cancel_what_if, discard_what_if])
def test_who_computes_what_is_cancelled_or_thrown_away_stops_and_leaves_nothing(
    cast: Any, question: WhatIf, verb: Any, monkeypatch: Any
):
    monkeypatch.setattr(job, "CHUNK", 2)
    read = job.clocks_of
    chunks = []

    def interrupted(tickets: Any) -> Any:
        chunks.append(tickets)
        if len(chunks) == 2:
            # Somebody else's request, while this chunk is computed.
            all_at_once(lambda: act(cast.tenant, verb, what_if_id=question.pk, by=cast.owner.user, now=NOW))
        return read(tickets)

    monkeypatch.setattr(job, "clocks_of", interrupted)
    job.compute_all(clock=clock_from(NOW))
    assert len(chunks) == 2
    with tenant_scope(cast.tenant):
        left = WhatIf.objects.filter(pk=question.pk).first()
        assert left is None or left.state == WhatIf.State.CANCELLED
        assert not question.tickets.exists()


def test_a_message_makes_a_real_worker_answer(cast: Any, question: WhatIf):
    # By the clock on the wall, which the worker reads: what was asked in spring is thrown away by now.
    question = asked(cast, fresh(cast, question).version, now=timezone.now())
    queue = f"test-{uuid4()}"
    with worker(queue, DEMO="0") as process, app.connection_for_write(settings.REDIS_URL) as broker:
        for _ in range(2):
            app.send_task("tickets.tasks.compute_what_ifs", queue=queue, connection=broker)
        deadline = time.monotonic() + PATIENCE
        while fresh(cast, question).is_unfinished and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.1)
    answer = fresh(cast, question)
    assert answer.state == WhatIf.State.FINISHED, answer.failure
    assert answer.finished_at is not None
    assert answer.finished_at <= timezone.now()
    assert len(flips(cast, question)) == 4


def test_what_somebody_keeps_while_it_is_cleared_away_keeps_its_tickets(cast: Any, question: WhatIf):
    job.compute_all(clock=clock_from(NOW))
    found = len(flips(cast, question))
    with side_by_side() as start, tenant_scope(cast.tenant):
        keep_what_if(what_if_id=question.pk, name="Stricter", by=cast.owner.user, now=NOW)
        clearing = start(lambda: job.clear_away(now=NOW + timedelta(days=7)))
        clearing.result(PATIENCE)
    assert found
    assert (fresh(cast, question).name, len(flips(cast, question))) == ("Stricter", found)
