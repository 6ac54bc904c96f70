"""One subscriber chooses and stops at once: nobody sees an error, and what is left is what one of them chose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.actions import choose_topics, hear_too, stop_topic
from notifications.models import Subscriber
from notifications.topics import MAINTENANCE
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


def test_hearing_of_more_and_stopping_at_once(cast: Any) -> None:
    """Nobody's choice undoes another's."""
    for number in range(5):
        with tenant_scope(cast.tenant):
            email, first = f"{number}@b.example", [("maintenance", "")]
            subscriber = choose_topics(email=email, choices=first, by=None, now=NOW)
            assert subscriber is not None
        more = [
            lambda about=about, email=email: hear_too(email=email, choices=[("incidents", about)], by=None, now=NOW)
            for about in ("INC-1", "INC-2", "INC-3")
        ]
        stopping = lambda pk=subscriber.pk: stop_topic(subscriber_id=pk, topic=MAINTENANCE, now=NOW)  # noqa: E731
        at_once(cast.tenant, *more, stopping)
        with tenant_scope(cast.tenant):
            # Where it stopped everything before it heard of more, it is another subscriber now.
            assert Subscriber.objects.choices_of(email) == [("incidents", f"INC-{each}") for each in (1, 2, 3)]
