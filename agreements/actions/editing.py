"""Changing a draft that somebody else may be changing too, and starting one from an example."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from agreements.actions.versions import change_draft, save_draft
from agreements.editing import rewritten
from agreements.editing.starting import key_of, starting_text
from agreements.models import Agreement, AgreementVersion
from tenants.models import Tenant, User


class StaleDraftError(ValidationError):
    """The draft was changed since it was opened. Nothing is saved; `version` is as it is now."""

    def __init__(self, version: AgreementVersion) -> None:
        self.version = version
        super().__init__("Somebody changed this draft while you were writing. Nothing of yours is saved yet.")


@transaction.atomic
def change_draft_as_opened(*, version_id: int, digest: str, **change: Any) -> AgreementVersion:
    """`change_draft`, only if it is still what was opened, by its `digest` or `as_read`; else StaleDraftError."""
    # Locked here, so that of two owners who save at once the second is told.
    version = AgreementVersion.objects.select_for_update().get(pk=version_id)
    if version.published_at is None and not version.is_still(digest):
        raise StaleDraftError(version)
    return change_draft(version_id=version_id, **change)


@transaction.atomic
def draft_next(*, version_id: int, on: date, by: User | None, now: datetime) -> AgreementVersion:
    """A draft of the next version, from a version's text: in force from `on`, or from the last published one's day."""
    version = AgreementVersion.objects.select_related("agreement").get(pk=version_id)
    latest = version.agreement.versions.published().aggregate(last=Max("effective_from"))["last"]
    data = dict(version.document.data)
    day = max(on, latest) if latest else on
    data["version"] = {**data["version"], "effective_from": day.isoformat()}
    text = rewritten(version.source, data)
    return save_draft(source=text, name=f"{version.agreement.key}.yaml", effective_from=None, by=by, now=now)


@transaction.atomic
def start_draft(
    *, origin: str, title: str, tenant: Tenant, effective_from: date, by: User | None, now: datetime
) -> AgreementVersion:
    """The first draft of a new agreement, from the bundled example `origin` or, with "", from the smallest useful text.

    Raises ValidationError beside `title` when an agreement of that name is there already.
    """
    key = key_of(title)
    if not key:
        raise ValidationError({"title": "Give it a name with at least one letter, such as “Support agreement”."})
    if Agreement.objects.filter(key=key).exists():
        raise ValidationError(
            {"title": "You have an agreement of this name. Draft its next version, or choose another name."}
        )
    text = starting_text(
        origin, key=key, title=title, provider=tenant.name, timezone=tenant.timezone, effective_from=effective_from
    )
    return save_draft(source=text, name=f"{key}.yaml", effective_from=None, by=by, now=now)
