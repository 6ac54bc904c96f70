"""Two owners who save one draft in the same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agreements import actions
from agreements.document import bundled_text
from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests.factories import EPOCH
from tests.tickets.side_by_side import PATIENCE, side_by_side, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_saves_at_once_the_second_is_told_and_the_first_stands(cast: Any):
    text = bundled_text("officeware")
    with tenant_scope(cast.tenant):
        draft = actions.save_draft(source=text, name="x.yaml", effective_from=None, by=None, now=EPOCH)
    written, go_on = threading.Event(), threading.Event()

    def save(remark: str) -> None:
        actions.change_draft(
            version_id=draft.pk, digest=draft.digest, source=text + remark, name="x.yaml", effective_from=None, by=None,
            now=EPOCH,
        )  # fmt: skip

    def slowly() -> None:
        with tenant_scope(cast.tenant):
            save("# First.\n")
            written.set()
            assert go_on.wait(PATIENCE)

    def at_once() -> None:
        with tenant_scope(cast.tenant):
            save("# Second.\n")

    with side_by_side() as start:
        first = start(slowly)
        assert written.wait(PATIENCE)
        second = start(at_once)
        until_somebody_waits_for_a_lock()
        go_on.set()
        first.result(PATIENCE)
        with pytest.raises(actions.StaleDraftError):
            second.result(PATIENCE)
    with tenant_scope(cast.tenant):
        assert AgreementVersion.objects.get(pk=draft.pk).source == text + "# First.\n"
