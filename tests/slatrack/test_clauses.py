"""docs/clauses.md is true: each clause of the five agreements has a test of its name and a screen of the demo."""

from __future__ import annotations

import ast
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db.models import Q
from django.test import Client as Browser

from agreements.document import BUNDLED, load_bundled
from agreements.governing import versions_governing
from slatrack.demo.loader import load
from slatrack.demo.world import World
from slatrack.demo.worlds import WORLDS
from slatrack.personas import personas
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parents[2]
#: A Wednesday at noon: everybody is at work.
NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
#: How many tickets beside the live ones make each kind of screen likely.
SOME = 12

#: Who the table's second column names, by how the demo calls their role.
AUDIENCES = {
    "owner": "Owner",
    "agent": "Agent",
    "account manager": "Account manager",
    "client": "Client contact at",
    "client without rights": "not authorised",
}
#: The tickets that addresses in the table name in braces.
TICKETS: dict[str, Q] = {
    "a bug": Q(request_type="bug"),
    "an uncovered ticket": Q(coverage="not_covered"),
    "an overdue invoice's ticket": Q(coverage_clause="A2"),
    "an incident": Q(request_type="incident", status__in=["open", "waiting"]),
    "an acknowledged ticket": Q(events__kind="acknowledgement"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table: who reads what where, and the tests that prove it."""

    clause: str
    audience: str
    address: str
    reads: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def letter(self) -> str:
        return self.clause[0]


@cache
def rows() -> tuple[Row, ...]:
    found = []
    for line in (ROOT / "docs" / "clauses.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and re.fullmatch(r"[A-E]\d+", cells[0]):
            clause, _promise, audience, address, reads, tests = cells
            found.append(
                Row(clause, audience, address.strip("`"), _quoted(reads), tuple(re.findall(r"`(test_\w+)`", tests)))
            )
    return tuple(found)


def _quoted(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"“([^”]+)”", text))


@cache
def named_tests() -> frozenset[str]:
    return frozenset(
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_the_table_has_every_clause_of_the_five_agreements_once_and_no_other() -> None:
    clauses = [clause.key for key in BUNDLED for clause in load_bundled(key).clauses]
    assert [row.clause for row in rows()] == clauses
    assert len(clauses) == 61


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.clause)
def test_each_clause_has_tests_that_carry_its_name(row: Row) -> None:
    assert row.tests, "name at least one test"
    assert row.reads, "say what stands on the screen"
    for name in row.tests:
        assert row.clause in name.split("_")[1:4], f"{name} does not carry {row.clause}"
        assert name in named_tests(), f"there is no {name}"


@pytest.mark.thorough
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.slug)
def test_each_clause_stands_on_its_screen_in_its_demo_workspace(world: World, db: None) -> None:
    load(world, now=NOON, tickets=len(world.live) + SOME)
    tenant = Tenant.objects.get(slug=world.slug)
    letter = load_bundled(world.slug).clauses[0].key[0]
    seen: dict[tuple[str, str], str] = {}
    missing = []
    for row in (row for row in rows() if row.letter == letter):
        where = (row.audience, row.address)
        if where not in seen:
            seen[where] = _words(tenant, *where)
        missing += [f"{row.clause}, {' '.join(where)}: {words}" for words in row.reads if words not in seen[where]]
    assert missing == []


def _words(tenant: Tenant, audience: str, address: str) -> str:
    """What a page says to that audience, as one line of words."""
    browser = Browser(HTTP_HOST=f"{tenant.slug}.{settings.BASE_DOMAIN}")
    with tenant_scope(tenant):
        if audience != "anyone":
            person = next(found for found in personas() if AUDIENCES[audience] in found.role)
            browser.force_login(person.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        path = re.sub(r"\{([^}]+)\}", lambda match: _named(match.group(1)), address)
    # What a page says of this month and today is said of the day the demo was loaded.
    with time_machine.travel(NOON):
        answer = browser.get(path)
    assert answer.status_code == 200, f"{path} as {audience}: {answer.status_code}"
    body = re.sub(r"(?s)<(script|style|svg|head)\b.*?</\1>", " ", answer.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _named(what: str) -> str:
    """The number that stands for words in braces."""
    if what == "the version":
        return str(versions_governing(at=NOON)[0].pk)
    found: Any = Ticket.objects.filter(TICKETS[what]).order_by("-number").first()
    assert found is not None, f"the demo has no ticket like {what}"
    return str(found.number)
