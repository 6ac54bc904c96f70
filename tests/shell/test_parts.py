"""The parts every screen uses, drawn on their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


class Form(forms.Form):
    subject = forms.CharField(max_length=120, help_text="One line.")
    body = forms.CharField(max_length=400, widget=forms.Textarea, required=False)
    channel = forms.ChoiceField(choices=[("mail", "By e-mail"), ("phone", "By phone")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")


def draw(source: str, **context: Any) -> str:
    return " ".join(Template(source).render(Context(context)).split())


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    drawn = draw("{% field form.subject %}", form=Form({"subject": ""}))
    assert '<label class="field-label" for="id_subject">Subject</label>' in drawn
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_subject_error"' in drawn
    assert "This field is required." in drawn


def test_a_field_without_errors_says_nothing_about_errors() -> None:
    drawn = draw("{% field form.subject %}", form=Form())
    assert "error" not in drawn
    assert "aria-invalid" not in drawn


def test_what_was_typed_is_kept_and_escaped() -> None:
    drawn = draw("{% field form.body %}", form=Form({"body": "<b>& more"}))
    assert "&lt;b&gt;&amp; more" in drawn


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    assert "optional" in draw("{% field form.body %}", form=Form())
    assert "optional" not in draw("{% field form.subject %}", form=Form())


def test_radios_are_a_group_with_a_legend_and_one_label_each() -> None:
    drawn = draw("{% field form.channel %}", form=Form({"channel": "phone"}))
    assert drawn.count("<legend") == 1
    assert drawn.count("<label") == 2
    assert re.search(r'value="phone"[^>]* checked', drawn)


def test_keywords_of_a_field_become_attributes() -> None:
    drawn = draw('{% field form.subject hx_get="/x" placeholder="" %}', form=Form())
    assert 'hx-get="/x"' in drawn
    assert 'placeholder=""' in drawn


def test_a_form_says_how_many_fields_need_another_look() -> None:
    assert "3 fields need" in render_to_string("components/_form_errors.html", {"form": Form({})})


def test_icons_are_decoration_unless_they_have_a_label() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "clock" %}')
    assert 'role="img" aria-label="Due"' in draw('{% icon "clock" label="Due" %}')


def test_an_icon_keeps_its_shapes_and_loses_its_invisible_square() -> None:
    drawn = draw('{% icon "shield-check" %}')
    assert "M0 0h24v24H0z" not in drawn
    assert drawn.count("<path d=") >= 2


@pytest.mark.parametrize("name", ["no-such-icon", "../../package", "Clock"])
def test_an_icon_that_does_not_exist_is_an_error_and_not_a_hole(name: str) -> None:
    with pytest.raises(FileNotFoundError, match="no Tabler icon"):
        draw("{% icon name %}", name=name)


def test_every_icon_named_in_a_template_exists() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    named = {
        name for file in templates.rglob("*.html") for name in re.findall(r'{% icon "([^"]+)"', file.read_text("utf-8"))
    }
    for name in sorted(named):
        draw("{% icon name %}", name=name)


STATES = ["running", "standing", "warning", "breached", "paused", "met", "missed", "best_effort", "not_covered"]


def clock(state: str, **more: Any) -> dict[str, Any]:
    return {
        "state": state,
        "metric_label": "First response",
        "words": "some words",
        "as_of": NOW,
        "business_seconds_left": None,
    } | more


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", ["chip", "card", "portal"])
def test_a_clock_says_its_state_in_words_and_an_icon_as_well_as_colour(state: str, size: str) -> None:
    drawn = render_to_string("components/_clock.html", {"clock": clock(state), "size": size})
    assert f"clock-is-{state}" in drawn
    assert "some words" in drawn
    assert "<svg" in drawn
    assert "First response" in drawn


def test_a_running_clock_carries_what_a_countdown_needs() -> None:
    running = clock(
        "running",
        business_seconds_left=4839,
        business_seconds_total=14400,
        share=66,
        warn_seconds_left=3600,
        open_until=NOW + timedelta(hours=2),
    )
    drawn = render_to_string("components/_clock.html", {"clock": running})
    assert 'data-left="4839"' in drawn
    assert 'data-as-of="2026-11-21T13:05:00+00:00"' in drawn
    assert 'data-open-until="2026-11-21T15:05:00+00:00"' in drawn
    assert "data-opens-at" not in drawn
    assert 'x="66"' in drawn


@pytest.mark.parametrize("state", ["paused", "met", "best_effort", "not_covered"])
def test_a_clock_that_stands_still_has_no_bar_and_no_countdown(state: str) -> None:
    drawn = render_to_string("components/_clock.html", {"clock": clock(state, share=40)})
    assert "data-left" not in drawn
    assert "clock-bar" not in drawn


def test_a_clock_shows_both_zones_and_the_way_to_the_reason() -> None:
    due = clock(
        "running",
        due_at=NOW,
        due_reader="today 14:05",
        due_agreement="Saturday 21 November 2026, 13:05 GMT",
        why_url="/why/",
    )
    drawn = render_to_string("components/_clock.html", {"clock": due, "size": "card"})
    assert "today 14:05" in drawn
    assert "13:05 GMT" in drawn
    assert 'href="/why/"' in drawn


def test_a_message_that_is_not_sanitised_is_escaped() -> None:
    message = {"kind": "client", "author": "Eve <i>", "at": NOW, "text": "<script>alert(1)</script>"}
    drawn = render_to_string("components/_message.html", {"message": message, "now": NOW})
    assert "<script" not in drawn
    assert "<i>" not in drawn


def test_a_level_always_carries_its_word() -> None:
    for intent in ("critical", "serious", "moderate", "minor", "neutral", ""):
        assert "Severity 2" in draw('{% level "Severity 2" intent %}', intent=intent)


def test_no_template_or_script_brings_inline_styles_or_scripts() -> None:
    for file in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if "mail" in file.parent.name or file.name == "demo_mail_frame.html":
            continue  # mail programs know no style sheets; the frame around one has a content policy of its own
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<[^>{]+\sstyle=", text), file
        assert not re.search(r"\son(click|change|submit|load|input)=", text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text), file
        assert "<style" not in text, file


def test_crumbs_lead_to_the_pages_above_and_end_with_the_name_of_this_one() -> None:
    drawn = draw('{% crumbs name %}<li><a href="/up/">Up</a></li>{% endcrumbs %}', name="Smith & Sons")
    assert '<li><a href="/up/">Up</a></li><li aria-current="page">Smith &amp; Sons</li>' in drawn
