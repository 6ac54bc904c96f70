"""Which promises a ticket gets and keeps: coverage, allowance, versions, reclassification."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements.document import bundled_text
from agreements.models import Subscription
from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def clocks(ticket: Ticket) -> list[Clock]:
    with tenant_scope(ticket.tenant):
        return list(Clock.objects.filter(ticket=ticket).order_by("metric", "cycle"))


def reclassify(cast: Any, ticket: Ticket, level: str, at: datetime, **fields: Any) -> Ticket:
    return act(cast.tenant, actions.reclassify, **{
        "ticket_id": ticket.pk, "by": cast.lead, "level": level, "request_type": ticket.request_type,
        "reason": "It stops everybody.", "now": at, **fields})  # fmt: skip


def assert_verified(cast: Any, now: datetime) -> None:
    with tenant_scope(cast.tenant):
        assert [found for found in verify(now=now) if not isinstance(found, int)] == []


class TestCoverage:
    @pytest.mark.parametrize(
        ("standing", "sentence"),
        [
            ({"standing": Subscription.Standing.ARREARS}, "an invoice is overdue"),
            ({"ends_on": date(2026, 1, 1)}, "no valid subscription"),
        ],
        ids=["in arrears", "run out"],
    )
    def test_A2_without_a_valid_paid_subscription_there_is_no_clock_and_the_ticket_says_why(
        self, cast: Any, standing: dict[str, Any], sentence: str
    ):
        under("seatplan", "standard", cast, **standing)
        ticket = filed(cast.contact, request_type="bug", level="")
        assert (ticket.coverage, ticket.coverage_clause) == (Ticket.CoverageKind.NOT_COVERED, "A2")
        assert sentence in ticket.coverage_sentence
        assert clocks(ticket) == []
        assert_verified(cast, MORNING + DAY)

    def test_A3_a_trial_gets_technical_questions_answered_and_nothing_else(self, cast: Any):
        under("seatplan", "standard", cast, is_trial=True)
        question, bug = (filed(cast.contact, request_type=kind, level="") for kind in ("question", "bug"))
        assert question.coverage == Ticket.CoverageKind.COVERED
        assert (bug.coverage, bug.coverage_clause, clocks(bug)) == (Ticket.CoverageKind.NOT_COVERED, "A3", [])

    def test_B8_a_contact_without_the_right_to_ask_is_not_covered(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.reader, request_type="question", level="normal")
        assert (ticket.coverage, ticket.coverage_clause, clocks(ticket)) == ("not_covered", "B8", [])

    def test_A5_a_question_is_measured_to_the_second_and_never_due(self, cast: Any):
        under("seatplan", "standard", cast)
        ticket = filed(cast.contact, request_type="question", level="")
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Yes.",
            now=MORNING + timedelta(days=30))  # fmt: skip
        first = clock(ticket, "first_response")
        assert (first.kind, first.due_at, first.promised_at, first.breached_at) == ("best_effort", None, None, None)
        # 22 office days of eight and a half hours lie in thirty days; the first begins and the last ends at ten.
        assert first.elapsed_seconds > 20 * 8 * 3600
        assert breaches.sweep.breaches(now=MORNING + timedelta(days=400)) == 0
        assert_verified(cast, MORNING + timedelta(days=400))

    def test_C2_a_resolution_that_is_called_variable_is_measured_and_never_breached(self, cast: Any):
        under("managedops", "business", cast)
        ticket = filed(cast.contact, request_type="incident", level="p1")
        resolution = clock(ticket, "resolution")
        assert (resolution.kind, resolution.due_at, resolution.clause) == ("best_effort", None, "C2")
        assert clock(ticket, "first_response").due_at == MORNING + HOUR
        assert breaches.sweep.breaches(now=MORNING + timedelta(days=400)) == 1
        assert clock(ticket, "resolution").breached_at is None

    def test_E3_beyond_the_months_allowance_incidents_are_best_effort_and_questions_use_none_of_it(self, cast: Any):
        under("officeware", "enterprise", cast)
        filed(cast.contact, request_type="question", level="")
        first, second, third = (filed(cast.contact, at=MORNING + step * HOUR) for step in range(3))
        assert [first.coverage, second.coverage, third.coverage] == ["covered", "covered", "best_effort"]
        assert third.coverage_clause == "E3"
        assert "All incidents included this month (2) have been used" in third.coverage_sentence
        assert {its.kind for its in clocks(third)} == {"best_effort"}
        assert clock(second, "resolution").due_at is not None
        assert breaches.sweep.breaches(now=MORNING + timedelta(days=400)) == 4

    def test_E3_the_month_is_the_calendar_month_of_the_agreement(self, cast: Any):
        under("officeware", "professional", cast)
        filed(cast.contact, at=datetime(2026, 2, 10, 9, tzinfo=UTC))
        # 00:30 on 1 March in Amsterdam is still February in UTC.
        new_month = filed(cast.contact, at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
        same_month = filed(cast.contact, at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
        assert (new_month.coverage, same_month.coverage) == ("covered", "best_effort")

    def test_E3_another_client_has_an_allowance_of_its_own(self, cast: Any):
        under("officeware", "professional", cast)
        filed(cast.contact)
        assert filed(cast.other_contact).coverage == "covered"

    def test_E8_professional_services_stand_outside_and_use_no_incident(self, cast: Any):
        under("officeware", "professional", cast)
        outside = filed(cast.contact, request_type="professional_services", level="")
        assert (outside.coverage, outside.coverage_clause, clocks(outside)) == ("not_covered", "E8", [])
        assert filed(cast.contact).coverage == "covered"


class TestReclassifying:
    def test_B10_the_new_target_counts_from_the_original_start(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="normal")
        reclassify(cast, ticket, "high", MORNING + 20 * MINUTE)
        first = clock(ticket, "first_response")
        assert (first.started_at, first.due_at, first.target_seconds) == (MORNING, MORNING + HOUR, 3600)
        assert fresh(ticket).queue_at == MORNING + HOUR
        assert_verified(cast, MORNING + HOUR - MINUTE)

    def test_B10_a_target_that_is_over_already_is_a_breach_at_its_own_due_time(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="normal")
        reclassify(cast, ticket, "high", MORNING + 2 * HOUR)
        assert clock(ticket, "first_response").breached_at == MORNING + HOUR
        assert [event.at for event in events(ticket, "breached")] == [MORNING + HOUR]
        assert breaches.sweep.breaches(now=MORNING + 3 * HOUR) == 0

    def test_B10_what_was_breached_stays_breached_under_an_easier_target(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="high")
        assert breaches.sweep.breaches(now=MORNING + 2 * HOUR) == 1
        reclassify(cast, ticket, "normal", MORNING + 2 * HOUR)
        first = clock(ticket, "first_response")
        assert first.breached_at == MORNING + HOUR
        assert first.due_at is not None
        assert first.due_at > MORNING + 2 * HOUR
        assert breaches.sweep.breaches(now=MORNING + 10 * DAY) == 0
        assert len(events(ticket, "breached")) == 1
        assert_verified(cast, MORNING + 10 * DAY)

    def test_B10_a_promise_that_was_kept_stays_kept(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="normal")
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Yes.",
            now=MORNING + 2 * HOUR)  # fmt: skip
        reclassify(cast, ticket, "high", MORNING + 3 * HOUR)
        first = clock(ticket, "first_response")
        assert (first.breached_at, first.target_text) == (None, "8 business hours")

    def test_B10_the_client_reads_both_levels_and_the_reason(self, cast: Any):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="normal")
        reclassify(cast, ticket, "high", MORNING + HOUR)
        with tenant_scope(cast.tenant):
            mail = OutgoingMessage.objects.get(to=cast.contact.email, subject__contains="Reclassified")
        assert "from Normal to High" in mail.text
        assert "It stops everybody." in mail.text
        assert (fresh(ticket).level, fresh(ticket).requested_level) == ("high", "normal")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"level": "p1"}, "level"),
            ({"level": "normal"}, "level"),
            ({"request_type": "x"}, "request_type"),
        ],
        ids=["no reason", "no such level", "no change", "no such type"],
    )
    def test_B10_a_refusal_stands_beside_its_field_and_changes_nothing(self, cast: Any, changes: Any, field: str):
        under("engage", "standard", cast)
        ticket = filed(cast.contact, request_type="issue", level="normal")
        with pytest.raises(ValidationError) as refused:
            reclassify(cast, ticket, **{"level": "high", "at": MORNING + HOUR, **changes})
        assert list(refused.value.message_dict) == [field]
        assert events(ticket, "reclassified") == []

    def test_E3_a_ticket_does_not_use_up_its_own_allowance_when_it_is_reclassified(self, cast: Any):
        under("officeware", "professional", cast)
        ticket = filed(cast.contact, level="severity_3")
        assert reclassify(cast, ticket, "severity_1", MORNING + HOUR).coverage == "covered"


class TestVersions:
    def test_B17_a_ticket_keeps_the_version_it_was_opened_under_even_when_reclassified(self, cast: Any):
        under("engage", "standard", cast)
        old = filed(cast.contact, request_type="issue", level="normal")
        slower = bundled_text("engage").replace("first_response: 1 business hour}", "first_response: 2 business hours}")
        with tenant_scope(cast.tenant):
            version = factories.agreement("engage", source=slower, effective_from=date(2026, 3, 4))
        new = filed(cast.contact, request_type="issue", level="high", at=MORNING + DAY)
        assert new.agreement_version == version
        assert clock(new, "first_response").due_at == MORNING + DAY + 2 * HOUR
        reclassify(cast, old, "high", MORNING + 30 * MINUTE)
        assert fresh(old).agreement_version_id != version.pk
        assert clock(old, "first_response").due_at == MORNING + HOUR
        assert_verified(cast, MORNING + 30 * MINUTE)

    def test_B17_the_version_is_that_of_the_day_it_was_received_and_not_of_the_day_it_was_typed_in(self, cast: Any):
        first = under("engage", "standard", cast)
        with tenant_scope(cast.tenant):
            factories.agreement("engage", effective_from=date(2026, 3, 4))
        late = filed(cast.contact, request_type="issue", level="high", at=MORNING, now=MORNING + 2 * DAY)
        assert late.agreement_version == first


class TestFiling:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"subject": " "}, "subject"),
            ({"subject": "x" * 201}, "subject"),
            ({"body": ""}, "body"),
            ({"request_type": "party"}, "request_type"),
            ({"level": "severity_9"}, "level"),
        ],
        ids=["no subject", "long subject", "no body", "no such type", "no such level"],
    )
    def test_what_cannot_be_filed_is_refused_beside_its_field_and_uses_no_number(
        self, cast: Any, changes: Any, field: str
    ):
        under("officeware", "gold", cast)
        with pytest.raises(ValidationError) as refused:
            filed(cast.contact, **changes)
        assert list(refused.value.message_dict) == [field]
        assert filed(cast.contact).number == 1

    def test_C12_the_top_level_takes_a_permission_that_an_agent_does_not_need(self, cast: Any):
        under("identity", "standard", cast)
        given = {"request_type": "incident", "level": "urgent"}
        with pytest.raises(ValidationError, match="Your account may not choose Urgent"):
            filed(cast.reader, **given)
        assert filed(cast.reader, by=cast.agent, **given).level == "urgent"

    def test_D6_a_feature_request_is_low_by_itself(self, cast: Any):
        under("identity", "standard", cast)
        assert filed(cast.contact, request_type="feature", level="").level == "low"
