"""App configuration: SLA documents as versioned data, products, subscriptions, business time."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "agreement.added": ("file-plus", "added the agreement {subject}"),
        "agreement_version.drafted": ("pencil", "drafted {subject}"),
        "agreement_version.changed": ("pencil", "changed the draft of {subject}"),
        "agreement_version.discarded": ("trash", "threw the draft of {subject} away"),
        "agreement_version.review_asked": ("eye", "asked for a review of {subject}"),
        "agreement_version.approved": ("checks", "approved {subject}"),
        "agreement_version.sent_back": ("arrow-back-up", "sent {subject} back"),
        "agreement_version.published": ("rosette-discount-check", "published {subject}"),
        "product.added": ("package", "added the product {subject}"),
        "product.changed": ("pencil", "changed the product {subject}"),
        "product.retired": ("package-off", "retired the product {subject}"),
        "product.restored": ("package", "offered the product {subject} again"),
        "subscription.added": ("file-invoice", "subscribed {subject}"),
        "subscription.plan_changed": ("switch-horizontal", "changed the plan, {subject}"),
        "subscription.standing_changed": ("receipt", "changed the payment standing of {subject}"),
        "subscription.terms_changed": ("pencil", "changed price or terms of {subject}"),
        "subscription.products_changed": ("package", "changed the products of {subject}"),
        "subscription.ended": ("calendar-off", "changed the end of {subject}"),
    }
