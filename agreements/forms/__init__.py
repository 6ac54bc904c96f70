"""Forms about products, subscriptions and agreements. They ask and carry out; the rules are the actions'."""

from agreements.forms.sections import SectionForm
from agreements.forms.subscriptions import (
    BETA,
    BILLING,
    INCLUDED,
    EndForm,
    PlanForm,
    ProductForm,
    StandingForm,
    SubscribedProductsForm,
    SubscriptionForm,
    TermsForm,
    date_field,
    plan_choices,
)
from agreements.forms.texts import StartForm, VersionForm

__all__ = [
    "BETA",
    "BILLING",
    "INCLUDED",
    "EndForm",
    "PlanForm",
    "ProductForm",
    "SectionForm",
    "StandingForm",
    "StartForm",
    "SubscribedProductsForm",
    "SubscriptionForm",
    "TermsForm",
    "VersionForm",
    "date_field",
    "plan_choices",
]
