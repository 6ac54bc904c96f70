"""Addresses that go wrong after they have written something, for the tests of the middleware."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from tenants.models import Client


def raises(request: Any) -> HttpResponse:
    Client.objects.create(name="Half done", created_at=timezone.now())
    raise RuntimeError("in the middle")


def answers_500(request: Any) -> HttpResponse:
    Client.objects.create(name="Half done", created_at=timezone.now())
    return HttpResponse("broken", status=500)


def refuses(request: Any) -> HttpResponse:
    Client.objects.create(name="Half done", created_at=timezone.now())
    return HttpResponse("not like this", status=422)


def zone(request: Any) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())


urlpatterns = [
    path("raises/", raises, name="raises"),
    path("answers-500/", answers_500, name="answers-500"),
    path("refuses/", refuses, name="refuses"),
    path("zone/", zone, name="zone"),
]
