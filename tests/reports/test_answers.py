"""The answer to a what-if in words: exact shares, rounded down, and nothing that flatters."""

from __future__ import annotations

from typing import Any

import pytest

from reports.answers import MOST_BARS, Answer
from tickets.models import WhatIf


def side(kept: int = 0, missed: int = 0, running: int = 0, measured: int = 0) -> dict[str, int]:
    return {"kept": kept, "missed": missed, "running": running, "measured": measured}


def row(before: Any, after: Any, *, lost: int = 0, gained: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "plan": "gold", "plan_name": "Gold", "level": "high", "level_name": "High", "metric": "first_response",
        "before": before, "after": after, "lost": lost, "gained": gained, **fields,
    }  # fmt: skip


def answer(*rows: dict[str, Any], plan: str = "", compared: int = 1, left_out: Any = ()) -> Answer:
    result = {
        "as_of": "2026-05-04T09:00:00+00:00", "title": "Support, July 2026", "plan_name": plan,
        "level_word": "Priority", "compared": compared, "coverage_changed": 0, "rows": list(rows),
        "left_out": list(left_out),
    }  # fmt: skip
    return Answer.of(WhatIf(result=result))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            answer(row(side(1999, 1), side(1961, 39), lost=41, gained=3)),
            "Under Support, July 2026, 98.0 % of first responses would have been kept instead of 99.9 %: 41 more "
            "missed, 3 fewer missed.",
        ),
        (
            answer(row(side(8, 2), side(8, 0), gained=2), plan="Silver"),
            "Under Support, July 2026, plan Silver, 100.0 % of first responses would have been kept instead of 80.0 %: "
            "2 fewer missed; 2 fewer would have been promised.",
        ),
        (
            answer(row(side(measured=4), side(1, 3), lost=3)),
            "Under Support, July 2026, 25.0 % of first responses would have been kept; none was promised before: "
            "3 more missed; 4 more would have been promised.",
        ),
        (
            answer(row(side(1, 3), side(measured=4), gained=3)),
            "Under Support, July 2026, no promise on first responses would have come to a verdict; 25.0 % were kept: "
            "3 fewer missed; 4 fewer would have been promised.",
        ),
        (
            answer(row(side(1), side(1))),
            "Under Support, July 2026, no promise would have been missed that was not, and none kept that was missed.",
        ),
        (
            answer(row(side(measured=1), side(measured=1))),
            "No ticket of the period had a promise on it, so there is nothing to say about Support, July 2026.",
        ),
        (
            answer(compared=0),
            "No ticket of the period can be compared, so there is nothing to say about Support, July 2026.",
        ),
    ],
)
def test_the_headline_says_what_changes_most_and_whether_less_is_promised(given: Answer, sentence: str):
    assert given.headline == sentence


def test_the_headline_is_about_the_promise_with_most_changes():
    rows = [row(side(9, 1), side(8, 2), lost=1), row(side(9, 1), side(5, 5), lost=4, metric="resolution")]
    assert "50.0 % of resolutions" in answer(*rows).headline


def test_sums_are_over_plans_and_levels_and_what_is_only_measured_is_no_row():
    rows = [
        row(side(1, 1), side(2), gained=1),
        row(side(3, 0), side(2, 1), lost=1, plan="silver", plan_name="Silver"),
        row(side(measured=3), side(measured=3), metric="next_response"),
    ]
    given = answer(*rows)
    [total] = given.totals
    assert (total.before.kept, total.before.missed, total.after.kept, total.after.missed) == (4, 1, 4, 1)
    assert (given.lost, given.gained) == (1, 1)
    assert [(plan, len(lines)) for plan, lines in given.by_plan] == [("Gold", 1), ("Silver", 1)]


def test_the_picture_falls_back_to_the_promises_alone_where_bars_would_be_a_fence():
    def rows(levels: int) -> list[dict[str, Any]]:
        return [row(side(1, 1), side(2), level=str(n), level_name=f"Level {n}") for n in range(levels)]

    few, many = answer(*rows(MOST_BARS)).chart, answer(*rows(MOST_BARS + 1)).chart
    assert few is not None
    assert many is not None
    assert (len(few["rows"]), many["rows"]) == (MOST_BARS, [["First response", "50.0 %", "100.0 %"]])
    assert few["text"] == "The largest change is in First response, Level 0: 100.0 % instead of 50.0 %."
    assert answer(row(side(measured=1), side(measured=1))).chart is None


def test_the_picture_shows_levels_in_the_agreements_order_whatever_plan_comes_first():
    low = row(side(1), side(1), plan_name="Bronze", level="low", level_name="Low", level_place=1)
    chart = answer(low, row(side(1), side(1), level_place=0)).chart
    assert chart is not None
    assert [label for label, *_ in chart["rows"]] == ["First response, High", "First response, Low"]


def test_what_is_left_out_has_its_reason_in_a_sentence():
    left_out = [
        {"what": "plan", "key": "gold", "name": "Gold", "tickets": 3, "missed": 1},
        {"what": "terms", "key": "", "name": "", "tickets": 1, "missed": 0},
    ]
    given = answer(left_out=left_out)
    assert [(why.why, why.tickets, why.missed) for why in given.left_out] == [
        ("This version has no plan “Gold”.", 3, 1),
        ("They were filed before any agreement was in force.", 1, 0),
    ]
    assert given.left_out_tickets == 4
