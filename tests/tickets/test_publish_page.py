"""The page from which a version is published: everything it changes is in view before anything moves (B17)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import actions as agreement_actions
from agreements.models import AgreementVersion, Subscription
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests.tickets.desking import HTMX, MORNING, filed, under
from tests.tickets.moving import FIRST_IN_4_HOURS, REASON, draft, swept, version_of
from tickets.views.settings import publish

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: Any) -> None:
    """It is noon of the day on which tickets are filed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING + timedelta(hours=3))


@pytest.fixture
def old(cast: Any) -> AgreementVersion:
    return under("officeware", "gold", cast)


def approved(cast: Any, *changes: Any, **given: Any) -> AgreementVersion:
    version = draft(cast, *changes, **given)
    with tenant_scope(cast.tenant):
        for verb in (agreement_actions.ask_for_review, agreement_actions.approve_version):
            verb(version_id=version.pk, by=None, now=MORNING)
    return version


def page_of(version: AgreementVersion, what: str = "publish") -> str:
    return f"/settings/agreements/versions/{version.pk}/{what}/"


def fresh(version: AgreementVersion) -> AgreementVersion:
    with tenant_scope(version.tenant):
        return AgreementVersion.objects.get(pk=version.pk)


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


class TestWhatIsInView:
    def test_the_differences_and_both_due_times_of_each_ticket(self, cast: Any, old: Any, sign_in: Any):
        ticket = filed(cast.contact)
        page = sign_in(cast.owner).get(page_of(approved(cast, FIRST_IN_4_HOURS)))
        words = text_of(page)
        assert "What it says differently" in words
        assert "4 business hours" in page.text
        assert f"#{ticket.number} {ticket.subject}" in words
        assert "Gold Severity 2 First response 1" in words
        assert "Due earlier" in words
        assert "tomorrow 10:00" in words
        assert "today 14:00" in words
        assert version_of(ticket) == old.pk

    def test_a_first_version_has_nothing_to_compare_with_and_nothing_to_move(
        self, cast: Any, in_tenant: Any, sign_in: Any
    ):
        words = text_of(sign_in(cast.owner).get(page_of(approved(cast))))
        assert "This is the first version of the agreement" in words
        assert "No open ticket is under an earlier version" in words

    def test_tickets_that_stay_are_listed_with_what_is_lacking(self, cast: Any, old: Any, sign_in: Any):
        ticket = filed(cast.contact, request_type="question", level="severity_4")
        words = text_of(sign_in(cast.owner).get(page_of(approved(cast, ("  question:\n", "  query:\n")))))
        assert f"#{ticket.number} {ticket.subject}" in words
        assert "It has no request type “Ask a question”." in words

    def test_clients_whose_plan_or_longer_hours_are_lacking_are_named(self, cast: Any, old: Any, sign_in: Any):
        with tenant_scope(cast.tenant):
            Subscription.objects.filter(client=cast.client).update(extensions=["weekends_and_holidays"])
        version = approved(
            cast, ("  gold:\n", "  platinum:\n"), ("gold]", "platinum]"), ("weekends_and_holidays:", "weekends:")
        )
        owner = sign_in(cast.owner)
        words = text_of(owner.get(page_of(version)))
        assert "Globex : the plan Gold, and Weekends and holidays. Move the client to another plan" in words
        refused = owner.post(page_of(version), {"applies_to": "new"})
        assert refused.status_code == 422
        assert "Move the client to another plan first" in refused.text

    def test_availability_and_credits_that_change_are_said_beside(self, cast: Any, in_tenant: Any, sign_in: Any):
        under("identity", "", cast)
        version = approved(
            cast, ("percent: 99.9 %", "percent: 99.95 %"), ("credit: 7 service days", "credit: 10 service days"),
            ("an uptime of 99.9 %.", "an uptime of 99.95 %."), ("for 7 days of service", "for 10 days of service"),
            key="identity",
        )  # fmt: skip
        page = sign_in(cast.owner).get(page_of(version)).text
        table = page[page.index("Availability and credits that change") :]
        table = table[: table.index("</table>")]
        for said in ("99.9", "99.95", "7 service days", "10 service days"):
            assert said in table

    def test_it_takes_as_many_queries_for_many_tickets_as_for_one(self, cast: Any, old: Any, sign_in: Any):
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert owner.get(page_of(version)).status_code == 200
            return len(captured)

        filed(cast.contact)
        queries()
        for_one = queries()
        for _ in range(6):
            filed(cast.contact)
        assert queries() == for_one


