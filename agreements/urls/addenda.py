"""`/addenda/`: what was agreed with a client, as a document, for everybody who works for the provider."""

from django.urls import path

from agreements.views import addendum

urlpatterns = [
    path("<int:subscription_id>/", addendum.addendum, name="addendum"),
    path("<int:subscription_id>/<int:version_number>/", addendum.addendum, name="addendum-version"),
    path("<int:subscription_id>/<int:version_number>.pdf", addendum.pdf, name="addendum-pdf"),
]
