"""The demo workspaces: what they promise a visitor is there, and their history is true."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction

from agreements.document import load_bundled
from notifications.models import Notice, OutgoingMessage
from slatrack.demo.loader import PASSWORD, load
from slatrack.demo.operations import OPERATIONS
from slatrack.demo.plans import Planner
from slatrack.demo.storybook import StorybookError, parse
from slatrack.demo.variants import Teller, circumstances
from slatrack.demo.world import World
from slatrack.demo.worlds import ENGAGE, IDENTITY, OFFICEWARE, SEATPLAN, WORLDS
from slatrack.personas import personas
from tenants.models import Member, Tenant, User
from tenants.scope import tenant_scope
from tickets.models import Clock, Message, Ticket, TicketEvent
from tickets.promises.verification import Difference, verify

# A night between Saturday and Sunday, when only those who never close are at work, and a Wednesday at noon.
WEEKEND = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.thorough
each_world = pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.slug)


def content() -> list[Any]:
    """All that people read of the tenant in force, without the database's own numbers."""
    return [
        *Ticket.objects.order_by("number").values_list("number", "subject", "status", "received_at", "queue_at",
        "client__name"),
        *TicketEvent.objects.order_by("ticket__number", "at", "id").values_list(
            "ticket__number", "kind", "at", "recorded_at", "actor_name", "reason"
        ),
        *Message.objects.order_by("ticket__number", "posted_at", "id").values_list("ticket__number", "author_name",
        "body"),
        *Clock.objects.order_by("ticket__number", "metric", "cycle").values_list(
            "ticket__number", "metric", "due_at", "warned_at", "breached_at", "breach_recorded_at", "stopped_at"
        ),
        *Notice.objects.order_by("noticed_at", "title", "user__email").values_list("noticed_at", "title", "read_at"),
        *User.objects.order_by("email").values_list("email", "name"),
    ]  # fmt: skip


def test_a_workspace_is_full_of_work_and_its_history_is_true_also_at_night_and_at_weekends(db: None) -> None:
    loaded = load(IDENTITY, now=WEEKEND, tickets=44)
    assert loaded.is_new
    reports = sum(len(trouble.reports) for trouble in OPERATIONS["identity"].troubles)
    assert (loaded.tickets, loaded.clients) == (44 + reports, len(IDENTITY.customers))
    tenant = Tenant.objects.get(slug="identity")
    assert tenant.is_demo
    with tenant_scope(tenant):
        assert not [found for found in verify(now=WEEKEND) if isinstance(found, Difference)]
        assert set(Ticket.objects.values_list("status", flat=True)) >= {"open", "waiting", "on_hold", "solved"} - {
            "solved"
        }
        assert Ticket.objects.unsolved().filter(assignee=None).exists()
        running = Clock.objects.running()
        in_minutes = running.filter(
            due_at__gt=WEEKEND + timedelta(minutes=2), due_at__lt=WEEKEND + timedelta(minutes=15)
        )
        assert in_minutes.count() >= 2, "somebody who watches sees a breach happen"
        assert in_minutes.exclude(warned_at=None).exists()
        assert running.exclude(breached_at=None).exists(), "something is overdue and unanswered"
        kinds = set(TicketEvent.objects.values_list("kind", flat=True))
        assert kinds >= {
            "warned",
            "breached",
            "reclassified",
            "reopened",
            "waiting",
            "held",
            "assigned",
            "client_reply",
        }
        document = load_bundled("identity")
        planned = Planner(IDENTITY, document, now=WEEKEND).plans(44)
        assert any(act.at > WEEKEND for plan in planned for act in plan.acts)
        assert not TicketEvent.objects.filter(at__gt=WEEKEND).exists(), "nothing has happened yet that will happen"


def test_every_missed_target_was_raised_once_by_the_sweep_of_that_moment(db: None) -> None:
    load(IDENTITY, now=WEEKEND, tickets=24)
    with tenant_scope(Tenant.objects.get(slug="identity")):
        missed = Clock.objects.exclude(breached_at=None)
        assert missed.exists()
        for clock in missed:
            told = TicketEvent.objects.filter(
                ticket=clock.ticket, kind="breached", data__metric=clock.metric, data__cycle=clock.cycle
            ).get()
            assert told.at == clock.breached_at
            assert timedelta(0) <= told.recorded_at - told.at <= timedelta(seconds=15)
        assert not Clock.objects.untold().exists()


def test_a_second_load_changes_nothing(db: None) -> None:
    load(SEATPLAN, now=NOON, tickets=3)
    with tenant_scope(Tenant.objects.get(slug="seatplan")):
        before = content()
    again = load(SEATPLAN, now=NOON + timedelta(days=1), tickets=9)
    assert not again.is_new
    with tenant_scope(Tenant.objects.get(slug="seatplan")):
        assert content() == before


def test_a_load_that_was_killed_left_nothing_and_the_next_one_is_the_same(db: None) -> None:
    contents = []
    for _ in range(2):
        with transaction.atomic():
            load(ENGAGE, now=NOON, tickets=8)
            with tenant_scope(Tenant.objects.get(slug="engage")):
                contents.append(content())
            transaction.set_rollback(True)
        assert not Tenant.objects.filter(slug="engage").exists()
    assert contents[0] == contents[1]


