"""`sla verify` proves the clocks of incidents too, and mends them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from incidents import actions
from incidents.actions.proof import INCIDENTS
from incidents.models import Incident, IncidentClock
from tenants.scope import tenant_scope
from tests.incidents.asking import SUNDAY_NIGHT, act, begin, fresh, sweep, usual_policy
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


def test_B14_somebody_who_would_never_be_asked_is_found_and_asked(cast: Any, capsys: Any) -> None:
    workspace(cast, "engage")
    usual_policy(cast)
    incident = begin(cast)
    found: list[str] = []

    def verify(at: datetime, **more: bool) -> None:
        with time_machine.travel(at, tick=False):
            try:
                call_command("sla", "verify", tenant="acme", **more)
            except CommandError:
                found.append(capsys.readouterr().out)

    # However late sweeps are, while somebody has it, and after that went stale: what is stored is what the facts give.
    verify(SUNDAY_NIGHT + 60 * MINUTE)
    sweep(SUNDAY_NIGHT + 60 * MINUTE)
    act(cast, actions.acknowledge, incident, SUNDAY_NIGHT + 61 * MINUTE)
    verify(SUNDAY_NIGHT + 62 * MINUTE)
    verify(SUNDAY_NIGHT + timedelta(days=1))
    assert [said for said in found if "page_due_at" in said or "acknowledged" in said] == []
    for stale in (None, SUNDAY_NIGHT + timedelta(days=9)):
        with tenant_scope(cast.tenant):
            Incident.objects.update(page_due_at=stale)
        verify(SUNDAY_NIGHT + 63 * MINUTE)
        assert f"INC-1 page_due_at: stored {stale}, facts give 2026-03-01 03:31:00+00:00" in found[-1]
        verify(SUNDAY_NIGHT + 63 * MINUTE, mend=True)
        assert fresh(cast, incident).page_due_at == SUNDAY_NIGHT + 91 * MINUTE
