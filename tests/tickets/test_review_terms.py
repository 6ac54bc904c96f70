"""Terms where things have changed around a ticket: subscriptions, standing, agreements, two changes in one instant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements import actions as agreement_actions
from agreements.governing import governing_at, takes_effect_at
from agreements.models import Subscription
from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tickets import actions
from tickets.models import Clock, Ticket
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def reclassify(cast: Any, ticket: Ticket, at: Any = MORNING + HOUR, **fields: Any) -> Ticket:
    return act(cast.tenant, actions.reclassify, **{
        "ticket_id": ticket.pk, "by": cast.agent, "level": ticket.level, "request_type": ticket.request_type,
        "reason": "It stops everybody.", "now": at, **fields})  # fmt: skip


class TestReclassified:
    @pytest.mark.parametrize("change", [{"level": "serious"}, {"request_type": "feature"}], ids=["level", "type"])
    def test_A2_a_ticket_stays_covered_when_an_invoice_falls_due_after_it_was_filed(self, cast: Any, change: Any):
        under("seatplan", "standard", cast)
        ticket = filed(cast.contact, request_type="bug", level="ordinary")
        with tenant_scope(cast.tenant):
            subscription = Subscription.objects.get(client=cast.client)
            agreement_actions.change_standing(
                subscription_id=subscription.pk, standing="arrears", by=None, now=MORNING + MINUTE
            )
        assert reclassify(cast, ticket, **change).coverage == "covered"
        assert filed(cast.contact, request_type="bug", level="ordinary").coverage == "not_covered"

    def test_E3_the_allowance_is_that_of_the_plan_it_was_filed_under(self, cast: Any):
        under("officeware", "gold", cast)
        filed(cast.contact)
        ticket = filed(cast.contact, request_type="question", level="severity_4")
        with tenant_scope(cast.tenant):
            # A mistake in the subscription is put right from its first day on: the same row gets another plan.
            Subscription.objects.filter(client=cast.client).update(plan="professional")
        assert reclassify(cast, ticket, request_type="incident").coverage == "covered"

    def test_B10_the_sentence_says_that_the_type_changed(self, cast: Any):
        under("officeware", "gold", cast)
        ticket = filed(cast.contact, level="severity_4")
        reclassify(cast, ticket, request_type="question")
        with tenant_scope(cast.tenant):
            document = fresh(ticket).agreement_version.document
            mail = OutgoingMessage.objects.get(to=cast.contact.email, subject__contains="Reclassified")
        old, new = document.request_types["incident"].name, document.request_types["question"].name
        assert f"from {old} to {new}" in mail.text
        level = document.levels["severity_4"].name
        assert f"from {level} to {level}" not in mail.text

    def test_a_breach_stays_on_record_when_two_reclassify_in_the_same_instant(self, cast: Any):
        under("identity", "standard", cast)
        ticket = filed(cast.contact, request_type="question", level="low")
        at = MORNING + 3 * HOUR
        reclassify(cast, ticket, at, level="urgent")
        assert clock(ticket, "first_response").breached_at == MORNING + HOUR
        # Read its clock a moment earlier, and came second.
        reclassify(cast, ticket, at - timedelta(microseconds=3), level="low")
        assert clock(ticket, "first_response").breached_at == MORNING + HOUR
        assert len(events(ticket, "breached")) == 1
        with tenant_scope(cast.tenant):
            assert [found for found in verify(now=at) if not isinstance(found, int)] == []


class TestInForce:
    def test_A2_a_subscription_to_something_that_is_not_in_force_yet_leaves_the_tenants_agreement(self, cast: Any):
        with tenant_scope(cast.tenant):
            now = factories.agreement("seatplan")
            later = factories.agreement("officeware", effective_from=date(2026, 7, 1))
            factories.subscription(cast.client, later, "gold", starts_on=date(2026, 7, 1))
            governing = governing_at(cast.client, at=MORNING)
        assert governing is not None
        assert (governing.version, governing.subscription) == (now, None)

    @pytest.mark.parametrize(("received", "governed_by"), [(9, "first"), (13, "second")])
    def test_B17_what_was_received_before_a_version_was_published_is_not_under_it_whenever_it_is_written_down(
        self, cast: Any, received: int, governed_by: str
    ):
        day = MORNING.replace(hour=0, minute=0)
        with tenant_scope(cast.tenant):
            versions = {"first": factories.agreement("officeware")}
            text = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
            draft = agreement_actions.save_draft(
                source=text, name="x", effective_from=day.date(), by=None, now=day + timedelta(hours=8)
            )
            versions["second"] = factories.publish(draft, now=day + timedelta(hours=12))
            governing = governing_at(cast.client, at=day + timedelta(hours=received))
            moved_from = takes_effect_at(versions["second"])
        assert governing is not None
        assert governing.version == versions[governed_by]
        assert moved_from == day + timedelta(hours=12)

    def test_the_first_version_governs_from_its_day_although_it_was_loaded_later(self, cast: Any):
        with tenant_scope(cast.tenant):
            version = factories.agreement("officeware", effective_from=date(2025, 1, 1))
            assert version.published_at == factories.EPOCH
            governing = governing_at(cast.client, at=factories.EPOCH - timedelta(days=30))
        assert governing is not None
        assert governing.version == version

    def test_A2_an_agreement_that_was_only_drafted_does_not_hide_one_that_is_published(self, cast: Any):
        with tenant_scope(cast.tenant):
            text = (factories.DOCUMENTS / "seatplan.yaml").read_text("utf-8")
            agreement_actions.save_draft(
                source=text, name="x", effective_from=date(2025, 1, 1), by=None, now=factories.EPOCH
            )
            published = factories.agreement("officeware")
            governing = governing_at(cast.client, at=MORNING)
        assert governing is not None
        assert governing.version == published

    def test_the_subscription_that_runs_decides_between_agreements(self, cast: Any):
        with tenant_scope(cast.tenant):
            first = factories.agreement("seatplan")
            second = factories.agreement("officeware")
            factories.subscription(cast.client, first, "standard")
            factories.subscription(cast.client, second, "gold", starts_on=date(2025, 2, 1), ends_on=date(2026, 1, 1))
            governing = governing_at(cast.client, at=MORNING)
        assert governing is not None
        assert governing.version == first
        assert governing.subscription is not None


def test_E7_hours_that_cannot_be_agreed_with_a_plan_do_not_come_along_to_it(cast: Any):
    source = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
    source = source.replace("    replaces: business\n", "    plans: [gold]\n    replaces: business\n", 1)
    with tenant_scope(cast.tenant):
        version = factories.agreement("officeware", source=source)
        gold = factories.subscription(cast.client, version, "gold", extensions=["weekends_and_holidays"])
        moved = agreement_actions.change_plan(
            subscription_id=gold.pk, plan="professional", from_on=date(2026, 3, 1), by=None, now=MORNING
        )
        assert moved.extensions == []
        assert Subscription.objects.get(pk=gold.pk).extensions == ["weekends_and_holidays"]


def test_a_request_typed_in_after_it_was_due_is_breached_once_at_its_due_time(cast: Any):
    from tickets import breaches

    under("identity", "standard", cast)
    typed = MORNING + 3 * HOUR
    ticket = filed(cast.contact, request_type="question", level="urgent", by=cast.agent, now=typed)
    breaches.sweep.breaches(now=typed)
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.agent, now=typed)
    breaches.sweep.breaches(now=typed + MINUTE)
    assert clock(ticket, "first_response").breached_at == MORNING + HOUR
    with tenant_scope(cast.tenant):
        breached = Clock.objects.filter(ticket=ticket).exclude(breached_at=None).count()
    assert len(events(ticket, "breached")) == breached


class TestAPlanThatALaterVersionLacks:
    @pytest.fixture
    def old(self, cast: Any) -> Any:
        source = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
        with tenant_scope(cast.tenant):
            old = factories.agreement("officeware")
            renamed = source.replace("  gold:\n", "  platinum:\n").replace("gold", "platinum")
            factories.agreement("officeware", source=renamed, effective_from=date(2026, 4, 1))
        return old

    def subscribe(self, cast: Any, old: Any, **fields: Any) -> Any:
        with tenant_scope(cast.tenant):
            return agreement_actions.subscribe(
                client_id=cast.client.pk, agreement_id=old.agreement_id, plan="gold", starts_on=date(2026, 1, 1),
                by=None, now=MORNING, **fields,
            )  # fmt: skip

    def test_is_refused_beyond_that_versions_first_day(self, cast: Any, old: Any):
        with pytest.raises(ValidationError, match="no such plan"):
            self.subscribe(cast, old)
        assert self.subscribe(cast, old, ends_on=date(2026, 4, 1)).plan == "gold"

    def test_is_not_prolonged_into_it(self, cast: Any, old: Any):
        subscription = self.subscribe(cast, old, ends_on=date(2026, 4, 1))
        with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="no such plan"):
            agreement_actions.end_subscription(subscription_id=subscription.pk, ends_on=None, by=None, now=MORNING)
