"""A version published: put in force once, unchanged ever after (B17)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.actions import announcement
from agreements.actions.versions import digest_of, locked_draft, read_draft, refuse_backdating
from agreements.models import Agreement, AgreementVersion, SpeltHolidays, Subscription
from tenants import history
from tenants.models import User


@transaction.atomic
def publish_version(
    *,
    version_id: int,
    by: User | None,
    now: datetime,
    applies_to: str = AgreementVersion.AppliesTo.NEW,
    reason: str = "",
) -> AgreementVersion:
    """Put an approved version in force from its effective date on; nothing can change it afterwards.

    `applies_to` says whether tickets that are open then come under it too, which takes a `reason`; they are moved by a
    sweep once it is in force. Raises ValidationError for a draft that nobody approved, for one dated before a published
    version, for a text that no longer passes, and where clients have a plan it no longer has.
    """
    version = locked_draft(version_id)
    if version.approved_at is None:
        raise ValidationError("Only an approved version is published. Ask another owner to review this one first.")
    reason = _checked_reason(applies_to, reason)
    name = f"{version.agreement.key}.yaml"
    # A check that is newer than the draft.
    _, document = read_draft(version.source, name)
    refuse_backdating(version, name=name, given=version.effective_from != document.version.effective_from)
    _refuse_leaving_behind(version)
    spelt = document.holidays_text()
    holidays, _ = SpeltHolidays.objects.get_or_create(digest=digest_of(spelt), defaults={"text": spelt})
    Agreement.objects.filter(pk=version.agreement_id).exclude(name=document.title).update(name=document.title)
    history.change(
        version,
        "agreement_version.published",
        actor=by,
        at=now,
        reason=reason,
        data={
            "effective_from": version.effective_from.isoformat(),
            "digest": version.digest,
            "holidays": holidays.digest,
            "applies_to": str(applies_to),
        },
        published_at=now,
        published_by=by,
        applies_to=applies_to,
        publish_reason=reason,
        holidays=holidays,
    )
    announcement.version_published(version, now=now)
    return version


def _checked_reason(applies_to: str, reason: str) -> str:
    reason = reason.strip()
    if applies_to not in AgreementVersion.AppliesTo.values:
        raise ValidationError({"applies_to": "Choose whether open tickets come under it too."})
    if applies_to == AgreementVersion.AppliesTo.OPEN and not reason:
        raise ValidationError({"reason": "Say why open tickets come under it too; their clients read it."})
    return reason


def _refuse_leaving_behind(version: AgreementVersion) -> None:
    """Raises ValidationError where a client has a plan that the version lacks."""
    left_behind = Subscription.objects.left_behind_by(version).exclude(plan__in=version.document.plans.keys).first()
    if left_behind is not None:
        raise ValidationError(
            {
                "source": f"{left_behind.client.name} has the plan “{left_behind.plan}”, which this version lacks. "
                "Move the client to another plan first."
            }
        )
