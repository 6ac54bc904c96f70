"""A database of our own for a benchmark, and tickets by the hundred thousand in it.

Tickets and clocks are written as the application's role under row-level security, in bulk and not through the actions:
what is measured is the work on them, never their making.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
os.environ.setdefault("SECRET_KEY", "only-for-benchmarks")
os.environ |= {"LOG_LEVEL": "WARNING", "DEBUG": "0"}
django.setup()

from django.core.management import call_command  # noqa: E402 (after django.setup)
from django.db import connection, connections  # noqa: E402

from tenants.models import Contact, Member, Tenant  # noqa: E402
from tenants.scope import every_tenant, tenant_scope  # noqa: E402
from tests import factories  # noqa: E402

#: Clocks fall due one a second from here on.
FIRST_DUE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CHUNK = 100_000
# What falls due together was filed in the same days, in no order: neighbours in time lie anywhere within a
# NEIGHBOURHOOD of the table, however large that is. STRIDE has no divisor in common with it.
NEIGHBOURHOOD = 10_000
STRIDE = 7_919
DISTINCT_WORDS = 997


@dataclass(frozen=True, slots=True)
class Stage:
    """A migrated database with one tenant in it."""

    database: str
    tenant: Tenant
    agent: Member
    contact: Contact
    version: int
    subscription: int


@contextmanager
def databases() -> Iterator[Stage]:
    """A fresh migrated database with a tenant, its people and an agreement; dropped at the end, with its copies."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    _in_cluster(f"CREATE DATABASE {name}")
    try:
        _turn_to(name, "owner")
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        _turn_to(name, "default")
        yield _people(name)
    finally:
        connections["owner"].close()
        connections["default"].close()
        for number in ("", "_copy"):
            _in_cluster(f"DROP DATABASE IF EXISTS {name}{number} WITH (FORCE)")


def copy_of(stage: Stage) -> Stage:
    """A second database like this one; it goes with the first."""
    connections["default"].close()
    _in_cluster(f"CREATE DATABASE {stage.database}_copy TEMPLATE {stage.database}")
    return Stage(f"{stage.database}_copy", stage.tenant, stage.agent, stage.contact, stage.version, stage.subscription)


def enter(stage: Stage) -> None:
    """Connect the application to this stage's database."""
    if connections["default"].settings_dict["NAME"] != stage.database:
        _turn_to(stage.database, "default")


def fill(stage: Stage, tickets: int, *, unsolved_in_hundred: int, words: bool = False) -> None:
    """Write that many tickets with a clock on each, running where the ticket is unsolved, and collect statistics.

    Clocks fall due a second apart from FIRST_DUE on, those of solved tickets left out. With `words` the subjects can be
    searched.
    """
    with _bulk_loading(stage):
        _write(stage, tickets, unsolved_in_hundred, [_TICKETS, _CLOCKS, *([_WORDS] if words else [])])
    tidy(stage)


def _write(stage: Stage, tickets: int, unsolved_in_hundred: int, statements: list[str]) -> None:
    enter(stage)
    for first in range(1, tickets + 1, CHUNK):
        last = min(first + CHUNK - 1, tickets)
        named = {
            "tenant": stage.tenant.pk, "client": stage.contact.client_id, "contact": stage.contact.pk,
            "agent": stage.agent.pk, "version": stage.version, "subscription": stage.subscription, "first": first,
            "last": last, "all": tickets, "near": NEIGHBOURHOOD, "stride": STRIDE, "base": FIRST_DUE,
            "unsolved": unsolved_in_hundred, "words": DISTINCT_WORDS,
        }  # fmt: skip
        with every_tenant(reason="fill a benchmark"), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, named)


@contextmanager
def _bulk_loading(stage: Stage) -> Iterator[None]:
    """Indexes and references come after the rows, as when a dump is restored; what is measured has all of them."""
    _turn_to(stage.database, "owner")
    with closing(connections["owner"]) as owner, owner.cursor() as cursor:
        cursor.execute(_REFERENCES, [list(TABLES)])
        references = cursor.fetchall()
        cursor.execute(_INDEXES, [list(TABLES)])
        indexes = cursor.fetchall()
        for table, name, _ in references:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in references:
            # Of the rows that are there we know; new ones are checked like any other.
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


