"""`sla verify` proves the clocks of incidents too, and mends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from incidents.cadence.update_proof import INCIDENTS
from incidents.models import IncidentClock
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, declared, latest, workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("later", [timedelta(0), 20 * MINUTE, timedelta(days=9)])
def test_what_actions_store_is_what_the_facts_give_at_any_later_time(cast: Any, later: timedelta) -> None:
    workspace(cast)
    with tenant_scope(cast.tenant):
        declared(cast.agent)
        # A sweep that is late has not raised the breach yet; `sla verify` waits for it as for a ticket's.
        found = list(INCIDENTS.verify(now=START + later))
    assert [each for each in found if each != 1 and "breached_at" not in each.what] == []  # type: ignore[union-attr]


def test_what_differs_is_named_and_mended(cast: Any, capsys: Any) -> None:
    workspace(cast)
    with tenant_scope(cast.tenant):
        incident = declared(cast.agent)
        IncidentClock.objects.update(due_at=START + 60 * MINUTE)
    with time_machine.travel(START + MINUTE, tick=False):
        with pytest.raises(CommandError, match="1 differences"):
            call_command("sla", "verify", tenant="acme")
        assert "acme INC-1 update, cycle 0: due_at: stored" in capsys.readouterr().out
        call_command("sla", "verify", tenant="acme", mend=True)
        told = capsys.readouterr().out
        assert "acme INC-1 mended" in told
        assert "acme: 1 incidents checked" in told
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 15 * MINUTE
