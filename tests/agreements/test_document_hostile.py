"""Text from a stranger: refused with a sentence, in bounded time and without running anything."""

from __future__ import annotations

import time
from random import Random

import pytest

from agreements.document.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from tests.agreements.documents import SIXTH, errors_of

BILLION_LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)

CASES: dict[str, tuple[str | bytes, int, str]] = {
    "larger than a megabyte": ("# " + "x" * MAX_BYTES, 1, "larger than 1 MB"),
    "five megabytes of bytes": (b"a: b\n" * 1_000_000, 1, "larger than 1 MB"),
    "larger only as UTF-8": ("# " + "é" * (MAX_BYTES - 10), 1, "larger than 1 MB"),
    "an alias bomb": (BILLION_LAUGHS, 1, "Anchors (&name) are not allowed"),
    "a recursive alias": ("a: &a\n  b: *a\n", 1, "Anchors (&name) are not allowed"),
    "an alias": ("a: b\nc: *a\n", 2, "Aliases (*name) are not allowed"),
    "a Python tag": ("a: !!python/object/apply:os.system ['true']\n", 1, "Tags (!name) are not allowed"),
    "a standard tag": ("a: b\nc: !!str d\n", 2, "Tags (!name) are not allowed"),
    "a bare tag": ("a: ! d\n", 1, "Tags (!name) are not allowed"),
    "a tagged key": ("!!str a: d\n", 1, "Tags (!name) are not allowed"),
    "a directive": ("%YAML 1.1\n---\na: b\n", 1, "Lines that start with %"),
    "a second document": ("a: b\n---\nc: d\n", 2, "A second document starts here"),
    "a list as a name": ("? [a, b]\n: c\n", 1, "A name is expected here"),
    "an endless name": ("x" * 900 + ": c\n", 1, "This name is longer than"),
    "deep nesting": ("a: " + "[" * 5_000, 1, f"nested more than {MAX_DEPTH} levels deep"),
    "deep mappings": ("{a: " * 5_000, 1, f"nested more than {MAX_DEPTH} levels deep"),
    "a flood of values": ("a: [" + "0," * 400_000 + "]", 1, f"more than {MAX_VALUES:,} values"),
    "a flood of names": ("".join(f"k{n}: 1\n" for n in range(90_000)), MAX_VALUES // 2, "more than"),
    "no YAML": ("a: b: c", 1, "The YAML cannot be read here"),
    "an open quote": ('a: "b\n\n' * 3, 3, "The YAML cannot be read here"),
    "a tab": ("a:\n\tb: c\n", 2, "The YAML cannot be read here"),
    "nothing": ("", 1, "This file is empty."),
    "only a comment": ("# nothing\n", 1, "This file is empty."),
    "Latin-1": (SIXTH.encode("latin-1"), 1, "This file is not UTF-8 text."),
    "UTF-16": (SIXTH.encode("utf-16"), 1, "This file is not UTF-8 text."),
    "half a character": ("a: \ud800", 1, "half a character"),
    "a control character": ("a: b\nc: \x07", 2, "control character"),
    "a zero byte": (b"a: b\x00c", 1, "control character"),
    "a list": ("- a\n- b\n", 1, "A mapping of names to values is expected here, not a list."),
    "a word": ("hello", 1, "A mapping of names to values is expected here, not the text “hello”."),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_hostile_text_is_refused_with_its_line_in_bounded_time(case):
    text, line, words = case
    started = time.process_time()
    found = errors_of(text)
    assert time.process_time() - started < 5
    assert found
    assert words in found[0][2]
    assert found[0][0] == line


def test_a_file_of_nothing_but_mistakes_is_cut_off():
    found = errors_of("".join(f"wrong{n}: 1\n" for n in range(9_000)))
    assert len(found) == 50


def test_thousands_of_combinations_are_refused():
    keys = [f"t{number}" for number in range(25)]
    types = "".join(f"  {key}: {{name: N, description: D}}\n" for key in keys)
    rule = (
        f"    - {{metric: first_response, promise: best effort, request_types: [{', '.join(keys)}], "
        "plans: [solo, studio], levels: [blocker, annoying, cosmetic], products: [drive, vault]}\n"
    )
    text = SIXTH.replace("  courses:", types + "  courses:").replace("  rules:\n", "  rules:\n" + rule * 20)
    assert any("more than 5,000 combinations" in sentence for _, _, sentence in errors_of(text))


@pytest.mark.parametrize(
    ("kinds", "products", "rules"), [(25, 55, 1), (25, 5, 130)], ids=["too many requests", "too many rules for them"]
)
def test_promises_that_nobody_could_work_out_are_refused(kinds, products, rules):
    """A few lines of keys multiply to millions of promises, which pages and comparisons would have to work out."""
    types = "".join(f"  t{n}: {{name: T{n}, description: D}}\n" for n in range(kinds))
    goods = "".join(f"  p{n}: {{name: P{n}, category: files}}\n" for n in range(products))
    plans = "".join(f"  l{n}: {{name: L{n}, description: D, channels: [fax]}}\n" for n in range(30))
    named = ", ".join(f"p{n}" for n in range(products))
    text = SIXTH.replace("  courses:", types + "  courses:", 1).replace("\nproducts:\n", f"\nproducts:\n{goods}", 1)
    text = text.replace("\nplans:\n", f"\nplans:\n{plans}", 1)
    rule = f"    - {{metric: first_response, promise: best effort, products: [{named}]}}\n"
    text = text.replace("  rules:\n", "  rules:\n" + rule * rules)
    assert any("different requests here" in sentence for _, _, sentence in errors_of(text))


def test_a_byte_order_mark_is_no_mistake():
    assert errors_of("\ufeff" + SIXTH) == []
    assert errors_of(SIXTH.encode("utf-8-sig")) == []


def test_windows_line_ends_are_no_mistake():
    assert errors_of(SIXTH.replace("\n", "\r\n")) == []


DAMAGE = ("", "~", "[]", "{}", "true", "-1", "9" * 20, "1.5", "[a, b]", "{a: b}", "9 days", "none", "2026-02-30", "'x")


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_file_loads_or_is_refused_and_nothing_else(seed):
    random = Random(seed)
    lines = SIXTH.splitlines()
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(lines))
        name, colon, _ = lines[at].partition(":")
        damage = random.choice(("delete", "repeat", "replace", "indent", "cut"))
        if damage == "delete":
            del lines[at]
        elif damage == "repeat":
            lines.insert(at, random.choice(lines))
        elif damage == "replace" and colon:
            lines[at] = f"{name}: {random.choice(DAMAGE)}"
        elif damage == "indent":
            lines[at] = " " * random.randrange(6) + lines[at]
        else:
            lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)] + random.choice("[]{},:'\"#!|>%@")
    for line, _, sentence in errors_of("\n".join(lines)):
        assert 1 <= line <= len(lines) + 1
        assert sentence.endswith((".", "?"))
