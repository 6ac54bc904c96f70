"""Changing an agreement's text in place: it says exactly the new data, and keeps every comment by its part."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.document import BUNDLED, bundled_text
from agreements.document.source import read
from agreements.editing import rewrite, rewritten, same
from tests.agreements.documents import SIXTH

TEXTS = {**{key: bundled_text(key) for key in BUNDLED}, "kumo": SIXTH}
HARD = [
    "no", "08:30", "1.0", "12", "true", "null", "~", "", " lead", "trail ", "a: b", "a #b", "# x", "it's", '"quoted"',
    "key:", "- dash", "[x]", "{a}", "a, b", "? q", "!t", "&a", "*b", "%d", "@x", "`y", "---", "--- a", "...", "=", "|",
    "> x", "1e3", "0x1f", "-5", "two\nlines", "one\n\nand\n", "  \n x", "a\n b\nc", "\t", "tab\tin", "back\\slash",
    "“curly” é 😀", "\u2028s", "\x85", "\ufeff", "\x07", "https://x.y/z", "x:y", "word " * 60 + "end", "x" * 300, 5,
    True, False,
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
    monkeypatch.setattr(rewrite._Tree, "anew", lambda *_: pytest.fail("This was written anew."))
    return rewritten(text, data)


@pytest.mark.parametrize("key", TEXTS)
def test_the_same_data_leaves_the_text_character_by_character(key):
    assert rewritten(TEXTS[key], copy.deepcopy(DATA[key])) == TEXTS[key]


@pytest.mark.thorough
@pytest.mark.parametrize("key", TEXTS)
def test_values_everywhere_can_be_replaced_by_hard_texts_and_nothing_else_changes(key, monkeypatch):
    text = TEXTS[key]
    # Every eleventh place; the property test below draws among all of them.
    for number, path in enumerate(SCALARS[key][::11]):
        wanted = with_value(DATA[key], path, HARD[number % len(HARD)])
        changed = rewritten_in_place(text, wanted, monkeypatch)
        assert same(data_of(changed), wanted), path
        assert text.count("#") <= changed.count("#"), path


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["officeware", "kumo"])
def test_every_hard_text_can_stand_anywhere(key):
    for number, hard in enumerate(HARD):
        for path in SCALARS[key][number % 7 :: 197]:
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


def with_remarks(text: str) -> tuple[str, dict[tuple[Any, ...], str]]:
    """A text with a comment of its own above each part that begins a line, and what each speaks of."""
    lines, remarks = text.splitlines(), {}
    places = sorted(read(text, name="x.yaml").key_places.items(), key=lambda each: each[1], reverse=True)
    for path, (line, column) in places:
        if not lines[line - 1][: column - 1].strip():
            remarks[path] = f"# about {'/'.join(map(str, path))}"
            lines.insert(line - 1, " " * (column - 1) + remarks[path])
    return "\n".join(lines) + "\n", remarks


REMARKED = {key: with_remarks(text) for key, text in TEXTS.items()}


def edited(data: Any, drawn: Any) -> Any:
    """The data after up to three parts were put in, taken out or moved, in any group."""
    wanted = copy.deepcopy(data)
    for _ in range(drawn.draw(st.integers(1, 3))):
        part = at(wanted, drawn.draw(st.sampled_from(list(paths_to(wanted, containers=True)))))
        entries = list(part.items()) if isinstance(part, dict) else list(part)
        what = drawn.draw(st.sampled_from(["put in", "take out", "move", "replace"]))
        new = copy.deepcopy(drawn.draw(PARTS))
        if what == "put in":
            new = (f"new_{len(entries)}", new) if isinstance(part, dict) else new
            entries.insert(drawn.draw(st.integers(0, len(entries))), new)
        elif what == "move":
            entries = drawn.draw(st.permutations(entries))
        elif entries:
            place = drawn.draw(st.integers(0, len(entries) - 1))
            old = entries.pop(place)
            if what == "replace":
                entries.insert(place, (old[0], new) if isinstance(part, dict) else new)
        part.clear()
        part.update(entries) if isinstance(part, dict) else part.extend(entries)
    return wanted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_whatever_is_edited_is_read_back_exactly_and_every_other_part_keeps_the_comment_above_it(drawn):
    key = drawn.draw(st.sampled_from(list(TEXTS)))
    text, remarks = REMARKED[key]
    wanted = edited(DATA[key], drawn)
    changed = rewritten(text, wanted)
    assert same(data_of(changed), wanted)
    lines, places = changed.splitlines(), read(changed, name="x.yaml").key_places
    for path, remark in remarks.items():
        if path not in places or not same(at(DATA[key], path), at(wanted, path)) or any(type(x) is int for x in path):
            continue
        assert remark in changed, path
        firsts = {next(iter(at(each, path[:-1]))) for each in (DATA[key], wanted)}
        if path[-1] not in firsts:
            assert lines[places[path][0] - 2].strip() == remark, path


def test_one_changed_value_changes_one_line(monkeypatch):
    text = TEXTS["engage"]
    wanted = with_value(DATA["engage"], ("calendars", "business", "weekly", "mon-fri"), "09:00-17:00")
    assert changed_lines(text, rewritten_in_place(text, wanted, monkeypatch))[1:] == [
        "-      mon-fri: 08:30-17:00",
        "+      mon-fri: 09:00-17:00",
    ]


def test_a_line_that_says_nothing_new_loses_no_more_than_its_columns(monkeypatch):
    text = TEXTS["officeware"]
    path = ("targets", "tables", 0, "rows", "severity_2", "resolution", 1)
    changed = rewritten_in_place(text, with_value(DATA["officeware"], path, "10 business days"), monkeypatch)
    before = {" ".join(line.split()) for line in text.splitlines()}
    assert [line for line in changed.splitlines() if " ".join(line.split()) not in before] == [
        "          resolution: [none, 10 business days, 3 business days]"
    ]


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
    folded = changed.partition("summary: >-\n")[2].splitlines()[:2]
    assert [line[:15] for line in folded] == ["  One sentence. "[:15]] * 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a:\n  - {p: 1}\n# of b\nb: 1\n", {"a": [], "b": 1}),
        ("a:\n    b:   # beside b\n        - x\n    # in a\nc: 1\n", {"a": {"b": ["y", {"z": "two\nlines"}]}, "c": 1}),
        ("a: >-   # beside a\n  folded\n# below\n", {"a": "yes", "b": "x" * 200}),
        ("a: {p: 1,   # beside p\n    # in brackets\n    q: 2}\nb: 1\n", {"a": {"p": 1, "q": 3}, "b": 1}),
        ("a:\n- x # beside x\n# of y\n- y\n- z\n", {"a": ["z", "y", "x"]}),
        ("\ufeffa: 1\r\n# of b\r\nb: 2\r\n", {"a": 2, "b": 2}),
        ("a:\n  - x\n  # last\n", {"a": ["y"]}),
        ("--- # of all\na: 1\n", {"a": 2}),
    ],
    ids=["emptied", "wide", "folded", "in brackets", "moved", "from Windows", "at the end", "behind a mark"],
)
def test_comments_in_layouts_of_other_hands_are_kept(text, wanted, monkeypatch):
    changed = rewritten_in_place(text, wanted, monkeypatch)
    assert same(data_of(changed), wanted)
    for comment in ("#" + line.split("#")[1] for line in text.splitlines() if "#" in line):
        assert changed.count(comment.rstrip()) == 1, changed


def test_values_that_yaml_reads_in_many_ways_stay_as_they_were_written(monkeypatch):
    odd = (
        "a: on\nb: 08:30\nc: 1_000\nd: 123456789012345678901234567890\ne: 0o17\nf: 1e3\ng: 2024-07-01\nh: 0.10\n"
        "i: .inf\n<<: {x: ~}\n"
    )
    text = f"part:\n{'  '.join(['', *odd.splitlines(keepends=True)])}"
    wanted = {"part": {**data_of(text)["part"], "new": "on"}}
    assert rewritten_in_place(text, wanted, monkeypatch) == f"{text}  new: on\n"


def test_a_large_agreement_is_changed_within_a_second():
    text = bundled_text("managedops")
    plans = "".join(f"  p{n}:\n    name: P{n}  # beside\n    # about\n    description: D\n" for n in range(200))
    text = text.replace("\nplans:\n", f"\nplans:\n{plans}")
    data = data_of(text)
    data["plans"]["p100"]["name"] = "Q"
    started = time.process_time()
    changed = rewritten(text, data)
    assert time.process_time() - started < 1
    assert len(changed_lines(text, changed)) == 3


def test_what_cannot_be_changed_in_place_is_written_anew_and_still_right():
    # A tab, which ruamel.yaml does not take here and our reader does.
    text = "# Kept.\nrest: 1\npart:\ta  # This too.\n"
    wanted = {"rest": 1, "part": {"a": {"b": [1, {"c": "d"}]}}}
    changed = rewritten(text, wanted)
    assert same(data_of(changed), wanted)
    assert changed.startswith("# Kept.\n# This too.\nrest: 1\n")
