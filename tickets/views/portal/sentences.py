"""What the portal says in sentences: how a client stands, when support is open, where a ticket stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from agreements.document.model import Channel
from agreements.governing import Governing
from clocks.replay import METRICS
from shell.wording import when_words
from tenants.models import Contact
from tickets.models import Clock, Ticket
from tickets.promises.allowance import Usage, usage
from tickets.promises.terms import coverage_of

Status = Ticket.Status
STILL_WELCOME = "You can still write to us. We read everything and help where we can, but no time is promised."


@dataclass(frozen=True, slots=True)
class Standing:
    """How requests of a contact are covered now. `tone`: an alert's, "" where all is well; `meaning`: what follows."""

    tone: str
    sentence: str
    meaning: str
    clause: str


def standing(governing: Governing | None, contact: Contact, used: Usage | None, *, now: datetime) -> Standing:
    """What covers a request of the usual kind now (A2, A3, B8, E3)."""
    if governing is None:
        sentence = "No agreement is in force here yet, so nothing can be filed."
        return Standing("warn", sentence, "Please ask your provider when it will be.", "")
    document, subscription = governing.document, governing.subscription
    usual = next((kind for kind in document.request_types if not kind.is_outside), None)
    if usual is None:
        return Standing("", "", "", "")
    cover = coverage_of(governing, contact, usual.key, at=now)
    trial = document.coverage.trial
    if subscription is not None and subscription.is_trial and trial is not None and contact.may_request_support:
        return Standing("calm", trial.reason, trial.other_sentence, trial.clause or "")
    if cover.kind == Ticket.CoverageKind.NOT_COVERED:
        return Standing("warn", cover.sentence, STILL_WELCOME, cover.clause)
    if cover.kind == Ticket.CoverageKind.BEST_EFFORT:
        sentence, meaning = cover.sentence, "You can go on writing; the time it takes is measured and shown."
        if used is not None and used.used >= used.included:
            # The agreement's own sentence speaks of the one request that is being made.
            sentence = f"All incidents included this month ({used.included}) have been used."
            meaning = "You can send more. They are handled on best effort: measured and shown, without a promised time."
        return Standing("calm", sentence, meaning, cover.clause)
    plan = document.plans[subscription.plan] if subscription else None
    sentence = (
        f"Your plan is {plan.name}."
        if plan and len(document.plans) > 1
        else f"You are covered by our {_lower(document.title)}."
    )
    return Standing("", sentence, "You see what we promise before you send anything.", "")


def used_of(governing: Governing | None, contact: Contact, *, now: datetime) -> Usage | None:
    """What the client has used of the month's included incidents (E3); None without a limit."""
    if governing is None or governing.subscription is None:
        return None
    return usage(contact.client, governing.document, governing.subscription.plan, now=now)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours as they stand, in the reader's zone: `until today 17:00`, `opens Mon 08:30`, `around the clock`."""

    name: str
    open: bool
    words: str


def hours(governing: Governing, key: str, *, now: datetime) -> Hours:
    """The calendar `key` now, or the longer hours that are agreed with the client in its place (E7)."""
    document = governing.document
    key = document.calendar_for(key, governing.extensions)
    return Hours(document.calendars[key].name, *document.opening(key, now=now, zone=timezone.get_current_timezone()))


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach support beside the portal. `levels` are the names of those it is only for, "" for all."""

    channel: Channel
    hours: Hours | None
    levels: str


def ways(governing: Governing, *, now: datetime) -> list[Way]:
    """The channels of the client's plan for everybody, in the agreement's order; of all plans where there is none.

    (B18, E2)
    """
    document = governing.document
    return [
        Way(
            channel,
            hours(governing, channel.calendar, now=now) if channel.calendar else None,
            ", ".join(document.levels[key].name for key in channel.levels),
        )
        for channel in document.ways_for(governing.subscription.plan if governing.subscription else None)
    ]


def state_of(ticket: Ticket, clocks: Sequence[Clock], *, now: datetime) -> str:
    """Where a ticket stands, in the one or two sentences its contact reads first."""
    answered = any(clock.metric == "first_response" and clock.stopped_at is not None for clock in clocks)
    if ticket.status == Status.WAITING:
        return "We asked you something and wait for your answer."
    if ticket.waits_for is not None:
        return "We write as soon as it goes on; you can write at any time."
    if ticket.status == Status.SOLVED:
        return "It is solved. If it is not, say so and it goes on."
    if ticket.merged_into is not None:
        return f"It goes on together with #{ticket.merged_into.number}. Nothing can be added here any more."
    if ticket.status == Status.CLOSED:
        return "It is closed. Nothing can be added any more."
    due = {c.metric: c.due_at for c in clocks if c.due_at is not None and c.stopped_at is None}
    late = {metric for metric, due_at in due.items() if due_at <= now}
    if any(METRICS[metric].is_a_word for metric in late):
        return "You should have heard from us by now, and have not. The team knows that it is late."
    if "workaround" in late:
        return "You should have had a workaround by now, and have not. The team knows that it is late."
    if late:
        return "It should have been solved by now, and is not. The team knows that it is late."
    words = {metric: due_at for metric, due_at in due.items() if METRICS[metric].is_a_word}
    next_word = min(words.values(), default=None)
    if next_word is None:
        return "We have it and are working on it." if answered else "We have it, and a person will answer you here."
    when = when_words(timezone.localtime(next_word), timezone.localtime(now))
    if not answered:
        return f"We have it, and a person answers by {when}."
    owed = any(METRICS[metric].is_answer for metric in words)
    return f"We have your message, and answer by {when}." if owed else f"We are working on it, and write by {when}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
