"""What it costs to say what a version would make of ten thousand open tickets, against reading their facts and clocks.

    python -m bench.impact

The baseline reads what the impact has to read, in the same batches, into the same objects, and does nothing with it.
What the impact does beyond it: binds each ticket's terms under both versions, replays it, and compares clock by clock.
Tickets are copies of a few that were worked on through the actions: answered, waiting, on hold, reclassified, reopened.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import _seed  # sets Django up, which models need

# isort: split
from agreements import actions as agreement_actions
from agreements.document import bundled_text
from agreements.models import AgreementVersion
from tenants.models import Contact, Member
from tenants.scope import tenant_scope
from tickets import actions
from tickets.impact.impact import BATCH, begin, go_on, impact_of
from tickets.models import Clock, Message, Ticket, TicketEvent

TICKETS = 10_000
ROUNDS = 5
FILED = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NOW = FILED + timedelta(days=1)
CHANGE = ("16 business hours, 8 business hours]", "16 business hours, 12 business hours]")

COST_AT_MOST = 4.0  # times reading
SECONDS_AT_MOST = 30.0  # for all of them; the page shows progress after each batch
QUERIES_A_BATCH = 3


def main() -> int:
    with _seed.databases() as stage:
        with tenant_scope(stage.tenant):
            told = _stories(stage)
            _copy(stage, told)
            version = _next_version()
        _seed.tidy(stage)
        _seed.enter(stage)
        with tenant_scope(stage.tenant):
            reading, working = [], []
            for _ in range(ROUNDS):
                reading.append(_seconds(lambda: _read(version)))
                working.append(_seconds(lambda: impact_of(version, as_of=NOW)))
            impact = impact_of(version, as_of=NOW)
            with CaptureQueriesContext(connection) as captured:
                go_on(begin(version, as_of=NOW), version)
    read, worked = statistics.median(reading), statistics.median(working)
    ratio, queries = worked / read, len(captured) - 1  # the count of all is read once
    print(f"{impact.looked_at:,} open tickets, {len(impact.changed):,} of them with another due time")
    print(f"reading them      {read:6.2f} s")
    print(f"their impact      {worked:6.2f} s   {ratio:.2f} times reading, at most {COST_AT_MOST}")
    print(f"queries a batch   {queries:6d}     at most {QUERIES_A_BATCH}, for {BATCH} tickets")
    good = ratio <= COST_AT_MOST and worked <= SECONDS_AT_MOST and queries <= QUERIES_A_BATCH
    good = good and impact.looked_at == TICKETS and bool(impact.changed)
    print("as promised" if good else "NOT as promised")
    return 0 if good else 1


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _read(version: AgreementVersion) -> None:
    after = 0
    while True:
        tickets = list(Ticket.objects.open_before(version).filter(pk__gt=after).order_by("pk")[:BATCH])
        pks = [ticket.pk for ticket in tickets]
        list(TicketEvent.objects.filter(ticket__in=pks).order_by("ticket_id", "at", "id"))
        list(Clock.objects.filter(ticket__in=pks).order_by("ticket_id", "metric", "cycle"))
        if len(tickets) < BATCH:
            return
        after = pks[-1]


def _next_version() -> AgreementVersion:
    source = bundled_text("officeware")
    assert CHANGE[0] in source
    return agreement_actions.save_draft(
        source=source.replace(*CHANGE), name="next.yaml", effective_from=date(2026, 3, 5), by=None, now=NOW
    )


def _stories(stage: _seed.Stage) -> list[Ticket]:
    """One ticket of each kind of story, told through the actions."""
    contact = Contact.objects.select_related("client", "user").get(pk=stage.contact.pk)
    agent = Member.objects.select_related("user").get(pk=stage.agent.pk)
    hour = timedelta(hours=1)

    def filed() -> Ticket:
        return actions.file_ticket(
            requester=contact, by=contact, subject="It fails", body="It does not answer.", request_type="incident",
            level="severity_2", product=None, channel=Ticket.Channel.PORTAL, received_at=FILED, now=FILED,
        )  # fmt: skip

    def answered(ticket: Ticket, then: Ticket.Status, at: datetime) -> Ticket:
        actions.answer(ticket_id=ticket.pk, author=agent, kind=Message.Kind.REPLY, body="Which one?", then=then, now=at)
        return ticket

    untouched = filed()
    waiting = answered(filed(), Ticket.Status.WAITING, FILED + hour)
    held = answered(filed(), Ticket.Status.ON_HOLD, FILED + hour)
    reclassified = filed()
    actions.reclassify(
        ticket_id=reclassified.pk, by=agent, level="severity_3", request_type="incident", reason="One user",
        now=FILED + hour,
    )  # fmt: skip
    reopened = answered(filed(), Ticket.Status.SOLVED, FILED + hour)
    actions.reopen(ticket_id=reopened.pk, by=contact, reason="Still broken", now=FILED + 2 * hour)
    answered(reopened, Ticket.Status.OPEN, FILED + 3 * hour)
    return [untouched, waiting, held, reclassified, reopened]


def _copy(stage: _seed.Stage, told: list[Ticket]) -> None:
    """Copy tickets with their facts and clocks until there are TICKETS; messages are not read, so not copied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM tickets_ticket")
        (number,) = cursor.fetchone()
        for position in range(TICKETS - len(told)):
            cursor.execute(_COPY, {"of": told[position % len(told)].pk, "number": number + 1 + position})
    assert Ticket.objects.count() == TICKETS


def _columns(model: type, *but: str) -> str:
    return ", ".join(f.column for f in model._meta.concrete_fields if f.column not in {"id", *but})  # type: ignore[attr-defined]


_TICKET, _EVENT, _CLOCK = _columns(Ticket, "number"), _columns(TicketEvent, "ticket_id"), _columns(Clock, "ticket_id")
_COPY = f"""
    WITH copy AS (
        INSERT INTO tickets_ticket (number, {_TICKET}) SELECT %(number)s, {_TICKET}
        FROM tickets_ticket WHERE id = %(of)s
        RETURNING id
    ), facts AS (
        INSERT INTO tickets_ticketevent (ticket_id, {_EVENT})
        SELECT copy.id, {", ".join(f"fact.{c}" for c in _EVENT.split(", "))}
        FROM copy, tickets_ticketevent fact WHERE fact.ticket_id = %(of)s ORDER BY fact.at, fact.id
    )
    INSERT INTO tickets_clock (ticket_id, {_CLOCK})
    SELECT copy.id, {", ".join(f"clock.{c}" for c in _CLOCK.split(", "))}
    FROM copy, tickets_clock clock WHERE clock.ticket_id = %(of)s
"""

if __name__ == "__main__":
    sys.exit(main())
