"""The page of a version: the tables of the sources cell by cell, the clauses about terms, and who may read it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from agreements.actions import save_draft
from agreements.document import BUNDLED
from agreements.readable import Reading
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import bundled
from tests.agreements.reading import Node, grid, parsed, section, seen

pytestmark = pytest.mark.thorough

SOURCES = Path(settings.BASE_DIR).parent / "shared" / "agreements"
PLANS = ["Professional", "Enterprise", "Gold"]

#: The plans table of 004_c76e3af285bb6887.txt, cell by cell; its blank cells for channels are ticks that the text lost.
OFFICEWARE: dict[tuple[str, str], list[str]] = {
    ("", "Subscription Price"): ["–1", "–1", "€ 1499.00 / mo2"],
    ("", "Email & Chat Support"): ["", "", ""],
    ("", "Remote Assistance"): ["", "", ""],
    ("", "Incidents / Month"): ["1", "2", "4"],
    ("Severity 1 (Urgent)", "First Response"): ["–", "8 Business Hours", "8 Business Hours"],
    ("Severity 1 (Urgent)", "Resolution"): ["–", "32 Business Hours", "16 Business Hours"],
    ("Severity 2 (High)", "First Response"): ["–", "16 Business Hours", "8 Business Hours"],
    ("Severity 2 (High)", "Resolution"): ["–", "7 Business Days", "3 Business Days"],
    ("Severity 3 (Normal)", "First Response"): ["–", "24 Business Hours", "8 Business Hours"],
    ("Severity 3 (Normal)", "Resolution"): ["–", "14 Business Days", "7 Business Days"],
    ("Severity 4 (Low)", "First Response"): ["24 Business Hours", "24 Business Hours", "24 Business Hours"],
    ("Severity 4 (Low)", "Resolution"): ["Best Effort", "Best Effort", "Best Effort"],
}
#: Where our table calls a row, or a cell, otherwise than the source. “–¹” is explained by its footnote: it is included.
OUR_ROWS = {
    "Subscription Price": ["Price"],
    "Email & Chat Support": ["E-mail", "Chat"],
    "Remote Assistance": ["Remote assistance on request"],
    "Incidents / Month": ["Incidents a month"],
}

#: The tiers and credits of 003_6f8ad26f405d4d0e.txt.
IDENTITY_HOURS = {"Urgent": "1 Hour", "High": "4 Hours", "Medium": "8 Hours", "Low": "24 Hours"}
IDENTITY_CREDITS = {"99.9%": "7 days", "99%": "14 days"}


def source_of(name: str) -> str:
    """A source document, where they are at hand; they are not part of the repository."""
    path = SOURCES / name
    if not path.is_file():
        pytest.skip(f"{name} is not here; the same cells are compared from this file.")
    return path.read_text(encoding="utf-8")


def table_of_source(text: str) -> dict[tuple[str, str], list[str]]:
    """The plans table as the text prints it: cells between bars, a severity alone above its rows."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("Professional | Enterprise | Gold"))
    found, level = {}, ""
    for line in lines[first + 1 :]:
        if "|" not in line:
            break
        label, *cells = [cell.strip() for cell in line.rstrip().removesuffix("|").split("|")]
        if label.startswith("Severity"):
            level = label
        else:
            found[level, label] = [*cells, "", "", ""][:3]
    return found


