"""Playing what goes on beside tickets, each act through the action that a click calls, at its own instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from incidents import actions
from incidents.actions import maintenance as works_actions
from incidents.actions.maintenance_due import raise_due
from incidents.actions.maintenance_series import plan_series
from incidents.actions.oncall import add_layer, add_schedule
from incidents.actions.paging import ask_due
from incidents.cadence import overdue
from incidents.models import Affected, Impact, Incident, Maintenance, OnCallSchedule, Role
from incidents.models.escalation import Kept, Step
from notifications.actions.topics import choose_topics
from notifications.fanout import queue_batch
from notifications.models import Broadcast
from slatrack.demo.operation import Lesson, News, Operations, Report, Rota, Trouble, Word, Works
from slatrack.demo.people import Stage
from statuspage.actions import publish_news, write_news
from statuspage.models import NewsPost
from tenants.models import Member, User
from tickets import actions as ticket_actions
from tickets.models import Ticket

Line = tuple[datetime, Callable[[], Any]]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# Asked after every act. Row-level security narrows it to the tenant in force.
_SOONEST = """
    SELECT least(
        (SELECT least(min(due_at), min(warn_at)) FROM incidents_incidentclock
         WHERE stopped_at IS NULL AND paused_at IS NULL AND breached_at IS NULL),
        (SELECT min(page_due_at) FROM incidents_incident),
        (SELECT min(due_at) FROM incidents_maintenance)
    )
