"""What a request would be promised, shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agreements.document import AgreementDocument
from agreements.document.promises import Promise
from agreements.governing import Governing, governing_at
from clocks.face import metric_name
from clocks.replay import ClockState, Event, replay
from clocks.why.explanation import explain
from clocks.why.sentences import sum_words
from tenants.models import Contact
from tickets.models import Ticket
from tickets.promises.terms import TermsRecord, bind, coverage_of


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One metric of the preview. `due_at` is UTC, None where nothing falls due; `sum`: how it comes about, in words."""

    metric: str
    label: str
    text: str
    due_at: datetime | None
    clause: str
    promise: Promise
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What covers the request, and what would be promised on it, metric by metric."""

    coverage: str
    sentence: str
    clause: str
    lines: tuple[PromiseLine, ...]


def preview(
    *, contact: Contact, request_type: str, level: str, product_key: str | None, at: datetime
) -> Preview | None:
    """What filing this at `at` would promise; None: no agreement is in force. KeyError for an unknown type or level."""
    governing = governing_at(contact.client, at=at)
    return None if governing is None else preview_under(governing, contact, request_type, level, product_key, at=at)


def preview_under(
    governing: Governing, contact: Contact, request_type: str, level: str, product_key: str | None, *, at: datetime
) -> Preview:
    document = governing.document
    cover = coverage_of(governing, contact, request_type, at=at)
    bound = bind(
        TermsRecord(
            version=governing.version.pk,
            plan=governing.subscription.plan if governing.subscription else "",
            request_type=request_type,
            level=document.level_for(request_type, level).key,
            coverage=cover.kind,
            sentence=cover.sentence,
            clause=cover.clause,
            product=product_key,
            extensions=governing.extensions,
        )
    )
    # What starts later, with an assignment or an answer, has no due time yet.
    states = replay([Event(at, "created")], bound.terms, at)
    lines = tuple(
        PromiseLine(
            metric=metric,
            label=metric_name(metric, document),
            text=promise.text,
            due_at=states[metric].due_at,
            clause=promise.clause,
            promise=promise,
            sum=_sum(states[metric], document) if states[metric].due_at else "",
        )
        for metric, promise in bound.promises.items()
        # The next response is promised to a message that is still to come, and says nothing that the first does not.
        if promise.kind != "none" and metric != "next_response"
    )
    shown = cover.kind != Ticket.CoverageKind.COVERED
    return Preview(cover.kind, cover.sentence if shown else "", cover.clause if shown else "", lines)


def _sum(state: ClockState, document: AgreementDocument) -> str:
    """The arithmetic of a clock that is left alone."""
    return sum_words(explain(state, document.zone))
