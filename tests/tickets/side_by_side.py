"""Work that happens at the same time, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from clocks import sweep
from tenants.scope import every_tenant

PATIENCE = 20  # seconds; what is waited for comes within one


@contextmanager
def side_by_side(threads: int = 2) -> Iterator[Callable[..., Future[Any]]]:
    """Start pieces of work with `start(work, *args)`; their connections are closed when they are done."""

    def closing(work: Callable[..., Any], *args: Any) -> Any:
        try:
            return work(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        yield lambda work, *args: pool.submit(closing, work, *args)


def all_at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, all started at the same instant."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        barrier.wait(PATIENCE)
        return work()

    with side_by_side(len(works)) as start:
        futures = [start(run, work) for work in works]
    return [future.exception() or future.result() for future in futures]


def until_somebody_waits_for_a_lock() -> None:
    """Returns once another connection to this database waits for a row that somebody else holds."""
    until_somebody_waits("wait_event_type", "Lock")


def until_somebody_waits(column: str, what: str) -> None:
    """Returns once another connection to this database waits like that, by a column of `pg_stat_activity`."""
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {column} = %s",  # noqa: S608
                [what],
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("Nobody waits: the race did not happen.")


class HeldSweep:
    """A sweep that has done its work and has not committed it yet: `done` is set there, and it goes on at `go_on`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.done, self.go_on = threading.Event(), threading.Event()

        @contextmanager
        def held(*, reason: str) -> Iterator[None]:
            with every_tenant(reason=reason):
                yield
                self.done.set()
                assert self.go_on.wait(PATIENCE)

        monkeypatch.setattr(sweep, "every_tenant", held)
