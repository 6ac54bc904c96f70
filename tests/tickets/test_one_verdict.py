"""How a promise went is the same wherever it is read: the desk, the portal, programs, reports, what-ifs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.desking import MORNING, filed, page_of, under
from tests.tickets.portalling import at, text
from tests.tickets.whatifs import GOLD_RESPONSE, answered, published, sums
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

#: An answer on Gold was due on Wednesday at 10 where the provider is, an hour ago, and no sweep has looked since.
AN_HOUR_LATE = MORNING + timedelta(hours=25)


@pytest.fixture
def late(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def test_what_fell_due_is_missed_for_every_reader_before_anybody_wrote_it_down(cast: Any, sign_in: Any, late: Ticket):
    agent, contact, address = sign_in(cast.agent), sign_in(cast.contact), f"/api/v1/tickets/{late.number}/"
    with at(AN_HOUR_LATE):
        for page in (agent.get(page_of(late)), contact.get(f"/portal/tickets/{late.number}/")):
            assert "First response 1 h over" in text(page)
        assert late.subject in text(agent.get("/desk/?view=overdue"))
        (told,) = [each for each in agent.get(address).json()["clocks"] if each["metric"] == "first_response"]
        explained = agent.get(f"{address}clocks/first_response/0/explanation/").json()
        assert (told["state"], explained["outcome"]) == ("breached", "breached")
        found = agent.get("/api/v1/tickets/?breached=true").json()["results"]
        assert [each["number"] for each in found] == [late.number]
        assert agent.get("/api/v1/tickets/?breached=false").json()["results"] == []
        assert "First response 0.0 %" in text(sign_in(cast.owner).get("/reports/"))
    asked = answered(cast, published(cast, (GOLD_RESPONSE, GOLD_RESPONSE.replace("8 business", "1 business"))))
    assert sums(asked, "first_response")["before"] == {"kept": 0, "missed": 1, "running": 0, "measured": 0}
