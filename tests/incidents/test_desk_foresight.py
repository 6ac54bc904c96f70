"""What the desk says before something is done, and what is easily overlooked at three in the morning."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from incidents.models import Incident
from incidents.models.kinds import Kind
from tenants.scope import tenant_scope
from tests.incidents.desking import PAGE, at, declaration, facts, fresh, only, page_of, text, update
from tests.incidents.mending import MINUTE, START, declared, workspace
from tests.incidents.test_desk_incidents import begun, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Any, sign_in: Any) -> Any:
    workspace(cast)
    return sign_in(cast.agent)


def test_what_is_published_by_itself_is_nobodys_deed(cast: Any, desk: Any) -> None:
    page = text(at(desk, page_of(begun(cast, level="p1"))))
    assert "It was put on the status page" in page
    assert "slatrack put" not in page


def test_an_old_urgent_one_stands_before_a_hundred_newer_ones_and_each_comes_once(cast: Any, desk: Any) -> None:
    begun(cast, title="Down", level="p1")
    for number in range(2):
        begun(cast, title=f"Late {number}", level="p1", at=START + MINUTE)
    with tenant_scope(cast.tenant):
        slow = declared(cast.agent, level="p3")
        version, common = slow.agreement_version, {"level": "p3", "started_at": START, "declared_at": START + MINUTE}
        Incident.objects.bulk_create(
            Incident(
                number=100 + each, title="Slow", agreement_version=version, last_activity_at=START + MINUTE, **common
            )
            for each in range(120)
        )
    first = at(desk, PAGE, START + 2 * MINUTE).content.decode()
    numbers = re.findall(r">INC-(\d+)<", first)
    assert numbers[:3] == ["1", "2", "3"]
    following = html.unescape(re.search(r'href="(\?cursor=[^"]+)"', first).group(1))  # type: ignore[union-attr]
    second = at(desk, f"{PAGE}{following}", START + 2 * MINUTE).content.decode()
    numbers += re.findall(r">INC-(\d+)<", second)
    assert (len(numbers), len(set(numbers))) == (124, 124)
    for hostile in ("after~2026-03-03T09:00:00+00:00~2026-03-03T09:00:00+00:00~1", "after~99~5~17", "after~x~y~z"):
        assert desk.get(PAGE, {"cursor": hostile}).status_code == 200


def test_an_empty_declaration_says_everything_that_is_missing_at_once(cast: Any, desk: Any) -> None:
    refused = at(desk, f"{PAGE}new/", submission="")
    for words in ("Say in a few words what is wrong.", "Choose a level from the agreement."):
        assert words in text(refused), words
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("query", "referer", "back"),
    [
        ("ticket={0}", "/desk/?view=mine", "/desk/?view=mine"), ("ticket={0}", "", "/desk/tickets/{0}/"),
        ("ticket={0}", "/desk/incidents/new/?ticket={0}", "/desk/tickets/{0}/"), ("", "", PAGE), ("ticket=x", "", PAGE),
    ],
)  # fmt: skip
def test_cancel_leads_to_where_one_came_from(cast: Any, desk: Any, query: str, referer: str, back: str) -> None:
    number = filed(cast).number
    headers = {"referer": f"http://acme.localhost{referer.format(number)}"} if referer else {}
    page = desk.get(f"{PAGE}new/?{query.format(number)}", headers=headers).content.decode()
    assert f'<a class="btn btn-ghost" href="{back.format(number)}">Cancel</a>' in page
    page = desk.get(f"{PAGE}new/?{query}", headers={"referer": "http://evil.example/desk/"}).content.decode()
    assert "evil" not in page


def test_B12_before_it_is_published_one_sees_what_everybody_reads_then(cast: Any, desk: Any) -> None:
    incident = begun(cast, level="p5", body="The cache is cold.")
    page = page_of(incident)
    at(desk, f"{page}update/", START + MINUTE, **update(incident, body="We **warm** it."))
    asked = text(at(desk, f"{page}publish/", START + 2 * MINUTE))
    assert "what was told so far: 2 updates" in asked
    assert "Adam Agent The cache is cold." in asked
    assert fresh(incident).published_at is None
    assert "Becomes public What was told so far: 2 updates" in text(at(desk, f"{page}level/", START + 2 * MINUTE))
    at(desk, f"{page}publish/", START + 3 * MINUTE, do="it")
    assert fresh(incident).published_at == START + 3 * MINUTE


def test_another_level_says_that_it_becomes_public_only_where_that_changes_anything(cast: Any, desk: Any) -> None:
    page = page_of(begun(cast))
    assert "Becomes public" not in text(at(desk, f"{page}level/", START + MINUTE))
    page = page_of(begun(cast, level="p5"))
    asked = text(at(desk, f"{page}level/", START + MINUTE))
    assert "Becomes public Its title" in asked
    assert "0 updates" not in asked


def test_B15_an_update_that_came_late_carries_the_miss(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    at(desk, f"{page_of(incident)}update/", START + 20 * MINUTE, **update(incident))
    page = at(desk, page_of(incident), START + 21 * MINUTE)
    assert "The queue is drained. Update: missed, updated in 20 m of 15 m." in text(page)
    assert 'class="turn-note is-missed"' in page.content.decode()


def test_B15_what_stands_in_braces_is_shown_as_it_would_be_sent_and_the_unknown_is_named(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    words = "{status}: next {next_update}, {ticket}."
    sent = update(incident, body=words, status="identified", look="1")
    shown = at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **sent)
    assert shown.status_code == 200
    assert "Sent now it would read identified: next 10:17 CET, {ticket}." in text(shown)
    assert "Nothing stands for {ticket}. What can be filled in: {incident}," in text(shown)
    assert not facts(incident, Kind.PUBLIC_UPDATE)
    last = {"body": "{incident} is {status}.", "look": "1", "seen_event": sent["seen_event"]}
    shown = at(desk, f"{page_of(incident)}resolve/", START + 2 * MINUTE, submission=sent["submission"], **last)
    assert "Sent now it would read Messages are late is resolved." in text(shown)
    assert fresh(incident).resolved_at is None
    shown = at(desk, f"{PAGE}new/", **declaration(title="Disk full", body="{incident} at {level}", look="1"))
    assert "Sent now it would read Disk full at P1" in text(shown)
    assert only(cast.tenant) == incident


def test_the_box_of_how_it_would_read_is_empty_for_a_script_until_something_is_to_be_filled_in(
    cast: Any, desk: Any
) -> None:
    incident = begun(cast)
    page = at(desk, page_of(incident), START + MINUTE).content.decode()
    [box] = re.findall(r'<div class="update-preview".*?</div>', page, flags=re.DOTALL)
    # What is in <noscript> counts for CSS where a script put the page in: a class of its own hides it.
    assert "noscript" not in box
    assert re.findall(r'<button class="([^"]*)"', box) == ["btn btn-sm no-js"]


def test_B14_who_tells_everybody_has_it_where_nobody_had_and_is_told_so_before(
    cast: Any, desk: Any, sign_in: Any
) -> None:
    incident = begun(cast)
    assert "It says that you are on it" in text(at(desk, page_of(incident), START + MINUTE))
    at(desk, f"{page_of(incident)}update/", START + MINUTE, **update(incident, kind="internal_note"))
    assert fresh(incident).acknowledged_by_id is None
    at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **update(incident))
    now = fresh(incident)
    assert (now.acknowledged_by_id, now.acknowledged_at) == (cast.agent.pk, START + 2 * MINUTE)
    at(sign_in(cast.lead), f"{page_of(incident)}update/", START + 3 * MINUTE, **update(incident, body="More."))
    assert fresh(incident).acknowledged_by_id == cast.agent.pk
    assert len(facts(incident, Kind.ACKNOWLEDGED)) == 1
    assert "It says that you are on it" not in text(at(desk, page_of(incident), START + 4 * MINUTE))


def test_B15_due_times_are_read_to_the_minute_and_exactly_on_hover(cast: Any, desk: Any) -> None:
    incident = begun(cast, at=START + timedelta(seconds=47))
    page = at(desk, page_of(incident), START + MINUTE).content.decode()
    assert "Monday 2 March 2026, 10:15 CET</time>" in page
    assert 'title="Monday 2 March 2026, 10:15:47 CET"' in page


def test_the_list_says_of_what_a_number_is_where_it_has_no_heads(cast: Any, desk: Any) -> None:
    with tenant_scope(cast.tenant):
        declared(cast.agent, tickets=[])
    begun(cast, title="Linked", tickets=[filed(cast)])
    page = at(desk, PAGE, START + MINUTE).content.decode()
    assert re.search(r'<td class="num col-tickets" data-label="Tickets">\s*1\s*</td>', page)
    assert 'col-tickets cell-hide"' in page


def test_the_form_of_several_tickets_begins_with_which_they_are(cast: Any, desk: Any) -> None:
    one, two = filed(cast), filed(cast, subject="All is slow")
    page = text(at(desk, f"{PAGE}new/?ticket={one.number}&ticket={two.number}"))
    assert page.index(f"#{one.number} Nothing arrives") < page.index(f"#{two.number} All is slow")
    assert page.index(f"#{two.number} All is slow") < page.index("What is wrong, in a few words")


@pytest.mark.parametrize(
    ("verb", "state", "why"),
    [
        ("publish", "open", "This incident is on the status page already."),
        ("reopen", "open", "This incident is open: there is nothing to open again."),
        *((verb, "over", "This incident is resolved. Open it again first, and say why.")
          for verb in ("resolve", "level", "affected", "merge", "step")),
    ],
)  # fmt: skip
def test_the_form_of_what_does_not_fit_leads_back_and_says_why(
    cast: Any, desk: Any, verb: str, state: str, why: str
) -> None:
    incident = begun(cast)
    if state == "over":
        at(desk, f"{page_of(incident)}resolve/", START + MINUTE, **update(incident, solve_tickets="on"))
    answer = at(desk, f"{page_of(incident)}{verb}/", START + 2 * MINUTE)
    assert (answer.status_code, answer["Location"]) == (302, page_of(incident))
    assert why in text(at(desk, page_of(incident), START + 2 * MINUTE))
    # A panel follows no redirect: it goes to the address itself.
    assert desk.get(f"{page_of(incident)}{verb}/", headers={"HX-Request": "true"}).status_code == 409


# Why?


def test_B15_the_countdown_explains_itself_as_a_tickets_clock_does(cast: Any, desk: Any) -> None:
    incident = begun(cast)
    page = text(at(desk, f"{page_of(incident)}clock/0/", START + 5 * MINUTE))
    for words in (
        "within 15 minutes Rule Updates of incidents at P1.", "B15", "Counted 5 m of 15 m", "10:00 – 10:05 counted",
        "Falls due 10:15",
    ):  # fmt: skip
        assert words in page, words


def test_another_level_on_the_way_stands_in_the_explanation(cast: Any, desk: Any) -> None:
    incident = begun(cast, level="p2")
    at(desk, f"{page_of(incident)}level/", START + 5 * MINUTE, level="p1", reason="More of them.")
    page = text(at(desk, f"{page_of(incident)}clock/0/", START + 6 * MINUTE))
    assert "Changed it from P2 to P1 by Adam Agent" in page
    assert "More of them." in page
    assert "within 15 minutes" in page


@pytest.mark.parametrize("cycle", [7, 2**31])
def test_there_is_no_explanation_of_a_clock_that_there_is_not(cast: Any, desk: Any, cycle: int) -> None:
    assert at(desk, f"{page_of(begun(cast))}clock/{cycle}/").status_code == 404
