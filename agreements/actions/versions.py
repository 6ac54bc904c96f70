"""Versions of an agreement: drafted from YAML, published once, unchanged ever after (B17)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from agreements.document import AgreementDocument, DocumentError, DocumentErrors, load
from agreements.models import Agreement, AgreementVersion, Subscription
from tenants import history
from tenants.models import User


class UnusableDocumentError(ValidationError):
    """The text is not a usable agreement. `problems` says everything that is wrong with it, by line and place."""

    def __init__(self, errors: DocumentErrors) -> None:
        self.problems: tuple[DocumentError, ...] = errors.errors
        super().__init__({"source": [str(problem) for problem in errors.errors]})


@transaction.atomic
def save_draft(
    *, source: str, name: str, effective_from: date | None, by: User | None, now: datetime
) -> AgreementVersion:
    """Keep `source` as the next version of the agreement whose key it carries; a new key starts an agreement.

    `name` is the file name that errors show. `effective_from` None: as the document says.
    Raises UnusableDocumentError, a ValidationError beside `source`.
    """
    source, document = _read(source, name)
    agreement, added = Agreement.objects.get_or_create(key=document.key, defaults={"name": document.title})
    # Lock the agreement, so that two drafts at once get two numbers.
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    number = (agreement.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=number,
        label=document.version.label,
        source=source,
        digest=_digest(source),
        effective_from=effective_from or document.version.effective_from,
        created_at=now,
    )
    if added:
        history.record(agreement, "agreement.added", actor=by, at=now)
    history.record(version, "agreement_version.drafted", actor=by, at=now, data={"number": number})
    return version


@transaction.atomic
def change_draft(
    *, version_id: int, source: str, name: str, effective_from: date | None, by: User | None, now: datetime
) -> AgreementVersion:
    """Replace the text of a draft. Raises ValidationError beside `source`, also when it is another agreement's text."""
    version = _draft(version_id)
    source, document = _read(source, name)
    if document.key != version.agreement.key:
        raise ValidationError(
            {
                "source": f"This text has the key “{document.key}”, and this is “{version.agreement.key}”. "
                "Add it as an agreement of its own."
            }
        )
    version.source, version.digest, version.label = source, _digest(source), document.version.label
    version.effective_from = effective_from or document.version.effective_from
    version.save(update_fields=["source", "digest", "label", "effective_from"])
    history.record(version, "agreement_version.changed", actor=by, at=now, data={"digest": version.digest})
    return version


@transaction.atomic
def discard_draft(*, version_id: int, by: User | None, now: datetime, reason: str = "") -> None:
    """Throw a draft away; its history stays."""
    version = _draft(version_id)
    history.record(version, "agreement_version.discarded", actor=by, at=now, reason=reason)
    version.delete()


@transaction.atomic
def publish_version(*, version_id: int, by: User | None, now: datetime) -> AgreementVersion:
    """Put a version in force from its effective date on; nothing can change it afterwards.

    Raises ValidationError for a version dated before a published one, and where clients have a plan it no longer has.
    """
    version = _draft(version_id)
    latest = version.agreement.versions.published().aggregate(last=Max("effective_from"))["last"]
    if latest is not None and version.effective_from < latest:
        raise ValidationError(
            {
                "effective_from": f"A version in force from {latest:%-d %B %Y} is published. "
                "This one cannot start before it."
            }
        )
    document = version.document
    left_behind = (
        Subscription.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=version.effective_from), agreement=version.agreement
        )
        .exclude(plan__in=document.plans.keys)
        .select_related("client")
        .first()
    )
    if left_behind is not None:
        raise ValidationError(
            {
                "source": f"{left_behind.client.name} has the plan “{left_behind.plan}”, which this version lacks. "
                "Move the client to another plan first."
            }
        )
    version.published_at, version.published_by = now, by
    version.save(update_fields=["published_at", "published_by"])
    Agreement.objects.filter(pk=version.agreement_id).exclude(name=document.title).update(name=document.title)
    history.record(
        version,
        "agreement_version.published",
        actor=by,
        at=now,
        data={"effective_from": version.effective_from.isoformat(), "digest": version.digest},
    )
    return version


def _read(source: str, name: str) -> tuple[str, AgreementDocument]:
    # Browsers send line ends as CR LF; the digest is of the text as it is in version control.
    source = source.replace("\r\n", "\n")
    try:
        return source, load(source, name=name)
    except DocumentErrors as errors:
        raise UnusableDocumentError(errors) from None


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _draft(version_id: int) -> AgreementVersion:
    """The draft and its agreement, both locked. Raises ValidationError when it is published."""
    version = (
        AgreementVersion.objects.select_for_update(of=("self", "agreement"))
        .select_related("agreement")
        .get(pk=version_id)
    )
    if version.published_at is not None:
        raise ValidationError("This version is published and cannot change any more. Draft a new one.")
    return version
