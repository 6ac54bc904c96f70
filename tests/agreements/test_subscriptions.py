"""Which plan a client has, for which period, paid or not, with which products."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from agreements import actions
from agreements.document import bundled_text
from agreements.models import Product, Subscription
from tenants.models import HistoryEntry
from tenants.narration import narrate
from tests import factories
from tests.factories import EPOCH
from tickets.promises.preview import preview


@pytest.fixture
def officeware(in_tenant):
    return factories.agreement("officeware", source=bundled_text("officeware"))


@pytest.fixture
def plans(officeware):
    return officeware.document.plans.keys


@pytest.fixture
def subscribe(officeware, plans, cast):
    def subscribed(**terms):
        usual = {"client_id": cast.client.pk, "agreement_id": officeware.agreement_id, "plan": plans[0]}
        usual |= {"starts_on": date(2026, 1, 1), "by": None, "now": EPOCH}
        return actions.subscribe(**{**usual, **terms})

    return subscribed


def test_a_client_is_subscribed_to_a_plan_of_the_agreement(subscribe, plans):
    subscription = subscribe(price=Decimal("1499.00"))
    assert (subscription.plan, subscription.price, subscription.standing) == (plans[0], Decimal("1499.00"), "paid")
    assert HistoryEntry.objects.filter(event="subscription.added", subject_id=subscription.pk).exists()


def test_a_plan_that_the_agreement_does_not_have_is_refused_with_those_it_has(subscribe):
    with pytest.raises(ValidationError, match="Its plans: Professional, Enterprise, Gold") as refusal:
        subscribe(plan="platinum")
    assert "plan" in refusal.value.message_dict


@pytest.mark.parametrize(
    ("first", "second", "free"),
    [
        ((date(2026, 1, 1), None), (date(2026, 6, 1), None), False),
        ((date(2026, 1, 1), date(2026, 6, 1)), (date(2026, 6, 1), None), True),
        ((date(2026, 1, 1), date(2026, 6, 2)), (date(2026, 6, 1), None), False),
        ((date(2026, 6, 1), None), (date(2026, 1, 1), date(2026, 6, 1)), True),
        ((date(2026, 6, 1), None), (date(2026, 1, 1), date(2026, 6, 2)), False),
    ],
    ids=["open ended", "back to back", "a day too early", "before", "a day too long"],
)
def test_one_agreement_is_subscribed_to_once_at_a_time(subscribe, first, second, free):
    subscribe(starts_on=first[0], ends_on=first[1])
    if free:
        subscribe(starts_on=second[0], ends_on=second[1])
    else:
        with pytest.raises(ValidationError, match="End that subscription first"):
            subscribe(starts_on=second[0], ends_on=second[1])


def test_a_period_ends_after_it_starts(subscribe):
    with pytest.raises(ValidationError, match="first day without"):
        subscribe(ends_on=date(2026, 1, 1))


def test_a_change_of_plan_ends_the_one_and_starts_the_other_with_the_same_products(subscribe, plans, cast):
    product = Product.objects.create(key="crm", name="CRM")
    old = subscribe(products={product.pk: True})
    new = actions.change_plan(subscription_id=old.pk, plan=plans[1], from_on=date(2026, 3, 1), by=None, now=EPOCH)
    old = Subscription.objects.get(pk=old.pk)
    assert (old.plan, old.ends_on) == (plans[0], date(2026, 3, 1))
    assert (new.plan, new.starts_on, new.ends_on) == (plans[1], date(2026, 3, 1), None)
    assert list(new.products.values_list("product", "is_beta")) == [(product.pk, True)]
    assert old.products.count() == 1


def test_a_change_of_plan_from_its_first_day_corrects_it(subscribe, plans):
    subscription = subscribe()
    changed = actions.change_plan(
        subscription_id=subscription.pk, plan=plans[2], from_on=date(2026, 1, 1), by=None, now=EPOCH
    )
    assert changed.pk == subscription.pk
    assert Subscription.objects.count() == 1


def test_A2_the_payment_standing_changes_with_a_reason_on_the_history(subscribe):
    subscription = subscribe()
    actions.change_standing(
        subscription_id=subscription.pk, standing="arrears", by=None, now=EPOCH, reason="Invoice 12 of January"
    )
    entry = HistoryEntry.objects.get(event="subscription.standing_changed")
    assert entry.reason == "Invoice 12 of January"
    assert narrate([entry])[0]["note"] == "From Paid to Invoice overdue. Invoice 12 of January"


def test_E7_longer_hours_are_agreed_with_one_client_and_count_for_its_tickets(subscribe, plans, cast, sign_in):
    subscription = subscribe(plan=plans[2])
    saturday = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
    asked = {"contact": cast.contact, "request_type": "incident", "level": "severity_4"}
    asked |= {"product_key": None, "at": saturday}

    def due():
        return {line.metric: line.due_at for line in preview(**asked).lines}["first_response"]

    usual = due()
    page = f"/settings/subscriptions/{subscription.pk}/"
    typed = {"price": "", "currency": "EUR", "billing_period": "month", "note": ""}
    sign_in(cast.owner).post(f"{page}terms/", {**typed, "extensions": ["weekends_and_holidays"]})
    subscription.refresh_from_db()
    assert subscription.extensions == ["weekends_and_holidays"]
    # Twenty-four hours of 09:00 to 17:00: from Saturday ten o'clock, without and with the weekend.
    assert (usual, due()) == (datetime(2026, 1, 14, 16, 0, tzinfo=UTC), datetime(2026, 1, 13, 9, 0, tzinfo=UTC))


def test_E7_hours_that_the_agreement_does_not_know_are_refused(subscribe):
    with pytest.raises(ValidationError, match="cannot be agreed with this plan"):
        subscribe(extensions=["at_night"])


def test_B3_a_product_is_beta_for_this_client_alone(subscribe, cast):
    product = Product.objects.create(key="crm", name="CRM")
    mine, theirs = subscribe(), subscribe(client_id=cast.other_client.pk)
    actions.set_products(subscription_id=mine.pk, products={product.pk: True}, by=None, now=EPOCH)
    actions.set_products(subscription_id=theirs.pk, products={product.pk: False}, by=None, now=EPOCH)
    assert [s.products.get().is_beta for s in (mine, theirs)] == [True, False]


def test_a_retired_product_stays_with_who_has_it(subscribe):
    product = actions.add_product(name="Old Hat", by=None, now=EPOCH)
    subscription = subscribe(products={product.pk: False})
    actions.retire_product(product_id=product.pk, by=None, now=EPOCH)
    assert subscription.products.count() == 1
    assert actions.restore_product(product_id=product.pk, by=None, now=EPOCH).retired_at is None


def test_an_end_can_be_taken_back_only_while_nothing_followed(subscribe):
    first = subscribe()
    actions.end_subscription(subscription_id=first.pk, ends_on=date(2026, 6, 1), by=None, now=EPOCH)
    actions.end_subscription(subscription_id=first.pk, ends_on=None, by=None, now=EPOCH)
    actions.end_subscription(subscription_id=first.pk, ends_on=date(2026, 6, 1), by=None, now=EPOCH)
    subscribe(starts_on=date(2026, 6, 1))
    with pytest.raises(ValidationError, match="End that subscription first"):
        actions.end_subscription(subscription_id=first.pk, ends_on=None, by=None, now=EPOCH)


def test_the_page_changes_each_thing_about_a_subscription(subscribe, plans, cast, sign_in):
    owner, subscription = sign_in(cast.owner), subscribe()
    product = Product.objects.create(key="crm", name="CRM")
    page = f"/settings/subscriptions/{subscription.pk}/"
    assert owner.get(page).status_code == 200
    owner.post(f"{page}standing/", {"standing": "arrears", "reason": "Late"})
    owner.post(f"{page}products/", {f"product_{product.pk}": "beta"})
    owner.post(
        f"{page}terms/", {"price": "10.50", "currency": "EUR", "billing_period": "year", "is_trial": "on", "note": "n"}
    )
    owner.post(f"{page}end/", {"ends_on": "2027-01-01", "reason": ""})
    subscription.refresh_from_db()
    assert (subscription.standing, subscription.price, subscription.is_trial) == ("arrears", Decimal("10.50"), True)
    assert subscription.ends_on == date(2027, 1, 1)
    assert subscription.products.get().is_beta
    answer = owner.post(f"{page}plan/", {"plan": plans[1], "from_on": "2027-02-01"})
    assert answer.status_code == 422
    assert "has ended by then" in answer.text


def test_an_owner_subscribes_a_client_on_its_page(officeware, plans, cast, sign_in):
    owner = sign_in(cast.owner)
    address = f"/settings/clients/{cast.client.pk}/subscriptions/new/"
    assert "€\N{NO-BREAK SPACE}1,499.00" in owner.get(address).text
    typed = {"plan": f"{officeware.agreement_id}:{plans[1]}", "starts_on": "2026-01-01", "currency": "EUR"}
    typed |= {"billing_period": "month", "standing": "paid"}
    assert owner.post(address, typed).status_code == 302
    assert Subscription.objects.get().plan == plans[1]
    assert officeware.document.plans[plans[1]].name in owner.get(f"/settings/clients/{cast.client.pk}/").text
    assert "End that subscription first" in owner.post(address, typed).text
