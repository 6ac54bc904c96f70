"""`/settings/`: on-call schedules and whatever else of incidents owners arrange."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
