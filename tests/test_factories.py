"""What tests begin with is what the actions would have made."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms.models import model_to_dict

from agreements.actions import save_draft
from agreements.document import BUNDLED, bundled_text
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", BUNDLED)
def test_an_agreement_that_tests_begin_with_is_what_publishing_one_leaves(cast: Any, key: str) -> None:
    made, day = [], factories.EPOCH.date()
    with tenant_scope(cast.tenant):
        made.append(factories.agreement(key, effective_from=day))
    with tenant_scope(cast.other_tenant):
        draft = save_draft(
            source=bundled_text(key), name=f"{key}.yaml", effective_from=day, by=None, now=factories.EPOCH
        )
        made.append(factories.publish(draft))
    rows = []
    for version in made:
        with tenant_scope(version.tenant):
            row = model_to_dict(version, exclude=["id", "tenant", "agreement", "holidays"])
            rows.append((row, version.agreement.key, version.agreement.name, version.holidays.digest))
    assert rows[0] == rows[1]
