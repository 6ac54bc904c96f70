"""A tenant may pick any colour; what is drawn with it stays readable."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from slatrack.theme import DARK, LIGHT, Scheme, accent_tokens, contrast, theme_css

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@given(accent=colours)
@example(accent="#ffdd00")
@example(accent="#ffffff")
@example(accent="#000000")
def test_any_accent_is_readable_as_text_and_as_a_button(scheme: Scheme, accent: str) -> None:
    tokens = accent_tokens(accent, scheme)
    for ground in (scheme.surface, scheme.sunken, tokens["accent-wash"]):
        assert contrast(tokens["accent"], ground) >= 4.5
    assert contrast(tokens["accent-on"], tokens["accent-fill"]) >= 4.5
    assert contrast(tokens["accent-fill"], scheme.surface) >= 3.0


def test_a_readable_accent_is_left_as_the_tenant_picked_it() -> None:
    assert accent_tokens("#206bc4", LIGHT)["accent"] == "#206bc4"
    assert accent_tokens("#206bc4", LIGHT)["accent-fill"] == "#206bc4"


def test_contrast_is_as_the_standard_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("query", "kept"), [("206bc4", "immutable"), ("", "max-age=60"), ("ff0000", "max-age=60")])
def test_the_theme_is_kept_for_ever_only_under_the_colours_own_address(query: str, kept: str) -> None:
    request = RequestFactory().get(f"/theme.css?{query}")
    request.tenant = SimpleNamespace(accent="#206bc4")
    response = theme_css(request)
    assert kept in response["Cache-Control"]
    assert "--accent:light-dark(#206bc4," in response.content.decode()


TEXT = ["ink", "ink-2", "ink-3", "good", "warn", "bad", "calm"]
GROUND = [
    "canvas",
    "surface",
    "raised",
    "sunken",
    "hover",
    "good-wash",
    "warn-wash",
    "bad-wash",
    "calm-wash",
    "note-wash",
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_token_is_readable_on_every_ground_token(theme: int) -> None:
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    tokens = {name: pair[theme] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)}
    too_faint = [(text, ground) for text in TEXT for ground in GROUND if contrast(tokens[text], tokens[ground]) < 4.5]
    assert too_faint == []
    for written, fill in (("warn-on", "warn-fill"), ("bad-on", "bad-fill")):
        assert contrast(tokens[written], tokens[fill]) >= 4.5
