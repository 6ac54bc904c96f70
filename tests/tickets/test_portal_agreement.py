"""“What we promised you”: the client's own plan, hours and versions, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from agreements.actions import save_draft
from agreements.document import bundled_text, load
from agreements.governing import governing_ever
from agreements.models import AgreementVersion
from agreements.readable import Reading
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import SIXTH
from tests.agreements.reading import grid, parsed, section, seen, texts
from tests.tickets.portalling import at

HERE = "/portal/agreement/"
JUNE = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
#: The second version of officeware: another label, and Gold's first answer in six hours.
SLOWER, SOONER = "8 business hours,  8 business hours]", "8 business hours,  6 business hours]"
SECOND = (
    bundled_text("officeware").replace("label: Undated, as published", "label: Spring 2026").replace(SLOWER, SOONER, 1)
)
THIRD = SECOND.replace("label: Spring 2026", "label: Autumn 2026")


def version_of(source: str, effective_from: date) -> AgreementVersion:
    version: AgreementVersion = factories.agreement("officeware", source=source, effective_from=effective_from)
    return version


@pytest.fixture
def shelf(cast: Any) -> SimpleNamespace:
    """Globex has Gold since 2025; a second version came in April 2026, and a third comes in September."""
    with tenant_scope(cast.tenant):
        first = version_of(bundled_text("officeware"), date(2025, 1, 1))
        second = version_of(SECOND, date(2026, 4, 1))
        third = version_of(THIRD, date(2026, 9, 1))
        factories.subscription(cast.client, first, "gold")
        factories.subscription(cast.other_client, second, "professional", starts_on=date(2026, 5, 1))
        draft = save_draft(source=THIRD, name="x.yaml", effective_from=date(2027, 1, 1), by=None, now=factories.EPOCH)
    return SimpleNamespace(first=first, second=second, third=third, draft=draft)


def read(browser: Any, version: Any) -> Any:
    return browser.get(f"{HERE}{version.pk}/")


def test_B17_every_version_the_client_was_under_is_listed_with_its_days(
    cast: Any, sign_in: Any, shelf: SimpleNamespace
) -> None:
    with at(JUNE):
        page = parsed(sign_in(cast.contact).get(HERE).text)
    (table,) = (node for node in page.all("section", "versions")[0].all("table"))
    rows = [[cell.text() for cell in row.all() if cell.tag in ("td", "th")] for row in table.all("tr")]
    assert rows[0] == ["Version", "Your plan", "From", "Until"]
    assert [row[1:] for row in rows[1:]] == [["Gold", "1 Apr 2026", "1 Sep 2026"], ["Gold", "1 Jan 2025", "1 Apr 2026"]]
    assert [row[0].split(" Business")[0] for row in rows[1:]] == ["Spring 2026", "Undated, as published"]


def test_B17_an_earlier_version_is_read_as_it_stood_and_says_when_it_held(
    cast: Any, sign_in: Any, shelf: SimpleNamespace
) -> None:
    with at(JUNE):
        browser = sign_in(cast.contact)
        now, earlier = browser.get(HERE).text, read(browser, shelf.first).text
    first_response = ("Severity 1 (Urgent)", 1)
    assert row_after(now, *first_response) == ["First response", "6 business hours"]
    assert row_after(earlier, *first_response) == ["First response", "8 business hours"]
    assert "It held for you from 1 January 2025 until 1 April 2026" in seen(earlier)
    assert not parsed(earlier).all("main")[0].all("form")


def row_after(html: str, level: str, steps: int) -> list[str]:
    rows = grid(section(html, "plans").all("table")[0])
    return rows[rows.index([level]) + steps]


def test_B17_a_version_that_is_published_and_not_yet_in_force_is_announced_and_can_be_read(
    cast: Any, sign_in: Any, shelf: SimpleNamespace
) -> None:
    with at(JUNE):
        browser = sign_in(cast.contact)
        page = seen(browser.get(HERE).text)
        coming = seen(read(browser, shelf.third).text)
    assert "A new version is coming Autumn 2026 holds from 1 September 2026. Until then nothing changes." in page
    assert "It holds for you from 1 September 2026 on." in coming
    with at(datetime(2026, 9, 2, 9, tzinfo=UTC)):
        assert "A new version is coming" not in seen(browser.get(HERE).text)


def test_a_version_the_client_never_was_under_a_draft_and_anothers_agreement_are_not_there(
    cast: Any, sign_in: Any, shelf: SimpleNamespace
) -> None:
    with tenant_scope(cast.tenant):
        unrelated = factories.agreement("engage")
    with tenant_scope(cast.other_tenant):
        strange = factories.agreement("officeware")
    with at(JUNE):
        theirs, others = sign_in(cast.contact), sign_in(cast.other_contact)
        assert read(theirs, shelf.first).status_code == 200
        assert read(others, shelf.second).status_code == 200
        # Initech came in May, when the first version no longer held.
        assert read(others, shelf.first).status_code == 404
        for version in (shelf.draft, unrelated, strange):
            assert read(theirs, version).status_code == 404
            assert theirs.get(f"{HERE}{version.pk}/calendars/business/").status_code == 404
        assert read(sign_in(cast.rival.contact), shelf.first).status_code == 404


@pytest.mark.parametrize("person", ["owner", "lead", "agent", "account_manager"])
def test_the_pages_of_promises_are_not_there_for_members(
    cast: Any, sign_in: Any, shelf: SimpleNamespace, person: str
) -> None:
    member = sign_in(getattr(cast, person))
    assert member.get(HERE).status_code == 404
    assert read(member, shelf.first).status_code == 404
    assert member.get(f"{HERE}{shelf.first.pk}/calendars/business/").status_code == 404


def test_a_past_subscription_keeps_its_versions_readable(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        old = factories.agreement("officeware")
        new = factories.agreement("engage")
        factories.subscription(cast.client, old, "gold", ends_on=date(2026, 3, 1))
        factories.subscription(cast.client, new, "standard", starts_on=date(2026, 3, 1))
    with at(JUNE):
        browser = sign_in(cast.contact)
        assert "99.99 %" in seen(browser.get(HERE).text)
        earlier = read(browser, old)
    assert "It held for you from 1 January 2025 until 1 March 2026" in seen(earlier.text)


def test_the_days_of_versions_and_subscriptions_meet_exactly(cast: Any, in_tenant: Any) -> None:
    first = version_of(bundled_text("officeware"), date(2025, 1, 1))
    replaced_at_once = version_of(SECOND, date(2026, 4, 1))
    second = version_of(THIRD, date(2026, 4, 1))
    factories.subscription(cast.client, first, "professional", starts_on=date(2025, 6, 1), ends_on=date(2026, 4, 1))
    factories.subscription(cast.client, first, "gold", starts_on=date(2026, 4, 1), ends_on=date(2026, 8, 1))
    held = [(each.version, each.subscription.plan, each.since, each.until) for each in governing_ever(cast.client)]
    assert held == [
        (second, "gold", date(2026, 4, 1), date(2026, 8, 1)),
        (first, "professional", date(2025, 6, 1), date(2026, 4, 1)),
    ]
    assert replaced_at_once not in {version for version, *_ in held}


def test_E7_another_clients_longer_hours_are_neither_listed_nor_found(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("officeware")
        factories.subscription(cast.client, version, "gold", extensions=["weekends_and_holidays"])
        factories.subscription(cast.other_client, version, "gold")
    theirs, others = sign_in(cast.contact), sign_in(cast.other_contact)
    extended = f"{HERE}{version.pk}/calendars/extended/"
    page = theirs.get(HERE).text
    assert "Agreed with you Weekends and holidays E7" in seen(page)
    assert "are those of “Extended hours”" in section(page, "plans").text()
    assert theirs.get(extended).status_code == 200
    assert "Extended hours" not in seen(others.get(HERE).text)
    assert others.get(extended).status_code == 404
    assert others.get(f"{HERE}{version.pk}/calendars/business/").status_code == 200


def test_only_what_the_clients_plan_is_promised_is_on_its_page(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("kumo", source=SIXTH)
        factories.subscription(cast.client, version, "solo")
        factories.subscription(cast.other_client, version, "studio")
    solo, studio = (sign_in(each).get(HERE).text for each in (cast.contact, cast.other_contact))
    assert "99.95 %" in section(studio, "availability").text()
    assert "99.95 %" not in section(solo, "availability").text()
    assert "Lump sum" in section(solo, "credits").text()
    assert "Lump sum" not in section(studio, "credits").text()
    assert "Vault" in section(studio, "plans").text()
    assert "Studio" not in section(solo, "plans").text()
    assert ["News", "–"] in grid(section(solo, "plans").all("table")[0]), "what others get and this plan does not"


def test_a_rule_that_no_row_shows_is_listed_to_the_clients_of_its_plan_alone() -> None:
    # An upgrade is never a blocker, so no row can show this.
    rule = (
        "{metric: workaround, promise: 9 business days, plans: [studio], request_types: [upgrade], levels: [blocker]}"
    )
    document = load(SIXTH.replace("  rules:\n", f"  rules:\n    - {rule}\n"), name="more.yaml")

    def said(plan: str) -> set[str]:
        day = date(2026, 1, 1)
        return set(texts(Reading(document, on=day, effective_from=day, plan=document.plans[plan]).chapters))

    assert "9 business days, whatever the tables do not name." in said("studio")
    assert "9 business days, whatever the tables do not name." not in said("solo")
