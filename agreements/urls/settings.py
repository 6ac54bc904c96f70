"""`/settings/` about clients, subscriptions, products and agreements, for owners."""

from django.urls import path

from agreements.views import (
    clients,
    comparison,
    draft_form,
    draft_text,
    overview,
    products,
    subscriptions,
    versions,
)

urlpatterns = [
    path("", overview.overview, name="settings"),
    path("history/", overview.history, name="settings-history"),
    path("clients/", clients.clients, name="settings-clients"),
    path("clients/new/", clients.add_client, name="settings-client-new"),
    path("clients/<int:client_id>/", clients.client, name="settings-client"),
    path("clients/<int:client_id>/contacts/new/", clients.add_contact, name="settings-contact-new"),
    path("clients/<int:client_id>/subscriptions/new/", subscriptions.add, name="settings-subscription-new"),
    path("contacts/<int:contact_id>/", clients.contact, name="settings-contact"),
    path("contacts/<int:contact_id>/invite/", clients.invite, name="settings-contact-invite"),
    path("contacts/<int:contact_id>/topics/", clients.set_topic, name="settings-contact-topics"),
    path("contacts/<int:contact_id>/deactivate/", clients.deactivate, name="settings-contact-deactivate"),
    path("contacts/<int:contact_id>/reactivate/", clients.reactivate, name="settings-contact-reactivate"),
    path("subscriptions/<int:subscription_id>/", subscriptions.subscription, name="settings-subscription"),
    *(
        path(
            f"subscriptions/<int:subscription_id>/{what}/",
            subscriptions.change,
            {"what": what},
            name=f"settings-subscription-{what}",
        )
        for what in subscriptions.ACTIONS
    ),
    path("products/", products.products, name="settings-products"),
    path("products/<int:product_id>/", products.product, name="settings-product"),
    path("products/<int:product_id>/retire/", products.retire, name="settings-product-retire"),
    path("products/<int:product_id>/restore/", products.restore, name="settings-product-restore"),
    path("agreements/", versions.agreements, name="settings-agreements"),
    path("agreements/new/", draft_text.draft, name="settings-version-new"),
    path("agreements/new/start/", draft_text.start, name="settings-version-start"),
    path("agreements/compare/", comparison.choose, name="settings-compare"),
    path("agreements/compare/<int:old_id>/<int:new_id>/", comparison.comparison, name="settings-version-compare"),
    path("agreements/versions/<int:version_id>/", versions.version, name="settings-version"),
    path(
        "agreements/versions/<int:version_id>/calendars/<slug:calendar>/", versions.calendar, name="settings-calendar"
    ),
    path("agreements/versions/<int:version_id>/edit/", draft_text.edit, name="settings-version-edit"),
    path("agreements/versions/<int:version_id>/next/", draft_text.start_next, name="settings-version-next"),
    path("agreements/versions/<int:version_id>/form/", draft_form.form, name="settings-version-form"),
    path(
        "agreements/versions/<int:version_id>/form/<slug:section_key>/",
        draft_form.edit_section,
        name="settings-version-section",
    ),
    path("agreements/versions/<int:version_id>/review/", versions.ask_for_review, name="settings-version-review"),
    path("agreements/versions/<int:version_id>/approve/", versions.approve, name="settings-version-approve"),
    path("agreements/versions/<int:version_id>/send-back/", versions.send_back, name="settings-version-send-back"),
    path("agreements/versions/<int:version_id>/discard/", versions.discard, name="settings-version-discard"),
    path("agreements/versions/<int:version_id>/products/", versions.add_products, name="settings-version-products"),
    path("agreements/versions/<int:version_id>/source.yaml", versions.source, name="settings-version-source"),
]
