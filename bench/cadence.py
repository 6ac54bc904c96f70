"""What a sweep for overdue updates costs with one due among few and among many open incidents.

    python -m bench.cadence

Every incident has a running clock; in each round one more falls due and is raised, with its history. Rounds alternate
between the two databases, so that a busy machine is busy for both; medians are compared.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta

from django.db import connection

from bench import _seed  # sets Django up
from incidents.cadence import overdue
from tenants.scope import every_tenant

FEW, MANY = 1_000, 100_000
ROUNDS = 60
GROWTH_AT_MOST = 2.0

_INCIDENTS = """
    INSERT INTO incidents_incident (tenant_id, number, title, agreement_version_id, level, status, started_at,
        declared_at, last_activity_at, escalation)
    SELECT %(tenant)s, n, 'Incident ' || n, %(version)s, 'p1', 'investigating', %(base)s, %(base)s, %(base)s, '{}'
    FROM generate_series(1, %(count)s) n
"""
_CLOCKS = """
    INSERT INTO incidents_incidentclock (tenant_id, incident_id, metric, cycle, kind, target_seconds, target_text,
        calendar, clause, started_at, due_at, promised_at, warn_later, stopped_by, elapsed_seconds, counted_at, untold)
    SELECT tenant_id, id, 'update', 0, 'target', 900, '15 minutes', 'always', 'B15', declared_at,
        declared_at + number * interval '1 second', declared_at + number * interval '1 second', '{}', '', 0,
        declared_at, ''
    FROM incidents_incident
"""


class Track:
    """One database whose updates fall due, one after the other."""

    def __init__(self, stage: _seed.Stage, incidents: int) -> None:
        self.stage, self.incidents, self.now, self.took = stage, incidents, _seed.FIRST_DUE, list[float]()
        _seed.enter(stage)
        named = {
            "tenant": stage.tenant.pk, "version": stage.version, "base": _seed.FIRST_DUE, "count": incidents
        }  # fmt: skip
        with every_tenant(reason="fill a benchmark"), connection.cursor() as cursor:
            cursor.execute(_INCIDENTS, named)
            cursor.execute(_CLOCKS)
        _seed.tidy(stage, "incidents_incident", "incidents_incidentclock")

    def sweep(self) -> float:
        """Seconds for the sweep that raises the next one."""
        _seed.enter(self.stage)
        # A worker's connection has looked at these tables before.
        overdue.sweep.breaches(now=self.now)
        self.now += timedelta(seconds=1)
        begun = time.perf_counter()
        raised = overdue.sweep.breaches(now=self.now)
        took = time.perf_counter() - begun
        assert raised == 1, f"{raised} raised instead of one"
        return took


def main() -> int:
    with _seed.databases() as stage:
        tracks = [Track(_seed.copy_of(stage), FEW), Track(stage, MANY)]
        for number in range(ROUNDS + 1):
            for track in tracks:
                took = track.sweep()
                if number:
                    track.took.append(took)
        few, many = (statistics.median(track.took) for track in tracks)
    for track, cost in zip(tracks, (few, many), strict=True):
        print(f"one due among {track.incidents:>7,} open incidents{cost * 1000:>10.2f} ms")
    fine = many / few <= GROWTH_AT_MOST
    print(f"many : few, at most {GROWTH_AT_MOST}{many / few:>10.2f}{'' if fine else '   MISSED'}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
