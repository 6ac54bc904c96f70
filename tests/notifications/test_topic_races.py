"""One subscriber chooses and stops at once: nobody sees an error, and what is left is what one of them chose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.actions import choose_topics
from notifications.models import Subscriber
from tenants.scope import tenant_scope
from tests.incidents.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHOICES: list[list[tuple[str, str]]] = [[("incidents", "")], [], [("maintenance", "")], [("incidents", "voice")], []]


def test_choosing_and_stopping_at_once(cast: Any) -> None:
    chosen = [
        lambda choices=choices: choose_topics(email="a@b.example", choices=choices, by=None, now=NOW)
        for choices in CHOICES
    ]
    for _ in range(3):
        # A thread that failed is an error of this test.
        at_once(cast.tenant, *chosen)
        with tenant_scope(cast.tenant):
            assert Subscriber.objects.choices_of("a@b.example") in [sorted(choices) for choices in CHOICES]