class TestManyTickets:
    """More than are looked at before the page is shown: they come part by part, with progress."""

    @pytest.fixture(autouse=True)
    def _few_at_once(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(publish, "AT_ONCE", 1)
        monkeypatch.setattr(publish, "A_PAGE", 2)
        monkeypatch.setattr("tickets.impact.impact.BATCH", 2)

    def test_the_page_shows_how_far_it_has_got_and_then_the_whole(self, cast: Any, old: Any, sign_in: Any):
        for who in (cast.contact, cast.other_contact, cast.contact, cast.other_contact, cast.contact):
            filed(who)
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)
        part = owner.get(page_of(version)).text
        assert "0 of 5" in part
        seen = []
        while next_part := re.search(r'hx-get="([^"]+)" hx-trigger="load"', part):
            part = owner.get(next_part.group(1).replace("&amp;", "&"), **HTMX).text
            seen.append(re.findall(r"\d of 5", part)[:1])
        assert seen == [["2 of 5"], ["4 of 5"], ["2 of 5"]]
        assert "1–2 of 5" in part
        older = re.search(r'href="([^"]+)" rel="next"', part)
        assert older
        rest = owner.get(older.group(1).replace("&amp;", "&")).text
        assert "3–4 of 5" in rest

    def test_without_javascript_a_link_leads_to_the_whole(self, cast: Any, old: Any, sign_in: Any):
        for _ in range(3):
            filed(cast.contact)
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)
        link = re.search(r'href="([^"]+whole=1)"', owner.get(page_of(version)).text)
        assert link
        assert "1–2 of 3" in owner.get(link.group(1).replace("&amp;", "&")).text

    @pytest.mark.parametrize("run", ["", "forgotten", "../../x", "a" * 99])
    def test_a_run_that_is_not_known_is_begun_again(self, cast: Any, old: Any, sign_in: Any, run: str):
        filed(cast.contact)
        answer = sign_in(cast.owner).get(page_of(draft(cast, FIRST_IN_4_HOURS), "impact"), {"run": run, "page": "x"})
        assert answer.status_code == 200
        assert "Due earlier" in answer.text


class TestTheChoice:
    def test_B17_new_tickets_only_unless_something_else_is_chosen(self, cast: Any, old: Any, sign_in: Any):
        ticket = filed(cast.contact)
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)
        page = owner.get(page_of(version)).text
        assert re.search(r'value="new"[^>]* checked', page)
        assert "says: Tickets stay under the version they were opened under." in " ".join(page.split())
        owner.post(page_of(version), {"applies_to": "new", "reason": ""})
        assert (fresh(version).applies_to, fresh(version).published_by_id) == ("new", cast.owner.user_id)
        swept(MORNING + timedelta(days=1))
        assert version_of(ticket) == old.pk

    def test_open_tickets_too_takes_a_reason_and_both_are_kept(self, cast: Any, old: Any, sign_in: Any):
        ticket = filed(cast.contact)
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)
        refused = owner.post(page_of(version), {"applies_to": "open", "reason": " "})
        assert refused.status_code == 422
        assert "Say why open tickets come under it too" in refused.text
        assert re.search(r'value="open"[^>]* checked', refused.text)
        done = owner.post(page_of(version), {"applies_to": "open", "reason": REASON}, follow=True)
        assert "Open tickets come under it within a minute" in done.text
        assert REASON in done.text
        assert (fresh(version).applies_to, fresh(version).publish_reason) == ("open", REASON)
        with tenant_scope(cast.tenant):
            assert (
                HistoryEntry.objects.get(event="agreement_version.published", reason=REASON).data["applies_to"]
                == "open"
            )
        swept(MORNING + timedelta(hours=4))
        assert version_of(ticket) == version.pk

    def test_sent_twice_it_is_published_once_with_the_first_choice(self, cast: Any, old: Any, sign_in: Any):
        owner, version = sign_in(cast.owner), approved(cast, FIRST_IN_4_HOURS)
        owner.post(page_of(version), {"applies_to": "open", "reason": REASON})
        again = owner.post(page_of(version), {"applies_to": "new", "reason": ""}, follow=True)
        assert "is published. What applies to whom was decided with that" in again.text
        assert fresh(version).applies_to == "open"
        with tenant_scope(cast.tenant):
            published = HistoryEntry.objects.filter(event="agreement_version.published", subject_id=version.pk)
            assert published.count() == 1

    def test_a_draft_that_nobody_approved_is_looked_at_and_not_published(self, cast: Any, old: Any, sign_in: Any):
        filed(cast.contact)
        owner, version = sign_in(cast.owner), draft(cast, FIRST_IN_4_HOURS)
        page = owner.get(page_of(version))
        assert "Due earlier" in page.text
        assert "It is not approved yet" in page.text
        refused = owner.post(page_of(version), {"applies_to": "new"})
        assert (refused.status_code, fresh(version).published_at) == (422, None)
        assert "Only an approved version is published" in refused.text

    def test_dated_before_one_that_was_published_meanwhile_the_page_says_so(self, cast: Any, old: Any, sign_in: Any):
        early, late = approved(cast, on=date(2026, 3, 4)), approved(cast, on=date(2026, 3, 5))
        owner = sign_in(cast.owner)
        owner.post(page_of(late), {"applies_to": "new"})
        refused = owner.post(page_of(early), {"applies_to": "new"})
        assert refused.status_code == 422
        assert "A version in force from 5 March 2026 is published. This one cannot start before it." in refused.text
