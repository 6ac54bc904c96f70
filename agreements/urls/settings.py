"""`/settings/` about clients, subscriptions, products and agreements, for owners."""

from django.urls import include, path

from agreements.views import clients, comparison, draft_form, draft_text, overview, products, subscriptions, versions

version_patterns = [
    path("", versions.version, name="settings-version"),
    path("calendars/<slug:calendar>/", versions.calendar, name="settings-calendar"),
    path("edit/", draft_text.edit, name="settings-version-edit"),
    path("next/", draft_text.start_next, name="settings-version-next"),
    path("form/", draft_form.form, name="settings-version-form"),
    path("form/<slug:section_key>/", draft_form.edit_section, name="settings-version-section"),
    path("review/", versions.ask_for_review, name="settings-version-review"),
    path("approve/", versions.approve, name="settings-version-approve"),
    path("send-back/", versions.send_back, name="settings-version-send-back"),
    path("discard/", versions.discard, name="settings-version-discard"),
    path("products/", versions.add_products, name="settings-version-products"),
    path("source.yaml", versions.source, name="settings-version-source"),
]

subscription_patterns = [
    path("", subscriptions.subscription, name="settings-subscription"),
    *(
        path(f"{what}/", subscriptions.subscription, {"what": what}, name=f"settings-subscription-{what}")
        for what in subscriptions.ACTIONS
    ),
]

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
    path("contacts/<int:contact_id>/topics/", clients.set_topics, name="settings-contact-topics"),
    path("contacts/<int:contact_id>/deactivate/", clients.deactivate, name="settings-contact-deactivate"),
    path("contacts/<int:contact_id>/reactivate/", clients.reactivate, name="settings-contact-reactivate"),
    path("subscriptions/<int:subscription_id>/", include(subscription_patterns)),
    path("products/", products.products, name="settings-products"),
    path("products/<int:product_id>/", products.product, name="settings-product"),
    path("products/<int:product_id>/retire/", products.retire, name="settings-product-retire"),
    path("products/<int:product_id>/restore/", products.restore, name="settings-product-restore"),
    path("agreements/", versions.agreements, name="settings-agreements"),
    path("agreements/new/", draft_text.draft, name="settings-version-new"),
    path("agreements/new/start/", draft_text.start, name="settings-version-start"),
    path("agreements/compare/", comparison.comparison, name="settings-compare"),
    path("agreements/compare/<int:old_id>/<int:new_id>/", comparison.comparison, name="settings-version-compare"),
    path("agreements/versions/<int:version_id>/", include(version_patterns)),
]
