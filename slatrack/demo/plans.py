"""Planning a workspace's two quarters: who asks what when, and what happens then. Pure but for given random numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.document.period import MONTH
from agreements.document.promises import Promise
from slatrack.demo.pace import Pace, arrivals, first_response
from slatrack.demo.story import Story, Turn
from slatrack.demo.variants import Fill, Teller, circumstances
from slatrack.demo.world import Caller, Customer, Live, World

#: A solved ticket is closed so long after its last word.
CLOSES_AFTER = timedelta(days=7)
#: How often clients ask for more than their plan includes.
BEYOND_ALLOWANCE = 0.1
_SPOKEN = {"reply", "wait", "solve", "workaround"}
_LETTERS = {"ask", "client", "reply", "wait", "solve", "thanks", "workaround"}
_BY_CLIENT = {"ask", "client", "thanks", "reopen", "done", "fails", "contest"}


@dataclass(frozen=True, slots=True)
class Act:
    """One turn, with its words, its instant and its actor: a member's name, or "" for the client."""

    at: datetime
    turn: Turn
    by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One ticket from its filing on. `typed_by`: the member who wrote down a call, "" where the client filed it."""

    customer: str
    caller: str
    subject: str
    asked: Turn
    request_type: str
    level: str
    product: str
    channel: str
    received_at: datetime
    typed_by: str
    acts: tuple[Act, ...]
    story: str


class Planner:
    """Plans tickets of one workspace. Deterministic for the same workspace and `now`."""

    def __init__(self, world: World, document: AgreementDocument, *, now: datetime) -> None:
        self._world = world
        self._document = document
        self._now = now
        self._rng = Random(f"slatrack demo {world.slug}")  # noqa: S311 (chance that comes out the same every time)
        self._teller = Teller(world.words, self._rng)
        self._pace = Pace(self._rng, document)
        self._top = min(document.levels, key=lambda level: level.rank).key
        self._agents = [person.name for person in world.team if person.role == "agent"]
        self._leads = [person.name for person in world.team if person.role == "lead"]
        self._stories = {story.key: story for story in world.stories}
        self._filed: Counter[tuple[str, str]] = Counter()

    def plans(self, count: int) -> list[Plan]:
        """`count` tickets, the ones that are in the middle of something right now among them, in order of arrival."""
        live = [self._live(each) for each in self._world.live][:count]
        zone = ZoneInfo(self._world.timezone)
        old = [self._old(at) for at in arrivals(self._rng, count - len(live), now=self._now, zone=zone)]
        return sorted(chain(live, old), key=lambda plan: plan.received_at)

    def _old(self, received_at: datetime) -> Plan:
        for _ in range(20):
            story = self._pick_story()
            customer, caller = self._pick_caller(story, received_at)
            # Most clients are careful with what their plan includes, and ask a question instead (E3). This month all of
            # them are, or what is live could fall beyond it.
            careful = self._month(customer, received_at) == self._month(customer, self._now)
            if self._has_left(story, customer, received_at) or (not careful and self._rng.random() < BEYOND_ALLOWANCE):
                break
        return self._plan(story, customer, caller, received_at)

    def _month(self, customer: Customer, at: datetime) -> tuple[str, str]:
        return customer.name, self._document.period_at(at, MONTH).key

    def _has_left(self, story: Story, customer: Customer, at: datetime) -> bool:
        plan = self._document.plans[customer.deals[0].plan]
        if plan.allowance is None or not self._document.request_types[story.request_type].counts_towards_allowance:
            return True
        return self._filed[self._month(customer, at)] < plan.allowance.incidents

    def _pick_story(self) -> Story:
        # Dealt and not drawn: every story is told before one is told again.
        deck = tuple(f"{story.key}#{copy}" for story in self._world.stories for copy in range(story.weight))
        return self._stories[self._teller.deal(deck).partition("#")[0]]

    def _pick_caller(self, story: Story, at: datetime) -> tuple[Customer, Caller]:
        needs_top = story.level == self._top
        choices = []
        for customer in self._world.customers:
            if max(deal.age for deal in customer.deals) < self._now - at or not self._suits(story, customer):
                continue
            wanted = any(story.product in deal.products for deal in customer.deals)
            choices += [
                (customer, caller, customer.share * caller.busy * (3 if wanted else 1))
                for caller in customer.callers
                if caller.busy and (caller.top or not needs_top)
            ]
        customer, caller, _ = self._rng.choices(choices, [weight for *_, weight in choices])[0]
        return customer, caller

    def _suits(self, story: Story, customer: Customer) -> bool:
        """Whether all of it can happen there: a pause is contested only where it stops a clock."""
        if all(turn.kind != "contest" for turn in story.turns):
            return True
        promises = self._document.promises(
            plan=customer.deals[0].plan, request_type=story.request_type, level=story.level
        )
        return any(promise.kind != "none" and promise.pauses_for for promise in promises.values())

    def _live(self, live: Live) -> Plan:
        story = self._stories[live.story]
        customer = next(each for each in self._world.customers if each.name == live.customer)
        caller = next(each for each in customer.callers if each.name == live.caller)
        # The level that its first answer is measured by.
        level = next((t.level for t in story.turns[: live.turns] if t.kind == "classify"), story.level)
        promise = self._promise(story, customer, level)
        hours = self._pace.hours(promise)
        if live.due is not None:
            if promise.duration is None:
                raise ValueError(f"{self._world.slug}: nothing is promised to “{live.story}”, so it cannot fall due.")
            received_at = hours.add(hours.add(self._now, live.due), -promise.duration)
        else:
            received_at = hours.add(self._now, -live.age)
        if live.this_month:
            month = self._document.period_at(self._now, MONTH).start
            received_at = max(received_at, min(month + timedelta(seconds=30), self._now))
        story = replace(story, turns=story.turns[: live.turns])
        plan = self._plan(story, customer, caller, received_at, assigned=live.assigned)
        return self._squeezed(plan)

    def _squeezed(self, plan: Plan) -> Plan:
        """All that has been planned has happened by now, if need be faster than usual."""
        limit = self._now - timedelta(minutes=2)
        last = max((act.at for act in plan.acts), default=limit)
        if last <= limit or limit <= plan.received_at:
            return plan
        share = (limit - plan.received_at) / (last - plan.received_at)
        acts = tuple(replace(act, at=plan.received_at + (act.at - plan.received_at) * share) for act in plan.acts)
        return replace(plan, acts=acts)

    def _promise(self, story: Story, customer: Customer, level: str) -> Promise:
        return first_response(
            self._document,
            customer.deals[0],
            request_type=story.request_type,
            level=self._document.level_for(story.request_type, level).key,
            product=story.product,
        )

    def _plan(
        self, story: Story, customer: Customer, caller: Caller, received_at: datetime, assigned: bool | None = None
    ) -> Plan:
        handler = self._teller.deal((*self._agents, *self._agents, *self._agents[:1] * 3, *self._leads))
        zone = ZoneInfo(customer.timezone or self._world.timezone)
        fill = self._teller.telling(story.words, circumstances(caller, customer, handler, received_at, zone))
        subject = fill(self._teller.deal(story.subjects))
        if self._document.request_types[story.request_type].counts_towards_allowance:
            self._filed[self._month(customer, received_at)] += 1
        turns = [self._worded(turn, caller.name, handler, fill) for turn in story.turns]
        acts = self._timed(story, turns[1:], customer, handler, received_at, zone)
        if assigned or (assigned is None and acts and self._rng.random() < 0.45):
            acts = [self._handed_over(received_at, acts, handler), *acts]
        channel = self._channel(story, subject)
        return Plan(
            customer=customer.name,
            caller=caller.name,
            subject=subject,
            asked=turns[0],
            request_type=story.request_type,
            level=self._document.level_for(story.request_type, story.level).key,
            product=story.product,
            channel=channel,
            received_at=received_at,
            typed_by=handler if channel == "phone" else "",
            acts=tuple(acts),
            story=story.key,
        )

    def _worded(self, turn: Turn, caller: str, handler: str, fill: Fill) -> Turn:
        staff = turn.kind not in _BY_CLIENT
        text = turn.text
        # People stop greeting each other in the middle of a conversation.
        if (
            turn.kind == "ask"
            or (turn.kind in _LETTERS and staff)
            or (turn.kind == "thanks" and self._rng.random() < 0.4)
        ):
            text = self._teller.letter(handler if staff else caller, text, staff=staff)
        file = (turn.file[0], fill(turn.file[1])) if turn.file else None
        # “for the carrier”: a slot in the middle of a sentence, which `fill` gives no capital.
        third_party = fill(f"for {turn.third_party}").removeprefix("for ")
        return replace(turn, text=fill(text), file=file, third_party=third_party)

    def _channel(self, story: Story, subject: str) -> str:
        if story.channel != "portal":
            return story.channel
        if self._rng.random() < 0.74:
            return "portal"
        named = self._document.level_from_subject(subject)
        by_mail = self._document.level_for(story.request_type, named.key if named else None, by_mail=True)
        # What a mail could not have asked for was asked for on the portal (D5).
        wanted = self._document.level_for(story.request_type, story.level)
        return "email" if by_mail.key == wanted.key else "portal"

    def _handed_over(self, received_at: datetime, acts: list[Act], handler: str) -> Act:
        lead = self._teller.deal(tuple(self._leads))
        until = acts[0].at if acts else self._now
        at = received_at + min((until - received_at) * 0.4, timedelta(minutes=self._rng.randrange(4, 40)))
        return Act(at, Turn("assign", handler), lead)

    def _timed(
        self, story: Story, turns: list[Turn], customer: Customer, handler: str, received_at: datetime, zone: ZoneInfo
    ) -> list[Act]:
        """Give every turn its instant, and close what was solved."""
        spoken = next((i for i, turn in enumerate(turns) if turn.kind in _SPOKEN), len(turns))
        level = next((t.level for t in turns[:spoken] if t.kind == "classify"), story.level)
        promise = self._promise(story, customer, level)
        answered_at = self._pace.first_answer(received_at, promise)
        acts: list[Act] = []
        at = received_at
        for index, turn in enumerate(turns):
            if index <= spoken:
                share = (index + 1) / (spoken + 1)
                at = self._pace.between(received_at, answered_at, share, promise)
                at = max(at, acts[-1].at + timedelta(minutes=1)) if acts else at
            else:
                at = self._next(turn, turns[index - 1], at, promise, zone)
            acts.append(Act(at, turn, "" if turn.kind in _BY_CLIENT else handler))
        if turns and turns[-1].kind in {"solve", "thanks", "done"}:
            opens = self._pace.hours(promise).next_open(at + CLOSES_AFTER)
            acts.append(Act(opens + timedelta(minutes=self._rng.randrange(90)), Turn("close"), handler))
        return acts

    def _next(self, turn: Turn, before: Turn, at: datetime, promise: Promise, zone: ZoneInfo) -> datetime:
        if turn.kind in {"thanks", "done"}:
            return self._pace.client(at, zone, median_hours=1.5)
        if turn.kind == "reopen":
            return self._pace.client(at, zone, median_hours=20)
        if turn.kind in {"client", "fails", "contest"}:
            return self._pace.client(at, zone)
        if turn.kind == "resume":
            return self._pace.hold(at, promise, days=turn.days)
        quick = turn.kind in {"hold", "classify", "scope", "note"} or before.kind == "note"
        return self._pace.staff(at, promise, quick=quick)
