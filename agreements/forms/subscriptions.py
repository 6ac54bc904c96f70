"""Forms about products and subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from agreements.models import AgreementVersion, Product, Subscription
from agreements.readable.targets import price_words
from shell.forms import ActionForm
from tenants.forms import ReasonForm

BILLING = list(Subscription._meta.get_field("billing_period").flatchoices)
INCLUDED, BETA = "included", "beta"


def date_field(*, label: str, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def plan_choices(versions: Iterable[AgreementVersion]) -> list[tuple[str, list[tuple[str, str]]]]:
    """`agreement:plan` keys grouped by agreement, with the plans' names and prices."""
    groups = []
    for version in versions:
        plans = []
        for plan in version.document.plans:
            name = f"{plan.name}, {price_words(plan.price)}" if plan.price else plan.name
            plans.append((f"{version.agreement_id}:{plan.key}", name))
        groups.append((version.agreement.name, plans))
    return groups


class _PricedForm(ActionForm):
    """What a subscription costs, and what else may change while it runs."""

    price = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="For a month, or for what the plan's own price is for. Empty: as the agreement says.",
    )
    currency = forms.RegexField(r"^[A-Z]{3}$", initial="EUR", max_length=3, error_messages={"invalid": "Like EUR."})
    billing_period = forms.ChoiceField(label="Billed", choices=BILLING)
    is_trial = forms.BooleanField(
        label="Trial account", required=False, help_text="The agreement says what somebody who is only trying gets."
    )
    note = forms.CharField(max_length=200, required=False, help_text="For your own team. Clients do not see it.")


class SubscriptionForm(_PricedForm):
    plan = forms.ChoiceField(label="Plan")
    starts_on = date_field(label="From")
    ends_on = date_field(label="First day without", required=False, help_text="Empty: until further notice.")
    standing = forms.ChoiceField(label="Invoices", choices=Subscription.Standing.choices)

    field_order = ("plan", "starts_on", "ends_on", "price", "currency", "billing_period", "standing")

    def arguments(self) -> dict[str, Any]:
        agreement_id, _, plan = self.cleaned_data["plan"].partition(":")
        return {**self.cleaned_data, "agreement_id": int(agreement_id), "plan": plan}


class TermsForm(_PricedForm):
    extensions = forms.MultipleChoiceField(
        label="Longer hours agreed with this client", required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("extensions",)


class StandingForm(ReasonForm):
    standing = forms.ChoiceField(
        label="Invoices",
        choices=Subscription.Standing.choices,
        widget=forms.RadioSelect,
        help_text="Counts for tickets filed from now on. Tickets from before keep what they were promised.",
    )


class PlanForm(ActionForm):
    plan = forms.ChoiceField(label="New plan")
    from_on = date_field(label="From", help_text="The present plan holds until the day before.")


class EndForm(ReasonForm):
    ends_on = date_field(label="First day without", required=False, help_text="Empty takes an end back.")


class SubscribedProductsForm(ActionForm):
    """One choice per product: not in the subscription, in it, or in it as beta (B3)."""

    def __init__(self, *args: Any, products: Iterable[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Not included"), (INCLUDED, "Included"), (BETA, "Included as beta or early access")]
        self.products = list(products)
        for product in self.products:
            field = forms.ChoiceField(
                label=product.name, choices=choices, required=False, help_text=product.description
            )
            self.fields[f"product_{product.pk}"] = field

    def arguments(self) -> dict[str, Any]:
        chosen = {product.pk: self.cleaned_data[f"product_{product.pk}"] for product in self.products}
        return {"products": {pk: choice == BETA for pk, choice in chosen.items() if choice}}


class ProductForm(ActionForm):
    name = forms.CharField(max_length=120)
    category = forms.ChoiceField(
        required=False, help_text="Decides which availability is promised, where the agreement promises some."
    )
    description = forms.CharField(
        max_length=300, required=False, help_text="Clients read it when they choose a product."
    )
