"""The public pages as people in a hurry have them: 320 pixels, no JavaScript, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from incidents import actions
from incidents.actions.maintenance import announce_maintenance, plan_maintenance
from incidents.models import Impact
from statuspage import actions as news
from tenants.scope import tenant_scope
from tests.e2e.test_screens import AXE, FOUND, STICKING_OUT
from tests.incidents import mending, rotas
from tests.statuspage.public import START, later, voice_is_down

pytestmark = pytest.mark.browser


@pytest.fixture
def busy(cast: Any) -> Any:
    """Everything at once: one incident overdue, another milder, maintenance planned, news."""
    mending.workspace(cast, "engage")
    with tenant_scope(cast.tenant):
        voice_is_down(cast)
        slow = mending.declared(
            cast.agent, title="Slow", at=later(3), hurts=[mending.hurt("messaging", "", Impact.PARTIAL)], level="p2"
        )
        actions.post_update(
            incident_id=slow.pk, by=cast.agent, body="A" * 200 + "\n\n```\n" + "b" * 200 + "\n```", now=later(4)
        )
        maintenance = plan_maintenance(
            by=cast.agent, now=START, title="New trunks", parts=[("voice", "")], start_at=later(30_000),
            end_at=later(30_060),
        )  # fmt: skip
        announce_maintenance(maintenance_id=maintenance.pk, by=cast.agent, now=later(1))
        post = news.write_news(
            kind="system_updates",
            title="A new switch",
            body="It is faster.",
            products=[],
            by=cast.owner.user,
            now=START,
        )
        news.publish_news(news_id=post.pk, by=cast.owner.user, now=later(2))
    return cast


PAGES = (
    "/status/", "/status/incidents/1/", "/status/incidents/2/", "/status/maintenance/1/", "/status/history/2026/3/",
    "/status/news/", "/status/subscribe/",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_public_pages_fit_320_pixels_and_hide_nothing_from_anybody(busy, window, scheme):
    phone = window(viewport={"width": 320, "height": 720}, color_scheme=scheme)
    found: dict[str, Any] = {}
    with time_machine.travel(later(30)):
        for path in PAGES:
            page = phone.go(path)
            found[f"{path}, 320 px"] = page.evaluate(STICKING_OUT)
            page.evaluate(AXE)
            found[f"{path}, axe"] = page.evaluate(FOUND, [])
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("width", [320, 390])
def test_words_that_never_end_break_no_page(cast, window, width):
    mending.workspace(cast, "engage")
    word = "Unterbrechungsfreistellung" * 5
    with tenant_scope(cast.tenant):
        incident, _open = (mending.declared(cast.agent, title=word, hurts=[mending.hurt("voice")]) for _ in range(2))
        actions.resolve_incident(incident_id=incident.pk, by=cast.agent, body="Over.", now=later(2))
        actions.write_postmortem(
            incident_id=incident.pk, by=cast.agent, now=later(3), summary="Over.", what_happened="-", causes="-",
            what_we_do="-",
        )  # fmt: skip
        actions.add_postmortem_action(
            incident_id=incident.pk, title=word, owner=cast.agent, due_on=START.date(), by=cast.agent, now=later(3)
        )
        rota = rotas.schedule(cast.agent, name=word[:60])
    public = ("/status/", "/status/incidents/1/", "/status/incidents/2/", "/status/history/")
    inside = ("/desk/incidents/1/postmortem/", f"/settings/on-call/{rota.pk}/", "/desk/incidents/2/")
    with time_machine.travel(later(30)):
        for person, paths in ((None, public), (cast.owner, inside)):
            phone = window(person, viewport={"width": width, "height": 720})
            found = {path: phone.go(path).evaluate(STICKING_OUT) for path in paths}
            assert {path: what for path, what in found.items() if what} == {}


def test_to_tick_a_service_unticks_all_of_them_and_the_other_way_round(busy, window):
    page = window().go("/status/subscribe/")
    incidents = page.get_by_role("group", name="Incidents")
    every, voice, messaging = (incidents.get_by_label(name) for name in ("All services", "Voice", "Messaging"))
    assert every.is_checked()
    voice.check()
    messaging.check()
    assert [each.is_checked() for each in (every, voice, messaging)] == [False, True, True]
    assert page.get_by_role("group", name="Maintenance").get_by_label("All services").is_checked()
    every.check()
    assert [each.is_checked() for each in (every, voice, messaging)] == [True, False, False]


def test_the_public_pages_are_read_and_subscribed_to_without_javascript(busy, window):
    with time_machine.travel(later(30)):
        page = window(java_script_enabled=False, viewport={"width": 320, "height": 720}).go("/status/")
        assert page.locator("h1").inner_text().startswith("Voice is down")
        assert page.locator(".next-overdue").count() == 1
        page.get_by_role("link", name="Subscribe", exact=True).click()
        page.get_by_label("Your e-mail address").fill("anna@reader.example")
        page.get_by_label("Voice", exact=True).first.check()
        page.get_by_role("button").click()
        assert page.get_by_role("heading", name="Look into your mail").is_visible()
