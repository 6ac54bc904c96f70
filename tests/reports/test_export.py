"""Exports do nothing but show."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from reports.export import cell, csv_response


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-2+3+cmd|' /C calc'!A0"]
)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"), [("Sign-in is down", "Sign-in is down"), (0, 0), (-3, -3), (None, ""), ("99.9 %", "99.9 %")]
)
def test_everything_else_stays_as_it_is(value: Any, shown: Any) -> None:
    assert cell(value) == shown


def test_a_file_survives_quotes_line_breaks_and_accents() -> None:
    rows = [["Café “Zoë”, Ltd", 'says "no"', "two\nlines"]]
    answer = csv_response("x.csv", ["a", "b", "c"], rows)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert read == [["a", "b", "c"], *rows]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x.csv"'
