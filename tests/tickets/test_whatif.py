"""“What would last quarter have looked like under this version, or this plan?”: asked, computed, compared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.actions import change_draft, discard_draft
from agreements.models import AgreementVersion
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, filed, under
from tests.tickets.whatifs import (
    GOLD_RESPONSE,
    NOW,
    SINCE,
    answered,
    asked,
    changed,
    clock_from,
    draft,
    flips,
    fresh,
    published,
    sums,
)
from tickets import actions, breaches
from tickets.actions.whatif import cancel_what_if, discard_what_if, keep_what_if
from tickets.models import Message, Ticket, TicketEvent, WhatIf, WhatIfTicket
from tickets.whatif import job
from tickets.whatif.columns import Period, facts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

HOUR = timedelta(hours=1)
STRICTER = (GOLD_RESPONSE, "[none,              16 business hours, 2 business hours]")
MILDER = (GOLD_RESPONSE, "[none,              16 business hours, 40 business hours]")


@pytest.fixture
def version(cast: Any) -> AgreementVersion:
    return under("officeware", "gold", cast)


def ticket(cast: Any, *, after: timedelta | None, at: Any = MORNING, contact: Any = None, **fields: Any) -> Ticket:
    """A ticket first answered that long after it came, or never."""
    made = filed(contact or cast.contact, at=at, **fields)
    if after is not None:
        breaches.sweep.breaches(now=at + after)
        act(cast.tenant, actions.answer, ticket_id=made.pk, author=cast.agent, kind=Message.Kind.REPLY,
            body="The tax table was empty.", then=Ticket.Status.OPEN, now=at + after)  # fmt: skip
    return made


def test_under_its_own_version_nothing_changes(cast: Any, version: AgreementVersion):
    ticket(cast, after=HOUR)
    ticket(cast, after=30 * HOUR)
    ticket(cast, after=None)
    breaches.sweep.breaches(now=NOW)
    what_if = answered(cast, version)
    assert what_if.result is not None
    assert (what_if.result["compared"], what_if.result["left_out"], what_if.result["coverage_changed"]) == (3, [], 0)
    assert sums(what_if, "first_response") == {
        "before": {"kept": 1, "missed": 2, "running": 0, "measured": 0},
        "after": {"kept": 1, "missed": 2, "running": 0, "measured": 0},
        "lost": 0,
        "gained": 0,
    }
    assert flips(cast, what_if) == []
    assert (what_if.total, what_if.done) == (3, 3)


def test_B17_a_stricter_draft_loses_what_was_answered_between_the_two_targets(cast: Any, version: AgreementVersion):
    early, between = ticket(cast, after=HOUR), ticket(cast, after=3 * HOUR)
    what_if = answered(cast, draft(cast, STRICTER))
    [flip] = flips(cast, what_if)
    assert flip.ticket == between != early
    assert (flip.metric, flip.outcome, flip.was, flip.would_be) == ("first_response", "lost", "kept", "missed")
    assert (flip.was_target, flip.would_be_target) == ("8 business hours", "2 business hours")
    assert flip.would_be_due_at == MORNING + 2 * HOUR
    assert flip.was_due_at is not None
    assert flip.was_due_at > MORNING + 8 * HOUR
    assert sums(what_if, "first_response")["lost"] == 1
    assert sums(what_if, "first_response")["after"] == {"kept": 1, "missed": 1, "running": 0, "measured": 0}


def test_a_milder_version_gains_what_was_missed(cast: Any, version: AgreementVersion):
    late = ticket(cast, after=30 * HOUR)
    what_if = answered(cast, published(cast, MILDER))
    [flip] = flips(cast, what_if)
    assert (flip.ticket, flip.outcome, flip.was, flip.would_be) == (late, "gained", "missed", "kept")


def test_another_plan_is_asked_of_every_ticket_that_had_one(cast: Any, version: AgreementVersion):
    ticket(cast, after=3 * HOUR)
    ticket(cast, after=30 * HOUR)
    what_if = answered(cast, version, plan="enterprise")
    [row] = [row for row in what_if.result["rows"] if row["metric"] == "first_response"]  # type: ignore[index]
    # Rows are by the plan and level the tickets really had.
    assert (row["plan"], row["plan_name"], row["level_name"]) == ("gold", "Gold", "Severity 2")
    assert row["before"] == {"kept": 1, "missed": 1, "running": 0, "measured": 0}
    # Thirty hours by the clock on the wall are under two business days.
    assert row["after"] == {"kept": 2, "missed": 0, "running": 0, "measured": 0}


def test_E4_what_the_plan_does_not_promise_is_no_promise_before_or_after(cast: Any, version: AgreementVersion):
    ticket(cast, after=30 * HOUR)
    what_if = answered(cast, version, plan="professional")
    [flip] = [flip for flip in flips(cast, what_if) if flip.metric == "first_response"]
    assert (flip.outcome, flip.was, flip.would_be, flip.would_be_due_at) == ("gained", "missed", "none", None)
    assert sums(what_if, "first_response")["after"] == {"kept": 0, "missed": 0, "running": 0, "measured": 0}


def test_E3_an_allowance_of_another_plan_is_used_up_in_the_order_of_filing(cast: Any, version: AgreementVersion):
    # Five in a month: Gold includes four, Enterprise two. The clients do not share theirs.
    for number in range(5):
        ticket(cast, after=HOUR, at=MORNING + number * HOUR)
    ticket(cast, after=HOUR, contact=cast.other_contact)
    what_if = answered(cast, version, plan="enterprise")
    assert what_if.result is not None
    assert sums(what_if, "first_response")["before"] == {"kept": 5, "missed": 0, "running": 0, "measured": 1}
    assert sums(what_if, "first_response")["after"] == {"kept": 3, "missed": 0, "running": 0, "measured": 3}
    assert what_if.result["coverage_changed"] == 2


def test_E3_what_was_used_of_the_month_before_the_period_begins_counts(cast: Any, version: AgreementVersion):
    for number in range(3):
        ticket(cast, after=HOUR, at=MORNING + number * HOUR)
    what_if = answered(cast, version, plan="enterprise", since=MORNING + 2 * HOUR)
    assert sums(what_if, "first_response")["after"] == {"kept": 0, "missed": 0, "running": 0, "measured": 1}


def test_a_client_without_a_subscription_stays_without_a_service_level(cast: Any):
    version = under("officeware", "", cast)
    ticket(cast, after=HOUR)
    what_if = answered(cast, version, plan="gold")
    assert what_if.result is not None
    assert (what_if.result["compared"], what_if.result["rows"]) == (1, [])


def test_what_the_version_does_not_have_is_counted_apart_with_its_reason(cast: Any, version: AgreementVersion):
    ticket(cast, after=HOUR, level="severity_4")
    ticket(cast, after=30 * HOUR)
    ticket(cast, after=HOUR)
    with tenant_scope(cast.tenant):
        other = factories.agreement("identity")
    what_if = answered(cast, other)
    assert what_if.result is not None
    assert (what_if.result["compared"], what_if.result["rows"]) == (0, [])
    assert what_if.result["left_out"] == [
        # One first response and the two resolutions that were due by May.
        {"what": "plan", "key": "gold", "name": "Gold", "tickets": 3, "missed": 3},
    ]


def test_only_tickets_of_the_period_and_the_client_are_asked_about(cast: Any, version: AgreementVersion):
    ticket(cast, after=3 * HOUR, at=MORNING - timedelta(days=7))
    mine = ticket(cast, after=3 * HOUR)
    ticket(cast, after=3 * HOUR, contact=cast.other_contact)
    what_if = answered(cast, draft(cast, STRICTER), client=cast.client)
    assert what_if.total == 1
    assert [flip.ticket for flip in flips(cast, what_if)] == [mine]


def test_a_reclassification_counts_from_its_moment_as_it_really_did(cast: Any, version: AgreementVersion):
    made = ticket(cast, after=None, level="severity_4")
    act(cast.tenant, actions.reclassify, ticket_id=made.pk, by=cast.agent, level="severity_2", request_type="incident",
        reason="Everybody is affected.", now=MORNING + 3 * HOUR)  # fmt: skip
    act(cast.tenant, actions.answer, ticket_id=made.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Done.",
        then=Ticket.Status.OPEN, now=MORNING + 4 * HOUR)  # fmt: skip
    what_if = answered(cast, draft(cast, STRICTER))
    [flip] = flips(cast, what_if)
    assert (flip.was, flip.would_be, flip.would_be_target) == ("kept", "missed", "2 business hours")


def test_nothing_of_another_tenant_is_read_or_counted(cast: Any, version: AgreementVersion):
    with tenant_scope(cast.other_tenant):
        theirs = factories.agreement("officeware")
        factories.subscription(cast.rival.client, theirs, "gold")
    filed(cast.rival.contact)
    what_if = answered(cast, version)
    assert (what_if.total, what_if.result["compared"]) == (0, 0)  # type: ignore[index]
    with tenant_scope(cast.other_tenant):
        assert not WhatIf.objects.exists()
        assert not WhatIf.objects.filter(pk=what_if.pk).exists()


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"plan": "platinum"}, "plan"),
        ({"until": SINCE}, "until"),
        ({"since": NOW, "until": NOW + HOUR}, "since"),
    ],
)
def test_a_question_without_sense_is_refused_beside_its_field(
    cast: Any, version: AgreementVersion, fields: dict[str, Any], beside: str
):
    with pytest.raises(ValidationError) as refused:
        asked(cast, version, **fields)
    assert list(refused.value.message_dict) == [beside]


def test_one_tenant_cannot_keep_everybody_waiting(cast: Any, version: AgreementVersion):
    for _ in range(5):
        asked(cast, version)
    with pytest.raises(ValidationError, match="5 questions wait"):
        asked(cast, version)


def test_a_draft_that_changed_before_its_turn_is_not_computed_and_says_so(cast: Any, version: AgreementVersion):
    asked_about = draft(cast, STRICTER)
    what_if = asked(cast, asked_about)
    act(cast.tenant, change_draft, version_id=asked_about.pk, source=changed(MILDER), name="next.yaml",
        effective_from=date(2027, 1, 1), by=None, now=NOW)  # fmt: skip
    job.compute_all(clock=clock_from(NOW))
    what_if = fresh(cast, what_if)
    assert what_if.state == WhatIf.State.FAILED
    assert "changed before its turn" in what_if.failure
    assert what_if.text_changed


def test_a_question_goes_with_the_draft_it_is_about(cast: Any, version: AgreementVersion):
    asked_about = draft(cast, STRICTER)
    ticket(cast, after=3 * HOUR)
    answered(cast, asked_about)
    act(cast.tenant, discard_draft, version_id=asked_about.pk, by=None, now=NOW)
    with tenant_scope(cast.tenant):
        assert not WhatIf.objects.exists()
        assert not WhatIfTicket.objects.exists()


def test_what_goes_wrong_is_a_sentence_and_leaves_no_half_result(
    cast: Any, version: AgreementVersion, monkeypatch: Any
):
    ticket(cast, after=3 * HOUR)
    what_if = asked(cast, draft(cast, STRICTER))
    monkeypatch.setattr(job, "_result", lambda *_: 1 / 0)
    job.compute_all(clock=clock_from(NOW))
    what_if = fresh(cast, what_if)
    assert (what_if.state, what_if.failure) == (WhatIf.State.FAILED, job.UNEXPECTED)
    assert flips(cast, what_if) == []


def test_keeping_needs_a_name_and_a_result_and_is_on_the_history(cast: Any, version: AgreementVersion):
    what_if = asked(cast, version)
    owner = {"by": cast.owner.user, "now": NOW}
    with pytest.raises(ValidationError, match="no result to keep yet"):
        act(cast.tenant, keep_what_if, what_if_id=what_if.pk, name="Early", **owner)
    job.compute_all(clock=clock_from(NOW))
    for name in ("  ", "x" * 121):
        with pytest.raises(ValidationError) as refused:
            act(cast.tenant, keep_what_if, what_if_id=what_if.pk, name=name, **owner)
        assert list(refused.value.message_dict) == ["name"]
    act(cast.tenant, keep_what_if, what_if_id=what_if.pk, name=" Gold,  first quarter ", **owner)
    act(cast.tenant, keep_what_if, what_if_id=what_if.pk, name="Gold in spring", **owner)
    act(cast.tenant, keep_what_if, what_if_id=what_if.pk, name="Gold in spring", **owner)
    kept = fresh(cast, what_if)
    assert (kept.name, kept.kept_at, kept.kept_by_id) == ("Gold in spring", NOW, cast.owner.user.pk)
    act(cast.tenant, discard_what_if, what_if_id=what_if.pk, **owner)
    with tenant_scope(cast.tenant):
        told = list(
            HistoryEntry.objects.filter(event__startswith="what_if.")
            .order_by("pk")
            .values_list("event", "subject_name")
        )
    assert [event for event, _ in told] == ["what_if.asked", "what_if.kept", "what_if.renamed", "what_if.discarded"]
    assert told[-1][1] == "Gold in spring"


def test_what_nobody_keeps_is_thrown_away_after_a_week(cast: Any, version: AgreementVersion):
    ticket(cast, after=3 * HOUR)
    kept, unkept = (answered(cast, draft(cast, STRICTER)) for _ in range(2))
    act(cast.tenant, keep_what_if, what_if_id=kept.pk, name="Kept", by=cast.owner.user, now=NOW)
    job.clear_away(now=NOW + timedelta(days=7) - timedelta(seconds=1))
    with tenant_scope(cast.tenant):
        assert WhatIf.objects.count() == 2
    job.clear_away(now=NOW + timedelta(days=7))
    with tenant_scope(cast.tenant):
        assert list(WhatIf.objects.values_list("pk", flat=True)) == [kept.pk]
        assert list(WhatIfTicket.objects.values_list("what_if", flat=True)) == [kept.pk]
    assert unkept.pk != kept.pk


def test_what_cannot_be_computed_within_a_day_is_given_up(cast: Any, version: AgreementVersion):
    what_if = asked(cast, version)
    job.clear_away(now=NOW + timedelta(hours=23))
    assert fresh(cast, what_if).state == WhatIf.State.WAITING
    job.clear_away(now=NOW + timedelta(days=1))
    assert fresh(cast, what_if).failure == job.GIVEN_UP


def test_a_cancelled_question_is_not_computed_and_cannot_be_cancelled_twice(cast: Any, version: AgreementVersion):
    what_if = asked(cast, version)
    act(cast.tenant, cancel_what_if, what_if_id=what_if.pk, by=cast.owner.user, now=NOW)
    assert job.compute_all(clock=clock_from(NOW)) == 0
    assert fresh(cast, what_if).state == WhatIf.State.CANCELLED
    with pytest.raises(ValidationError, match="nothing to cancel"):
        act(cast.tenant, cancel_what_if, what_if_id=what_if.pk, by=cast.owner.user, now=NOW)


def test_facts_are_read_in_as_many_queries_for_one_ticket_as_for_a_chunk(
    cast: Any, version: AgreementVersion, monkeypatch: Any
):
    monkeypatch.setattr(job, "CHUNK", 50)
    counts = []
    for more in (1, 11):
        for number in range(more):
            ticket(cast, after=HOUR, at=MORNING + timedelta(minutes=number))
        asked(cast, version)
        with CaptureQueriesContext(connection) as queries:
            job.compute_all(clock=clock_from(NOW))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_events_that_no_clock_hears_are_not_read(cast: Any, version: AgreementVersion):
    made = ticket(cast, after=HOUR)
    act(
        cast.tenant, actions.set_scope, ticket_id=made.pk, by=cast.agent, scope=Ticket.Scope.CLIENT_SIDE,
        reproducibility=Ticket.Reproducibility.REPRODUCIBLE, now=MORNING + 2 * HOUR,
    )  # fmt: skip
    with tenant_scope(cast.tenant):
        assert TicketEvent.objects.filter(ticket=made, kind="scoped").exists()
        rows = facts_of(Period(SINCE, NOW).page(0, 10))[made.pk]
    assert [row.kind for row in rows] == ["created", "agent_reply", "assigned"]
