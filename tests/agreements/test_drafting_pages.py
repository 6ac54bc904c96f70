"""Starting an agreement, and its text as YAML with what is wrong at its lines."""

from __future__ import annotations

import re
import time
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from agreements import actions
from agreements.document import BUNDLED, bundled_text, load
from agreements.editing.first_draft import starting_text
from agreements.models import AgreementVersion
from tests.factories import EPOCH, publish

pytestmark = pytest.mark.thorough

NEW = "/settings/agreements/new/"


@pytest.fixture
def owner(cast, sign_in, in_tenant):
    return sign_in(cast.owner)


@pytest.fixture
def engage(in_tenant):
    return actions.save_draft(source=bundled_text("engage"), name="x.yaml", effective_from=None, by=None, now=EPOCH)


def edit(version: AgreementVersion) -> str:
    return f"/settings/agreements/versions/{version.pk}/edit/"


def send(owner: Browser, address: str, source: str, **more: Any) -> Any:
    return owner.post(address, {"source": source, **more})


@pytest.mark.parametrize("origin", ["", *BUNDLED])
def test_every_start_is_a_draft_of_ones_own_that_can_be_edited_at_once(owner, in_tenant, origin):
    answer = owner.post(f"{NEW}start/", {"origin": origin, "title": "Care: “plus” #1"}, follow=True)
    assert answer.status_code == 200
    version = AgreementVersion.objects.get()
    document = version.document
    assert (document.title, document.key, document.provider) == ("Care: “plus” #1", "care_plus_1", in_tenant.name)
    assert document.version.label == "Version 1"
    assert document.version.date is None
    assert version.agreement.name == "Care: “plus” #1"
    assert f"/settings/agreements/versions/{version.pk}/form/basics/" in answer.redirect_chain[-1][0]
    assert "shared/agreements" not in version.source


def test_the_essentials_are_counted_in_the_zone_of_the_workspace(in_tenant):
    text = starting_text(
        "", key="care", title="Care", provider="No", timezone="Asia/Tokyo", effective_from=date(2026, 5, 1)
    )
    document = load(text, name="care.yaml")
    assert (document.timezone.name, document.provider, document.version.effective_from) == (
        "Asia/Tokyo",
        "No",
        date(2026, 5, 1),
    )


def test_a_name_that_is_taken_or_none_is_refused_beside_it_with_the_choice_kept(owner, engage):
    for title, sentence in (
        ("Engage", "You have an agreement of this name."),
        ("…", "at least one letter"),
        ("", "Fill this in."),
    ):
        answer = owner.post(f"{NEW}start/", {"origin": "identity", "title": title})
        assert answer.status_code == 422
        error = answer.text[answer.text.index('id="id_title_error"') :]
        assert sentence in error[: error.index("</p>")]
        assert re.search(r'value="identity" id="id_origin_identity"\s+checked', answer.text)
    assert AgreementVersion.objects.count() == 1


def test_an_example_that_is_none_is_refused(owner, in_tenant):
    assert owner.post(f"{NEW}start/", {"origin": "../secrets", "title": "Care"}).status_code == 422


def test_the_start_offers_the_examples_and_the_versions_one_has(owner, engage):
    page = owner.get(NEW).text
    for key in BUNDLED:
        assert f'value="{key}" id="id_origin_{key}"' in page
    assert f"/settings/agreements/versions/{engage.pk}/next/" in page


def test_B17_the_next_version_is_drafted_from_a_published_one_and_cannot_start_before_it(owner, engage):
    publish(engage)
    answer = owner.post(f"/settings/agreements/versions/{engage.pk}/next/")
    drafted = AgreementVersion.objects.get(published_at=None)
    assert answer.headers["Location"] == f"/settings/agreements/versions/{drafted.pk}/form/version/"
    assert (drafted.number, drafted.agreement) == (2, engage.agreement)
    assert drafted.effective_from > engage.effective_from
    assert (
        drafted.source.replace(drafted.effective_from.isoformat(), engage.effective_from.isoformat()) == engage.source
    )


