"""Everything a person or program can ask for about agreements, products and subscriptions."""

from agreements.actions.products import add_product, add_products_of, change_product, restore_product, retire_product
from agreements.actions.publication import publish_version
from agreements.actions.review import approve_version, ask_for_review, may_approve, send_back
from agreements.actions.subscriptions import (
    change_plan,
    change_standing,
    change_terms,
    end_subscription,
    set_products,
    subscribe,
)
from agreements.actions.versions import (
    StaleDraftError,
    UnusableDocumentError,
    change_draft,
    discard_draft,
    draft_next,
    save_draft,
    start_draft,
)