TABLES = ("tickets_ticket", "tickets_clock", "tickets_ticketword")
_REFERENCES = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
_INDEXES = """
    SELECT quote_ident(indexname), indexdef FROM pg_indexes
    WHERE tablename = ANY (%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""


def tidy(stage: Stage, *tables: str) -> None:
    """What autovacuum does sooner or later, so that not while something is measured; of tickets, or of `tables`."""
    _turn_to(stage.database, "owner")
    with closing(connections["owner"]) as owner, owner.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables or (*TABLES, 'tickets_ticketevent'))}")


_TICKETS = """
    INSERT INTO tickets_ticket (
        tenant_id, number, client_id, requester_id, assignee_id, channel, subject, status, agreement_version_id,
        subscription_id, plan, request_type, level, requested_level, coverage, coverage_sentence, coverage_clause,
        scope, reproducibility, on_hold_for, received_at, last_activity_at, queue_at, solved_at)
    SELECT %(tenant)s, g, %(client)s, %(contact)s, CASE WHEN g %% 7 > 0 THEN %(agent)s END, 'portal',
        'Word' || g %% %(words)s || ' fails again',
        CASE WHEN g %% 100 >= %(unsolved)s THEN 'solved' WHEN g %% 11 = 0 THEN 'waiting'
             WHEN g %% 13 = 0 THEN 'on_hold' ELSE 'open' END,
        %(version)s, %(subscription)s, 'gold', 'incident', 'severity_2', 'severity_2', 'covered', '', '', 'in_scope',
        'unknown', '', %(base)s - interval '1 day', %(base)s - (%(all)s - g) * interval '1 second',
        CASE WHEN g %% 100 < %(unsolved)s THEN %(base)s
            + ((g - 1) / %(near)s * %(near)s + g * %(stride)s %% %(near)s) * interval '1 second' ELSE '9999-12-31Z' END,
        CASE WHEN g %% 100 >= %(unsolved)s THEN %(base)s END
    FROM generate_series(%(first)s::bigint, %(last)s) g
"""
_CLOCKS = """
    INSERT INTO tickets_clock (
        tenant_id, ticket_id, metric, cycle, kind, target_seconds, target_text, calendar, clause, started_at, due_at,
        promised_at, warn_at, warn_later, stopped_at, stopped_by, elapsed_seconds, counted_at, untold)
    SELECT tenant_id, id, 'first_response', 0, 'target', 28800, '8 business hours', 'business', 'E4', received_at,
        CASE WHEN solved_at IS NULL THEN queue_at END, coalesce(solved_at, queue_at),
        CASE WHEN solved_at IS NULL THEN queue_at - interval '2 hours' END, '{}', solved_at,
        CASE WHEN solved_at IS NULL THEN '' ELSE 'solved' END, 0, received_at, ''
    FROM tickets_ticket WHERE tenant_id = %(tenant)s AND number BETWEEN %(first)s AND %(last)s
"""
# As `tickets.queue.search` does for the subjects above.
_WORDS = """
    INSERT INTO tickets_ticketword (tenant_id, ticket_id, word)
    SELECT tenant_id, id, word FROM tickets_ticket
    CROSS JOIN LATERAL unnest(ARRAY['word' || number %% %(words)s, 'fails', 'again']) word
    WHERE tenant_id = %(tenant)s AND number BETWEEN %(first)s AND %(last)s
"""


def _people(name: str) -> Stage:
    tenant = factories.tenant("bench", name="Bench Support")
    people = factories.people(tenant)
    with tenant_scope(tenant):
        version = factories.agreement("officeware")
        subscription = factories.subscription(people["client"], version, "gold")
    return Stage(name, tenant, people["agent"], people["contact"], version.pk, subscription.pk)


def _turn_to(name: str, alias: str) -> None:
    connections[alias].close()
    connections[alias].settings_dict["NAME"] = name


def _in_cluster(statement: str) -> None:
    """A statement about databases, which none of them may run in a transaction."""
    keeper = connections["owner"].copy()
    keeper.settings_dict["NAME"] = "postgres"
    with closing(keeper), keeper.cursor() as cursor:
        cursor.execute(statement)
