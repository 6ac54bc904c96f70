"""A number and its sentence cannot disagree: one with another figure than its part is refused, and may be left out."""

from __future__ import annotations

import pytest

from agreements.document import bundled_text, load
from tests.agreements.documents import errors_of


@pytest.mark.parametrize(
    ("key", "old", "new", "place"),
    [
        ("engage", "at_least: 24 hours", "at_least: 3 calendar days", "maintenance.emergency_notice.sentence"),
        ("identity", "within: 30 calendar days", "within: 60 calendar days", "credits.claim.sentence"),
        ("identity", "uptime of 99.9 % is guaranteed", "uptime of 99.99 % is guaranteed", "liability.sentence"),
        (
            "identity",
            "7 days of service, below 99 % for 14",
            "8 days of service, below 99 % for 14",
            "credits.sentence",
        ),
    ],
)
def test_a_sentence_with_another_figure_than_its_part_is_refused(key, old, new, place):
    assert old in bundled_text(key)
    (error,) = errors_of(bundled_text(key).replace(old, new, 1))
    assert error[1] == place
    assert "is not what is said beside it" in error[2]


@pytest.mark.parametrize(
    "sentence",
    [
        "Fourteen days before.",
        "336 hours ahead.",
        "A fortnight or more: two calendar weeks.",
        "In good time, 24/7.",
        "",
    ],
)
def test_an_equal_length_in_other_words_is_no_other_figure(sentence):
    said = f'\n    sentence: "{sentence}"' if sentence else ""
    text = bundled_text("engage").replace("at_least: 2 calendar weeks", f"at_least: 2 calendar weeks{said}")
    assert load(text, name="engage.yaml").maintenance.notice.at_least.text == "2 calendar weeks"
