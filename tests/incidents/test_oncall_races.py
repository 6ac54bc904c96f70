"""Two people take the same shift at the same moment: one has it, the other is told who."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from incidents.actions.standins import stand_in
from incidents.models import OnCallOverride
from tenants.scope import tenant_scope
from tests.incidents.rotas import MONDAY, schedule

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_take_one_shift_at_once(cast: Any) -> None:
    with tenant_scope(cast.tenant):
        made = schedule(cast.agent)
        shift = {"starts_at": MONDAY, "ends_at": MONDAY.replace(day=9), "instead_of_id": cast.agent.pk}
    both = Barrier(2)

    def take(member: Any) -> str:
        try:
            with tenant_scope(cast.tenant):
                both.wait(timeout=10)
                stand_in(schedule_id=made.pk, member_id=member.pk, by=member, now=MONDAY, **shift)
            return "taken"
        except ValidationError as error:
            return " ".join(error.messages)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(take, [cast.lead, cast.owner]))
    with tenant_scope(cast.tenant):
        has_it = OnCallOverride.objects.get().member
        assert said == [f"{cast.agent.name} is not on call then: {has_it.name} is.", "taken"]
