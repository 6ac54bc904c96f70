"""The review of a draft: asked for, approved by a second pair of eyes, or sent back with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.actions.versions import locked_draft
from agreements.models import NOT_REVIEWED, AgreementVersion
from notifications import outbox
from tenants import history
from tenants.models import Member, User

ALONE = "The only owner of this workspace; nobody else could review it."


@transaction.atomic
def ask_for_review(*, version_id: int, by: User | None, now: datetime) -> AgreementVersion:
    """Ask the other owners to read a draft; they get a notice. Asked again: nothing happens.

    Raises ValidationError for a version that is published.
    """
    version = locked_draft(version_id)
    if version.review_asked_at is not None:
        return version
    event = "agreement_version.review_asked"
    history.change(version, event, actor=by, at=now, review_asked_at=now, review_asked_by=by)
    asked = f"{by.name} asks you" if by else "You are asked"
    _notify(_owners_but(by), version, title=f"{asked} to review {version}", body="", now=now)
    return version


@transaction.atomic
def approve_version(*, version_id: int, by: User | None, now: datetime, digest: str | None = None) -> AgreementVersion:
    """Approve a draft whose review was asked, so that it can be published. Approved already: nothing happens.

    Whoever changed the text last needs somebody else for this, unless no other owner is there; the history says so
    then.
    `digest` is that of the text that was read, or the version's `as_read`, where it was shown to somebody. Raises
    ValidationError where that has changed since, no review was asked, or `by` wrote it.
    """
    version = locked_draft(version_id)
    if digest is not None and not version.is_still(digest):
        raise ValidationError("The text has changed since you read it. Read it again before you approve it.")
    if version.review_asked_at is None:
        raise ValidationError("Nobody asked for a review of this text. Ask for one first.")
    if version.approved_at is not None:
        return version
    if not may_approve(version, by=by):
        raise ValidationError("You changed this text last, so another owner has to approve it.")
    reason = ALONE if _is_author(version, by) else ""
    event = "agreement_version.approved"
    history.change(version, event, actor=by, at=now, reason=reason, approved_at=now, approved_by=by)
    approver = by.name if by else "slatrack"
    _notify(_authors(version, but=by), version, title=f"{approver} approved {version}", body="", now=now)
    return version


@transaction.atomic
def send_back(*, version_id: int, by: User | None, reason: str, now: datetime) -> AgreementVersion:
    """Give a draft in review, or an approved one, back to its author, who gets the reason.

    Raises ValidationError where no reason is given or no review was asked.
    """
    version = locked_draft(version_id)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say what has to change; the author reads it."})
    if version.review_asked_at is None:
        raise ValidationError("Nobody asked for a review of this text, so there is nothing to send back.")
    authors = _authors(version, but=by)
    history.change(version, "agreement_version.sent_back", actor=by, at=now, reason=reason, **NOT_REVIEWED)
    reviewer = by.name if by else "slatrack"
    _notify(authors, version, title=f"{reviewer} sent {version} back", body=reason, now=now)
    return version


def may_approve(version: AgreementVersion, *, by: User | None) -> bool:
    """Whether `by` is a second pair of eyes for this text, or there is no other."""
    return not _is_author(version, by) or not _owners_but(by)


def _is_author(version: AgreementVersion, by: User | None) -> bool:
    return by is not None and by.pk == version.changed_by_id


def _owners_but(by: User | None) -> list[User]:
    owners = Member.objects.active().filter(role=Member.Role.OWNER).users()
    return [owner for owner in owners if owner != by]


def _authors(version: AgreementVersion, *, but: User | None) -> list[User]:
    """Who wrote the text or asked for its review, as far as they still own the workspace."""
    wrote = {version.changed_by_id, version.review_asked_by_id}
    return [owner for owner in _owners_but(but) if owner.pk in wrote]


def _notify(users: Iterable[User], version: AgreementVersion, *, title: str, body: str, now: datetime) -> None:
    key, url = f"agreement_version:{version.pk}:{now.isoformat()}", f"/settings/agreements/versions/{version.pk}/"
    outbox.tell_users(users, key=key, topic="agreement.review", title=title, body=body, url=url, now=now)
