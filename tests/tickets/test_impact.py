"""What a version would make of open tickets (B17): told before anything moves, and true afterwards."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.agreeing import consistent
from tests.tickets.desking import MORNING, act, clock, filed, hours, under
from tests.tickets.moving import (
    FIRST_BEST_EFFORT,
    FIRST_IN_4_HOURS,
    FIRST_IN_16_HOURS,
    REASON,
    draft,
    first_response,
    swept,
)
from tickets import actions, breaches
from tickets.impact.impact import Change, Impact, begin, go_on, impact_of
from tickets.models import Clock, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db

NOON = MORNING + hours(3)
DAY = timedelta(days=1)
#: 2 March 2026, ten in Berlin: what is due in eight business hours falls due the next morning at ten.
THE_DAY_BEFORE = MORNING - DAY


@pytest.fixture
def old(cast: Any) -> AgreementVersion:
    return under("officeware", "gold", cast)


def impact(cast: Any, version: AgreementVersion, *, as_of: datetime = NOON) -> Impact:
    with tenant_scope(cast.tenant):
        return impact_of(version, as_of=as_of)


def only_change(found: Impact) -> Change:
    (row,) = found.changed
    (change,) = row.changes
    return change


def test_both_due_times_stand_side_by_side_and_nothing_is_written(cast: Any, old: Any):
    ticket = filed(cast.contact)
    before = clock(ticket, "first_response")
    change = only_change(impact(cast, draft(cast, FIRST_IN_4_HOURS)))
    assert (change.metric, change.effect) == ("first_response", "earlier")
    assert (change.due_before, change.due_after) == (before.due_at, before.due_at - hours(20))
    assert (change.target_before, change.target_after) == ("8 business hours", "4 business hours")
    assert clock(ticket, "first_response").due_at == before.due_at
    with tenant_scope(cast.tenant):
        assert not TicketEvent.objects.filter(ticket=ticket, kind="terms_changed").exists()


@pytest.mark.parametrize(
    ("filed_at", "to", "effect"),
    [
        (MORNING, FIRST_IN_16_HOURS, "later"),
        (THE_DAY_BEFORE + hours(4), FIRST_IN_4_HOURS, "overdue"),
        (THE_DAY_BEFORE, FIRST_IN_16_HOURS, "saved"),
        (MORNING, FIRST_BEST_EFFORT, "unpromised"),
        (THE_DAY_BEFORE, FIRST_BEST_EFFORT, "unpromised"),
    ],
)
def test_what_flips_is_named(cast: Any, old: Any, filed_at: datetime, to: Any, effect: str):
    filed(cast.contact, at=filed_at)
    assert only_change(impact(cast, draft(cast, to))).effect == effect


def test_what_was_only_measured_becomes_a_promise(cast: Any):
    under("officeware", "professional", cast)
    ticket = filed(cast.contact)
    with tenant_scope(cast.tenant):
        assert not Clock.objects.filter(ticket=ticket, metric="first_response").exists()
    row = "first_response: [{},              16 business hours, 8 business hours]"
    change = only_change(impact(cast, draft(cast, (row.format("none"), row.format("8 business hours")))))
    assert (change.effect, change.due_before, change.due_after) == ("promised", None, MORNING + DAY)


def test_a_paused_clock_has_another_target_and_no_due_time(cast: Any, old: Any):
    ticket = filed(cast.contact)
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Which one?",
        then=Ticket.Status.WAITING, now=MORNING + hours(1))  # fmt: skip
    row = "resolution:     [none,              7 business days,   {}]"
    change = only_change(impact(cast, draft(cast, (row.format("3 business days"), row.format("1 business day")))))
    assert (change.effect, change.due_before, change.due_after) == ("target", None, None)
    assert (change.target_before, change.target_after) == ("3 business days", "1 business day")


def test_what_was_missed_before_is_not_newly_overdue(cast: Any, old: Any):
    filed(cast.contact, at=THE_DAY_BEFORE)
    breaches.sweep.breaches(now=NOON)
    assert only_change(impact(cast, draft(cast, FIRST_IN_4_HOURS))).effect == "earlier"


def test_tickets_are_counted_by_plan_level_and_promise(cast: Any, old: Any):
    for at in (MORNING, MORNING, THE_DAY_BEFORE + hours(4)):
        filed(cast.contact, at=at)
    filed(cast.contact, level="severity_3")
    found = impact(cast, draft(cast, FIRST_IN_4_HOURS))
    assert (found.looked_at, len(found.changed)) == (4, 3)
    assert found.by_promise == {("gold", "severity_2", "first_response"): {"earlier": 2, "overdue": 1}}
    assert next(iter(found.changed)).changes[0].effect == "overdue"


def test_a_ticket_that_names_what_the_version_lacks_is_said_to_stay(cast: Any, old: Any):
    filed(cast.contact, request_type="question", level="severity_4")
    found = impact(cast, draft(cast, ("  question:\n", "  query:\n")))
    assert [row.lacking for row in found.kept] == [("request type", "question")]
    assert (found.looked_at, found.changed) == (1, [])


def test_only_open_tickets_under_earlier_versions_of_the_agreement_are_looked_at(cast: Any, old: Any):
    ticket = filed(cast.contact)
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Done.",
        then=Ticket.Status.SOLVED, now=MORNING + hours(1))  # fmt: skip
    with tenant_scope(cast.tenant):
        other = factories.agreement("identity")
        client = factories.ClientFactory.create(name="Umbrella")
        person = factories.contact(client, "Ursula Umbrella")
        factories.subscription(client, other, other.document.plans[0].key)
        level = other.document.levels[0].key
    filed(person, level=level, request_type=other.document.request_types[0].key)
    assert impact(cast, draft(cast, FIRST_IN_4_HOURS)).looked_at == 0


def test_it_is_found_out_part_by_part_with_as_many_queries_for_many_tickets_as_for_one(cast: Any, old: Any):
    version = draft(cast, FIRST_IN_4_HOURS)
    filed(cast.contact)
    impact(cast, version)  # what a process reads once

    def queries() -> int:
        with tenant_scope(cast.tenant), CaptureQueriesContext(connection) as captured:
            impact_of(version, as_of=NOON)
        return len(captured)

    for_one = queries()
    for _ in range(6):
        filed(cast.contact)
    assert queries() == for_one
    with tenant_scope(cast.tenant):
        part = begin(version, as_of=NOON)
        progress = []
        while not part.is_complete:
            go_on(part, version, batch=3)
            progress.append(part.looked_at)
        assert (progress, part.open_tickets) == ([3, 6, 7], 7)
        assert part.rows == impact_of(version, as_of=NOON).rows


TARGETS = ["none", "best effort", "30 minutes", "2 business hours", "8 business hours", "20 business hours", "24 hours"]
VERBS = ["answer", "wait", "hold", "resume", "reclassify", "solve", "reopen", "write"]


def work_on(ticket: Ticket, cast: Any, verb: str, *, now: datetime) -> None:
    """One thing that happens to a ticket; nothing where it cannot happen as it stands."""
    with tenant_scope(cast.tenant):
        fresh = Ticket.objects.get(pk=ticket.pk)
    status = {
        "wait": Ticket.Status.WAITING, "hold": Ticket.Status.ON_HOLD, "resume": Ticket.Status.OPEN,
        "solve": Ticket.Status.SOLVED,
    }.get(verb)  # fmt: skip
    if verb == "answer" and fresh.is_unsolved:
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
        body="We look.",
            then=fresh.status, now=now)  # fmt: skip
    elif verb == "write":
        act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="And now?", now=now)
    elif verb == "reclassify" and fresh.is_unsolved:
        level = "severity_3" if fresh.level == "severity_2" else "severity_2"
        act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level=level, request_type="incident",
            reason="Another look", now=now)  # fmt: skip
    elif verb == "reopen" and not fresh.is_unsolved:
        act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.agent, reason="Not yet", now=now)
    elif status is not None and fresh.is_unsolved and fresh.status != status:
        act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=status, now=now)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_predicted_is_what_the_sweep_then_makes(cast: Any, old: Any, data: st.DataObject):
    """The property that the page is worth reading for: the same due times, breaches and targets, clock by clock."""
    with tenant_scope(cast.tenant):
        Ticket.objects.unsolved().update(status=Ticket.Status.CLOSED)
        known = AgreementVersion.objects.published().filter(agreement=old.agreement_id).count()
    today = MORNING + known * 4 * DAY
    tickets = []
    for _ in range(data.draw(st.integers(1, 3), "tickets")):
        at = today - timedelta(minutes=data.draw(st.integers(5, 3 * 24 * 60), "filed before"))
        ticket = filed(cast.contact, at=at, level=data.draw(st.sampled_from(["severity_2", "severity_3"])))
        for verb in data.draw(st.lists(st.sampled_from(VERBS), max_size=5), "what happens"):
            at += (today - at) * data.draw(st.integers(1, 9), "tenths") / 10
            work_on(ticket, cast, verb, now=at)
        tickets.append(ticket)
    if data.draw(st.booleans(), "beat runs"):
        breaches.sweep.breaches(now=today)
    first, second = data.draw(st.sampled_from(TARGETS)), data.draw(st.sampled_from(TARGETS))
    rows = [
        first_response(first),
        ("[none,              14 business days,  7 business days]", f"[none, 14 business days, {second}]"),
    ]
    version = draft(cast, *rows, on=today.date(), now=today)
    predicted = impact(cast, version, as_of=today)
    with tenant_scope(cast.tenant):
        before = {(c.ticket_id, c.metric, c.cycle): c for c in Clock.objects.filter(ticket__in=tickets)}
        factories.publish(version, now=today, applies_to="open", reason=REASON)
    assert swept(today) == predicted.looked_at
    with tenant_scope(cast.tenant):
        after = {(c.ticket_id, c.metric, c.cycle): c for c in Clock.objects.filter(ticket__in=tickets)}
    changes = {(row.ticket, c.metric, c.cycle): c for row in predicted.rows for c in row.changes}
    for key, made in after.items():
        was, change = before.get(key), changes.get(key)
        if change is None:
            due, target = (was.due_at, was.target_seconds) if was else (None, None)
            assert (made.due_at, made.target_seconds) == (due, target)
            continue
        assert (made.due_at, made.target_text) == (change.due_after, change.target_after)
        assert (change.effect == "overdue") == (
            made.target_seconds is not None
            and made.breached_at is not None
            and late(made, today)
            and not late(was, today)
        )
    # The clocks of other examples may be due as well.
    breaches.sweep.breaches(now=today)
    consistent(cast, today)


def late(stored: Clock | None, now: datetime) -> bool:
    """Whether a stored clock is over its target, told from its columns."""
    if stored is None or stored.target_seconds is None:
        return False
    return stored.due_at <= now if stored.due_at else stored.elapsed_seconds >= stored.target_seconds


class TestTheApi:
    def ask(self, browser: Any, version: AgreementVersion, **query: Any) -> Any:
        return browser.get(f"/api/v1/agreements/officeware/versions/{version.number}/impact/", query)

    def test_a_program_of_an_owner_reads_it_part_by_part(self, cast: Any, old: Any, sign_in: Any, monkeypatch: Any):
        monkeypatch.setattr("tickets.impact.impact.BATCH", 2)
        for _ in range(3):
            filed(cast.contact)
        version, browser = draft(cast, FIRST_IN_4_HOURS), sign_in(cast.owner)
        first = self.ask(browser, version).json()
        assert (first["open_tickets"], first["looked_at"]) == (3, 2)
        rest = self.ask(browser, version, after=first["next"]).json()
        assert (rest["looked_at"], rest["next"]) == (1, None)
        numbers = [row["number"] for row in itertools.chain(first["changed"], rest["changed"])]
        assert numbers == [1, 2, 3]
        (change,) = first["changed"][0]["changes"]
        assert (change["effect"], change["target_after"]) == ("earlier", "4 business hours")

    def test_a_part_that_is_no_number_is_a_problem_in_words(self, cast: Any, old: Any, sign_in: Any):
        answer = self.ask(sign_in(cast.owner), draft(cast, FIRST_IN_4_HOURS), after="x")
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_it_is_for_owners_and_of_their_own_workspace(self, cast: Any, old: Any, sign_in: Any):
        version = draft(cast, FIRST_IN_4_HOURS)
        found = {
            name: self.ask(sign_in(getattr(cast, name)), version).status_code for name in ("owner", "agent", "contact")
        }
        assert found == {"owner": 200, "agent": 403, "contact": 404}
        assert self.ask(sign_in(cast.rival.owner), version).status_code == 404
        assert sign_in(cast.owner).get("/api/v1/agreements/officeware/versions/99999999999/impact/").status_code == 404
