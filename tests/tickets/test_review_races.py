"""Two at the same time, where neither holds a ticket yet."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements import actions as agreement_actions
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, filed, under
from tests.tickets.side_by_side import PATIENCE, side_by_side, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def test_E3_of_two_incidents_filed_at_once_one_is_the_last_that_is_included(cast: Any):
    under("officeware", "professional", cast)
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> Any:
        with tenant_scope(cast.tenant):
            ticket = filed(cast.contact)
            written.set()
            assert go_on.wait(PATIENCE)
        return ticket

    with side_by_side() as start:
        first = start(slowly)
        assert written.wait(PATIENCE)
        second = start(filed, cast.contact)
        until_somebody_waits_for_a_lock()
        go_on.set()
        assert first.result(PATIENCE).coverage == "covered"
        assert second.result(PATIENCE).coverage == "best_effort"


def test_no_version_without_a_plan_is_published_while_a_client_gets_that_plan(cast: Any):
    source = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
    with tenant_scope(cast.tenant):
        old = factories.agreement("officeware")
        draft = agreement_actions.save_draft(
            source=source.replace("  gold:\n", "  platinum:\n").replace("gold", "platinum"), name="next.yaml",
            effective_from=date(2026, 4, 1), by=None, now=MORNING,
        )  # fmt: skip
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with tenant_scope(cast.tenant):
            agreement_actions.subscribe(
                client_id=cast.client.pk, agreement_id=old.agreement_id, plan="gold", starts_on=date(2026, 1, 1),
                by=None, now=MORNING,
            )  # fmt: skip
            written.set()
            assert go_on.wait(PATIENCE)

    def publish() -> Any:
        with tenant_scope(cast.tenant):
            return factories.publish(draft, now=MORNING)

    with side_by_side() as start:
        subscribed = start(slowly)
        assert written.wait(PATIENCE)
        published = start(publish)
        until_somebody_waits_for_a_lock()
        go_on.set()
        subscribed.result(PATIENCE)
        with pytest.raises(ValidationError, match="lacks"):
            published.result(PATIENCE)
