"""What nobody may bring in, at every door it could come through: the loader, the command, the API and the page.

Each is refused with the file, the line, the path in the document and a sentence, and nothing is kept.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements import actions
from agreements.document import DocumentErrors, bundled_text, load
from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import SIXTH, errors_of
from tests.agreements.formfilling import fields_of, posted, with_value

pytestmark = pytest.mark.thorough

FILE = "bad.yaml"
OFFICEWARE = bundled_text("officeware")


@dataclass(frozen=True)
class Bad:
    """A text, and what is said about it. `at` is the text whose line is named."""

    text: str | bytes
    line: int
    path: str
    says: str


def changed(old: str, new: str, path: str, says: str, *, below: int = 0, text: str = SIXTH) -> Bad:
    assert text.count(old) == 1, old
    return Bad(text.replace(old, new), text[: text.index(old)].count("\n") + 1 + below, path, says)


CASES = {
    "five megabytes": Bad(b"key: value\n" * 480_000, 1, "", f"This file, {FILE}, is larger than 1 MB."),
    "a recursive alias": Bad("a: &a\n  b: *a\n", 1, "a", "Anchors (&name) are not allowed."),
    "an alias": Bad("a: b\nc: *a\n", 2, "c", "Aliases (*name) are not allowed."),
    "a calendar without an open hour": changed(
        "weekly: {mon-fri: 00:00-24:00}", "weekly: {mon-fri: []}", "calendars.market.weekly", "has no open hour"
    ),
    "a target in an unknown unit": changed(
        "promise: 5 business days", "promise: 5 fortnights", "targets.rules[0].promise", "is not a length of time"
    ),
    "a bare day": changed(
        "promise: 5 business days", "promise: 5 days", "targets.rules[0].promise", "“5 days” can mean 24 hours"
    ),
    "a plan without targets": changed(
        "plans:\n  professional:\n",
        "plans:\n  mini: {name: Mini, description: Small., channels: [chat]}\n  professional:\n",
        "plans.mini",
        "The plan “Mini” has no targets.",
        below=1,
        text=OFFICEWARE,
    ),
    "overlapping hours": changed(
        "[09:00-12:00, 13:00-17:30]", "[09:00-13:30, 13:00-17:30]", "calendars.desk.weekly.mon-thu[1]",
        "13:00-17:30 overlaps 09:00-13:30.",
    ),
}  # fmt: skip

Problem = tuple[str, int, str, str]


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def bad(request: Any) -> Bad:
    return request.param


def as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def check(found: list[Problem], bad: Bad) -> None:
    """Exactly this is wrong: the file, line, path and sentence."""
    assert [(file, line, path) for file, line, path, _ in found] == [(FILE, bad.line, bad.path)], found
    assert bad.says in found[0][3]


class TestTheLoader:
    def test_refuses_it(self, bad):
        with pytest.raises(DocumentErrors) as caught:
            load(bad.text, name=FILE)
        check([(e.file, e.line, e.path, e.sentence) for e in caught.value.errors], bad)


class TestTheCommand:
    def test_refuses_it(self, bad, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path(FILE).write_bytes(as_bytes(bad.text))
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("agreement", "lint", FILE, stdout=out)
        assert ended.value.code == 1
        (line,) = out.getvalue().splitlines()
        place = re.match(r"(\S+?):(\d+):(\d+): (?:([a-z0-9_.\[\]-]+): )?(.*)\Z", line)
        assert place, line
        check([(place[1], int(place[2]), place[4] or "", place[5])], bad)


@pytest.fixture
def stage(cast: SimpleNamespace) -> SimpleNamespace:
    return cast


def kept(stage: SimpleNamespace) -> int:
    with tenant_scope(stage.tenant):
        return AgreementVersion.objects.count()


@pytest.mark.django_db
class TestTheApi:
    @pytest.mark.parametrize("how", ["yaml", "json"])
    def test_refuses_it_as_a_draft(self, bad, stage, sign_in, how):
        answer = sending(sign_in(stage.owner), how, bad)
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        errors = answer.json()["errors"]
        assert {error["pointer"] for error in errors} == {"/source"}
        check([(e["file"], e["line"], e["path"], e["sentence"]) for e in errors], bad)
        assert all(error["column"] >= 1 and error["sentence"] in error["detail"] for error in errors)
        assert kept(stage) == 0

    @pytest.mark.parametrize("how", ["yaml", "json"])
    def test_finds_it_when_it_checks(self, bad, stage, sign_in, how):
        answer = sending(sign_in(stage.agent), how, bad, to="validation")
        assert answer.status_code == 200
        problems = answer.json()["problems"]
        check([(e["file"], e["line"], e["path"], e["sentence"]) for e in problems], bad)

    def test_does_not_read_a_body_that_says_it_is_too_long(self, stage, sign_in):
        """The length is in the head; the body behind it never comes."""
        answer = sign_in(stage.owner).generic(
            "POST", f"/api/v1/agreements/versions/?file={FILE}", b"a: b", content_type="application/yaml",
            CONTENT_LENGTH=str(5_000_000),
        )  # fmt: skip
        assert answer.status_code == 400
        assert "is larger than 1 MB" in answer.json()["errors"][0]["sentence"]


def sending(browser: Any, how: str, bad: Bad, *, to: str = "versions") -> Any:
    url = f"/api/v1/agreements/{to}/?file={FILE}"
    if how == "yaml":
        return browser.post(url, as_bytes(bad.text), content_type="application/yaml")
    return browser.post(url, {"source": as_bytes(bad.text).decode()}, content_type="application/json")


@pytest.mark.django_db
class TestThePage:
    def test_refuses_it_as_a_file_and_says_where(self, bad, stage, sign_in):
        upload = SimpleUploadedFile(FILE, as_bytes(bad.text), content_type="application/yaml")
        answer = sign_in(stage.owner).post("/settings/agreements/new/", {"source": "typed", "upload": upload})
        assert answer.status_code == 422
        page = html.unescape(answer.content.decode())
        assert kept(stage) == 0
        if not bad.path:
            # Too large to be shown: the page names the file beside the field, and keeps what was typed.
            assert bad.says in page
            assert "typed" in page
            return
        assert bad.says in page
        assert bad.path in page
        problems = answer.context["form"].problems
        check([(e.file, e.line, e.path, e.sentence) for e in problems], bad)
        assert re.search(rf"\b{bad.line}\b", page)

    # Nobody types five megabytes; the web server's own limit comes first.
    @pytest.mark.parametrize("bad", [case for case in CASES.values() if case.path], indirect=True)
    def test_refuses_it_as_typed_text_and_keeps_it(self, bad, stage, sign_in):
        answer = sign_in(stage.owner).post("/settings/agreements/new/", {"source": bad.text})
        assert answer.status_code == 422
        page = html.unescape(answer.content.decode())
        assert bad.says in page
        assert str(bad.text).splitlines()[1] in page
        assert kept(stage) == 0


@pytest.mark.django_db
class TestTheForm:
    @pytest.mark.parametrize(
        ("typed", "says"),
        [("x" * 1_100_000, "larger than 1 MB"), ("word\r\n" * 21_000, "more than 20,000 values")],
        ids=["too long", "too many lines"],
    )
    def test_what_is_too_much_to_be_carried_to_another_section_stays_where_it_was_typed(
        self, cast, sign_in, in_tenant, typed, says
    ):
        owner, now = sign_in(cast.owner), timezone.now()
        version = actions.save_draft(source=OFFICEWARE, name=FILE, effective_from=None, by=None, now=now)
        form = f"/settings/agreements/versions/{version.pk}/form/plans/"
        fields = with_value(fields_of(owner.get(form).text), "f/plans/gold/features", typed)
        page = owner.post(form, posted(fields, "go:targets"))
        assert page.status_code == 422
        assert says in html.unescape(page.text)
        # On the plans still, with everything typed.
        assert len(dict(fields_of(page.text))["f/plans/gold/features"]) >= len(typed) - 2


class TestAVersionDatedBeforeAPublishedOne:
    """It can only be seen where versions are kept, so its doors are the action, the API and the page."""

    @pytest.fixture
    def text(self, stage: SimpleNamespace) -> str:
        with tenant_scope(stage.tenant):
            factories.agreement("engage", source=bundled_text("engage"))
            published = AgreementVersion.objects.get()
            day = published.effective_from
        return bundled_text("engage").replace(
            "effective_from: 2024-07-01", f"effective_from: {day.replace(year=day.year - 1)}"
        )

    @pytest.fixture
    def line(self, text: str) -> int:
        return text[: text.index("effective_from:")].count("\n") + 1

    def test_the_action_refuses_it_at_its_line(self, stage, text, line):
        with tenant_scope(stage.tenant), pytest.raises(actions.UnusableDocumentError) as refusal:
            actions.save_draft(source=text, name=FILE, effective_from=None, by=None, now=timezone.now())
        (problem,) = refusal.value.problems
        assert (problem.file, problem.line, problem.path) == (FILE, line, "version.effective_from")
        assert "cannot start before it" in problem.sentence

    def test_the_api_refuses_it_at_its_line(self, stage, sign_in, text, line):
        answer = sign_in(stage.owner).post(
            f"/api/v1/agreements/versions/?file={FILE}", text, content_type="application/yaml"
        )
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["file"], error["line"]) == (400, FILE, line)
        assert (error["pointer"], error["path"]) == ("/source", "version.effective_from")
        assert "cannot start before it" in error["sentence"]

    def test_the_page_refuses_it_at_its_line(self, stage, sign_in, text, line):
        answer = sign_in(stage.owner).post("/settings/agreements/new/", {"source": text})
        assert answer.status_code == 422
        page = html.unescape(answer.content.decode())
        assert "cannot start before it" in page
        assert "version.effective_from" in page


# What a file is made of, put together by somebody who means harm or cannot type.
PIECES = st.one_of(
    st.sampled_from(
        ["\n", " ", "  ", "- ", ": ", ",", "{", "}", "[", "]", "&a ", "*a", "!!str ", "|", ">", "#", "'", '"', "? ",
        "%", "---\n",
         "...", "\t", "\x00", "\u2028", "\ufeff", "\ud800", "é", "𝄞", "key", "2026-02-30", "99.9 %", "8 business hours",
         "best effort"]
    ),
    st.text(max_size=6),
    st.sampled_from(SIXTH.splitlines(keepends=True)),
)  # fmt: skip
Damage = Callable[[str], str]


@st.composite
def damaged(draw: Any) -> str:
    """A real file with stretches cut out, doubled or replaced."""
    text = draw(st.sampled_from([SIXTH, OFFICEWARE]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        middle = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), st.lists(PIECES, max_size=4).map("".join)))
        text = text[:start] + middle + text[end:]
    return text


def assert_loads_or_is_refused(text: str | bytes) -> None:
    for line, _, sentence in errors_of(text):
        assert line >= 1
        assert sentence.strip()
        assert "\n" not in sentence


FUZZING = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@FUZZING
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_text_whatever_breaks_the_loader(text):
    assert_loads_or_is_refused(text)


@FUZZING
@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_loader(data):
    assert_loads_or_is_refused(data)


@FUZZING
@given(damaged())
def test_no_damage_to_a_real_file_breaks_the_loader(text):
    assert_loads_or_is_refused(text)