def table_of_page(html: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    """The plans and the rows of the first table of promises on a page."""
    return rows_of(section(html, "plans").all("table")[0])


def rows_of(table: Node) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    head, *rows = grid(table)
    found, level = {}, ""
    for row, node in zip(rows, table.all("tr")[1:], strict=True):
        if "promises-level" in node.attributes.get("class", ""):
            level = row[0]
        else:
            label = " ".join(
                part for part in (row[0], *(note.text() for note in node.all("th")[0].all(css="doc-note"))) if part
            )
            found[level, label] = row[1:]
    return head[1:], found


def expected_cell(label: str, cell: str) -> str:
    """What our table must say for a cell of the source.

    Case is not compared: the source sets every word of its cells with a capital, as type, and our units are written the
    same way everywhere. Everything else is: numbers, units, the dash, “Best effort”.
    """
    if label == "Subscription Price":
        amount = re.search(r"([0-9]+\.[0-9]{2}) / mo", cell)
        return f"€ {Decimal(amount.group(1)):,} a month" if amount else "included"
    if label in ("Email & Chat Support", "Remote Assistance"):
        return "included"
    return cell.casefold()


def assert_reproduces(html: str, plans: list[str], source: dict[tuple[str, str], list[str]]) -> None:
    """The page's table has every row of the source with the same cell for each of `plans`, and no row more."""
    columns, rows = table_of_page(html)
    assert columns == plans
    compared = {("", "Also included")}
    for (level, label), cells in source.items():
        for ours in OUR_ROWS.get(label, [label.capitalize()]):
            shown = [cell.casefold() for cell in rows[level, ours]]
            assert shown == [expected_cell(label, cells[PLANS.index(plan)]) for plan in plans], (level, label)
            compared.add((level, ours))
    assert rows.keys() <= compared


@pytest.fixture
def officeware(cast: Any, in_tenant: Any, sign_in: Any) -> str:
    version = factories.agreement("officeware")
    return sign_in(cast.owner).get(f"/settings/agreements/versions/{version.pk}/").text


def test_E4_the_owners_page_reproduces_the_plans_table_cell_by_cell(officeware: str) -> None:
    assert_reproduces(officeware, PLANS, OFFICEWARE)


def test_E1_E2_E3_E4_the_owners_page_reproduces_the_table_of_the_published_document(officeware: str) -> None:
    text = source_of("004_c76e3af285bb6887.txt")
    table = table_of_source(text)
    assert table == OFFICEWARE
    assert "Professional and Enterprise Support are included with your product subscription" in text
    assert "Gold Support is optional and will be billed annually" in text
    assert_reproduces(officeware, PLANS, table)
    assert "billed yearly" in section(officeware, "plans").text()


@pytest.mark.parametrize("plan", PLANS)
def test_E4_the_clients_page_has_the_column_of_its_plan_and_no_other(
    cast: Any, in_tenant: Any, sign_in: Any, plan: str
) -> None:
    factories.subscription(cast.client, factories.agreement("officeware"), plan.lower())
    assert_reproduces(sign_in(cast.contact).get("/portal/agreement/").text, [plan], OFFICEWARE)


def first_responses(html: str) -> dict[str, str]:
    _, rows = table_of_page(html)
    return {level: cells[0] for (level, label), cells in rows.items() if label == "First response"}


def credit_steps(html: str) -> dict[str, str]:
    return dict(grid(section(html, "credits").all("table")[0])[1:])


def assert_identity(html: str, hours: dict[str, str], steps: dict[str, str]) -> None:
    """The tiers and credits as the source has them.

    The source counts in hours and says when the team works; ours says which hours those are: business hours, and round
    the clock for what the engineers on call are for (D1, D2). The figures and their order are compared.
    """
    shown = {level: words.replace("business ", "") for level, words in first_responses(html).items()}
    assert shown == {level: words.lower() for level, words in hours.items()}
    assert list(shown) == list(hours)
    assert credit_steps(html) == {
        f"Availability below {percent.replace('%', ' %')}": words.replace("days", "service days")
        for percent, words in steps.items()
    }


@pytest.mark.parametrize("reader", ["owner", "contact"])
def test_D3_D8_the_tiers_and_credits_of_identity_are_the_sources(
    cast: Any, in_tenant: Any, sign_in: Any, reader: str
) -> None:
    version = factories.agreement("identity")
    factories.subscription(cast.client, version, "standard")
    address = f"/settings/agreements/versions/{version.pk}/" if reader == "owner" else "/portal/agreement/"
    html = sign_in(getattr(cast, reader)).get(address).text
    assert_identity(html, IDENTITY_HOURS, IDENTITY_CREDITS)
    assert "On call" in section(html, "plans").text()


def test_D3_D8_the_facts_of_these_tests_are_those_of_the_published_document() -> None:
    text = source_of("003_6f8ad26f405d4d0e.txt")
    assert dict(re.findall(r"^(Urgent|High|Medium|Low)([0-9]+ Hours?)$", text, re.MULTILINE)) == IDENTITY_HOURS
    steps = re.findall(r"fail to reach ([0-9.]+%) uptime, service credits of ([0-9]+ days)", text)
    assert dict(steps) == IDENTITY_CREDITS


#: By agreement: chapter, and words that must stand in it.
CLAUSES = [
    ("A1", "seatplan", "plans", "Standard"),
    ("A3", "seatplan", "coverage", "For: Technical question."),
    ("A4", "seatplan", "requests", "New feature"),
    ("A4", "seatplan", "plans", "Promised for New feature, by plan Standard Ordinary First response Best effort"),
    ("A7", "seatplan", "requests", "At Serious, in the hours “Any hour”."),
    ("A8", "seatplan", "availability", "nothing is owed when it is missed"),
    ("A9", "seatplan", "exclusions", "Upstream causes"),
    ("A10", "seatplan", "news", "from the change log"),
    ("A11", "seatplan", "version", "30 November 2017"),
    ("B1", "engage", "hours", "8 hours of these hours"),
    ("B2", "engage", "hours", "At every hour of every day."),
    ("B3", "engage", "exclusions", "beta or early access"),
    ("B4", "engage", "availability", "Business Messaging and Voice 99.99 %"),
    ("B5", "engage", "availability", "Each quarter, in Europe/Amsterdam time."),
    ("B6", "engage", "products", "Available while any of its measured components is."),
    ("B7", "engage", "exclusions", "Force majeure"),
    ("B8", "engage", "contacts", "Only authorised contacts may request support."),
    ("B9", "engage", "plans", "1 business day, whatever the tables do not name."),
    ("B10", "engage", "levels",
     "The team may correct it. A reason is always given. The change and its reason are shown to the client."),
    ("B11", "engage", "levels", "In several products, most users cannot use the product."),
    ("B12", "engage", "incidents", "Incidents of P3 or higher are on the status page by themselves."),
    ("B13", "engage", "news", "For single services."),
    ("B14", "engage", "incidents", "P3 Within business hours"),
    ("B15", "engage", "incidents", "Every 120 minutes"),
    ("B16", "engage", "maintenance", "At least 2 calendar weeks ahead."),
    ("B17", "engage", "version", "Tickets stay under the version they were opened under."),
    ("B18", "engage", "channels", "The chat bubble on the platform."),
    ("C1", "managedops", "measures", "A substantive answer stops the clock; an acknowledgement does not."),
    ("C2", "managedops", "measures", "A workaround counts as the resolution."),
    ("C3", "managedops", "levels", "Payments or other critical processes are down"),
    ("C4", "managedops", "incidents", "Every 30 minutes"),
    ("C5", "managedops", "incidents", "Steps: triage, coordination, right engineer, stabilised and root cause"),
    ("C6", "managedops", "credits", "In all at most 50 % of the monthly fee a month."),
    ("C7", "managedops", "availability", "Health endpoints agreed beforehand"),
    ("C8", "managedops", "exclusions", "Recorded with its reason, evidence and who approved it."),
    ("C9", "managedops", "levels", "The ticket is the source of truth."),
    ("C10", "managedops", "contacts", "Escalation contact, after 30 minutes without an answer"),
    ("C11", "managedops", "changes", "Approved by: Change approver."),
    ("C12", "managedops", "changes", "Access is personal"),
    ("C13", "managedops", "addendum", "Credit calculation"),
    ("C14", "managedops", "maintenance", "A client can agree another window."),
    ("D1", "identity", "hours", "London team, US team or Australian team"),
    ("D2", "identity", "hours", "At every hour of every day."),
    ("D4", "identity", "levels", "The client's contacts may choose it."),
    ("D5", "identity", "levels", "A ticket that arrives by mail gets Medium."),
    ("D5", "identity", "levels", "A subject that begins with the name of a level sets that one."),
    ("D6", "identity", "requests", "Always Low."),
    ("D7", "identity", "availability", "Everything measured 99.9 %"),
    ("D9", "identity", "credits", "Within 30 calendar days of the downtime. Evidence is required."),
    ("D10", "identity", "availability", "There is no credit for them."),
    ("E5", "officeware", "hours", "Closed on public holidays Germany"),
    ("E6", "officeware", "levels", "the customer cannot run its business as usual"),
    ("E7", "officeware", "hours", "Extended hours in the place of Business hours."),
    ("E8", "officeware", "requests", "No service level applies, and no incident of the month is used."),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "key", "chapter", "words"), CLAUSES, ids=[f"{c[0]}-{c[2]}" for c in CLAUSES])