@each_world
def test_two_quarters_are_planned_alike_for_the_same_moment(world: World) -> None:
    document = load_bundled(world.slug)
    one, other = (Planner(world, document, now=NOON).plans(world.tickets) for _ in range(2))
    assert one == other
    assert len(one) == world.tickets
    assert one[0].received_at < NOON - timedelta(days=150)
    assert len({plan.subject for plan in one[-50:]}) >= 40, "a page of the queue does not repeat itself"


def test_a_pause_is_contested_only_where_it_stops_a_clock_whatever_the_hour():
    document, contested = load_bundled("officeware"), 0
    for hour in range(0, 24 * 7, 5):
        for plan in Planner(OFFICEWARE, document, now=NOON + timedelta(hours=hour)).plans(OFFICEWARE.tickets):
            if any(act.turn.kind == "contest" for act in plan.acts):
                deal = next(each for each in OFFICEWARE.customers if each.name == plan.customer).deals[0]
                promised = document.promises(plan=deal.plan, request_type=plan.request_type, level=plan.level)
                assert promised["resolution"].kind != "none"
                contested += 1
    assert contested


@each_world
def test_every_story_can_be_told(world: World) -> None:
    document = load_bundled(world.slug)
    products = {*document.products.keys, *(ware.key for ware in world.products)}
    customer = world.customers[0]
    for story in world.stories:
        fill = Teller(world.words, Random(world.slug)).telling(
            story.words,
            circumstances(customer.callers[0], customer, world.team[0].name, NOON, ZoneInfo(world.timezone)),
        )
        for text in [*story.subjects, *(turn.text for turn in story.turns)]:
            assert not re.search(r"\{\w+\}", fill(text)), f"{story.key}: {text}"
        assert story.turns[0].kind == "ask"
        assert story.product in products
        assert document.request_types.get(story.request_type)
        level = document.level_for(story.request_type, story.level).key
        assert level == story.level, f"{story.key} asks for a level that its type does not have"
        for turn in story.turns:
            if turn.kind == "classify":
                assert turn.level in document.levels.keys
                assert turn.level != level, f"{story.key} is classified as it is"
                level = turn.level


@each_world
def test_there_is_a_persona_of_each_kind_who_can_sign_in(world: World, db: None) -> None:
    load(world, now=NOON, tickets=0)
    with tenant_scope(Tenant.objects.get(slug=world.slug)):
        found = personas()
        assert len(found) == len(Member.Role.values) + 2
        assert all(persona.user.check_password(PASSWORD) for persona in found)


@pytest.mark.parametrize(
    ("world", "clauses"),
    [(SEATPLAN, {"A2", "A3"}), (ENGAGE, {"B8", "B18"}), (OFFICEWARE, {"E3", "E8"})],
    ids=["A2_overdue_A3_trial", "B8_unauthorised", "E3_used_up_E8_outside"],
)
def test_what_is_not_covered_says_why(world: World, clauses: set[str], db: None) -> None:
    load(world, now=NOON, tickets=len(world.live))
    with tenant_scope(Tenant.objects.get(slug=world.slug)):
        assert set(Ticket.objects.exclude(coverage="covered").values_list("coverage_clause", flat=True)) >= clauses
        assert not [found for found in verify(now=NOON) if isinstance(found, Difference)]
        soon = Clock.objects.running().filter(due_at__gt=NOON, due_at__lt=NOON + timedelta(minutes=12))
        assert soon.exists() or world is SEATPLAN, "where the office is open, something falls due within minutes"


def test_old_mail_does_not_go_out_again_and_old_notices_are_read(db: None) -> None:
    load(ENGAGE, now=NOON, tickets=len(ENGAGE.live) + 6)
    with tenant_scope(Tenant.objects.get(slug="engage")):
        assert OutgoingMessage.objects.filter(queued_at__lte=NOON).exists()
        assert not OutgoingMessage.objects.waiting().filter(queued_at__lte=NOON).exists()
        assert not Notice.objects.unread().filter(noticed_at__lt=NOON - timedelta(days=2)).exists()
        assert Notice.objects.unread().exists()


def test_the_command_loads_says_so_and_prints_the_sign_ins(db: None) -> None:
    said = StringIO()
    call_command("demo", tenant="seatplan", tickets=1, stdout=said)
    assert "seatplan: 8 clients" in said.getvalue()
    again = StringIO()
    call_command("demo", tenant="seatplan", stdout=again)
    assert "was there already" in again.getvalue()
    people = StringIO()
    call_command("demo", "--sign-ins", stdout=people)
    assert PASSWORD in people.getvalue()
    assert "http://seatplan.localhost" in people.getvalue()
    assert people.getvalue().count("@") == len(Member.Role.values) + 2


def test_a_storybook_says_where_it_is_wrong() -> None:
    with pytest.raises(StorybookError, match=r"tales\.txt, line 3"):
        parse("== one: bug, ordinary, seating\nsubject: One\n@laugh\n", name="tales.txt")
