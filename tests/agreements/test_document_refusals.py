"""What the loader refuses: each with the line, the path in the document and a sentence for its writer."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from agreements.document import DocumentErrors, bundled_text, load
from tests.agreements.documents import FIXTURES, SIXTH, errors_of, sixth


def broken(old: str, new: str) -> tuple[str, int]:
    """The sixth agreement with one text replaced, and the line on which the replacement starts."""
    assert SIXTH.count(old) == 1, f"{old!r} is there {SIXTH.count(old)} times"
    return SIXTH.replace(old, new), SIXTH[: SIXTH.index(old)].count("\n") + 1


CASES: dict[str, dict[str, Any]] = yaml.safe_load((FIXTURES / "refusals.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_mistake_is_refused_with_its_line_its_path_and_a_sentence(case):
    text, start = broken(case["text"], case["with"])
    found = errors_of(text)
    matching = [error for error in found if error[1].startswith(case["at"]) and case["says"] in error[2]]
    assert matching, found
    if "below" in case:
        assert start + case["below"] in {line for line, _, _ in matching}, (start, found)
    for _, _, sentence in found:
        assert sentence.endswith((".", "?")), sentence


def test_a_plan_without_targets_is_refused():
    """Every target of this file names its plans, so that one more plan is promised nothing."""
    text = bundled_text("officeware").replace(
        "plans:\n  professional:\n",
        "plans:\n  mini: {name: Mini, description: Small., channels: [chat]}\n  professional:\n",
    )
    line = text[: text.index("  mini:")].count("\n") + 1
    sentence = "The plan “Mini” has no targets. Promise at least one thing, if only “best effort”."
    assert errors_of(text) == [(line, "plans.mini", sentence)]


def test_the_unbroken_file_loads():
    assert errors_of(SIXTH) == []
    assert sixth().key == "kumo"


def test_a_duplicate_key_names_both_lines():
    text, line = broken("timezone: Asia/Tokyo", "timezone: Asia/Tokyo\ntimezone: Asia/Seoul")
    assert errors_of(text) == [
        (line + 1, "timezone", f"“timezone” is given twice; the first is in line {line}. Keep one.")
    ]


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = SIXTH.replace("country: JP", "country: JX").replace("subdivision: BE}", "subdivision: ZZ}")
    found = errors_of(text)
    assert [path for _, path, _ in found] == [
        "calendars.desk.holidays.country",
        "calendars.berlin.holidays.subdivision",
    ]
    assert found[0][0] < found[1][0]


def test_an_error_prints_file_line_column_path_and_sentence():
    text, line = broken("promise: 5 business days", "promise: 5 days")
    with pytest.raises(DocumentErrors) as caught:
        load(text, name="kumo.yaml")
    error = caught.value.errors[0]
    assert (error.file, error.line, error.column) == ("kumo.yaml", line, 41)
    assert str(error).startswith(f"kumo.yaml, line {line}, column 41, at targets.rules[0].promise: “5 days” can mean")


@pytest.mark.parametrize(
    "plain", ["NO", "yes", "on", "08:30", "2024-07-01", "0o14", "014", "1e3", ".5", "1_000", "0x1F", "=", "<<"]
)
def test_plain_words_stay_the_text_they_are(plain):
    """Norway is a country, half past eight a time and not 510, and a version label keeps its zeros."""
    text, _ = broken("title: Kumo Storage Service Levels", f"title: {plain}")
    assert load(text, name="kumo.yaml").title == plain


def test_norway_has_holidays():
    text, _ = broken("country: JP", "country: NO")
    text = text.replace("removed: [{name: Culture Day}]", "removed: [{name: Constitution Day}]")
    assert load(text, name="kumo.yaml").calendars["desk"].public.place == "Norway"