def test_the_document_says_what_the_clause_does(clause: str, key: str, chapter: str, words: str) -> None:
    reading = Reading(bundled(key), on=date(2026, 6, 15), effective_from=date(2025, 1, 1))
    html = render_to_string("agreements/document/_document.html", {"reading": reading})
    assert words in section(html, chapter).text(hidden=True)
    assert f'href="#clause-{clause}"' in html


@pytest.mark.parametrize("key", BUNDLED)
def test_the_contents_and_every_citation_lead_somewhere_and_once(
    cast: Any, in_tenant: Any, sign_in: Any, key: str
) -> None:
    version = factories.agreement(key)
    page = parsed(sign_in(cast.owner).get(f"/settings/agreements/versions/{version.pk}/").text)
    anchors = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(anchors) == len(set(anchors))
    led_to = {node.attributes["href"][1:] for node in page.all("a") if node.attributes.get("href", "").startswith("#")}
    assert led_to <= {*anchors, "main"}
    chapters = [node.attributes["id"] for node in page.all("section", "doc-chapter")]
    assert [node.attributes["href"][1:] for node in page.all("nav", "doc-contents")[0].all("a")] == chapters


def test_a_draft_can_be_read_by_owners_and_by_nobody_else(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("engage")
        later = date(2027, 1, 1)
        draft = save_draft(source=version.source, name="x.yaml", effective_from=later, by=None, now=factories.EPOCH)
    address = f"/settings/agreements/versions/{version.pk}/"
    drafted = f"/settings/agreements/versions/{draft.pk}/"
    assert sign_in(cast.owner).get(address).status_code == 200
    assert "Business hours" in seen(sign_in(cast.owner).get(drafted).text)
    for path in (address, drafted):
        assert sign_in(cast.agent).get(path).status_code == 403
        assert sign_in(cast.contact).get(path).status_code == 404
        assert sign_in(cast.rival.owner).get(path).status_code == 404


def test_a_version_leads_to_the_comparison_with_the_one_it_follows(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("engage")
        later = date(2027, 1, 1)
        draft = save_draft(source=version.source, name="x.yaml", effective_from=later, by=None, now=factories.EPOCH)
    browser, comparison = sign_in(cast.owner), f"/settings/agreements/compare/{version.pk}/{draft.pk}/"
    assert comparison in browser.get(f"/settings/agreements/versions/{draft.pk}/").text
    assert "/settings/agreements/compare/" not in browser.get(f"/settings/agreements/versions/{version.pk}/").text


def test_the_page_costs_the_same_however_much_the_agreement_says(
    cast: Any, in_tenant: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(cast.owner)
    for key in ("seatplan", "managedops"):
        version = factories.agreement(key)
        browser.get(f"/settings/agreements/versions/{version.pk}/")
        with django_assert_max_num_queries(16):
            browser.get(f"/settings/agreements/versions/{version.pk}/")
