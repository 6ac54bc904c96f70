"""Playing plans: every act through the action that a click calls, at its own instant, all tickets side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from heapq import merge

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.db.models import F

from agreements import actions as agreement_actions
from agreements.models import Subscription
from notifications.models import Notice, OutgoingMessage
from slatrack.demo.operate import Line, Operator
from slatrack.demo.operation import Operations
from slatrack.demo.people import Stage
from slatrack.demo.plans import Act, Plan
from slatrack.demo.story import Turn
from slatrack.demo.world import Merge, World
from tenants.models import Contact, Member
from tickets import actions, breaches
from tickets.models import Message, PauseContest, Ticket, TicketEvent
from tickets.models.kinds import kinds

#: Beat looks for what is due at every quarter of a minute, and so it did here.
SWEEP = timedelta(seconds=15)
DELIVERED_AFTER = timedelta(seconds=4)
READ_AFTER = timedelta(hours=2)
UNREAD_FOR = timedelta(hours=18)

Status = Ticket.Status
_KINDS = {"ack": Message.Kind.ACKNOWLEDGEMENT, "note": Message.Kind.INTERNAL_NOTE}
_THEN = {"wait": Status.WAITING, "solve": Status.SOLVED}
_STATUS = {"hold": Status.ON_HOLD, "resume": Status.OPEN, "close": Status.CLOSED}
_OUTCOMES = {"keep": PauseContest.Outcome.KEPT, "strike": PauseContest.Outcome.STRUCK}

# Asked after every act. Row-level security narrows it to the tenant in force.
_SOONEST = """
    SELECT least(min(due_at), min(warn_at)) FROM tickets_clock
    WHERE stopped_at IS NULL AND paused_at IS NULL AND breached_at IS NULL
