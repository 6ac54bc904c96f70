"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from statuspage.api import status

urlpatterns = [
    path("status/", status.StatusView.as_view(), name="api-status-page"),
    path("news/", status.NewsList.as_view(), name="api-news"),
    path("news/<int:news_id>/publication/", status.NewsPublication.as_view(), name="api-news-publication"),
]
