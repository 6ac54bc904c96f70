"""The pages of what-ifs: for those who read reports, without JavaScript too."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.actions import change_draft
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, filed, under
from tests.tickets.whatifs import GOLD_RESPONSE, NOW, SINCE, asked, changed, clock_from, draft
from tickets import actions
from tickets.models import Message, Ticket, WhatIf, WhatIfTicket
from tickets.whatif import job

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

HOME = "/reports/what-if/"
STRICTER = (GOLD_RESPONSE, "[none,              16 business hours, 2 business hours]")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def stage(cast: Any) -> Any:
    """Three tickets of the first quarter: one a stricter draft would have missed."""
    cast.version = under("officeware", "gold", cast)
    for hours in (1, 1, 3):
        cast.ticket = filed(cast.contact, subject=f"Answered after {hours} h")
        act(cast.tenant, actions.answer, ticket_id=cast.ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
        body="Done.",
            then=Ticket.Status.OPEN, now=MORNING + timedelta(hours=hours))  # fmt: skip
    cast.draft = draft(cast, STRICTER)
    return cast


def question(stage: Any, **changes: Any) -> dict[str, Any]:
    return {
        "version": stage.draft.pk,
        "plan": "",
        "client": "",
        "period": "2026-Q1",
        "first_day": "",
        "last_day": "",
        **changes,
    }


def answered(stage: Any) -> str:
    """The address of a finished question about the draft."""
    what_if = asked(stage, stage.draft)
    job.compute_all(clock=clock_from(NOW))
    return f"{HOME}{what_if.pk}/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_form_says_what_it_is_about_before_it_is_asked(stage: Any, sign_in: Any):
    browser = sign_in(stage.account_manager)
    page = text(browser.get(f"{HOME}new/?version={stage.draft.pk}"))
    assert "(draft no. 2)</option>" in page
    assert "Last quarter: Q1 2026" in page
    assert "<strong>3 tickets</strong> would be replayed." in page
    assert "No ticket was received" in text(browser.get(f"{HOME}new/", question(stage, period="2025-Q4")))
    assert "<strong>3 tickets</strong>" in text(
        browser.get(f"{HOME}new/", question(stage, period="dates", first_day="2026-03-03", last_day="2026-03-03"))
    )
    half = text(browser.get(f"{HOME}new/", question(stage, period="dates", first_day="2026-03-03")))
    assert "Choose both days to see how many tickets it is about." in half
    assert "Choose a day." not in half
    turned = text(
        browser.get(f"{HOME}new/", question(stage, period="dates", first_day="2026-03-03", last_day="2026-03-01"))
    )
    assert "The period ends before it begins." in turned
    with tenant_scope(stage.tenant):
        assert not WhatIf.objects.exists()


def test_a_period_to_the_end_of_the_calendar_is_refused_beside_its_field(stage: Any, sign_in: Any):
    browser = sign_in(stage.account_manager)
    endless = question(stage, period="dates", first_day="2026-01-01", last_day="9999-12-31")
    assert "This day is out of range." in text(browser.get(f"{HOME}new/", endless))
    refused = browser.post(f"{HOME}new/", endless)
    assert (refused.status_code, "This day is out of range." in text(refused)) == (422, True)


def test_asking_leads_to_a_page_that_follows_the_work_to_its_end(stage: Any, sign_in: Any):
    browser = sign_in(stage.account_manager)
    asked_at = browser.post(f"{HOME}new/", question(stage, plan="enterprise", client=stage.client.pk))
    with tenant_scope(stage.tenant):
        what_if = WhatIf.objects.get()
    assert asked_at.headers["Location"] == f"{HOME}{what_if.pk}/"
    assert (what_if.plan, what_if.client_id, what_if.asked_by_id) == (
        "enterprise",
        stage.client.pk,
        stage.account_manager.user_id,
    )
    waiting = text(browser.get(f"{HOME}{what_if.pk}/"))
    assert "It waits for its turn" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    with tenant_scope(stage.tenant):
        WhatIf.objects.update(started_at=NOW, seen_at=NOW - timedelta(hours=1), done=1200, total=100_000)
    assert "1,200 of 100,000" in text(browser.get(f"{HOME}{what_if.pk}/"))
    job.compute_all(clock=clock_from(NOW))
    finished = text(browser.get(f"{HOME}{what_if.pk}/"))
    assert "every 1s" not in finished
    assert "http-equiv" not in finished


def test_the_answer_is_a_sentence_a_table_and_a_picture_with_its_numbers(stage: Any, sign_in: Any):
    page = text(sign_in(stage.account_manager).get(answered(stage)))
    assert (
        "Under Business support plans, Undated, as published, 66.6 % of first responses would have been kept instead "
        "of "
        "100.0 %: 1 more missed."
    ) in page
    assert "Gold" in page
    assert "Severity 2" in page
    assert "The largest change is in First response, Severity 2: 66.6 % instead of 100.0 %." in page
    assert "How this was computed." in page
    assert "3 tickets received in the period were replayed" in page
    # Next responses are only measured here, and no figure of the table.
    assert "Next response" not in page


def test_the_tickets_that_flip_are_listed_filtered_and_linked_for_those_who_work_them(stage: Any, sign_in: Any):
    there = answered(stage) + "tickets/"
    link = f'href="/desk/tickets/{stage.ticket.number}/"'
    assert link in text(sign_in(stage.lead).get(there))
    page = text(sign_in(stage.account_manager).get(there))
    assert link not in page
    assert "Answered after 3 h" in page
    assert "Answered after 1 h" not in page
    assert "2 business hours, due" in page
    browser = sign_in(stage.lead)
    assert "Nothing turns out differently" in text(browser.get(there, {"outcome": "gained"}))
    assert link in text(browser.get(there, {"outcome": "lost", "metric": "first_response"}))


def test_a_long_list_of_flips_is_paged_in_the_order_of_filing_both_ways(stage: Any, sign_in: Any):
    there = answered(stage) + "tickets/"
    with tenant_scope(stage.tenant):
        what_if = WhatIf.objects.get()
        WhatIfTicket.objects.bulk_create(
            WhatIfTicket(what_if=what_if, ticket=stage.ticket, metric="resolution", cycle=cycle, outcome="gained",
                         was="missed", would_be="kept", would_be_target=f"target no. {cycle}.")
            for cycle in range(119)
        )  # fmt: skip
    browser = sign_in(stage.lead)

    def shown(query: str) -> tuple[list[int], dict[str, str]]:
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(there + query).content.decode()
        assert len(queries) < 20
        links = re.findall(r'href="([^"]+)" rel="(prev|next)"', page)
        return [int(number) for number in re.findall(r"target no. (\d+)\.", page)], {
            rel: unescape(url) for url, rel in links
        }

    first, links = shown("?metric=resolution")
    assert (first, list(links)) == (list(range(50)), ["next"])
    second, links = shown(links["next"])
    assert (second, list(links)) == (list(range(50, 100)), ["prev", "next"])
    third, links = shown(links["next"])
    assert (third, list(links)) == (list(range(100, 119)), ["prev"])
    assert shown(links["prev"])[0] == second
    assert shown("?metric=resolution&cursor=nonsense")[0] == first


def test_both_exports_are_exact(stage: Any, sign_in: Any):
    browser, there = sign_in(stage.account_manager), answered(stage)
    table = list(csv.DictReader(io.StringIO(browser.get(f"{there}result.csv").content.decode("utf-8-sig"))))
    [row] = [row for row in table if row["Promise"] == "First response"]
    assert (row["Plan"], row["Severity"], row["Kept as it was"], row["Kept as it would have been"]) == (
        "Gold", "Severity 2", "100.0 %", "66.6 %",
    )  # fmt: skip
    assert (row["Missed as it would have been"], row["More missed"], row["Fewer missed"]) == ("1", "1", "0")
    listed = list(csv.DictReader(io.StringIO(browser.get(f"{there}tickets.csv").content.decode("utf-8-sig"))))
    assert [(row["Ticket"], row["Was"], row["Would have been"], row["Would have fallen due"]) for row in listed] == [
        (str(stage.ticket.number), "Kept", "Missed", "2026-03-03T11:00:00+00:00")
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"plan": "platinum"}, "This version has no such plan."),
        ({"period": "dates", "first_day": "2026-03-01"}, "Choose a day."),
        ({"period": "dates", "first_day": "2026-03-02", "last_day": "2026-03-01"}, "The period ends before it begins."),
        ({"period": "dates", "first_day": "2026-05-05", "last_day": "2026-05-06"}, "This day has not begun."),
        (
            {"period": "dates", "first_day": "0001-01-01", "last_day": "2026-03-01"},
            "Nothing is on record from before 2000.",
        ),
        ({"period": "2019-Q1"}, "Select a valid choice"),
        ({"client": "9" * 30}, "Select a valid choice"),
        ({"version": "x"}, "Select a valid choice"),
    ],
    ids=str,
)
def test_a_question_without_sense_comes_back_as_typed_with_a_sentence(
    stage: Any, sign_in: Any, typed: Any, sentence: str
):
    refused = sign_in(stage.owner).post(f"{HOME}new/", question(stage, **typed))
    assert refused.status_code == 422
    assert sentence in text(refused)
    for value in typed.values():
        if value.startswith("2026-0"):
            assert f'value="{value}"' in text(refused)
    with tenant_scope(stage.tenant):
        assert not WhatIf.objects.exists()


def test_a_draft_that_was_changed_after_the_answer_says_so(stage: Any, sign_in: Any):
    browser, there = sign_in(stage.owner), answered(stage)
    assert "The draft has been changed since" not in text(browser.get(there))
    act(stage.tenant, change_draft, version_id=stage.draft.pk, source=changed(), name="next.yaml",
        effective_from=stage.draft.effective_from, by=None, now=NOW)  # fmt: skip
    page = text(browser.get(there))
    assert "The draft has been changed since" in page
    assert f"{HOME}new/?version={stage.draft.pk}" in page
    assert "66.6 %" in page


def test_what_failed_says_why_and_what_was_cancelled_can_be_asked_again(stage: Any, sign_in: Any):
    browser = sign_in(stage.lead)
    what_if = asked(stage, stage.draft)
    browser.post(f"{HOME}{what_if.pk}/cancel/")
    assert "It was cancelled" in text(browser.get(f"{HOME}{what_if.pk}/"))
    assert "nothing to cancel" in text(browser.post(f"{HOME}{what_if.pk}/cancel/", follow=True))
    with tenant_scope(stage.tenant):
        WhatIf.objects.update(cancelled_at=None, failed_at=NOW, failure=job.UNEXPECTED)
    page = text(browser.get(f"{HOME}{what_if.pk}/"))
    assert job.UNEXPECTED in page
    assert f"new/?version={stage.draft.pk}&amp;plan=&amp;client=&amp;period=dates&amp;first_day=2026-03-01" in page
    assert browser.get(f"{HOME}{what_if.pk}/tickets/").status_code == 404


def test_keeping_renaming_and_throwing_away(stage: Any, sign_in: Any):
    browser, there = sign_in(stage.account_manager), answered(stage)
    assert "it is thrown away" in text(browser.get(there))
    refused = browser.post(f"{there}keep/", {"name": " "})
    assert refused.status_code == 422
    assert "Give it a name" in text(refused)
    assert "Kept as “Stricter”." in text(browser.post(f"{there}keep/", {"name": "Stricter"}, follow=True))
    page = text(browser.post(f"{there}keep/", {"name": "Two hours for Gold"}, follow=True))
    assert "gave it another name" in page
    assert "From Stricter to Two hours for Gold" in page
    assert "Two hours for Gold" in text(browser.get(HOME))
    assert browser.post(f"{there}discard/", follow=True).redirect_chain == [(HOME, 302)]
    assert browser.get(there).status_code == 404
    assert "Nothing has been asked yet" in text(browser.get(HOME))


@pytest.mark.thorough
def test_the_list_costs_the_same_however_long_it_is(stage: Any, sign_in: Any):
    browser = sign_in(stage.account_manager)
    counts = []
    for _ in range(2):
        for _ in range(3):
            asked(stage, stage.draft)
            job.compute_all(clock=clock_from(NOW))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(HOME).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_agreement_links_to_the_question_about_itself(stage: Any, sign_in: Any):
    page = text(sign_in(stage.owner).get(f"/settings/agreements/versions/{stage.draft.pk}/"))
    assert f'href="{HOME}new/?version={stage.draft.pk}"' in page


def test_a_question_is_called_after_the_day_it_begins_with_in_the_workspaces_zone(stage: Any, sign_in: Any):
    zone = ZoneInfo(stage.tenant.timezone)
    begin, end = datetime(2026, 1, 1, tzinfo=zone), datetime(2026, 4, 1, tzinfo=zone)
    assert begin.astimezone(UTC).year == 2025
    what_if = asked(stage, stage.draft, since=begin.astimezone(UTC), until=end.astimezone(UTC))
    assert ", from 1 January 2026" in text(sign_in(stage.account_manager).get(f"{HOME}{what_if.pk}/"))


def test_the_period_reads_as_a_quarter_where_it_is_one(stage: Any, sign_in: Any):
    browser = sign_in(stage.account_manager)
    browser.post(f"{HOME}new/", question(stage))
    asked(stage, stage.draft, since=SINCE, until=SINCE + timedelta(days=1))
    page = text(browser.get(HOME))
    assert "Q1 2026" in page
    assert "1 March 2026 to 2 March 2026" in page