"""


class Player:
    """Plays a workspace up to `now`, in the tenant in force."""

    def __init__(self, stage: Stage, *, now: datetime) -> None:
        self._stage = stage
        self._operator = Operator(stage, now=now)
        self._now = now
        self._due: datetime | None = None

    def play(self, world: World, plans: Iterable[Plan], operations: Operations) -> None:
        """Everything in the order it happened, with the sweeps between: what nobody answered is on record as missed."""
        beside = self._operator.acts(operations)
        for at, happens in merge(self._script(world, plans), beside, key=_instant):
            self._sweep_until(at)
            happens()
            self._operator.spread(now=at)
            self._look_ahead()
        self._sweep_until(self._now)
        self._settle_messages()

    def _script(self, world: World, plans: Iterable[Plan]) -> Iterator[Line]:
        tickets: dict[Plan, int] = {}
        lines = [list(self._conversation(plan, tickets)) for plan in plans]
        beside: list[Line] = []
        for customer in world.customers:
            for arrears in (deal.arrears for deal in customer.deals if deal.arrears):
                at = self._now - arrears
                beside.append((at, partial(self._fall_into_arrears, customer.name, at=at)))
        beside += [
            (self._now - each.ago, partial(self._merge, each, tickets, at=self._now - each.ago))
            for each in world.merges
        ]
        lines.append(sorted(beside, key=_instant))
        return merge(*lines, key=_instant)

    def _conversation(self, plan: Plan, tickets: dict[Plan, int]) -> Iterator[Line]:
        def file() -> None:
            tickets[plan] = self._file(plan)

        def do(act: Act) -> None:
            self._do(tickets[plan], plan, act)

        yield plan.received_at, file
        for act in plan.acts:
            if act.at <= self._now:
                yield act.at, partial(do, act)

    def _merge(self, wanted: Merge, tickets: Mapping[Plan, int], *, at: datetime) -> None:
        """Merge a caller's latest ticket of the story into the latest one of somebody else there."""
        latest = sorted(
            (plan for plan in tickets if (plan.customer, plan.story) == (wanted.customer, wanted.story)),
            key=lambda plan: plan.received_at,
        )
        duplicate = next((plan for plan in reversed(latest) if plan.caller == wanted.caller), None)
        survivor = next((plan for plan in reversed(latest) if plan.caller != wanted.caller), None)
        # A workspace that is loaded with few tickets may lack them.
        if duplicate is not None and survivor is not None:
            lead = next(m for m in self._stage.members.values() if m.role == Member.Role.LEAD)
            actions.merge(
                ticket_id=tickets[duplicate], into_id=tickets[survivor], by=lead, reason=wanted.reason, now=at
            )

    def _file(self, plan: Plan) -> int:
        caller = self._stage.contacts[plan.customer, plan.caller]
        return actions.file_ticket(
            requester=caller,
            by=self._stage.members[plan.typed_by] if plan.typed_by else caller,
            subject=plan.subject,
            body=plan.asked.text,
            request_type=plan.request_type,
            level=plan.level,
            product=self._stage.products.get(plan.product),
            channel=Ticket.Channel(plan.channel),
            received_at=plan.received_at,
            now=plan.received_at + DELIVERED_AFTER,
            attachments=_files(plan.asked),
        ).pk

    def _do(self, ticket_id: int, plan: Plan, act: Act) -> None:
        turn, at = act.turn, act.at
        caller = self._stage.contacts[plan.customer, plan.caller]
        if not act.by:
            self._as_client(ticket_id, caller, act)
            return
        member = self._stage.members[act.by]
        if turn.kind in {"reply", "wait", "solve", "ack", "note"}:
            kind = _KINDS.get(turn.kind, Message.Kind.REPLY)
            actions.answer(
                ticket_id=ticket_id,
                author=member,
                kind=kind,
                body=turn.text,
                now=at,
                then=_THEN.get(turn.kind),
                attachments=_files(turn),
            )
        elif turn.kind == "classify":
            actions.reclassify(
                ticket_id=ticket_id, by=member, level=turn.level, request_type=turn.request_type or plan.request_type,
                reason=turn.text, now=at,
            )  # fmt: skip
        elif turn.kind == "scope":
            actions.set_scope(
                ticket_id=ticket_id,
                by=member,
                scope=Ticket.Scope(turn.scope),
                reproducibility=Ticket.Reproducibility(turn.reproducibility),
                now=at,
            )
        elif turn.kind == "assign":
            actions.assign(ticket_id=ticket_id, by=member, assignee=self._stage.members[turn.text], now=at)
        elif turn.kind == "workaround":
            actions.give_workaround(ticket_id=ticket_id, by=member, body=turn.text, now=at, attachments=_files(turn))
        elif turn.kind in _OUTCOMES:
            contest = PauseContest.objects.unanswered().get(ticket=ticket_id)
            actions.answer_contest(
                contest_id=contest.pk, by=member, outcome=_OUTCOMES[turn.kind], answer=turn.text, now=at
            )
        else:
            actions.set_status(
                ticket_id=ticket_id,
                by=member,
                status=_STATUS[turn.kind],
                now=at,
                reason=turn.text,
                third_party=turn.third_party or None,
            )

    def _as_client(self, ticket_id: int, caller: Contact, act: Act) -> None:
        if act.turn.kind == "reopen":
            actions.reopen(ticket_id=ticket_id, by=caller, reason=act.turn.text, now=act.at)
        elif act.turn.kind == "done":
            actions.set_status(ticket_id=ticket_id, by=caller, status=Status.SOLVED, now=act.at)
        elif act.turn.kind == "fails":
            actions.withdraw_workaround(ticket_id=ticket_id, by=caller, reason=act.turn.text, now=act.at)
        elif act.turn.kind == "contest":
            pauses = TicketEvent.objects.filter(ticket=ticket_id, kind__in=kinds(lambda row: row.pauses))
            actions.contest_pause(
                ticket_id=ticket_id,
                pause_id=pauses.latest("at", "id").pk,
                by=caller,
                reason=act.turn.text,
                now=act.at,
            )
        else:
            actions.write_as_client(
                ticket_id=ticket_id, author=caller, body=act.turn.text, now=act.at, attachments=_files(act.turn)
            )

    def _fall_into_arrears(self, customer: str, *, at: datetime) -> None:
        manager = next(m for m in self._stage.members.values() if m.role == Member.Role.ACCOUNT_MANAGER)
        for subscription in self._stage.subscriptions[customer]:
            agreement_actions.change_standing(
                subscription_id=subscription.pk,
                standing=Subscription.Standing.ARREARS,
                by=manager.user,
                now=at,
                reason="Second reminder passed without payment.",
            )

    def _sweep_until(self, at: datetime) -> None:
        """Raise what fell due before `at`, when the sweep of that moment did."""
        while self._due is not None and (swept_at := _next_sweep(self._due)) <= at:
            before = self._due
            breaches.sweep.in_tenant(now=swept_at)
            self._operator.sweep(now=swept_at)
            self._look_ahead()
            assert self._due is None or self._due > before, "a sweep raises whatever is due"

    def _look_ahead(self) -> None:
        """When the next warning or breach is due."""
        with connection.cursor() as cursor:
            cursor.execute(_SOONEST)
            (due,) = cursor.fetchone()
        self._due = min((at for at in (due, self._operator.soonest()) if at is not None), default=None)

    def _settle_messages(self) -> None:
        """What went out then has arrived, and what people were told of days ago they have read."""
        OutgoingMessage.objects.waiting().filter(queued_at__lte=self._now).update(
            sent_at=F("queued_at") + DELIVERED_AFTER, attempts=1
        )
        Notice.objects.unread().filter(noticed_at__lte=self._now - UNREAD_FOR).update(
            read_at=F("noticed_at") + READ_AFTER
        )


def _instant(line: Line) -> datetime:
    return line[0]


def _files(turn: Turn) -> list[UploadedFile]:
    return [SimpleUploadedFile(turn.file[0], turn.file[1].encode())] if turn.file else []


def _next_sweep(due: datetime) -> datetime:
    seconds = due.timestamp()
    late = -seconds % SWEEP.total_seconds()
    return due + timedelta(seconds=late)
