"""`/settings/`: what agreements do to tickets, for owners."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
