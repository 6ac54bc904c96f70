"""Addresses below /api/v1/ about webhooks."""

from __future__ import annotations

from django.urls import path

from notifications.api import webhooks

urlpatterns = [
    path("webhooks/", webhooks.WebhookList.as_view(), name="api-webhooks"),
    path("webhooks/<int:endpoint_id>/", webhooks.WebhookDetail.as_view(), name="api-webhook"),
]
