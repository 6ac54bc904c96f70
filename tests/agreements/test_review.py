"""A draft is reviewed by a second pair of eyes before it can be published (B17), and dated after what is published."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements import actions
from agreements.document import bundled_text
from agreements.governing import versions_governing
from agreements.models import AgreementVersion
from notifications.models import Notice
from tenants.models import HistoryEntry, Member
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import EPOCH
from tests.tickets.side_by_side import PATIENCE, side_by_side, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db

LATER = EPOCH + timedelta(hours=1)


def draft(by: Any = None, text: str | None = None, *, on: date | None = date(2026, 1, 1)) -> AgreementVersion:
    source = text or bundled_text("engage")
    return actions.save_draft(source=source, name="x.yaml", effective_from=on, by=by.user if by else None, now=EPOCH)


def change(
    version: AgreementVersion, text: str, *, by: Any = None, on: date | None = date(2026, 1, 1)
) -> AgreementVersion:
    return actions.change_draft(
        version_id=version.pk, source=text, name="x.yaml", effective_from=on, by=by.user if by else None, now=LATER
    )


def reviewed(verb: Any, version: AgreementVersion, by: Any, **given: Any) -> AgreementVersion:
    return verb(version_id=version.pk, by=by.user if by else None, now=LATER, **given)


def notices(to: Any) -> list[str]:
    return list(Notice.objects.filter(user=to.user, topic="agreement.review").values_list("title", flat=True))


def history(version: AgreementVersion) -> list[tuple[str, str]]:
    entries = HistoryEntry.objects.filter(subject_id=version.pk, subject_type="agreements.agreementversion")
    return list(entries.order_by("id").values_list("event", "reason"))


@pytest.fixture
def second(in_tenant: Any) -> Member:
    return factories.member("Otto Other", Member.Role.OWNER)


class TestTheReview:
    def test_the_other_owners_are_asked_and_the_author_hears_the_answer(self, cast: Any, second: Member):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        assert (notices(second), notices(cast.owner)) == ([f"Olga Owner asks you to review {version}"], [])
        reviewed(actions.approve_version, version, second)
        assert notices(cast.owner) == [f"Otto Other approved {version}"]
        assert [event for event, _ in history(version)] == [
            "agreement_version.drafted", "agreement_version.review_asked", "agreement_version.approved",
        ]  # fmt: skip

    def test_whoever_changed_the_text_last_cannot_approve_it(self, cast: Any, second: Member):
        version = draft(cast.owner)
        change(version, bundled_text("engage") + "\n", by=second)
        reviewed(actions.ask_for_review, version, cast.owner)
        with pytest.raises(ValidationError, match="You changed this text last"):
            reviewed(actions.approve_version, version, second)
        assert reviewed(actions.approve_version, version, cast.owner).approved_by == cast.owner.user

    def test_the_only_owner_approves_their_own_text_and_the_history_says_so(self, cast: Any, in_tenant: Any):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewed(actions.approve_version, version, cast.owner)
        assert history(version)[-1] == (
            "agreement_version.approved", "The only owner of this workspace; nobody else could review it.",
        )  # fmt: skip

    def test_an_owner_who_left_is_no_second_pair_of_eyes(self, cast: Any, second: Member):
        second.deactivated_at = EPOCH
        second.save()
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        assert reviewed(actions.approve_version, version, cast.owner).approved_at == LATER

    def test_sent_back_with_a_reason_it_starts_again(self, cast: Any, second: Member):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        with pytest.raises(ValidationError, match="Say what has to change"):
            reviewed(actions.send_back, version, second, reason="  ")
        back = reviewed(actions.send_back, version, second, reason="The hours are wrong")
        assert (back.review_asked_at, back.approved_at) == (None, None)
        assert history(version)[-1] == ("agreement_version.sent_back", "The hours are wrong")
        assert Notice.objects.get(user=cast.owner.user, topic="agreement.review").body == "The hours are wrong"

    def test_what_is_approved_can_still_be_sent_back(self, cast: Any, second: Member):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewed(actions.approve_version, version, second)
        reviewed(actions.send_back, version, second, reason="One more thing")
        with pytest.raises(ValidationError, match="Only an approved version"):
            reviewed(actions.publish_version, version, cast.owner)

    @pytest.mark.parametrize("verb", [actions.approve_version, actions.send_back])
    def test_without_a_question_there_is_no_answer(self, cast: Any, second: Member, verb: Any):
        version = draft(cast.owner)
        given = {"reason": "No"} if verb is actions.send_back else {}
        with pytest.raises(ValidationError, match="Nobody asked for a review"):
            reviewed(verb, version, second, **given)

    @pytest.mark.parametrize(
        ("text", "on"),
        [
            (bundled_text("engage") + "\n# another comment\n", date(2026, 1, 1)),
            (bundled_text("engage"), date(2026, 2, 1)),
        ],
        ids=["the text", "the date"],
    )
    def test_any_change_takes_review_and_approval_back(self, cast: Any, second: Member, text: str, on: date):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewed(actions.approve_version, version, second)
        changed = change(version, text, by=cast.owner, on=on)
        assert (changed.review_asked_at, changed.approved_at, changed.approved_by) == (None, None, None)
        with pytest.raises(ValidationError, match="Only an approved version"):
            reviewed(actions.publish_version, version, cast.owner)

    def test_the_same_text_saved_again_changes_nothing(self, cast: Any, second: Member):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewed(actions.approve_version, version, second)
        assert change(version, bundled_text("engage"), by=second).approved_at == LATER

    def test_what_was_read_is_what_is_approved(self, cast: Any, second: Member):
        version = draft(cast.owner)
        read = version.digest
        change(version, bundled_text("engage") + "\n", by=cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        with pytest.raises(ValidationError, match="has changed since you read it"):
            reviewed(actions.approve_version, version, second, digest=read)

    def test_a_published_version_is_not_reviewed_any_more(self, cast: Any, second: Member):
        version = factories.publish(draft(cast.owner))
        for verb, given in (
            (actions.ask_for_review, {}),
            (actions.approve_version, {}),
            (actions.send_back, {"reason": "x"}),
        ):
            with pytest.raises(ValidationError, match="is published and cannot change"):
                reviewed(verb, version, second, **given)


class TestWhatIsPublished:
    def test_only_an_approved_version_is(self, cast: Any, in_tenant: Any):
        version = draft(cast.owner)
        for _ in range(2):
            with pytest.raises(ValidationError, match="Only an approved version"):
                reviewed(actions.publish_version, version, cast.owner)
            reviewed(actions.ask_for_review, version, cast.owner)

    def test_B17_whom_it_applies_to_and_why_are_kept_with_it_and_in_its_history(self, cast: Any, in_tenant: Any):
        version = factories.publish(draft(cast.owner), applies_to="open", reason=" It is better. ")
        version.refresh_from_db()
        assert (version.applies_to, version.publish_reason) == ("open", "It is better.")
        entry = HistoryEntry.objects.get(event="agreement_version.published")
        assert (entry.reason, entry.data["applies_to"]) == ("It is better.", "open")

    @pytest.mark.parametrize(
        ("choice", "field"),
        [({"applies_to": "open"}, "reason"), ({"applies_to": "open", "reason": " "}, "reason"),
        ({"applies_to": "all"}, "applies_to")],
    )  # fmt: skip
    def test_open_tickets_take_a_reason(self, cast: Any, in_tenant: Any, choice: dict[str, str], field: str):
        with pytest.raises(ValidationError) as refusal:
            factories.publish(draft(cast.owner), **choice)
        assert list(refusal.value.message_dict) == [field]


class TestItsDate:
    """A version dated before a published one is refused where its date stands."""

    TEXT = bundled_text("engage").replace("effective_from: 2024-07-01", "effective_from: 2025-12-31")
    LINE = TEXT[: TEXT.index("effective_from: 2025-12-31")].count("\n") + 1

    @pytest.fixture
    def published(self, in_tenant: Any) -> AgreementVersion:
        return factories.publish(draft())

    def refused_in_the_text(self, attempt: Any) -> None:
        with pytest.raises(actions.UnusableDocumentError) as refusal:
            attempt()
        (problem,) = refusal.value.problems
        assert (problem.line, problem.path) == (self.LINE, "version.effective_from")
        assert (
            problem.sentence == "A version in force from 1 January 2026 is published. This one cannot start before it."
        )

    def test_by_the_line_of_the_text_when_a_draft_is_saved_or_changed(self, published: AgreementVersion):
        self.refused_in_the_text(lambda: draft(text=self.TEXT, on=None))
        later = draft(on=date(2026, 2, 1))
        self.refused_in_the_text(lambda: change(later, self.TEXT, on=None))

    def test_beside_the_date_where_it_was_given_by_itself(self, published: AgreementVersion):
        for attempt in (
            lambda: draft(on=date(2025, 12, 31)),
            lambda: change(draft(on=date(2026, 2, 1)), bundled_text("engage") + "\n", on=date(2025, 12, 31)),
        ):
            with pytest.raises(ValidationError) as refusal:
                attempt()
            assert list(refusal.value.message_dict) == ["effective_from"]

    def test_again_when_it_is_published_where_another_one_was_published_meanwhile(self, in_tenant: Any):
        dated_by_text, given = draft(text=self.TEXT, on=None), draft(on=date(2025, 12, 31))
        factories.publish(draft())
        self.refused_in_the_text(lambda: factories.publish(dated_by_text))
        with pytest.raises(ValidationError) as refusal:
            factories.publish(given)
        assert list(refusal.value.message_dict) == ["effective_from"]

    def test_an_older_draft_of_the_same_day_would_never_be_in_force(self, in_tenant: Any):
        older, newer = draft(), draft()
        factories.publish(newer)
        with pytest.raises(ValidationError, match="would never be in force"):
            factories.publish(older)

    def test_the_page_shows_the_line_and_keeps_what_was_typed(
        self, cast: Any, published: AgreementVersion, sign_in: Any
    ):
        answer = sign_in(cast.owner).post("/settings/agreements/new/", {"source": self.TEXT})
        assert answer.status_code == 422
        assert f'<td class="num">{self.LINE}</td>' in answer.text
        assert "effective_from: 2025-12-31" in answer.text


class TestThePages:
    def page_of(self, version: AgreementVersion) -> str:
        return f"/settings/agreements/versions/{version.pk}/"

    def test_two_owners_bring_a_draft_to_approval(self, cast: Any, second: Member, sign_in: Any):
        version = draft(cast.owner)
        author, reviewer = sign_in(cast.owner), sign_in(second)
        page = author.post(f"{self.page_of(version)}review/", follow=True)
        assert "The other owners are asked" in page.text
        assert "another owner has to approve it" in page.text
        assert f"{self.page_of(version)}approve/" not in page.text
        page = reviewer.get(self.page_of(version))
        assert f"{self.page_of(version)}approve/" in page.text
        page = reviewer.post(f"{self.page_of(version)}approve/", {"digest": version.digest}, follow=True)
        assert "Otto Other approved it" in page.text
        assert f"{self.page_of(version)}publish/" in page.text

    def test_approving_what_has_changed_since_is_refused_in_a_sentence(self, cast: Any, second: Member, sign_in: Any):
        version = draft(cast.owner)
        read = version.digest
        change(version, bundled_text("engage") + "\n", by=cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        page = sign_in(second).post(f"{self.page_of(version)}approve/", {"digest": read}, follow=True)
        assert "The text has changed since you read it" in page.text
        version.refresh_from_db()
        assert version.approved_at is None

    def test_another_date_than_the_one_on_the_page_is_not_approved_with_it(
        self, cast: Any, second: Member, sign_in: Any
    ):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewer = sign_in(second)
        read = re.search(r'name="digest" value="([^"]+)"', reviewer.get(self.page_of(version)).text)[1]
        change(version, bundled_text("engage"), by=cast.owner, on=date(2026, 6, 1))
        reviewed(actions.ask_for_review, version, cast.owner)
        page = reviewer.post(f"{self.page_of(version)}approve/", {"digest": read}, follow=True)
        assert "has changed since you read it" in page.text
        version.refresh_from_db()
        assert version.approved_at is None

    def test_sending_back_asks_for_the_reason_beside_its_field(self, cast: Any, second: Member, sign_in: Any):
        version = draft(cast.owner)
        reviewed(actions.ask_for_review, version, cast.owner)
        reviewer = sign_in(second)
        assert reviewer.get(f"{self.page_of(version)}send-back/").status_code == 200
        answer = reviewer.post(f"{self.page_of(version)}send-back/", {"reason": " "})
        assert (answer.status_code, "Say what has to change" in answer.text) == (422, True)
        page = reviewer.post(f"{self.page_of(version)}send-back/", {"reason": "Hours are wrong"}, follow=True)
        assert "This is a draft" in page.text
        assert "Hours are wrong" in page.text
        again = reviewer.get(f"{self.page_of(version)}send-back/", follow=True)
        assert "There is nothing to send back" in again.text

    @pytest.mark.parametrize("verb", ["review", "approve", "send-back", "publish"])
    def test_only_owners_of_the_workspace_may(self, cast: Any, sign_in: Any, verb: str):
        with tenant_scope(cast.tenant):
            version = draft(cast.owner)
        address = f"{self.page_of(version)}{verb}/"
        assert sign_in(cast.agent).post(address).status_code == 403
        assert sign_in(cast.contact).post(address).status_code == 404
        with tenant_scope(cast.tenant):
            version.refresh_from_db()
        assert version.review_asked_at is None

    @pytest.mark.parametrize("verb", ["review", "approve", "send-back", "publish", "impact"])
    def test_a_version_of_another_workspace_is_not_there(self, cast: Any, sign_in: Any, verb: str):
        with tenant_scope(cast.other_tenant):
            theirs = draft(cast.rival.owner)
        method = "get" if verb == "impact" else "post"
        assert getattr(sign_in(cast.owner), method)(f"{self.page_of(theirs)}{verb}/").status_code == 404


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def while_held(self, cast: Any, first: Any, second: Any) -> Any:
        """What `second` raised or returned, started while `first` had done its work and not committed it."""
        done, go_on = threading.Event(), threading.Event()

        def slowly() -> None:
            with tenant_scope(cast.tenant):
                first()
                done.set()
                assert go_on.wait(PATIENCE)

        def beside() -> Any:
            with tenant_scope(cast.tenant):
                return second()

        with side_by_side() as start:
            slow = start(slowly)
            assert done.wait(PATIENCE)
            other = start(beside)
            until_somebody_waits_for_a_lock()
            go_on.set()
            slow.result(PATIENCE)
            return other.exception(PATIENCE) or other.result(PATIENCE)

    def in_review(self, cast: Any, **given: Any) -> AgreementVersion:
        with tenant_scope(cast.tenant):
            version = draft(cast.owner, **given)
            return reviewed(actions.ask_for_review, version, cast.owner)

    def test_a_text_that_changes_while_it_is_approved_is_not_approved(self, cast: Any):
        version = self.in_review(cast)
        refusal = self.while_held(
            cast,
            lambda: change(version, bundled_text("engage") + "\n", by=cast.owner),
            lambda: reviewed(actions.approve_version, version, None, digest=version.digest),
        )
        assert isinstance(refusal, ValidationError)
        with tenant_scope(cast.tenant):
            version.refresh_from_db()
        assert version.approved_at is None

    def test_published_twice_at_once_it_is_published_once(self, cast: Any):
        version = self.in_review(cast)
        with tenant_scope(cast.tenant):
            reviewed(actions.approve_version, version, None)
        refusal = self.while_held(
            cast,
            lambda: reviewed(actions.publish_version, version, cast.owner, applies_to="open", reason="Better"),
            lambda: reviewed(actions.publish_version, version, None),
        )
        assert "is published and cannot change" in str(refusal)
        with tenant_scope(cast.tenant):
            assert HistoryEntry.objects.filter(event="agreement_version.published").count() == 1
            version.refresh_from_db()
        assert version.applies_to == "open"

    def test_of_two_versions_of_one_day_published_at_once_the_newer_is_in_force(self, cast: Any):
        older, newer = self.in_review(cast), self.in_review(cast)
        with tenant_scope(cast.tenant):
            for version in (older, newer):
                reviewed(actions.approve_version, version, None)
        refusal = self.while_held(
            cast,
            lambda: reviewed(actions.publish_version, newer, None),
            lambda: reviewed(actions.publish_version, older, cast.owner),
        )
        assert "would never be in force" in str(refusal)
        with tenant_scope(cast.tenant):
            assert versions_governing(at=LATER) == [newer]