"""


class Operator:
    """Plays the operations of a workspace up to `now`, in the tenant in force."""

    def __init__(self, stage: Stage, *, now: datetime) -> None:
        self._stage, self._now = stage, now
        self._zone = ZoneInfo(stage.tenant.timezone)

    def acts(self, operations: Operations) -> list[Line]:
        """Everything that has happened by now, with its instant, in order."""
        lines = [*self._beginnings(operations)]
        for trouble in operations.troubles:
            lines += self._trouble(trouble, operations.reported_as)
        for works in operations.works:
            lines += self._works(works)
        for news in operations.news:
            lines += self._news(news, self._owner)
        # What happens at one instant happens in the order in which it is written down.
        return sorted((line for line in lines if line[0] <= self._now), key=lambda line: line[0])

    @property
    def _owner(self) -> User:
        return next(member for member in self._stage.members.values() if member.role == Member.Role.OWNER).user

    def soonest(self) -> datetime | None:
        """When the next sweep of incidents and maintenance has something to do."""
        with connection.cursor() as cursor:
            cursor.execute(_SOONEST)
            found: datetime | None = cursor.fetchone()[0]
        return found

    def sweep(self, *, now: datetime) -> None:
        """What beat does at that instant."""
        overdue.sweep.in_tenant(now=now)
        for pk in Incident.objects.to_page(now=now).order_by("page_due_at").values_list("pk", flat=True):
            ask_due(incident_id=pk, now=now)
        for pk in Maintenance.objects.filter(due_at__lte=now).values_list("pk", flat=True):
            raise_due(pk, now)
        self.spread(now=now)

    def spread(self, *, now: datetime) -> None:
        """Send what was told to everybody on its way."""
        for pk in Broadcast.objects.unfinished().values_list("pk", flat=True):
            while queue_batch(pk, now=now):
                pass

    def _beginnings(self, operations: Operations) -> Iterator[Line]:
        opened = self._stage.tenant.created_at
        if operations.rotas:
            yield opened + DAY, partial(self._set_up, operations, at=opened + DAY)
        for number, (email, topics, products) in enumerate(operations.followers):
            choices = {(topic.replace(" ", "_"), product) for topic in topics for product in products}
            at = self._now - timedelta(days=130 - number)
            yield at, partial(choose_topics, email=email, choices=choices, by=None, now=at)

    def _set_up(self, operations: Operations, *, at: datetime) -> None:
        by = self._owner
        schedules = {rota.name: self._schedule(rota, by=by, at=at) for rota in operations.rotas}
        steps = []
        for asked, minutes in operations.escalation:
            asks = f"schedule:{schedules[asked].pk}" if asked in schedules else asked
            steps.append(Step(asks=asks, by="all", wait=minutes * 60))
        kept = Kept(name="Incidents", steps=steps, repeats=2, stale_after=3600)
        actions.save_policy(kept=kept, levels=(), by=by, now=at)
        for name, status, body in operations.templates:
            actions.save_update_template(name=name, status=status, body=body, by=by, now=at)

    def _schedule(self, rota: Rota, *, by: User, at: datetime) -> OnCallSchedule:
        schedule = add_schedule(name=rota.name, timezone=self._zone.key, by=by, now=at)
        add_layer(
            schedule_id=schedule.pk, name="Week by week", people=[self._stage.members[name].pk for name in rota.people],
            first_day=at.date() - timedelta(days=at.weekday()), handover=time(rota.hour), turn_days=rota.days, hours={},
            by=by, now=at,
        )  # fmt: skip
        return schedule

    def _news(self, news: News, by: User) -> Iterator[Line]:
        published_at = None if news.ago is None else self._now - news.ago
        written_at = (published_at or self._now) - timedelta(hours=3)
        found: list[NewsPost] = []
        text: dict[str, Any] = {"kind": news.kind, "title": news.title, "body": news.body, "products": news.products}
        yield written_at, lambda: found.append(write_news(**text, by=by, now=written_at))
        if published_at is not None:
            yield published_at, lambda: publish_news(news_id=found[0].pk, by=by, now=published_at)

    def _trouble(self, trouble: Trouble, reported_as: tuple[str, str]) -> Iterator[Line]:
        declared_at = self._now - trouble.ago
        found: list[Incident] = []
        tickets: list[Ticket] = []
        for report in trouble.reports:
            at = declared_at + report.minute * MINUTE
            yield at, partial(self._report, report, trouble, reported_as, tickets, found, at=at)
        yield declared_at, lambda: found.append(self._declare(trouble, tickets, at=declared_at))
        for word in trouble.words:
            at = declared_at + word.minute * MINUTE
            yield at, partial(self._say, found, trouble, word, at=at)
        if trouble.lesson is not None:
            yield from self._lesson(trouble.lesson, found, self._stage.members[trouble.by], declared_at)

    def _lesson(self, lesson: Lesson, found: list[Incident], by: Member, declared_at: datetime) -> Iterator[Line]:
        written_at = declared_at + (lesson.days - 1) * DAY

        def write() -> None:
            about: dict[str, Any] = {"incident_id": found[0].pk, "by": by, "now": written_at}
            actions.write_postmortem(
                summary=lesson.summary, what_happened=lesson.happened, causes=lesson.causes, what_we_do=lesson.measures,
                **about,
            )  # fmt: skip
            for title, owner, days, is_done in lesson.actions:
                due_on = (written_at + days * DAY).date()
                action = actions.add_postmortem_action(
                    title=title, owner=self._stage.members[owner], due_on=due_on, **about
                )
                if is_done:
                    done_at = min(written_at + (days - 1) * DAY, self._now)
                    actions.finish_postmortem_action(action_id=action.pk, by=by, now=done_at)

        published_at = declared_at + lesson.days * DAY
        yield written_at, write
        yield published_at, lambda: actions.publish_postmortem(incident_id=found[0].pk, by=by, now=published_at)

    def _report(
        self, report: Report, trouble: Trouble, reported_as: tuple[str, str], tickets: list[Ticket],
        found: list[Incident], *, at: datetime,
    ) -> None:  # fmt: skip
        """A ticket about it; once the incident is declared, it is linked a minute later."""
        caller = self._stage.contacts[report.customer, report.caller]
        ticket = ticket_actions.file_ticket(
            requester=caller, by=caller, subject=report.subject, body=report.body, request_type=reported_as[0],
            level=reported_as[1], product=self._stage.products[trouble.parts[0][0]], channel=Ticket.Channel.PORTAL,
            received_at=at, now=at,
        )  # fmt: skip
        tickets.append(ticket)
        if found:
            by = self._stage.members[trouble.by]
            actions.link_tickets(incident_id=found[0].pk, tickets=[ticket], by=by, now=at + MINUTE)

    def _declare(self, trouble: Trouble, tickets: list[Ticket], *, at: datetime) -> Incident:
        hurts = [
            Affected(product=self._stage.products[product], component=component, impact=Impact(impact))
            for product, component, impact in trouble.parts
        ]
        return actions.declare_incident(
            title=trouble.title, level=trouble.level, hurts=hurts, by=self._stage.members[trouble.by], now=at,
            started_at=at - trouble.began * MINUTE, body=trouble.first, tickets=tickets,
        )  # fmt: skip

    def _say(self, found: list[Incident], trouble: Trouble, word: Word, *, at: datetime) -> None:
        by, (what, _, detail) = self._stage.members[word.by or trouble.by], word.what.partition(":")
        about: dict[str, Any] = {"incident_id": found[0].pk, "by": by, "now": at}
        match what:
            case "note":
                actions.add_note(body=word.text, **about)
            case "acknowledge":
                actions.acknowledge(**about)
            case "resolve":
                actions.resolve_incident(body=word.text, **about)
            case "level":
                actions.relevel(level=detail, reason=word.text, **about)
            case "step":
                actions.record_step(step=detail, **about)
            case "role":
                actions.hand_over(role=Role(detail), to=self._stage.members[word.text], **about)
            case _:
                status = None if what == "tell" else Incident.Status(what)
                actions.post_update(body=word.text, status=status, **about)

    def _works(self, works: Works) -> Iterator[Line]:
        start, by = self._start_of(works), self._stage.members[works.by]
        plan: dict[str, Any] = {
            "title": works.title, "parts": works.parts, "kind": works.kind, "description": works.description,
            "is_risky": works.risky, "urgent_because": works.urgent_because, "by": by,
        }  # fmt: skip
        announced_at = self._now + DAY if works.notice is None else start - works.notice
        planned_at = self._now - DAY if works.notice is None else announced_at - timedelta(hours=7)
        put_off = works.moved[0] if works.moved else timedelta(0)
        window: dict[str, Any] = {"start_at": start - put_off, "end_at": start - put_off + works.length}
        found: list[Maintenance] = []
        more: dict[str, Any] = (
            {"every_weeks": works.every_weeks, "timezone": self._zone.key} if works.every_weeks else {}
        )
        make: Callable[..., Maintenance] = plan_series if works.every_weeks else works_actions.plan_maintenance

        def do_plan() -> None:
            found.append(make(**plan, **window, **more, now=planned_at))

        def do(action: Callable[..., Any], at: datetime, **said: Any) -> Line:
            return at, lambda: action(maintenance_id=found[0].pk, by=by, now=at, **said)

        yield planned_at, do_plan
        yield do(works_actions.announce_maintenance, announced_at)
        if works.moved:
            moved = {"start_at": start, "end_at": start + works.length, "reason": works.moved[1]}
            yield do(works_actions.reschedule_maintenance, announced_at + DAY, **moved)
        if works.cancelled:
            yield do(works_actions.cancel_maintenance, start - DAY, reason=works.cancelled)
        elif works.notice is not None:
            yield do(works_actions.start_maintenance, start + MINUTE)
            yield do(works_actions.complete_maintenance, start + (works.took or works.length - 5 * MINUTE))

    def _start_of(self, works: Works) -> datetime:
        """When it is to start: at this minute, in the service window where the agreement has one, or at its hour."""
        about = self._now + works.starts
        if works.hour is None:
            return about
        terms = self._stage.document.maintenance
        midnight = about.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if terms is not None and terms.window is not None:
            return self._stage.document.calendar(terms.window.calendar).next_open(midnight)
        return midnight.replace(hour=works.hour).astimezone(self._now.tzinfo)
