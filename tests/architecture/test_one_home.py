"""Knowledge has one home: what stands in a table or in one function is written down nowhere a second time."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache

import pytest

from tests.architecture.test_architecture import APPS, ROOT, inside, python_files, source_files

pytestmark = pytest.mark.thorough

#: One module each, or nothing but what puts the others together: there is nothing to order.
UNORDERED = {"availability", "credits", "slatrack"}
MOST_MODULES_AT_A_ROOT = 6
LONGEST_LINE_OF_A_TEMPLATE = 160


@cache
def written() -> list[tuple[str, ast.AST]]:
    """Every node of every module, with the module's path."""
    return [
        (inside(path), node)
        for path in python_files(*APPS, "slatrack")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    ]


def kinds_in(node: ast.AST) -> set[str]:
    """The kinds of ticket event that a collection is written with."""
    if not isinstance(node, ast.Dict | ast.Set | ast.List | ast.Tuple):
        return set()
    each = node.keys if isinstance(node, ast.Dict) else node.elts
    named = {ast.unparse(one) for one in each if one is not None}
    return {name for name in named if re.fullmatch(r"(TicketEvent\.)?Kind\.[A-Z_]+", name)}


def test_kinds_of_event_stand_in_one_table():
    """Another list of three says again what the table says; the sentences of a merging's own facts are said there."""
    found = {where for where, node in written() if len(kinds_in(node)) > 2}
    assert found == {"tickets/actions/merger.py"}


def is_list_of_words(node: ast.AST) -> bool:
    join = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"
    return join and bool(re.search(r"\b(and|or)\b", ast.unparse(node.func.value)))  # type: ignore[attr-defined]  # a call


def is_made_of_minutes(node: ast.AST) -> bool:
    """Divides by the seconds of a minute or an hour, or by the minutes of an hour, to say how many there are."""
    divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and node.right
    called = isinstance(node, ast.Call) and ast.unparse(node.func) == "divmod" and node.args[-1]
    return ast.unparse(divided or called or ast.Constant(0)) in {"60", "3600", "MINUTE", "HOUR"}


def is_rounded_percentage(node: ast.AST) -> bool:
    """Makes so many hundredths, with places, of a share."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and " * 100 * " in ast.unparse(node)


@pytest.mark.parametrize(
    ("is_said", "where_alone"),
    [
        # The one that writes lists is told which word stands before the last.
        (is_list_of_words, set()),
        (is_made_of_minutes, {"shell/wording.py"}),
        (is_rounded_percentage, {"shell/wording.py"}),
    ],
    ids=["a, b and c", "5 h 12 m", "99.9 %"],
)
def test_lists_lengths_and_percentages_are_said_by_one_module(is_said, where_alone):
    assert {where for where, node in written() if "businesstime" not in where and is_said(node)} == where_alone


def test_a_wait_for_a_third_party_is_put_into_words_by_the_table_of_reasons():
    """Beside it by the declaration of what an agreement pauses for, and by what refuses to wait without a hold."""
    waits = re.compile(r"wait\w* for a third party")
    said = {
        where
        for where, node in written()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and waits.search(node.value)
    }
    said |= {
        inside(each) for each in source_files() if each.suffix == ".html" and waits.search(each.read_text("utf-8"))
    }
    homes = {"clocks/replay/reasons.py", "agreements/document/model.py", "tickets/actions/status.py"}
    # The storybook is a text itself, and says there how its own lines are written.
    assert said - {"slatrack/demo/storybook.py"} == homes


def test_an_import_contract_orders_every_package_of_every_app():
    """42 of a hundred lines of the tickets stood under no contract."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    ordered = {app for each in settings["contracts"] if each.get("exhaustive") for app in each["containers"]}
    assert ordered == set(settings["root_packages"]) - UNORDERED


@pytest.mark.parametrize("app", ["agreements", "clocks", "incidents", "shell", "tickets"])
def test_what_an_app_is_about_stands_in_packages(app):
    assert len([each for each in (ROOT / app).glob("*.py") if each.stem != "__init__"]) <= MOST_MODULES_AT_A_ROOT


def test_no_line_of_a_template_is_longer_than_one_reads():
    """Some had 949 characters: no difference shows which of them changed. (Of a mail a line is what people read.)"""
    long = [
        f"{inside(path)}:{number}"
        for path in source_files()
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE_OF_A_TEMPLATE
    ]
    assert long == []


def test_no_two_files_share_a_name_unless_they_are_layers():
    """A subject has one name in every layer; `calculation` is a public name."""
    layers = {
        "actions",
        "admin",
        "api",
        "apps",
        "forms",
        "management",
        "middleware",
        "models",
        "tasks",
        "urls",
        "views",
    }
    names = Counter(
        path.stem
        for path in python_files(*APPS)
        if not layers & {*inside(path).removesuffix(".py").split("/"), path.stem.partition("_")[0]}
        and path.stem not in {"__init__", "calculation"}
        and "migrations" not in path.parts
    )
    assert {name: count for name, count in names.items() if count > 1} == {}
