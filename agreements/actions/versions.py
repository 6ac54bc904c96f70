"""Versions of an agreement, as drafts: started from an example or a version, written as YAML, changed, thrown away."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from agreements.document import AgreementDocument, DocumentError, DocumentErrors, load
from agreements.document.source import read
from agreements.editing import rewritten
from agreements.editing.first_draft import key_of, starting_text
from agreements.models import NOT_REVIEWED, Agreement, AgreementVersion
from shell.wording import day_words
from tenants import history
from tenants.models import Tenant, User


class UnusableDocumentError(ValidationError):
    """The text is not a usable agreement. `problems` says everything that is wrong with it, by line and place."""

    def __init__(self, errors: DocumentErrors) -> None:
        self.problems: tuple[DocumentError, ...] = errors.errors
        super().__init__({"source": [str(problem) for problem in errors.errors]})


class StaleDraftError(ValidationError):
    """The draft was changed since it was opened. Nothing is saved; `version` is as it is now."""

    def __init__(self, version: AgreementVersion) -> None:
        self.version = version
        super().__init__("Somebody changed this draft while you were writing. Nothing of yours is saved yet.")


@transaction.atomic
def save_draft(
    *, source: str, name: str, effective_from: date | None, by: User | None, now: datetime
) -> AgreementVersion:
    """Keep `source` as the next version of the agreement whose key it carries; a new key starts an agreement.

    `name` is the file name that errors show. `effective_from` None: as the document says.
    Raises UnusableDocumentError, a ValidationError beside `source`, also for a text dated before a published version;
    a date that was given by itself is refused beside `effective_from`.
    """
    source, document = read_draft(source, name)
    agreement, added = Agreement.objects.get_or_create(key=document.key, defaults={"name": document.title})
    # Lock the agreement, so that two drafts at once get two numbers.
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    number = (agreement.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = AgreementVersion(
        agreement=agreement,
        number=number,
        created_at=now,
        changed_by=by,
        **_columns(source, document, effective_from),
    )
    refuse_backdating(version, name=name, given=effective_from is not None)
    version.save()
    if added:
        history.record(agreement, "agreement.added", actor=by, at=now)
    history.record(version, "agreement_version.drafted", actor=by, at=now, data={"number": number})
    return version


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


@transaction.atomic
def change_draft(
    *,
    version_id: int,
    source: str,
    name: str,
    effective_from: date | None,
    by: User | None,
    now: datetime,
    digest: str | None = None,
) -> AgreementVersion:
    """Replace the text of a draft; whoever was to review it, or has approved it, starts again.

    `digest` is that of the text that was opened, or the version's `as_read`: StaleDraftError where that has changed.
    Raises ValidationError beside `source`, also when it is another agreement's text, and like `save_draft` for its
    date. The same text and date again change nothing.
    """
    version = locked_draft(version_id)
    if digest is not None and not version.is_still(digest):
        raise StaleDraftError(version)
    source, document = read_draft(source, name)
    if document.key != version.agreement.key:
        raise ValidationError(
            {
                "source": f"This text has the key “{document.key}”, and this is “{version.agreement.key}”. "
                "Add it as an agreement of its own."
            }
        )
    text = _columns(source, document, effective_from)
    if (source, text["effective_from"]) == (version.source, version.effective_from):
        return version
    data = {"digest": text["digest"], "review_taken_back": version.review_asked_at is not None}
    event = "agreement_version.changed"
    history.change(version, event, actor=by, at=now, data=data, changed_by=by, **text, **NOT_REVIEWED)
    # What is refused is taken back with the transaction.
    refuse_backdating(version, name=name, given=effective_from is not None)
    return version


@transaction.atomic
def discard_draft(*, version_id: int, by: User | None, now: datetime, reason: str = "") -> None:
    """Throw a draft away; its history stays."""
    version = locked_draft(version_id)
    history.record(version, "agreement_version.discarded", actor=by, at=now, reason=reason)
    version.delete()


def locked_draft(version_id: int) -> AgreementVersion:
    """The draft and its agreement, both locked: of two owners who save at once the second sees what the first did.

    Raises ValidationError when it is published.
    """
    version = (
        AgreementVersion.objects.select_for_update(of=("self", "agreement"))
        .select_related("agreement")
        .get(pk=version_id)
    )
    if version.published_at is not None:
        raise ValidationError("This version is published and cannot change any more. Draft a new one.")
    return version


def refuse_backdating(version: AgreementVersion, *, name: str, given: bool) -> None:
    """Raises ValidationError where the version could never be in force, or would be before one that clients have read.

    `given` says that its date stands beside the text; otherwise the error names the line of the text it stands in.
    """
    latest = version.agreement.versions.published().newest()
    if latest is None or (latest.effective_from, latest.number) < (version.effective_from, version.number):
        return
    if version.effective_from < latest.effective_from:
        sentence = (
            f"A version in force from {day_words(latest.effective_from)} is published. This one cannot start before it."
        )
    else:
        sentence = (
            f"{latest.label}, number {latest.number}, is published from the same day, so this one would never be in "
            "force. Give it a later day."
        )
    if given:
        raise ValidationError({"effective_from": sentence})
    text = read(version.source, name=name)
    text.report(("version", "effective_from"), sentence)
    raise UnusableDocumentError(DocumentErrors(text.problems))


def read_draft(source: str, name: str) -> tuple[str, AgreementDocument]:
    # Browsers send line ends as CR LF; the digest is of the text as it is in version control.
    source = source.replace("\r\n", "\n")
    try:
        return source, load(source, name=name)
    except DocumentErrors as errors:
        raise UnusableDocumentError(errors) from None


def _columns(source: str, document: AgreementDocument, effective_from: date | None) -> dict[str, Any]:
    """What a draft keeps of its text, and the day: that of the text where none is given."""
    return {
        "source": source,
        "digest": digest_of(source),
        "label": document.version.label,
        "effective_from": effective_from or document.version.effective_from,
    }


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
