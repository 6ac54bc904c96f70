"""Filing a ticket: the request, the terms it falls under, its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agreements.document import AgreementDocument
from agreements.document.coverage import Standing, coverage
from agreements.document.model import Level
from agreements.governing import Governing, governing_at
from agreements.models import Product
from shell.drafts import SENT_ALREADY
from tenants.models import Contact, Member
from tickets.actions.lock import settle
from tickets.announcements import announce
from tickets.conversation.attachments import attach, check_files
from tickets.history.facts import record
from tickets.models import Clock, Message, Ticket, TicketEvent, TicketNumber
from tickets.models.kinds import Kind
from tickets.promises.terms import TermsRecord, standing_of
from tickets.queue.search import index_subjects

SUBJECT_MAX = 200
BODY_MAX = 50_000


@transaction.atomic
def file_ticket(
    *,
    requester: Contact,
    by: Contact | Member,
    subject: str,
    body: str,
    request_type: str,
    level: str,
    product: Product | None,
    channel: Ticket.Channel,
    received_at: datetime,
    now: datetime,
    attachments: Sequence[UploadedFile] = (),
    submission: UUID | None = None,
) -> Ticket:
    """File a request. Its clocks start at `received_at`, under the agreement in force then (B17).

    A form sent twice files once: the second call returns the first one's ticket. An empty `level` is the agreement's
    default. Raises ValidationError with a sentence per field for a type or level that the agreement does not have or
    that this contact may not choose (B8, B10, C12).
    """
    # Two copies of one form come one after the other, and so do two requests that could both be the last included (E3).
    TicketNumber.objects.lock()
    earlier = Message.objects.filter(submission=submission).first() if submission is not None else None
    if earlier is not None:
        return _filed(earlier, requester, by, subject, body)
    check_files(attachments)
    governing = governing_at(requester.client, at=received_at)
    if governing is None:
        raise ValidationError("No agreement is in force here yet, so nothing can be filed. Ask your provider.")
    _check(governing.document, requester, by, subject, body, request_type, level)
    level = governing.document.level_for(request_type, level).key
    standing = standing_of(governing.document, governing.subscription, requester, at=received_at)
    ticket, terms = _new_ticket(
        governing, standing, requester, subject, request_type, level, product, channel, received_at
    )
    ticket.save()
    index_subjects([ticket])
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.CLIENT,
        author=by.user,
        author_name=requester.name,
        body=body.strip(),
        posted_at=received_at,
        submission=submission,
    )
    attach(message, attachments)
    # Whoever types it in, it is the client who asked: a call that an agent writes down starts every clock.
    event = record(ticket, Kind.CREATED, by=requester, at=received_at, now=now, message=message,
                   data={"terms": terms.as_data(), "typed_by": by.name if isinstance(by, Member) else "",
                         "standing": asdict(standing)})  # fmt: skip
    settle(ticket, at=max(received_at, event.at), now=now, changed=[])
    promised = [
        (clock.metric, clock.due_at)
        for clock in Clock.objects.filter(ticket=ticket).exclude(due_at=None).exclude(metric="next_response")
        if clock.due_at is not None
    ]
    announce.filed(ticket, promised=promised, now=now)
    return ticket


def sent_already() -> ValidationError:
    """A form's key came back with something else. Nothing of that is kept by it, so it must not be taken for sent."""
    return ValidationError(
        "This form was sent already, with something else in it. To send this too, send it again.", code=SENT_ALREADY
    )


def _filed(message: Message, requester: Contact, by: Contact | Member, subject: str, body: str) -> Ticket:
    """The ticket that `message` filed. Raises ValidationError where its form was another, or somebody else's."""
    filing = TicketEvent.objects.filter(message=message, kind=Kind.CREATED).select_related("ticket").first()
    if filing is None or message.author_id != by.user_id or filing.ticket.requester_id != requester.pk:
        raise sent_already()
    if (filing.ticket.subject, message.body) != (" ".join(subject.split()), body.strip()):
        raise sent_already()
    return filing.ticket


def _new_ticket(
    governing: Governing,
    standing: Standing,
    requester: Contact,
    subject: str,
    request_type: str,
    level: str,
    product: Product | None,
    channel: Ticket.Channel,
    received_at: datetime,
) -> tuple[Ticket, TermsRecord]:
    cover = coverage(governing.document, request_type, standing)
    subscription = governing.subscription
    terms = TermsRecord(
        version=governing.version.pk,
        plan=subscription.plan if subscription else "",
        request_type=request_type,
        level=level,
        coverage=cover.kind,
        sentence=cover.sentence,
        clause=cover.clause,
        product=product.key if product else None,
        extensions=governing.extensions,
    )
    ticket = Ticket(
        number=TicketNumber.objects.next(),
        client=requester.client,
        requester=requester,
        product=product,
        channel=channel,
        subject=" ".join(subject.split()),
        agreement_version=governing.version,
        subscription=subscription,
        plan=terms.plan,
        request_type=request_type,
        level=level,
        requested_level=level,
        received_at=received_at,
        last_activity_at=received_at,
    )
    ticket.cover(cover.kind, cover.sentence, cover.clause)
    return ticket, terms


def _check(
    document: AgreementDocument,
    requester: Contact,
    by: Contact | Member,
    subject: str,
    body: str,
    request_type: str,
    level: str,
) -> None:
    problems: dict[str, str] = {}
    if not subject.strip():
        problems["subject"] = "Say in a few words what it is about."
    elif len(subject) > SUBJECT_MAX:
        problems["subject"] = f"Keep the subject to {SUBJECT_MAX} characters; this has {len(subject)}."
    if not body.strip():
        problems["body"] = "Describe what happens and what you expected."
    elif len(body) > BODY_MAX:
        problems["body"] = f"Keep the description to {BODY_MAX:,} characters and attach the rest as a file."
    kind = document.request_types.get(request_type)
    if kind is None:
        problems["request_type"] = "Choose what kind of request this is."
    chosen = document.levels.get(level) if level else None
    if level and chosen is None:
        problems["level"] = f"Choose a {document.scheme.name.lower()}."
    elif (
        chosen is not None and kind is not None and kind.levels and chosen.key not in (*kind.levels, kind.forced_level)
    ):
        allowed = ", ".join(document.levels[key].name for key in kind.levels)
        problems["level"] = f"{kind.name} requests are {allowed}. Choose one of these."
    elif (
        chosen is not None
        and isinstance(by, Contact)
        and (refusal := why_not(document, request_type, chosen, requester))
    ):
        problems["level"] = refusal
    if problems:
        raise ValidationError(problems)


def why_not(document: AgreementDocument, request_type: str, level: Level, contact: Contact) -> str:
    """Why this contact may not file a request of this type at `level`, in a sentence; "" where they may (C12).

    A level that the type of request decides by itself needs nobody's permission (D6).
    """
    kind = document.request_types.get(request_type)
    if kind is not None and kind.forced_level == level.key:
        return ""
    if not level.contacts_may_choose:
        return f"{level.name} is set by the support team. Choose another, and say why it is urgent."
    top = min(document.levels, key=lambda each: each.rank)
    if (level.needs_permission or level.key == top.key) and not contact.may_raise_top_priority:
        return f"Your account may not choose {level.name}. Ask a colleague who may, or choose the next one."
    return ""
