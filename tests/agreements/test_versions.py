"""Versions of an agreement: drafted from YAML, published once, never changed; and the pages that do it (B17)."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import actions
from agreements.document import BUNDLED, bundled_text
from agreements.governing import versions_governing
from agreements.models import Agreement, AgreementVersion, Product
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests.factories import EPOCH, publish, subscription


@pytest.fixture
def owner(cast, sign_in):
    return sign_in(cast.owner)


def draft(text: str, *, effective_from: date | None = date(2026, 1, 1)) -> AgreementVersion:
    return actions.save_draft(source=text, name="x.yaml", effective_from=effective_from, by=None, now=EPOCH)


def published(text: str, *, effective_from: date = date(2026, 1, 1)) -> AgreementVersion:
    version = draft(text, effective_from=effective_from)
    return publish(version)


@pytest.fixture
def engage(in_tenant):
    return bundled_text("engage")


def test_a_draft_keeps_the_text_exactly_and_knows_its_digest(engage):
    version = draft(engage)
    assert version.source == engage
    assert version.digest == hashlib.sha256(engage.encode()).hexdigest()
    assert (version.agreement.key, version.number, version.published_at) == ("engage", 1, None)


def test_line_ends_from_a_browser_do_not_change_the_digest(engage):
    assert draft(engage.replace("\n", "\r\n")).digest == draft(engage).digest


def test_the_next_draft_of_a_key_is_the_next_version_of_one_agreement(engage):
    assert [draft(engage).number, draft(engage).number] == [1, 2]
    assert Agreement.objects.count() == 1


def test_without_a_date_the_version_takes_the_documents_own(engage):
    assert draft(engage, effective_from=None).effective_from == date(2024, 7, 1)


def test_what_is_wrong_with_a_text_is_said_with_line_and_place_and_nothing_is_kept(engage):
    with pytest.raises(actions.UnusableDocumentError) as refusal:
        draft(engage.replace("mon-fri: 08:30-17:00", "mon-fri: 17:00-08:30"))
    (problem,) = refusal.value.problems
    assert "calendars.business" in problem.path
    assert problem.line == engage[: engage.index("mon-fri: 08:30")].count("\n") + 1
    assert "source" in refusal.value.message_dict
    assert not AgreementVersion.objects.exists()


def test_B17_a_published_version_is_in_force_from_its_date_and_refuses_every_change(engage):
    version = published(engage)
    assert versions_governing(at=EPOCH) == [version]
    for refused in (
        lambda: actions.publish_version(version_id=version.pk, by=None, now=EPOCH),
        lambda: actions.discard_draft(version_id=version.pk, by=None, now=EPOCH),
        lambda: actions.change_draft(
            version_id=version.pk, source=engage, name="x.yaml", effective_from=None, by=None, now=EPOCH
        ),
    ):
        with pytest.raises(ValidationError, match="is published and cannot change"):
            refused()


def test_what_was_published_before_a_check_was_made_is_read_as_it_was_and_a_draft_of_it_is_not_published(cast, sign_in):
    """A tier from 1 business day on was accepted once, and its addendum was an error that nobody could mend."""
    with tenant_scope(cast.tenant):
        source = bundled_text("identity").replace("{below: 99 %, credit", "{downtime_from: 1 business day, credit")
        first = published(bundled_text("identity"), effective_from=date(2025, 1, 1))
        kept = {"source": source, "label": "Kept", "created_at": EPOCH, "approved_at": EPOCH,
                "review_asked_at": EPOCH, "agreement": first.agreement}  # fmt: skip
        second = AgreementVersion.objects.create(
            number=2, digest="b" * 64, effective_from=date(2025, 2, 1), published_at=EPOCH, holidays=first.holidays,
            **kept,
        )  # fmt: skip
        draft = AgreementVersion.objects.create(number=3, digest="c" * 64, effective_from=date(2025, 3, 1), **kept)
        bought = subscription(cast.client, second, second.document.plans.keys[0])
        with pytest.raises(ValidationError, match="1 business day"):
            actions.publish_version(version_id=draft.pk, by=None, now=EPOCH)
    browser = sign_in(cast.owner)
    addendum = browser.get(f"/addenda/{bought.pk}/")
    assert (addendum.status_code, "downtime from 1 business day on: cannot be told" in addendum.text) == (200, True)
    assert browser.get(f"/settings/agreements/versions/{draft.pk}/").status_code == 200


def test_a_version_dated_before_a_published_one_is_refused_and_one_on_the_same_day_is_not(engage):
    published(engage, effective_from=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="cannot start before it"):
        draft(engage, effective_from=date(2025, 12, 31))
    newer = published(engage, effective_from=date(2026, 1, 1))
    assert versions_governing(at=EPOCH) == [newer]


def test_a_version_that_drops_a_plan_somebody_has_is_refused(engage, cast):
    version = published(engage)
    (plan,) = version.document.plans.keys[:1]
    actions.subscribe(
        client_id=cast.client.pk,
        agreement_id=version.agreement_id,
        plan=plan,
        starts_on=date(2026, 1, 1),
        by=None,
        now=EPOCH,
    )
    with pytest.raises(ValidationError, match="Move the client to another plan first"):
        published(
            bundled_text("officeware").replace("key: officeware", "key: engage", 1), effective_from=date(2026, 2, 1)
        )


def test_a_draft_can_be_changed_but_not_into_another_agreement(engage):
    version = draft(engage)
    changed = actions.change_draft(
        version_id=version.pk, source=engage + "\n", name="x.yaml", effective_from=date(2027, 1, 1), by=None, now=EPOCH
    )
    assert (changed.effective_from, changed.number) == (date(2027, 1, 1), 1)
    with pytest.raises(ValidationError, match="has the key “officeware”"):
        actions.change_draft(
            version_id=version.pk,
            source=bundled_text("officeware"),
            name="x.yaml",
            effective_from=None,
            by=None,
            now=EPOCH,
        )


def test_a_text_that_changed_while_it_was_read_is_never_taken_for_the_one_before(engage):
    first, other = engage, engage.replace("title: Service level agreement", "title: Other terms")
    version = draft(first)
    change = {"version_id": version.pk, "name": "x.yaml", "effective_from": date(2026, 1, 1), "by": None, "now": EPOCH}
    read_before = AgreementVersion.objects.defer("source").get(pk=version.pk)
    actions.change_draft(source=other, **change)
    assert (read_before.document.title, read_before.digest != version.digest) == ("Other terms", True)
    actions.change_draft(source=first, **change)
    assert AgreementVersion.objects.get(pk=version.pk).document.title == "Service level agreement"


def test_a_discarded_draft_leaves_its_history(engage):
    version = draft(engage)
    actions.discard_draft(version_id=version.pk, by=None, now=EPOCH, reason="Typed twice")
    events = [entry.event for entry in HistoryEntry.objects.order_by("id")]
    assert events == ["agreement.added", "agreement_version.drafted", "agreement_version.discarded"]


def test_the_products_an_agreement_lists_are_added_once(engage):
    version = published(engage)
    added = actions.add_products_of(version_id=version.pk, by=None, now=EPOCH)
    assert {product.key for product in added} == set(version.document.products.keys)
    assert actions.add_products_of(version_id=version.pk, by=None, now=EPOCH) == []
    assert Product.objects.count() == len(version.document.products)


@pytest.mark.parametrize("key", BUNDLED)
def test_the_page_of_each_agreement_shows_every_clause_level_plan_and_calendar(cast, owner, in_tenant, key):
    version = published(bundled_text(key))
    document = version.document
    page = owner.get(f"/settings/agreements/versions/{version.pk}/")
    assert page.status_code == 200
    for clause in document.clauses:
        assert f'id="clause-{clause.key}"' in page.text
    for named in (
        *document.calendar_terms,
        *document.plans,
        *document.levels,
        *document.incident_levels,
        *document.metrics,
    ):
        assert named.name in page.text


def test_an_owner_drafts_reads_and_publishes_from_a_file(cast, owner, in_tenant):
    upload = SimpleUploadedFile("engage.yaml", bundled_text("engage").encode())
    answer = owner.post("/settings/agreements/new/", {"source": "", "upload": upload}, follow=True)
    version = AgreementVersion.objects.get()
    assert "This is a draft" in answer.text
    for verb in (actions.ask_for_review, actions.approve_version):
        verb(version_id=version.pk, by=cast.owner.user, now=EPOCH)
    owner.post(f"/settings/agreements/versions/{version.pk}/publish/", {"applies_to": "new"})
    version.refresh_from_db()
    assert version.published_by == cast.owner.user
    assert HistoryEntry.objects.filter(event="agreement_version.published", actor=cast.owner.user).exists()
    assert "In force" in owner.get("/settings/agreements/").text


def test_a_wrong_text_comes_back_with_its_errors_by_line_and_nothing_lost(cast, owner, in_tenant):
    text = bundled_text("engage").replace("mon-fri: 08:30-17:00", "mon-fri: 17:00-08:30")
    answer = owner.post("/settings/agreements/new/", {"source": text})
    assert answer.status_code == 422
    line = text[: text.index("mon-fri: 17:00")].count("\n") + 1
    assert f'<td class="num">{line}</td>' in answer.text
    assert "ends before it starts" in answer.text
    assert "mon-fri: 17:00-08:30" in answer.text


def test_a_wrong_file_stands_in_the_text_field_to_be_put_right(cast, owner, in_tenant):
    upload = SimpleUploadedFile("mine.yaml", b"format: slatrack-agreement-1\nkey: mine\n")
    answer = owner.post("/settings/agreements/new/", {"upload": upload})
    assert answer.status_code == 422
    assert "key: mine" in answer.text


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"a" * 1_000_001, "larger than 1 MB"), (b"", "empty")],
    ids=["not text", "too large", "empty"],
)
def test_a_file_that_is_no_agreement_is_refused_in_words(cast, owner, in_tenant, upload, sentence):
    answer = owner.post("/settings/agreements/new/", {"upload": SimpleUploadedFile("x.yaml", upload)})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_yaml_can_be_taken_out_as_it_came_in(cast, owner, in_tenant):
    version = published(bundled_text("identity"))
    answer = owner.get(f"/settings/agreements/versions/{version.pk}/source.yaml")
    assert answer.content.decode() == bundled_text("identity")
    assert "identity-1.yaml" in answer.headers["Content-Disposition"]
