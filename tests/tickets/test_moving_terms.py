"""Open tickets come under a version published for them too (B17): from when, with which clocks, who is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.agreeing import changed, consistent
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, hours, page_of, under
from tests.tickets.moving import (
    FIRST_BEST_EFFORT,
    FIRST_IN_4_HOURS,
    FIRST_IN_16_HOURS,
    REASON,
    next_version,
    swept,
    version_of,
)
from tickets import actions, breaches
from tickets.actions import terms
from tickets.models import Clock, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

NOON = MORNING + hours(3)
DAY = timedelta(days=1)
#: A Monday, at ten in Berlin.
THE_DAY_BEFORE = MORNING - DAY
#: 3 March begins in Berlin.
MIDNIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


@pytest.fixture
def old(cast: Any) -> Any:
    return under("officeware", "gold", cast)


def answered(ticket: Ticket, cast: Any, *, now: datetime, then: str = Ticket.Status.WAITING) -> None:
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Which one?",
        then=then, now=now)  # fmt: skip


# From when


def test_B17_tickets_keep_their_version_unless_the_publisher_chose_otherwise(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    due = clock(ticket, "first_response").due_at
    next_version(cast, FIRST_IN_4_HOURS, applies_to="new", reason="")
    assert swept(NOON) == 0
    assert (version_of(ticket), clock(ticket, "first_response").due_at) == (old.pk, due)


def test_B17_open_tickets_come_under_a_version_published_for_them_with_their_original_start(cast: Any, old: Any):
    ticket = filed(cast.contact)
    before = clock(ticket, "first_response")
    new = next_version(cast, FIRST_IN_4_HOURS, now=MORNING + hours(1))
    assert swept(NOON) == 1
    after = clock(ticket, "first_response")
    assert version_of(ticket) == new.pk
    assert (before.target_text, after.target_text) == ("8 business hours", "4 business hours")
    # From the next morning to the same afternoon.
    assert (before.due_at - after.due_at, after.started_at) == (hours(20), MORNING)
    assert fresh(ticket).queue_at == after.due_at
    consistent(cast, NOON)


@pytest.mark.parametrize(
    "sweeps",
    [[MIDNIGHT], [NOON], [MIDNIGHT, MIDNIGHT + hours(1), NOON, NOON]],
    ids=["at once", "late", "again and again"],
)
def test_however_late_or_often_the_sweep_looks_the_result_is_the_same(cast: Any, old: Any, sweeps: list[datetime]):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    moved = [swept(now) for now in sweeps]
    assert sum(moved) == 1
    (fact,) = events(ticket, "terms_changed")
    late = clock(ticket, "first_response")
    assert (fact.at, late.due_at, late.breached_at) == (MIDNIGHT, THE_DAY_BEFORE + hours(4), THE_DAY_BEFORE + hours(4))
    consistent(cast, NOON)


def test_it_takes_effect_when_it_is_published_if_that_is_after_its_day_began(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_16_HOURS, now=MORNING)
    swept(NOON)
    (fact,) = events(ticket, "terms_changed")
    assert (fact.at, fact.recorded_at) == (MORNING, NOON)


def test_it_never_takes_effect_before_a_fact_on_record(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_16_HOURS)
    answered(ticket, cast, now=MORNING)
    swept(NOON)
    (fact,) = events(ticket, "terms_changed")
    assert fact.at == MORNING
    # What was answered under the old target keeps it.
    assert clock(ticket, "first_response").target_text == "8 business hours"
    consistent(cast, NOON)


def test_before_its_day_begins_where_the_provider_is_nothing_moves(cast: Any, old: Any):
    filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    assert [swept(MIDNIGHT - timedelta(seconds=1)), swept(MIDNIGHT)] == [0, 1]


def test_a_ticket_passes_through_each_version_that_applied_to_it(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    second = next_version(cast, FIRST_IN_4_HOURS, on=date(2026, 3, 3))
    next_version(cast, FIRST_BEST_EFFORT, on=date(2026, 3, 4), applies_to="new")
    fourth = next_version(cast, FIRST_IN_16_HOURS, on=date(2026, 3, 5))
    swept(MORNING + 2 * DAY)
    assert [fact.data["terms"]["version"] for fact in events(ticket, "terms_changed")] == [second.pk, fourth.pk]
    # What the second version made late stays on record, although nobody swept while it was in force.
    assert clock(ticket, "first_response").breached_at == THE_DAY_BEFORE + hours(4)
    assert version_of(ticket) == fourth.pk
    consistent(cast, MORNING + 2 * DAY)


def test_a_version_from_the_first_day_of_the_calendar_takes_effect_when_it_is_published(cast: Any):
    """That day begins before the calendar does, seen from UTC."""
    in_tokyo = ("timezone: Europe/Berlin", "timezone: Asia/Tokyo")
    with tenant_scope(cast.tenant):
        old = factories.agreement("officeware", effective_from=date.min, source=changed("officeware", in_tokyo))
        factories.subscription(cast.client, old, "gold")
    ticket = filed(cast.contact)
    new = next_version(cast, FIRST_IN_4_HOURS, in_tokyo, on=date.min, now=MORNING + hours(1))
    assert swept(NOON) == 1
    assert version_of(ticket) == new.pk
    assert [fact.at for fact in events(ticket, "terms_changed")] == [MORNING + hours(1)]


def test_what_keeps_one_tenants_tickets_keeps_nobody_elses(cast: Any, old: Any, monkeypatch: Any, caplog: Any):
    rival = SimpleNamespace(tenant=cast.other_tenant, **vars(cast.rival))
    under("officeware", "gold", rival)
    ours, theirs = filed(cast.contact), filed(rival.contact)
    versions = [next_version(each, FIRST_IN_4_HOURS, now=MORNING + hours(1)) for each in (cast, rival)]
    worked_out = terms.moves

    def refusing(version: Any, *rest: Any, **more: Any) -> Any:
        if version.pk == versions[0].pk:
            raise ArithmeticError("what nobody thought of")
        return worked_out(version, *rest, **more)

    monkeypatch.setattr(terms, "moves", refusing)
    assert swept(NOON) == 1
    assert [version_of(ours), version_of(theirs)] == [old.pk, versions[1].pk]
    assert "the open tickets of acme could not be moved" in caplog.text
    monkeypatch.undo()
    assert swept(NOON) == 1
    assert version_of(ours) == versions[0].pk


# What becomes of the clocks


def test_what_was_missed_stays_on_record_under_a_longer_target(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    due = clock(ticket, "first_response").due_at
    breaches.sweep.breaches(now=MORNING + hours(1))
    next_version(cast, FIRST_IN_16_HOURS, now=MORNING + hours(2))
    swept(NOON)
    moved = clock(ticket, "first_response")
    assert (moved.breached_at, moved.due_at) == (due, due + DAY)
    assert len(events(ticket, "breached")) == 1
    consistent(cast, NOON)


def test_what_a_shorter_target_makes_late_is_recorded_once_and_told_to_the_desk(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.agent, now=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    swept(NOON)
    breaches.sweep.breaches(now=NOON)
    (missed,) = events(ticket, "breached")
    assert (missed.at, missed.recorded_at) == (THE_DAY_BEFORE + hours(4), NOON)
    with tenant_scope(cast.tenant):
        assert Notice.objects.filter(user=cast.agent.user, topic="clock.breached").count() == 1
    consistent(cast, NOON)


def test_a_promise_that_is_no_more_is_measured_on(cast: Any, old: Any):
    ticket = filed(cast.contact)
    next_version(cast, FIRST_BEST_EFFORT)
    swept(NOON)
    moved = clock(ticket, "first_response")
    assert (moved.kind, moved.due_at, moved.target_text) == (Clock.Kind.BEST_EFFORT, None, "Best effort")
    consistent(cast, NOON)


def test_a_paused_clock_has_its_new_target_and_falls_due_when_it_goes_on(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    answered(ticket, cast, now=THE_DAY_BEFORE + hours(1))
    row = "resolution:     [none,              7 business days,   {}]"
    next_version(cast, (row.format("3 business days"), row.format("1 business day")))
    swept(NOON)
    paused = clock(ticket, "resolution")
    assert (paused.due_at, paused.target_text) == (None, "1 business day")
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.OPEN, now=NOON)
    # One of its eight hours had passed; four are left today, and the night is sixteen hours long.
    assert clock(ticket, "resolution").due_at == NOON + hours(4) + hours(16) + hours(3)
    consistent(cast, NOON)


def test_E3_its_coverage_is_what_the_new_version_says_of_how_its_client_stood(cast: Any):
    under("officeware", "enterprise", cast)
    for _ in range(2):
        filed(cast.contact, at=THE_DAY_BEFORE)
    beyond = filed(cast.contact, at=THE_DAY_BEFORE)
    assert fresh(beyond).coverage == "best_effort"
    next_version(cast, ("allowance: {incidents: 2,", "allowance: {incidents: 3,"))
    swept(NOON)
    moved = fresh(beyond)
    assert (moved.coverage, moved.coverage_sentence, moved.coverage_clause) == ("covered", "", "")
    assert clock(beyond, "first_response").target_text == "16 business hours"
    consistent(cast, NOON)


def test_E3_reclassified_afterwards_it_is_held_to_the_new_allowance(cast: Any):
    under("officeware", "enterprise", cast)
    for _ in range(2):
        filed(cast.contact, at=THE_DAY_BEFORE)
    asked = filed(cast.contact, at=THE_DAY_BEFORE, request_type="question", level="severity_4")
    next_version(cast, ("allowance: {incidents: 2,", "allowance: {incidents: 3,"))
    swept(NOON)
    act(cast.tenant, actions.reclassify, ticket_id=asked.pk, by=cast.agent, level="severity_2", request_type="incident",
        reason="It is broken", now=NOON)  # fmt: skip
    assert fresh(asked).coverage == "covered"
    consistent(cast, NOON)


# Which tickets


def test_a_ticket_that_names_what_the_version_lacks_stays_where_it_is(cast: Any, old: Any):
    question = filed(cast.contact, at=THE_DAY_BEFORE, request_type="question", level="severity_4")
    incident = filed(cast.contact, at=THE_DAY_BEFORE)
    new = next_version(cast, ("  question:\n", "  query:\n"))
    assert [swept(NOON), swept(NOON)] == [1, 0]
    assert (version_of(question), version_of(incident)) == (old.pk, new.pk)


def test_solved_tickets_stay_and_one_that_is_opened_again_comes_along(cast: Any, old: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    answered(ticket, cast, now=THE_DAY_BEFORE + hours(1), then=Ticket.Status.SOLVED)
    new = next_version(cast, FIRST_IN_16_HOURS)
    assert swept(NOON) == 0
    act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.contact, reason="Still broken", now=NOON)
    assert swept(NOON + hours(1)) == 1
    assert version_of(ticket) == new.pk
    consistent(cast, NOON + hours(1))


def test_other_agreements_and_other_tenants_are_left_alone(cast: Any, old: Any):
    with tenant_scope(cast.other_tenant):
        theirs = factories.agreement("officeware")
        factories.subscription(cast.rival.client, theirs, "gold")
    their_ticket = filed(cast.rival.contact, at=THE_DAY_BEFORE)
    ours = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, key="identity", on=date(2026, 3, 3))
    assert swept(NOON) == 0
    new = next_version(cast, FIRST_IN_4_HOURS)
    assert swept(NOON) == 1
    assert (version_of(ours), version_of(their_ticket)) == (new.pk, theirs.pk)


def test_more_tickets_than_one_batch_holds_are_all_moved(cast: Any, old: Any, monkeypatch: Any):
    monkeypatch.setattr(terms, "BATCH", 2)
    for _ in range(5):
        filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    assert swept(NOON) == 5
    consistent(cast, NOON)


# Who is told, and what they see


def test_the_client_is_told_what_changed_and_why_with_both_due_times(cast: Any, old: Any):
    ticket = filed(cast.contact)
    new = next_version(cast, FIRST_IN_4_HOURS, now=MORNING + hours(1))
    swept(NOON)
    swept(NOON)
    with tenant_scope(cast.tenant):
        mail = OutgoingMessage.objects.get(subject__contains="The agreement changed")
        notice = Notice.objects.get(title__contains="The agreement changed")
    assert mail.to == cast.contact.email
    assert f"your request is under {new}" in mail.text
    assert f"Why: {REASON}" in mail.text
    before, after = "Wednesday 4 March 2026, 10:00", "Tuesday 3 March 2026, 14:00"
    assert f"First response: due by {after}" in mail.text.replace(" CET", "")
    assert before in mail.text
    assert (notice.user_id, notice.url) == (cast.contact.user_id, f"/portal/tickets/{ticket.number}/")


def test_nobody_is_written_to_where_nothing_is_promised_differently(cast: Any, old: Any):
    ticket = filed(cast.contact)
    next_version(cast, ("severity_4:\n          first_response: [24", "severity_4:\n          first_response: [20"))
    assert swept(NOON) == 1
    with tenant_scope(cast.tenant):
        assert not OutgoingMessage.objects.filter(subject__contains="The agreement changed").exists()
    assert len(events(ticket, "terms_changed")) == 1


def test_client_and_agent_read_on_the_ticket_that_the_agreement_changed(
    cast: Any, old: Any, sign_in: Any, monkeypatch: Any
):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    swept(NOON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    for who, path in ((cast.agent, page_of(ticket)), (cast.contact, f"/portal/tickets/{ticket.number}/")):
        page = sign_in(who).get(path)
        assert page.status_code == 200
        assert "The agreement changed: it comes under “Undated, as published” from here on" in page.text
        assert REASON in page.text
    assert "since today 00:00; before, it was under Undated, as published" in re.sub(r"<[^>]+>", "", page.text)


def test_pages_of_a_ticket_show_clocks_that_stopped_in_hours_which_are_no_more(cast: Any, old: Any, sign_in: Any):
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    answered(ticket, cast, now=THE_DAY_BEFORE + hours(1), then=Ticket.Status.OPEN)
    next_version(
        cast,
        ("business:\n    name", "office:\n    name"),
        ("calendar: business", "calendar: office"),
        ("replaces: business", "replaces: office"),
    )
    assert swept(NOON) == 1
    stopped, running = clock(ticket, "first_response"), clock(ticket, "resolution")
    assert (stopped.calendar, running.calendar) == ("business", "office")
    for who, path in ((cast.agent, page_of(ticket)), (cast.contact, f"/portal/tickets/{ticket.number}/")):
        browser = sign_in(who)
        page = browser.get(path)
        assert "Answered in 1 h of 8 h" in page.text
        for each in (stopped, running):
            assert browser.get(f"{path}clocks/{each.metric}/{each.cycle}/").status_code == 200
    consistent(cast, NOON)


def test_a_sweep_takes_as_many_queries_for_many_tickets_as_for_one(cast: Any, old: Any):
    def queries(tickets: int, version: date) -> int:
        for _ in range(tickets):
            filed(cast.contact, at=datetime(2026, 3, version.day - 1, 9, tzinfo=UTC))
        next_version(cast, FIRST_IN_4_HOURS if version.day % 2 else FIRST_IN_16_HOURS, on=version)
        with CaptureQueriesContext(connection) as captured:
            assert swept(datetime(2026, 3, version.day, 6, tzinfo=UTC)) >= tickets
        return len(captured)

    queries(1, date(2026, 3, 4))
    assert queries(1, date(2026, 3, 6)) == queries(8, date(2026, 3, 10))


def test_what_has_to_move_is_found_among_open_tickets_only_under_row_level_security(cast: Any, old: Any):
    """Through a partial index: what it costs follows the tickets that are open, and not all that ever were."""
    ticket = filed(cast.contact)
    new = next_version(cast, FIRST_IN_4_HOURS)
    with tenant_scope(cast.tenant), connection.cursor() as cursor:
        # So many that are closed make every index that has them too dear, whatever the statistics of the moment are.
        values = {f.attname: getattr(ticket, f.attname) for f in Ticket._meta.concrete_fields if f.attname != "id"}
        Ticket.objects.bulk_create(
            Ticket(**(values | {"number": 1000 + each, "status": Ticket.Status.CLOSED})) for each in range(3000)
        )
        for otherwise in ("seqscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{otherwise} = off")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("slatrack_app",)
        plan = Ticket.objects.open_before(new).explain()
        of_open = [index.name for index in Ticket._meta.indexes if index.condition is not None]
        assert "ticket_of_version" in of_open
        assert any(name in plan for name in of_open), plan
