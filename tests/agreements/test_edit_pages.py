"""The form that edits an agreement, as an owner uses it: nothing lost, nothing changed that was not, errors beside their fields."""

from __future__ import annotations

import pytest

from agreements import actions
from agreements.document import BUNDLED, bundled_text
from agreements.editing.sections import sections
from agreements.models import AgreementVersion
from tests.agreements.formfilling import fields_of, posted, with_value, without
from tests.factories import EPOCH


@pytest.fixture
def owner(cast, sign_in, in_tenant):
    return sign_in(cast.owner)


def drafted(key: str) -> AgreementVersion:
    return actions.save_draft(source=bundled_text(key), name="x.yaml", effective_from=None, by=None, now=EPOCH)


def address(version: AgreementVersion, section: str) -> str:
    return f"/settings/agreements/versions/{version.pk}/form/{section}/"


@pytest.mark.parametrize("key", BUNDLED)
def test_saving_a_section_as_it_came_changes_not_one_character(owner, key):
    version = drafted(key)
    for one in sections():
        page = owner.get(address(version, one.key))
        assert page.status_code == 200
        answer = owner.post(address(version, one.key), posted(fields_of(page.text)))
        assert answer.status_code == 302, one.key
        version.refresh_from_db()
        assert version.source == bundled_text(key), one.key
