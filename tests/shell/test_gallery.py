"""The gallery in a real browser: nothing inaccessible, nothing too wide, and the behaviours do what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from slatrack.gallery import SCREENS

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
ADDRESSES = ["", *(f"?screen={screen}" for screen in SCREENS)]
# axe writes styles into the page while it looks; the policy is kept by every other test.
themes = pytest.mark.parametrize(
    "page",
    [{"color_scheme": "light", "bypass_csp": True}, {"color_scheme": "dark", "bypass_csp": True}],
    ids=["light", "dark"],
    indirect=True,
)


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong, one line each: the rule, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@themes
def test_the_gallery_is_accessible(gallery: str, page: Any) -> None:
    page.goto(gallery)
    assert violations(page) == []


@pytest.mark.parametrize("screen", SCREENS)
@themes
def test_the_sample_screens_are_accessible(gallery: str, page: Any, screen: str) -> None:
    page.goto(f"{gallery}?screen={screen}")
    assert violations(page) == []


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], ids=["phone"], indirect=True)
def test_nothing_is_wider_than_a_phone(gallery: str, page: Any) -> None:
    too_wide = {}
    for address in ADDRESSES:
        page.goto(gallery + address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            too_wide[address] = over
    assert too_wide == {}


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], ids=["without JavaScript"], indirect=True)
def test_without_javascript_nothing_is_offered_that_needs_it(gallery: str, page: Any) -> None:
    page.goto(gallery)
    assert page.locator("[data-theme-toggle]:visible").count() == 0
    assert page.locator("form.filters button:visible").count() == 1
    menu = page.locator("details.menu").first
    menu.locator("summary").click()
    assert menu.locator(".menu-list").is_visible()


def test_a_clock_counts_down_in_place_and_stands_still_while_the_calendar_is_closed(gallery: str, page: Any) -> None:
    page.clock.install()
    page.goto(gallery)
    open_now, closed_now = (
        page.locator(".clock-card [data-clock-words]").nth(0),
        page.locator(".clock-card [data-clock-words]").nth(1),
    )
    assert (open_now.inner_text(), closed_now.inner_text()) == ("2 h 41 m left", "1 h 20 m left")
    page.clock.run_for(30 * 60 * 1000)
    assert (open_now.inner_text(), closed_now.inner_text()) == ("2 h 11 m left", "1 h 20 m left")


def test_a_clock_in_closed_hours_is_calm_and_goes_on_by_itself_at_the_opening(gallery: str, page: Any) -> None:
    page.clock.install()
    page.goto(gallery)
    clock, note = page.locator(".clock-card").nth(1), page.locator(".clock-card").nth(1).locator("[data-clock-opens]")
    assert "clock-is-standing" in clock.get_attribute("class")
    assert note.inner_text().startswith("Stands still until")
    # It opens in nine hours, with twenty minutes to go until it is amber.
    for passed, state, left in ((9 * 60 + 10, "running", "1 h 10 m left"), (15, "warning", "55 m left")):
        page.clock.run_for(passed * 60 * 1000)
        assert f"clock-is-{state}" in clock.get_attribute("class")
        assert clock.locator("[data-clock-words]").inner_text() == left
        assert not note.is_visible()


def test_a_clock_stands_still_from_the_closing_on(gallery: str, page: Any) -> None:
    page.clock.install()
    page.goto(gallery)
    clock = page.locator(".clock-card").nth(2)
    assert "clock-is-warning" in clock.get_attribute("class")
    page.clock.run_for(20 * 60 * 1000)
    assert "clock-is-standing" in clock.get_attribute("class")
    assert clock.locator("[data-clock-words]").inner_text() == "12 m left"
    assert clock.locator("[data-clock-opens]").is_visible()


def test_a_clock_turns_amber_and_then_red_as_its_time_runs_out(gallery: str, page: Any) -> None:
    page.clock.install()
    page.goto(gallery)
    clock = page.locator(".clock-card").first
    page.clock.run_for(110 * 60 * 1000)
    assert "clock-is-warning" in clock.get_attribute("class")
    assert clock.locator("[data-clock-words]").inner_text() == "51 m left"
    page.clock.run_for(60 * 60 * 1000)
    assert "clock-is-breached" in clock.get_attribute("class")
    assert clock.locator("[data-clock-words]").inner_text() == "8 m over"


def test_the_exact_due_time_appears_on_focus(gallery: str, page: Any) -> None:
    page.goto(gallery)
    chip = page.locator(".clock-chip").first
    assert not chip.locator(".tip").is_visible()
    chip.locator(".clock-face").focus()
    assert chip.locator(".tip").is_visible()
    assert "In the agreement" in chip.locator(".tip").inner_text()


def test_the_theme_is_kept_for_the_next_page(gallery: str, page: Any) -> None:
    page.goto(gallery)
    page.locator("[data-theme-toggle]").first.click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_dialog_opens_and_closes_from_the_keyboard(gallery: str, page: Any) -> None:
    page.goto(gallery)
    page.locator("[data-open-dialog=sample-dialog]").press("Enter")
    assert page.locator("#sample-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#sample-dialog").is_visible()


def test_a_destructive_button_asks_once_and_keeps_still_on_cancel(gallery: str, page: Any) -> None:
    page.goto(gallery)
    page.locator("[data-confirm]").click()
    asked = page.locator("dialog[open]")
    assert "Delete this calendar?" in asked.inner_text()
    asked.get_by_text("Cancel").click()
    assert page.locator("dialog[open]").count() == 0


def test_j_and_k_walk_the_rows_and_enter_opens_one(gallery: str, page: Any) -> None:
    page.goto(f"{gallery}?screen=desk")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert "IW-2038" in page.locator("tr.is-here").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?screen=ticket")


def test_the_help_lists_the_keys_of_the_page(gallery: str, page: Any) -> None:
    page.goto(f"{gallery}?screen=desk")
    page.keyboard.press("?")
    words = page.locator("#hotkey-help").inner_text()
    assert "Due first" in words
    assert "Next row" in words


def test_slash_goes_to_the_search(gallery: str, page: Any) -> None:
    page.goto(f"{gallery}?screen=desk")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_the_composer_says_what_sending_will_do(gallery: str, page: Any) -> None:
    page.goto(f"{gallery}?screen=ticket")
    page.get_by_label("Note").check()
    assert page.locator("[data-composer-effect]").inner_text() == "Only colleagues see this. Stops no clock."


def test_a_file_that_is_too_large_is_named_before_it_is_sent(gallery: str, page: Any) -> None:
    page.goto(gallery)
    uploader = page.locator("[data-uploader]").first
    uploader.evaluate("element => { element.dataset.maxBytes = '1000' }")
    uploader.locator("input[type=file]").set_input_files(
        {"name": "trace.har", "mimeType": "application/json", "buffer": b"x" * 2500}
    )
    assert "trace.har" in uploader.inner_text()
    assert "more than 1 kB" in uploader.inner_text()
    assert uploader.locator("input[type=file]").evaluate("input => input.validationMessage") != ""
    uploader.get_by_label("Take trace.har away").click()
    assert uploader.locator("input[type=file]").evaluate("input => input.validationMessage") == ""


def test_toasts_leave_by_themselves_but_bad_news_stays(gallery: str, page: Any) -> None:
    page.goto(f"{gallery}?toast")
    assert page.locator(".flash").count() == 3
    expect(page.locator(".flash")).to_have_count(1, timeout=9000)
    assert "could not be sent" in page.locator(".flash").inner_text()


def test_why_opens_beside_the_work_and_not_instead_of_it(gallery: str, page: Any) -> None:
    page.goto(gallery)
    page.locator(".clock-card .clock-why").first.click()
    panel = page.locator("#panel")
    panel.wait_for(state="visible")
    assert "Nobody in Leeds" in panel.inner_text()
    assert page.url == gallery


def test_charts_are_drawn_from_the_table_beside_them(gallery: str, page: Any) -> None:
    page.goto(gallery)
    expect(page.locator("[data-chart] canvas[style]")).to_have_count(2)
    drawn = page.evaluate("Object.values(Chart.instances)[0].data.datasets.map(one => one.data)")
    assert drawn == [[118, 96, 131], [4, 1, 9]]
