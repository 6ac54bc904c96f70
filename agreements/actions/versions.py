"""Versions of an agreement: drafted from YAML, reviewed, published once, unchanged ever after (B17)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from agreements import announce
from agreements.document import AgreementDocument, DocumentError, DocumentErrors, load
from agreements.document.source import read
from agreements.models import Agreement, AgreementVersion, SpeltHolidays, Subscription
from shell.wording import day_words
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
    Raises UnusableDocumentError, a ValidationError beside `source`, also for a text dated before a published version;
    a date that was given by itself is refused beside `effective_from`.
    """
    source, document = _read(source, name)
    agreement, added = Agreement.objects.get_or_create(key=document.key, defaults={"name": document.title})
    # Lock the agreement, so that two drafts at once get two numbers.
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    number = (agreement.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = AgreementVersion(
        agreement=agreement,
        number=number,
        label=document.version.label,
        source=source,
        digest=_digest(source),
        effective_from=effective_from or document.version.effective_from,
        created_at=now,
        changed_by=by,
    )
    _refuse_backdating(version, name=name, given=effective_from is not None)
    version.save()
    if added:
        history.record(agreement, "agreement.added", actor=by, at=now)
    history.record(version, "agreement_version.drafted", actor=by, at=now, data={"number": number})
    return version


@transaction.atomic
def change_draft(
    *, version_id: int, source: str, name: str, effective_from: date | None, by: User | None, now: datetime
) -> AgreementVersion:
    """Replace the text of a draft; whoever was to review it, or has approved it, starts again.

    Raises ValidationError beside `source`, also when it is another agreement's text, and like `save_draft` for its
    date. The same text and date again change nothing.
    """
    version = locked_draft(version_id)
    source, document = _read(source, name)
    if document.key != version.agreement.key:
        raise ValidationError(
            {
                "source": f"This text has the key “{document.key}”, and this is “{version.agreement.key}”. "
                "Add it as an agreement of its own."
            }
        )
    text_and_date = (version.source, version.effective_from)
    version.source, version.digest, version.label = source, _digest(source), document.version.label
    version.effective_from = effective_from or document.version.effective_from
    if (version.source, version.effective_from) == text_and_date:
        return version
    _refuse_backdating(version, name=name, given=effective_from is not None)
    data = {"digest": version.digest, "review_taken_back": version.review_asked_at is not None}
    version.changed_by = by
    version.take_review_back()
    version.save()
    history.record(version, "agreement_version.changed", actor=by, at=now, data=data)
    return version


@transaction.atomic
def discard_draft(*, version_id: int, by: User | None, now: datetime, reason: str = "") -> None:
    """Throw a draft away; its history stays."""
    version = locked_draft(version_id)
    history.record(version, "agreement_version.discarded", actor=by, at=now, reason=reason)
    version.delete()


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
    _, document = _read(version.source, name)
    _refuse_backdating(version, name=name, given=not _dated_by_its_text(version))
    _refuse_leaving_behind(version)
    version.published_at, version.published_by = now, by
    version.applies_to, version.publish_reason = applies_to, reason
    version.holidays = _kept_holidays(document.holidays_text())
    version.save(update_fields=["published_at", "published_by", "applies_to", "publish_reason", "holidays"])
    title = document.title
    Agreement.objects.filter(pk=version.agreement_id).exclude(name=title).update(name=title)
    history.record(
        version,
        "agreement_version.published",
        actor=by,
        at=now,
        reason=reason,
        data={
            "effective_from": version.effective_from.isoformat(),
            "digest": version.digest,
            "holidays": version.holidays.digest,
            "applies_to": str(applies_to),
        },
    )
    announce.version_published(version, now=now)
    return version


def _kept_holidays(text: str) -> SpeltHolidays:
    return SpeltHolidays.objects.get_or_create(digest=_digest(text), defaults={"text": text})[0]


def locked_draft(version_id: int) -> AgreementVersion:
    """The draft and its agreement, both locked. Raises ValidationError when it is published."""
    version = (
        AgreementVersion.objects.select_for_update(of=("self", "agreement"))
        .select_related("agreement")
        .get(pk=version_id)
    )
    if version.published_at is not None:
        raise ValidationError("This version is published and cannot change any more. Draft a new one.")
    return version


def _checked_reason(applies_to: str, reason: str) -> str:
    reason = reason.strip()
    if applies_to not in AgreementVersion.AppliesTo.values:
        raise ValidationError({"applies_to": "Choose whether open tickets come under it too."})
    if applies_to == AgreementVersion.AppliesTo.OPEN and not reason:
        raise ValidationError({"reason": "Say why open tickets come under it too; their clients read it."})
    return reason


def _refuse_backdating(version: AgreementVersion, *, name: str, given: bool) -> None:
    """Raises ValidationError where the version could never be in force, or would be before one that clients have read.

    `given` says that its date stands beside the text; otherwise the error names the line of the text it stands in.
    """
    published = AgreementVersion.objects.published().filter(agreement=version.agreement)
    latest = published.order_by("effective_from", "number").last()
    if latest is None or (latest.effective_from, latest.number) < (version.effective_from, version.number):
        return
    if version.effective_from < latest.effective_from:
        sentence = (
            f"A version in force from {day_words(latest.effective_from)} is published. This one cannot start before it."
        )
    else:
        sentence = (
            f"{latest.label}, number {latest.number}, is published from the same day, so this one would never be in "
            "force. "
            "Give it a later day."
        )
    if given:
        raise ValidationError({"effective_from": sentence})
    text = read(version.source, name=name)
    text.report(("version", "effective_from"), sentence)
    raise UnusableDocumentError(DocumentErrors(text.problems.found))


def _dated_by_its_text(version: AgreementVersion) -> bool:
    return version.effective_from == version.document.version.effective_from


def _refuse_leaving_behind(version: AgreementVersion) -> None:
    """Raises ValidationError where a client has a plan that the version lacks."""
    left_behind = (
        Subscription.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=version.effective_from), agreement=version.agreement
        )
        .exclude(plan__in=version.document.plans.keys)
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


def _read(source: str, name: str) -> tuple[str, AgreementDocument]:
    # Browsers send line ends as CR LF; the digest is of the text as it is in version control.
    source = source.replace("\r\n", "\n")
    try:
        return source, load(source, name=name)
    except DocumentErrors as errors:
        raise UnusableDocumentError(errors) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
