"""The reports door: exact counts, by the tenant's quarters, for those who read reports."""

from __future__ import annotations

import csv
import io
import itertools
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from agreements.document.period import QUARTER, period_at
from reports import attainment
from tenants.scope import tenant_scope
from tests import factories
from tickets.models import Clock, Ticket

pytestmark = pytest.mark.thorough

# 20 November 2026, in the fourth quarter.
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def ticket(contact: Any, received_at: datetime = NOW - timedelta(days=3), **fields: Any) -> Ticket:
    """A ticket of the tenant in force, as the lists and reports read it."""
    values: dict[str, Any] = {
        "number": next(_numbers), "client": contact.client, "requester": contact, "channel": "portal",
        "subject": "Sign-in is down", "request_type": "incident", "level": "high", "requested_level": "high",
        "coverage": "not_covered", "received_at": received_at, "last_activity_at": received_at,
    }  # fmt: skip
    return Ticket.objects.create(**(values | fields))


def clock(
    contact: Any,
    state: str,
    *,
    metric: str = "first_response",
    started_at: datetime = NOW - timedelta(days=3),
    elapsed: int = 600,
    **fields: Any,
) -> Clock:
    """A clock of the tenant in force in one of the states that a report tells apart."""
    due = started_at + timedelta(hours=1)
    states: dict[str, dict[str, Any]] = {
        "met": {"stopped_at": started_at + timedelta(minutes=10), "promised_at": due},
        "missed": {"stopped_at": due + timedelta(minutes=30), "promised_at": due, "breached_at": due},
        "missed and open": {"due_at": due, "promised_at": due, "breached_at": due},
        "overdue": {"due_at": NOW, "promised_at": NOW},
        "running": {"due_at": NOW + timedelta(seconds=1), "promised_at": NOW + timedelta(seconds=1)},
        "paused": {"paused_at": started_at + timedelta(minutes=5)},
        "best effort": {"kind": "best_effort", "stopped_at": started_at + timedelta(hours=5)},
        "best effort open": {"kind": "best_effort"},
    }
    values = {"kind": "target", "target_seconds": 3600, "target_text": "1 hour", "clause": "D3"} | states[state]
    if values["kind"] == "best_effort":
        values |= {"target_seconds": None, "target_text": "Best effort"}
    if values.get("stopped_at"):
        values |= {"stopped_by": "agent_reply"}
    return Clock.objects.create(
        ticket=ticket(contact, started_at),
        metric=metric,
        started_at=started_at,
        elapsed_seconds=elapsed,
        counted_at=NOW,
        **(values | fields),
    )


def only_row(cast: SimpleNamespace, at: datetime = NOW) -> attainment.Row:
    quarter = period_at(QUARTER, at, cast.tenant.timezone)
    with tenant_scope(cast.tenant):
        (row,) = attainment.by_client({"q": (quarter.start, quarter.end)}, now=NOW)["q"]
    return row


def test_met_missed_and_running_are_told_apart(cast: SimpleNamespace) -> None:
    with tenant_scope(cast.tenant):
        for state in ["met", "met", "met", "missed", "missed and open", "overdue", "running", "paused"]:
            clock(cast.contact, state)
    row = only_row(cast)
    assert (row.met, row.missed, row.running) == (3, 3, 2)
    assert row.attainment == Fraction(1, 2)


def test_a_promise_that_fell_due_counts_as_missed_before_the_sweep_writes_it_down(cast: SimpleNamespace) -> None:
    with tenant_scope(cast.tenant):
        clock(cast.contact, "overdue")
    assert only_row(cast).missed == 1


def test_A5_best_effort_is_measured_and_never_missed(cast: SimpleNamespace) -> None:
    with tenant_scope(cast.tenant):
        for elapsed in (60, 300, 86_400):
            clock(cast.contact, "best effort", elapsed=elapsed)
        clock(cast.contact, "best effort open")
    row = only_row(cast)
    assert (row.met, row.missed, row.running) == (0, 0, 0)
    assert (row.measured, row.measured_median_seconds) == (3, 300)
    assert row.attainment is None


def test_the_median_is_a_measurement_and_exact(cast: SimpleNamespace) -> None:
    with tenant_scope(cast.tenant):
        for elapsed in (100, 201, 302, 1000):
            clock(cast.contact, "met", elapsed=elapsed)
        clock(cast.contact, "running", elapsed=5)
    assert only_row(cast).median_seconds == 201


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1), "100.0 %"),
        (Fraction(999_999, 1_000_000), "99.9 %"),
        (Fraction(2, 3), "66.6 %"),
        (Fraction(0), "0.0 %"),
        (None, "–"),
    ],
)
def test_a_printed_share_is_rounded_down(share: Fraction | None, text: str) -> None:
    assert attainment.percent(share) == text


def test_a_promise_belongs_to_the_quarter_of_the_tenants_zone_it_began_in(cast: SimpleNamespace) -> None:
    # 22:00 UTC on 30 September is midnight in Amsterdam.
    midnight = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
    with tenant_scope(cast.tenant):
        clock(cast.contact, "met", started_at=midnight)
        clock(cast.contact, "missed", started_at=midnight - timedelta(microseconds=1))
    assert (only_row(cast).met, only_row(cast).missed) == (1, 0)
    third = only_row(cast, NOW - timedelta(days=92))
    assert (third.met, third.missed) == (0, 1)


