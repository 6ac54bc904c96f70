"""What happened to agreements, products and subscriptions, in words for timelines."""

from __future__ import annotations

from tenants.narration import WORDS as PEOPLE

WORDS: dict[str, tuple[str, str]] = {
    **PEOPLE,
    "contact.topic_subscribed": ("bell-plus", "turned mail on for {subject}"),
    "contact.topic_unsubscribed": ("bell-off", "turned mail off for {subject}"),
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
    "what_if.asked": ("help-circle", "asked what if: {subject}"),
    "what_if.cancelled": ("player-stop", "cancelled the what-if {subject}"),
    "what_if.kept": ("bookmark", "kept the what-if {subject}"),
    "what_if.renamed": ("pencil", "renamed the what-if {subject}"),
    "what_if.discarded": ("trash", "threw the what-if {subject} away"),
}
