"""Changing an agreement's text in place: it says exactly the new data, and every other line is as it was."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.document import BUNDLED, bundled_text
from agreements.document.source import read
from agreements.editing import rewrite, rewritten
from agreements.editing.emit import block
from agreements.editing.nodes import tree_of
from agreements.editing.rewrite import same
from tests.agreements.documents import SIXTH

TEXTS = {**{key: bundled_text(key) for key in BUNDLED}, "kumo": SIXTH}
HARD = [
    "no", "08:30", "1.0", "12", "true", "null", "~", "", " lead", "trail ", "a: b", "a #b", "# x", "it's", '"quoted"', "key:", "- dash",
    "[x]", "{a}", "a, b", "? q", "!t", "&a", "*b", "%d", "@x", "`y", "---", "--- a", "...", "=", "|", "> x", "1e3", "0x1f", "-5",
    "two\nlines", "one\n\nand\n", "  \n x", "a\n b\nc", "\t", "tab\tin", "back\\slash", "“curly” é 😀", "\u2028s", "\x85", "\ufeff", "\x07",
    "https://x.y/z", "x:y", "word " * 60 + "end", "x" * 300, 5, True, False,
]  # fmt: skip


def data_of(text: str) -> Any:
    return read(text, name="x.yaml").data


DATA = {key: data_of(text) for key, text in TEXTS.items()}


def paths_to(data: Any, *, containers: bool, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    is_container = isinstance(data, dict | list)
    if is_container == containers:
        yield path
    if is_container:
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from paths_to(value, containers=containers, path=(*path, step))


SCALARS = {key: list(paths_to(data, containers=False)) for key, data in DATA.items()}
CONTAINERS = {key: list(paths_to(data, containers=True)) for key, data in DATA.items()}


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def with_value(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line
        for line in unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if line[:3] not in ("---", "+++")
    ]


def rewritten_in_place(text: str, data: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fails where the change could not be made in place and was written anew."""
    monkeypatch.setattr(rewrite, "_anew", lambda *_: pytest.fail("This was written anew."))
    return rewritten(text, data)


@pytest.mark.parametrize("key", TEXTS)
def test_the_same_data_leaves_the_text_character_by_character(key):
    assert rewritten(TEXTS[key], copy.deepcopy(DATA[key])) == TEXTS[key]


@pytest.mark.parametrize("key", TEXTS)
def test_values_everywhere_can_be_replaced_by_hard_texts_and_nothing_else_changes(key, monkeypatch):
    text = TEXTS[key]
    # Every seventh place; the property test below draws among all of them.
    for number, path in enumerate(SCALARS[key][::7]):
        wanted = with_value(DATA[key], path, HARD[number % len(HARD)])
        changed = rewritten_in_place(text, wanted, monkeypatch)
        assert same(data_of(changed), wanted), path
        assert text.count("#") <= changed.count("#"), path


@pytest.mark.parametrize("key", ["officeware", "kumo"])
def test_every_hard_text_can_stand_anywhere(key):
    for number, hard in enumerate(HARD):
        for path in SCALARS[key][number % 7 :: 97]:
            wanted = with_value(DATA[key], path, hard)
            assert same(data_of(rewritten(TEXTS[key], wanted)), wanted), (path, hard)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_what_is_typed_into_any_place_is_read_back_exactly(drawn):
    key = drawn.draw(st.sampled_from(list(TEXTS)))
    path = drawn.draw(st.sampled_from(SCALARS[key]))
    typed = drawn.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(HARD))
    wanted = with_value(DATA[key], path, typed)
    assert same(data_of(rewritten(TEXTS[key], wanted)), wanted)