def test_the_page_shows_each_client_with_this_quarter_and_the_one_before(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        clock(cast.contact, "met")
        clock(cast.other_contact, "missed")
        clock(cast.contact, "missed", started_at=NOW - timedelta(days=90))
    answer = sign_in(cast.lead).get("/reports/")
    shown = {client["name"]: client["rows"][0] for client in answer.context["clients"]}
    assert shown["Globex"]["row"].attainment_text == "100.0 %"
    assert shown["Globex"]["before"] == "0.0 %"
    assert shown["Initech"]["row"].attainment_text == "0.0 %"
    (total,) = answer.context["totals"]
    assert (total["row"].met, total["row"].missed) == (1, 1)


def test_one_client_can_be_looked_at_alone(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        clock(cast.contact, "met")
        clock(cast.other_contact, "missed")
    answer = sign_in(cast.lead).get("/reports/", {"client": cast.client.pk})
    (total,) = answer.context["totals"]
    assert (total["row"].met, total["row"].missed) == (1, 0)


def test_A6_scope_and_reproducibility_show_in_the_report(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        ticket(cast.contact, scope="client_side", reproducibility="not_reproducible")
        ticket(cast.contact, scope="third_party")
        ticket(cast.contact, reproducibility="reproducible")
        ticket(cast.contact, NOW - timedelta(days=100), scope="client_side")
    (row,) = sign_in(cast.account_manager).get("/reports/").context["scopes"]
    assert (row.total, row.in_scope, row.client_side, row.third_party) == (3, 1, 1, 1)
    assert (row.reproducible, row.not_reproducible, row.untried) == (1, 1, 1)
    assert row.not_covered == 3


def test_every_missed_promise_is_listed_with_its_ticket(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        late = clock(cast.contact, "missed", elapsed=3600 + 1500)
        clock(cast.contact, "met")
        clock(cast.other_contact, "overdue", metric="resolution")
    answer = sign_in(cast.lead).get("/reports/missed/")
    assert [line["label"] for line in answer.context["lines"]] == ["Resolution", "First response"]
    text = answer.content.decode()
    assert f'href="/desk/tickets/{late.ticket.number}/"' in text
    assert "25 m" in text
    narrowed = sign_in(cast.lead).get("/reports/missed/", {"metric": "resolution", "client": cast.other_client.pk})
    assert len(narrowed.context["lines"]) == 1


def test_an_account_manager_gets_no_link_to_a_desk_that_is_closed_to_them(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        clock(cast.contact, "missed")
    text = sign_in(cast.account_manager).get("/reports/missed/").content.decode()
    assert "Sign-in is down" in text
    assert "/desk/" not in text


def test_the_files_say_what_the_pages_say(cast: SimpleNamespace, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        clock(cast.contact, "met", elapsed=42)
        late = clock(cast.contact, "missed")
        Ticket.objects.filter(pk=late.ticket_id).update(subject="=HYPERLINK(1)")
    browser = sign_in(cast.account_manager)
    summary = read(browser.get("/reports/attainment.csv"))
    assert [summary[0][key] for key in ("Quarter", "Client", "Promise", "Met", "Missed", "Running", "Attainment")] == [
        "2026-Q4", "Globex", "First response", "1", "1", "0", "50.0 %",
    ]  # fmt: skip
    (line,) = read(browser.get("/reports/missed.csv"))
    assert line["Subject"] == "'=HYPERLINK(1)"
    assert line["Fell due"] == late.breached_at.isoformat(timespec="seconds")


def read(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


PATHS = ["/reports/", "/reports/missed/", "/reports/attainment.csv", "/reports/missed.csv"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("lead", 200), ("account_manager", 200), ("agent", 403), ("contact", 404)],
)
def test_reports_are_for_those_who_read_them(
    cast: SimpleNamespace, sign_in: Any, path: str, who: str, status: int
) -> None:
    assert sign_in(getattr(cast, who)).get(path).status_code == status


@pytest.mark.parametrize("path", PATHS)
def test_another_tenants_numbers_stay_there(cast: SimpleNamespace, sign_in: Any, path: str) -> None:
    with tenant_scope(cast.other_tenant):
        clock(cast.rival.contact, "missed", metric="resolution")
    text = sign_in(cast.owner).get(path).content.decode()
    assert "Sign-in is down" not in text
    assert "Resolution" not in text.replace(">Resolution</option>", "")
    assert sign_in(cast.owner).get(path, {"client": cast.rival.client.pk}).status_code == 404


@pytest.mark.parametrize("query", [{"quarter": "2026-Q5"}, {"quarter": "2020-Q1"}, {"client": "x"}, {"client": "0"}])
@pytest.mark.parametrize("path", PATHS)
def test_a_report_that_is_not_on_offer_does_not_exist(
    cast: SimpleNamespace, sign_in: Any, path: str, query: dict[str, str]
) -> None:
    assert sign_in(cast.owner).get(path, query).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_report_costs_the_same_however_much_it_counts(
    cast: SimpleNamespace, sign_in: Any, django_assert_max_num_queries: Any, path: str
) -> None:
    browser = sign_in(cast.owner)
    with tenant_scope(cast.tenant):
        clock(cast.contact, "missed")
    with django_assert_max_num_queries(17) as few:
        browser.get(path)
    with tenant_scope(cast.tenant):
        for number in range(30):
            person = factories.contact(factories.ClientFactory.create(), f"Person{number} Of Many")
            clock(person, "missed", metric="resolution")
    with django_assert_max_num_queries(len(few)):
        browser.get(path)


def test_an_empty_quarter_says_what_will_be_here(cast: SimpleNamespace, sign_in: Any) -> None:
    browser = sign_in(cast.owner)
    assert "No promise began in this quarter" in browser.get("/reports/").content.decode()
    assert "No promise was missed" in browser.get("/reports/missed/").content.decode()
