"""Addresses below /api/v1/ about agreements."""

from __future__ import annotations

from django.urls import URLPattern, path

from agreements.api import addendum, json_schema, versions

VERSION = "agreements/<slug:agreement>/versions/<int:version>/"

urlpatterns: list[URLPattern] = [
    path("subscriptions/<int:subscription_id>/addendum/", addendum.AddendumRead.as_view(), name="api-addendum"),
    path("subscriptions/<int:subscription_id>/addendum.pdf", addendum.AddendumFile.as_view(), name="api-addendum-pdf"),
    path("agreements/", versions.AgreementList.as_view(), name="api-agreements"),
    path("agreements/versions/", versions.VersionDrafts.as_view(), name="api-agreement-drafts"),
    path("agreements/validation/", versions.Validation.as_view(), name="api-agreement-validation"),
    path("agreements/<slug:agreement>/versions/", versions.VersionList.as_view(), name="api-agreement-versions"),
    path(VERSION, versions.VersionDetail.as_view(), name="api-agreement-version"),
    path(f"{VERSION}source.yaml", versions.VersionSource.as_view(), name="api-agreement-source"),
    path(f"{VERSION}compare/", versions.VersionComparison.as_view(), name="api-agreement-compare"),
    path(f"{VERSION}review/", versions.Review.as_view(), name="api-agreement-review"),
    path(f"{VERSION}approval/", versions.Approval.as_view(), name="api-agreement-approval"),
    path(f"{VERSION}return/", versions.Return.as_view(), name="api-agreement-return"),
    path(f"{VERSION}publication/", versions.Publication.as_view(), name="api-agreement-publication"),
    path("agreement-schema.json", json_schema.AgreementSchema.as_view(), name="api-agreement-schema"),
]
