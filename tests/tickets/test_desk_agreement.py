"""The agreements on the desk: from a ticket's facts and the rail, for those who work tickets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements.actions import save_draft
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.reading import grid, parsed, section, seen
from tests.tickets.desking import filed, under

HERE = "/desk/agreement/"


def test_a_tickets_facts_lead_to_the_version_it_was_opened_under(cast: Any, sign_in: Any) -> None:
    first = under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    with tenant_scope(cast.tenant):
        factories.agreement("officeware", effective_from=date(2026, 4, 1))
    agent = sign_in(cast.agent)
    page = parsed(agent.get(f"/desk/tickets/{ticket.number}/").text)
    assert f"{HERE}{first.pk}/" in {node.attributes.get("href") for node in page.all("a")}
    document = agent.get(f"{HERE}{first.pk}/").text
    assert grid(section(document, "plans").all("table")[0])[0][1:] == ["Professional", "Enterprise", "Gold"]
    assert "Other versions:" in seen(document)


def test_the_rail_leads_to_the_one_agreement_in_force_and_lists_several(cast: Any, sign_in: Any) -> None:
    agent = sign_in(cast.agent)
    assert "No agreement is in force yet" in seen(agent.get(HERE).text)
    with tenant_scope(cast.tenant):
        version = factories.agreement("officeware")
    assert agent.get(HERE).url == f"{HERE}{version.pk}/"
    with tenant_scope(cast.tenant):
        other = factories.agreement("engage")
    links = {node.attributes.get("href") for node in parsed(agent.get(HERE).text).all("a", "row-subject")}
    assert links == {f"{HERE}{version.pk}/", f"{HERE}{other.pk}/"}
    assert HERE in {node.attributes.get("href") for node in parsed(agent.get("/desk/").text).all("a")}


@pytest.mark.parametrize(
    ("person", "status"),
    [("owner", 200), ("lead", 200), ("agent", 200), ("account_manager", 403), ("contact", 404)],
)
def test_who_works_tickets_reads_agreements_and_their_calendars(
    cast: Any, sign_in: Any, person: str, status: int
) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("identity")
    reader = sign_in(getattr(cast, person))
    for path in (f"{HERE}{version.pk}/", f"{HERE}{version.pk}/calendars/worldwide/"):
        assert reader.get(path).status_code == status


def test_drafts_other_tenants_versions_and_unknown_calendars_are_not_there(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("identity")
        later = date(2027, 1, 1)
        draft = save_draft(source=version.source, name="x.yaml", effective_from=later, by=None, now=factories.EPOCH)
    with tenant_scope(cast.other_tenant):
        strange = factories.agreement("identity")
    agent = sign_in(cast.agent)
    for path in (f"{draft.pk}/", f"{strange.pk}/", f"{draft.pk}/calendars/london/", f"{version.pk}/calendars/paris/"):
        assert agent.get(HERE + path).status_code == 404
    assert sign_in(cast.rival.agent).get(f"{HERE}{version.pk}/").status_code == 404


def test_D1_the_calendar_of_the_union_names_its_members_and_cites_the_document(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("identity")
    page = parsed(sign_in(cast.agent).get(f"{HERE}{version.pk}/calendars/worldwide/?year=2026").text)
    assert "London team, US team or Australian team" in page.text()
    cited = {node.attributes["href"] for node in page.all("a", "clause")}
    assert cited == {f"{HERE}{version.pk}/#clause-D1"}