def test_problems_are_listed_with_line_sentence_place_and_the_line_itself(owner, engage):
    text = engage.source.replace("mon-fri: 08:30-17:00", "mon-fri: 17:00-08:30")
    answer = send(owner, edit(engage), text)
    assert answer.status_code == 422
    line = text[: text.index("mon-fri: 17:00")].count("\n") + 1
    assert f'data-go-to-line="{line}"' in answer.text
    assert f'data-wrong-lines="{line}"' in answer.text
    assert '<code class="problem-line">mon-fri: 17:00-08:30</code>' in answer.text
    assert "mon-fri: 17:00-08:30" in answer.context["form"]["source"].value()


def test_checking_a_text_saves_nothing(owner, engage):
    text = engage.source + "# One more remark.\n"
    answer = send(owner, edit(engage), text, do="check")
    assert (answer.status_code, "Nothing is wrong with this text." in answer.text) == (200, True)
    assert answer.context["form"]["source"].value() == text
    assert send(owner, edit(engage), "key: x", do="check").status_code == 422
    assert send(owner, NEW, text.replace("key: engage", "key: other"), do="check").status_code == 200
    engage.refresh_from_db()
    assert engage.source == bundled_text("engage")
    assert AgreementVersion.objects.count() == 1


def test_a_saved_text_can_be_gone_on_with_in_the_form(owner, engage):
    answer = send(owner, edit(engage), engage.source + "# A remark.\n", do="form")
    assert answer.headers["Location"] == f"/settings/agreements/versions/{engage.pk}/form/"


def test_a_file_of_5_mb_is_refused_by_name_and_limit_at_once_and_the_text_stays(owner, engage):
    upload = SimpleUploadedFile("terms-2027.yaml", b"a: b\n" * 1_000_000)
    began = time.monotonic()
    answer = send(owner, edit(engage), "format: typed\n", upload=upload)
    assert time.monotonic() - began < 2
    assert answer.status_code == 422
    error = answer.text[answer.text.index('id="id_upload_error"') :]
    assert "This file, terms-2027.yaml, is larger than 1 MB." in error
    assert answer.context["form"]["source"].value() == "format: typed\n"


def test_a_wrong_file_is_named_where_its_errors_are(owner, engage):
    answer = send(
        owner, edit(engage), "", upload=SimpleUploadedFile("mine.yaml", b"format: slatrack-agreement-1\nkey: mine\n")
    )
    assert answer.status_code == 422
    assert "wrong with “mine.yaml”" in " ".join(answer.text.split())


def test_of_two_texts_at_once_the_second_is_kept_and_shown_beside_the_first(cast, owner, engage):
    opened = engage.digest
    send(owner, edit(engage), engage.source + "# Theirs.\n", digest=opened)
    mine = engage.source + "# Mine.\n"
    answer = send(owner, edit(engage), mine, digest=opened)
    assert answer.status_code == 409
    assert f"{cast.owner.user.name} changed this draft" in answer.text
    for kind, line in (("saved", "# Theirs."), ("yours", "# Mine.")):
        shown = answer.text[answer.text.index(f"edit-line-{kind}") :]
        assert f"<code>{line}</code>" in shown[: shown.index("</div>")]
    assert answer.context["form"]["source"].value() == mine
    engage.refresh_from_db()
    assert engage.source.endswith("# Theirs.\n")
    assert send(owner, edit(engage), mine, digest=answer.context["digest"]).status_code == 302


def test_a_date_that_somebody_else_gave_meanwhile_is_not_undone_unseen(owner, engage):
    opened = re.search(r'name="digest" value="([^"]+)"', owner.get(edit(engage)).text)[1]
    send(owner, edit(engage), engage.source, effective_from="2027-05-01", digest=opened)
    answer = send(owner, edit(engage), engage.source, effective_from="2027-01-01", digest=opened)
    assert answer.status_code == 409
    assert "to be in force from 1 May 2027" in answer.text
    engage.refresh_from_db()
    assert engage.effective_from == date(2027, 5, 1)
    again = send(owner, edit(engage), engage.source, effective_from="2027-01-01", digest=answer.context["digest"])
    assert again.status_code == 302


@pytest.mark.parametrize("place", ["edit/", "form/plans/", "next/"])
def test_a_member_who_is_no_owner_changes_nothing(cast, sign_in, engage, place):
    answer = sign_in(cast.agent).post(f"/settings/agreements/versions/{engage.pk}/{place}", {"do": "save"})
    assert answer.status_code == 403