PARTS = st.sampled_from(
    ["new", "a, b", {"name": "N: m", "text": "T # t"}, {"a": {"b": {"c": 1}}}, [{"x": 1, "y": "z"}], ["p", "q"], [], {}]
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_parts_put_in_taken_out_and_moved_are_read_back_exactly(drawn):
    key = drawn.draw(st.sampled_from(list(TEXTS)))
    wanted = copy.deepcopy(DATA[key])
    for _ in range(drawn.draw(st.integers(1, 3))):
        part = at(wanted, drawn.draw(st.sampled_from(list(paths_to(wanted, containers=True)))))
        entries = list(part.items()) if isinstance(part, dict) else list(part)
        what = drawn.draw(st.sampled_from(["put in", "take out", "move"]))
        if what == "put in":
            new = drawn.draw(PARTS)
            entries.insert(
                drawn.draw(st.integers(0, len(entries))),
                (f"new_{len(entries)}", new) if isinstance(part, dict) else new,
            )
        elif what == "take out" and entries:
            entries.pop(drawn.draw(st.integers(0, len(entries) - 1)))
        elif what == "move":
            entries = drawn.draw(st.permutations(entries))
        part.clear()
        part.update(entries) if isinstance(part, dict) else part.extend(entries)
    assert same(data_of(rewritten(TEXTS[key], wanted)), wanted)


def test_one_changed_value_changes_one_line(monkeypatch):
    text = TEXTS["officeware"]
    wanted = with_value(DATA["officeware"], ("plans", "gold", "price", "amount"), "1599.00 EUR")
    assert changed_lines(text, rewritten_in_place(text, wanted, monkeypatch))[1:] == [
        "-    price: {per: month, amount: 1499.00 EUR, billed: yearly, clause: E1}",
        "+    price: {per: month, amount: 1599.00 EUR, billed: yearly, clause: E1}",
    ]


def test_the_columns_of_a_table_stay_where_they_were(monkeypatch):
    text = TEXTS["officeware"]
    path = ("targets", "tables", 0, "rows", "severity_2", "resolution", 1)
    changed = rewritten_in_place(text, with_value(DATA["officeware"], path, "10 business days"), monkeypatch)
    assert (
        changed_lines(text, changed)[-1]
        == "+          resolution:     [none,              10 business days,  3 business days]"
    )


def test_a_part_takes_the_comment_above_it_along_and_leaves_the_one_above_the_first(monkeypatch):
    text = "parts:\n  # About all.\n  a: 1\n  # About b.\n  b: 2  # beside b\n  c: 3\n"
    moved = rewritten_in_place(text, {"parts": {"a": 1, "c": 3, "b": 2}}, monkeypatch)
    assert moved == "parts:\n  # About all.\n  a: 1\n  c: 3\n  # About b.\n  b: 2  # beside b\n"
    assert (
        rewritten_in_place(text, {"parts": {"a": 1, "c": 3}}, monkeypatch) == "parts:\n  # About all.\n  a: 1\n  c: 3\n"
    )
    assert "# About all." in rewritten_in_place(text, {"parts": {"b": 2, "c": 3}}, monkeypatch)


def test_a_section_that_is_put_in_stands_apart_like_the_others(monkeypatch):
    text = "a:\n  b: 1\n\nc:\n  d: 2\n"
    changed = rewritten_in_place(text, {"a": {"b": 1}, "new": {"x": "y"}, "c": {"d": 2}}, monkeypatch)
    assert changed == "a:\n  b: 1\n\nnew:\n  x: y\n\nc:\n  d: 2\n"
    assert rewritten_in_place(changed, {"a": {"b": 1}, "c": {"d": 2}}, monkeypatch) == text


def test_a_long_text_stays_folded_over_its_lines(monkeypatch):
    text = TEXTS["officeware"]
    wanted = with_value(DATA["officeware"], ("summary",), "One sentence. " * 20 + "End.")
    changed = rewritten_in_place(text, wanted, monkeypatch)
    assert "summary: >-\n  One sentence." in changed
    assert max(len(line) for line in changed.splitlines()) <= max(len(line) for line in text.splitlines())


def test_what_cannot_be_changed_in_place_is_written_anew_and_still_right():
    # An explicit key, which no agreement has, but a person may have written.
    text = "# Kept.\nrest: 1\npart:\n  ? a\n  : 1\n"
    wanted = {"rest": 1, "part": {"a": {"b": [1, {"c": "d"}]}}}
    changed = rewritten(text, wanted)
    assert same(data_of(changed), wanted)
    assert changed.startswith("# Kept.\nrest: 1\n")


@pytest.mark.parametrize("key", TEXTS)
def test_a_whole_document_written_anew_reads_as_the_same(key):
    assert same(data_of(block(DATA[key], indent=0) + "\n"), DATA[key])


@pytest.mark.parametrize("key", TEXTS)
def test_the_tree_of_a_text_holds_what_the_reader_reads(key):
    assert same(tree_of(TEXTS[key]).data, DATA[key])
