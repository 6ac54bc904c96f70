"""Notices inside the app: each person their own, members and contacts alike."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from notifications import outbox
from notifications.models import Notice
from tenants.scope import tenant_scope


def tell(person: Any, *titles: str, url: str = "/portal/tickets/1/") -> list[int]:
    with tenant_scope(person.tenant):
        words = [outbox.Word(user_id=person.user_id, key=title, topic="test", title=title, url=url) for title in titles]
        outbox.tell(words, now=timezone.now())
        return list(Notice.objects.filter(user=person.user).order_by("id").values_list("pk", flat=True))


def unread(person: Any) -> int:
    with tenant_scope(person.tenant):
        return Notice.objects.filter(user=person.user).unread().count()


@pytest.mark.parametrize("who", ["owner", "lead", "agent", "account_manager", "contact", "reader"])
def test_everybody_reads_their_own_notices(cast: SimpleNamespace, sign_in: Any, who: str) -> None:
    person = getattr(cast, who)
    tell(person, "Ticket 1 was answered")
    page = sign_in(person).get("/notices/").content.decode()
    assert "Ticket 1 was answered" in page


def test_nobody_reads_anybody_elses(cast: SimpleNamespace, sign_in: Any) -> None:
    (ours,) = tell(cast.contact, "For Carla")
    (theirs,) = tell(cast.rival.contact, "For the rival's Carla")
    colleague = sign_in(cast.colleague)
    assert "For Carla" not in colleague.get("/notices/").content.decode()
    for notice in (ours, theirs):
        assert colleague.get(f"/notices/{notice}/").status_code == 404
        assert colleague.post(f"/notices/{notice}/read").status_code == 404
    assert unread(cast.contact) == unread(cast.rival.contact) == 1


def test_a_stranger_is_asked_to_sign_in(stranger: Any) -> None:
    assert stranger.get("/notices/").url.startswith("/accounts/login/")


def test_a_part_of_a_page_takes_the_whole_page_to_the_sign_in_page(cast: SimpleNamespace, stranger: Any) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "http://acme.localhost/desk/?view=mine"}
    answer = stranger.post("/notices/1/read", headers=here)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/desk/%3Fview%3Dmine&ended"


def test_the_bell_of_somebody_whose_session_ended_is_silent(stranger: Any) -> None:
    assert stranger.get("/notices/count", headers={"HX-Request": "true"}).status_code == 204
    assert stranger.get("/notices/count").url.startswith("/accounts/login/")


def test_following_a_notice_reads_it_and_goes_there(cast: SimpleNamespace, sign_in: Any) -> None:
    (notice,) = tell(cast.contact, "Answered")
    answer = sign_in(cast.contact).get(f"/notices/{notice}/")
    assert answer.url == "/portal/tickets/1/"
    assert unread(cast.contact) == 0


def test_reading_twice_keeps_the_first_moment(cast: SimpleNamespace, sign_in: Any) -> None:
    (notice,) = tell(cast.contact, "Answered")
    browser = sign_in(cast.contact)
    browser.post(f"/notices/{notice}/read")
    with tenant_scope(cast.tenant):
        first = Notice.objects.get(pk=notice).read_at
    browser.post(f"/notices/{notice}/read")
    with tenant_scope(cast.tenant):
        assert Notice.objects.get(pk=notice).read_at == first


def test_a_notice_never_leads_off_the_site(cast: SimpleNamespace, sign_in: Any) -> None:
    (notice,) = tell(cast.contact, "Answered", url="https://elsewhere.example/")
    assert sign_in(cast.contact).get(f"/notices/{notice}/").url == "/notices/"


def test_all_are_read_at_once_and_only_ones_own(cast: SimpleNamespace, sign_in: Any) -> None:
    tell(cast.agent, "One", "Two", "Three")
    tell(cast.lead, "Four")
    sign_in(cast.agent).post("/notices/read")
    assert (unread(cast.agent), unread(cast.lead)) == (0, 1)


@pytest.mark.parametrize("path", ["/notices/read", "/notices/1/read"])
def test_a_link_alone_marks_nothing_as_read(cast: SimpleNamespace, sign_in: Any, path: str) -> None:
    assert sign_in(cast.agent).get(path).status_code == 405


@pytest.mark.parametrize(("notices", "shown"), [(0, None), (3, "3"), (150, "99+")])
def test_the_bell_counts_what_is_unread(cast: SimpleNamespace, sign_in: Any, notices: int, shown: str | None) -> None:
    tell(cast.contact, *(f"Notice {number}" for number in range(notices)))
    bell = sign_in(cast.contact).get("/notices/count").content.decode()
    assert (f'bell-count">{shown}<' in bell) if shown else ("bell-count" not in bell)


def test_with_htmx_one_notice_and_the_bell_come_back(cast: SimpleNamespace, sign_in: Any) -> None:
    first, _second = tell(cast.agent, "One", "Two")
    answer = sign_in(cast.agent).post(f"/notices/{first}/read", headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "<html" not in text
    assert "told-new" not in text
    assert 'bell-count">1<' in text


@pytest.mark.thorough
def test_the_page_costs_the_same_however_many_there_are(
    cast: SimpleNamespace, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(cast.agent)
    tell(cast.agent, "One")
    with django_assert_max_num_queries(20) as few:
        browser.get("/notices/")
    tell(cast.agent, *(f"Notice {number}" for number in range(60)))
    with django_assert_max_num_queries(len(few)):
        browser.get("/notices/")
