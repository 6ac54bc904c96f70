"""Ready words for updates: owners write them, the composer and the declaration begin with them without a script too."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.models import UpdateTemplate
from incidents.models.kinds import Kind
from tenants.scope import tenant_scope
from tests.incidents.desking import PAGE, at, declaration, facts, page_of, text, update
from tests.incidents.mending import MINUTE, START, declared, workspace

pytestmark = pytest.mark.django_db

SETTINGS = "/settings/update-templates/"


@pytest.fixture
def owner(cast: Any, sign_in: Any) -> Any:
    workspace(cast)
    return sign_in(cast.owner)


def test_an_empty_page_offers_ready_ones(cast: Any, owner: Any) -> None:
    assert "Take these 4" in text(owner.get(SETTINGS))
    for _ in range(2):
        owner.post(f"{SETTINGS}ready/")
    with tenant_scope(cast.tenant):
        assert UpdateTemplate.objects.count() == 4


def test_one_is_written_changed_and_thrown_away(cast: Any, owner: Any) -> None:
    owner.post(SETTINGS, {"name": "Hold", "status": "", "body": "Please hold, {affected}."})
    with tenant_scope(cast.tenant):
        template = UpdateTemplate.objects.get()
    taken = owner.post(SETTINGS, {"name": "Hold", "status": "", "body": "Again."})
    assert (taken.status_code, "There is a template of this name already." in text(taken)) == (422, True)
    owner.post(f"{SETTINGS}{template.pk}/", {"name": "Hold on", "status": "identified", "body": "Hold."})
    with tenant_scope(cast.tenant):
        assert UpdateTemplate.objects.get().status == "identified"
    owner.post(f"{SETTINGS}{template.pk}/remove/")
    with tenant_scope(cast.tenant):
        assert not UpdateTemplate.objects.exists()
    assert owner.post(f"{SETTINGS}{template.pk}/remove/").status_code == 404


@pytest.mark.parametrize("word", ["nxt_update", "incident.__class__", "0", "affected!r", ""])
def test_an_unknown_placeholder_is_named_beside_the_field_with_the_known_ones(cast: Any, owner: Any, word: str) -> None:
    refused = owner.post(SETTINGS, {"name": "x", "status": "", "body": f"Next: {{{word}}}, {{level}}"})
    assert refused.status_code == 422
    assert f"Nothing stands for {{{word}}}. What can be filled in: {{incident}}, {{level}}," in text(refused)


def test_it_is_seen_with_a_sample_before_it_is_kept(cast: Any, owner: Any) -> None:
    page = text(owner.post(SETTINGS, {"name": "x", "status": "", "body": "Next: {next_update}", "look": "1"}))
    assert "How it would read Next: 14:30 CET" in page
    with tenant_scope(cast.tenant):
        assert not UpdateTemplate.objects.exists()


def test_the_composer_and_the_declaration_begin_with_one_and_fill_it_in_when_it_is_sent(
    cast: Any, owner: Any, sign_in: Any
) -> None:
    with tenant_scope(cast.tenant):
        template = UpdateTemplate.objects.create(
            name="Cause", status="identified", body="{status}: {affected}, next {next_update}."
        )
        incident = declared(cast.agent)
    desk = sign_in(cast.agent)
    page = at(desk, f"{page_of(incident)}?template={template.pk}", START + MINUTE).content.decode()
    assert ">\n{status}: {affected}, next {next_update}.</textarea>" in page
    assert '<option value="identified" selected>' in page
    sent = update(incident, body=template.body, status="identified")
    at(desk, f"{page_of(incident)}update/", START + 2 * MINUTE, **sent)
    assert facts(incident, Kind.PUBLIC_UPDATE)[0].body == "identified: No product, next 10:17 CET."
    assert template.body in at(desk, f"{PAGE}new/?template={template.pk}").content.decode()
    at(desk, f"{PAGE}new/", **declaration(body=template.body, level="p5"))


def test_only_owners_write_them(cast: Any, owner: Any, sign_in: Any) -> None:
    assert sign_in(cast.agent).get(SETTINGS).status_code == 403
    assert sign_in(cast.contact).get(SETTINGS).status_code == 404
