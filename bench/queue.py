"""What a page of the desk's queue takes in a tenant with a million tickets, against one with ten thousand.

    python -m bench.queue

The baseline is the same page in the same run with a hundredth of the tickets. Pages are asked for by HTTP through all
of Django, as a signed-in agent, as the application's role under row-level security; every third ticket is unsolved.
Requests alternate between the two databases, so that a busy machine is busy for both; the 95th percentiles are
compared.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections import defaultdict

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from bench import _seed  # sets Django up
from tenants.scope import tenant_scope

MANY, FEW = 1_000_000, 10_000
UNSOLVED_IN_HUNDRED = 33
REQUESTS = 40
AT_MOST = 2.0

PAGES = {
    "all unsolved": "/desk/",
    "mine": "/desk/?view=mine",
    "unassigned": "/desk/?view=unassigned",
    "overdue": "/desk/?view=overdue",
    "waiting for client": "/desk/?view=waiting",
    "solved recently": "/desk/?view=solved",
    "everything": "/desk/?view=all",
    "a page far down": "/desk/?cursor=after~2026-03-02T09:00:00%2B00:00~4000",
    "search: a common word": "/desk/?q=fails",
    "search: a rare word": "/desk/?q=word17",
}


class Desk:
    """An agent's browser on one of the two databases."""

    def __init__(self, stage: _seed.Stage, tickets: int) -> None:
        self.stage, self.tickets = stage, tickets
        _seed.enter(stage)
        self.browser = Browser(HTTP_HOST=f"{stage.tenant.slug}.{settings.BASE_DOMAIN}")
        with tenant_scope(stage.tenant):
            self.browser.force_login(stage.agent.user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def ask(self, url: str) -> float:
        """Seconds to the last byte. Raises AssertionError for anything but the page."""
        begun = time.perf_counter()
        response = self.browser.get(url)
        took = time.perf_counter() - begun
        assert response.status_code == 200, f"{url}: {response.status_code}"
        return took

    def queries(self, url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.ask(url)
        return len(captured)


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def measure(desks: list[Desk]) -> tuple[dict[tuple[str, int], list[float]], dict[tuple[str, int], int]]:
    """Seconds of each request, and the number of queries, by page and size of the tenant."""
    took: dict[tuple[str, int], list[float]] = defaultdict(list)
    queries: dict[tuple[str, int], int] = {}
    for name, url in PAGES.items():
        for desk in desks:
            _seed.enter(desk.stage)
            # Templates, plans and caches that a running server has already.
            desk.ask(url)
            queries[name, desk.tickets] = desk.queries(url)
        for _ in range(REQUESTS // 10):
            for desk in desks:
                _seed.enter(desk.stage)
                connection.ensure_connection()
                desk.ask(url)
                took[name, desk.tickets] += [desk.ask(url) for _ in range(10)]
    return took, queries


def main() -> int:
    # Nobody serves static files here.
    warnings.filterwarnings("ignore", message="No directory at")
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with _seed.databases() as stage:
        desks = []
        for place, tickets in ((_seed.copy_of(stage), FEW), (stage, MANY)):
            _seed.fill(place, tickets, unsolved_in_hundred=UNSOLVED_IN_HUNDRED, words=True)
            desks.append(Desk(place, tickets))
        took, queries = measure(desks)
    print(f"{'p95 in milliseconds':<26}{FEW:>12,}{MANY:>12,}{'ratio':>8}{'queries':>12}")
    missed = 0
    for name in PAGES:
        few, many = p95(took[name, FEW]), p95(took[name, MANY])
        counts = queries[name, FEW], queries[name, MANY]
        fine = many / few <= AT_MOST and counts[0] == counts[1]
        missed += not fine
        print(
            f"  {name:<24}{few * 1000:>12.1f}{many * 1000:>12.1f}{many / few:>8.2f}"
            f"{f'{counts[0]} | {counts[1]}':>12}{'' if fine else '   MISSED'}"
        )
    print(f"at most {AT_MOST} times as long, in the same number of queries")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
