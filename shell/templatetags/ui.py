"""What every screen needs from a template: icons, times, durations, form fields. Knows no domain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shell.wording import (
    dated_words,
    duration_words,
    exact_words,
    filesize,
    next_words,
    relative_words,
    span_words,
    when_words,
    whole_minute,
)

register = template.Library()
register.filter(filesize)


@lru_cache(maxsize=512)
def _icon_shapes(name: str) -> str:
    """The drawing inside Tabler's SVG of that name; `x-filled` is the filled drawing of x.

    Raises FileNotFoundError naming the icon, because a silently missing icon is found by a reader.
    """
    folder, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    path = Path(settings.BASE_DIR) / "node_modules" / "@tabler" / "icons" / "icons" / folder / f"{stem}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise FileNotFoundError(f"There is no Tabler icon named “{name}” (or npm packages are not installed).")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    shapes = inside.group(1) if inside else ""
    # Tabler puts an invisible square under every drawing; hundreds of icons on a page need not carry it.
    return " ".join(re.sub(r"<path\s+stroke=\"none\"\s+d=\"M0 0h24v24H0z\"[^>]*>", "", shapes).split())


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, css: str) -> SafeString:
    kind = "icon icon-filled" if name.endswith("-filled") else "icon"
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}{}" viewBox="0 0 24 24" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        kind, f" {css}" if css else "", naming,
        mark_safe(_icon_shapes(name)),  # noqa: S308 (comes from the npm package, not from a person)
    )  # fmt: skip


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "clock" %}` is decoration; give a label when no words stand beside it."""
    return _icon(name, str(label), css)


@register.simple_tag(takes_context=True)
def when(context: Mapping[str, Any], instant: datetime | None, style: str = "day") -> SafeString:
    """An instant in the reader's zone, exact on hover.

    style: "day" (`today 14:05`), "relative" (`in 2 h 10 m`, kept fresh by JavaScript), "next" (`Mon 08:30`), "dated"
    (`Fri 27 Nov 01:00`), "exact" (all of it).
    The page's `now` is used where the view put one in the context. Nothing for None.
    """
    if instant is None:
        return mark_safe("")
    now = context.get("now") or timezone.now()
    exact = exact_words(timezone.localtime(instant))
    words = {
        "relative": lambda: relative_words(instant, now),
        "exact": lambda: exact,
        "next": lambda: next_words(timezone.localtime(instant), timezone.localtime(now)),
        "dated": lambda: dated_words(timezone.localtime(instant), timezone.localtime(now)),
        "day": lambda: when_words(timezone.localtime(instant), timezone.localtime(now)),
    }[style]()
    fresh = mark_safe(" data-relative") if style == "relative" else ""
    stamp = instant.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}"{}>{}</time>', stamp, exact, fresh, words)


@register.simple_tag(takes_context=True)
def span(context: Mapping[str, Any], start: datetime, end: datetime) -> SafeString:
    """`Sat 28 Mar 02:00 to 06:00` in the reader's zone, exact on hover; with the year where it is not that of `now`."""
    there = timezone.localtime(start), timezone.localtime(end)
    local_now = timezone.localtime(context.get("now") or timezone.now())
    exact = f"{exact_words(there[0])} to {exact_words(there[1])}"
    return format_html('<span class="span" title="{}">{}</span>', exact, span_words(*there, local_now))


@register.filter
def minute(instant: datetime | None) -> datetime | None:
    """An instant without its seconds, for who is promised something by then: never later than it is."""
    return instant and whole_minute(instant)


@register.filter
def duration(value: timedelta | int | float | None) -> str:
    """Seconds or a timedelta as `1 h 20 m`, rounded down to the minute; never days, which may be 24 or 8 hours long."""
    if value is None or value == "":
        return ""
    return duration_words(value.total_seconds() if isinstance(value, timedelta) else value)


@register.filter
def thousands(value: int) -> str:
    """`100,000`, as prices are written."""
    return f"{value:,}"


@register.filter
def initials(name: object) -> str:
    """`Noor de Wit` is NW: first letters of the first and last word."""
    words = re.findall(r"[^\W_]+", str(name))
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[:2] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def hue(name: object) -> int:
    """The same name always gets the same one of eight avatar colours."""
    return crc32(str(name).encode()) % 8


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return ""
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    return "control"


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    help: str | None = None,  # noqa: A002 (the word template authors expect)
    hide_label: bool = False,
    autofocus: bool = False,
    **attrs: Any,
) -> str:
    """A whole form field: label, control, help, and its errors beside it, tied together for screen readers.

    `help=""` leaves the field's own help text out. Further keywords become attributes of the control, underscores as
    hyphens: `{% field form.name hx_get="/x" %}`.
    """
    if bound.is_hidden:
        return str(bound)
    widget, ident = bound.field.widget, attrs.get("id") or bound.auto_id or bound.html_name
    help_text = bound.help_text if help is None else help
    described = [f"{ident}_{part}" for part, there in (("helptext", help_text), ("error", bound.errors)) if there]
    limit = getattr(bound.field, "max_length", None) if isinstance(widget, (forms.Textarea, forms.TextInput)) else None
    extra: dict[str, Any] = {key.replace("_", "-"): value for key, value in attrs.items()}
    css = " ".join(
        part for part in (widget.attrs.get("class", ""), _control_class(widget), extra.pop("class", "")) if part
    )
    if css:
        extra["class"] = f"{css} is-invalid" if bound.errors else css
    if described:
        extra["aria-describedby"] = " ".join(described)
    if bound.errors:
        extra["aria-invalid"] = "true"
    if autofocus:
        extra["autofocus"] = True
    counted = limit if isinstance(widget, forms.Textarea) else None
    if counted:
        extra["data-counter"] = f"{ident}_counter"
    return render_to_string(
        "components/_field.html",
        {
            "bound": bound,
            "kind": _kind(widget),
            "control": bound.as_widget(attrs=extra),
            "label": label or bound.label,
            "help": help_text,
            "hide_label": hide_label,
            "ident": ident,
            "required": bound.field.required,
            "limit": counted,
            "many": isinstance(widget, forms.CheckboxSelectMultiple),
        },
    )


@register.simple_tag
def pick(*values: Any) -> Any:
    """The first of its arguments that says something."""
    return next((value for value in values if value not in (None, "", [], {})), "")


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: Any) -> str:
    """This page's query string with some parameters changed (None takes one away), for filter and sort links."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.simple_block_tag(takes_context=True)
def dialog(
    context: Mapping[str, Any],
    content: str,
    id: str,  # noqa: A002 (it becomes the attribute of that name)
    title: str,
    size: str = "",
    icon: str = "",
    tone: str = "",
) -> str:
    """A `<dialog>` that `<button data-open-dialog="id">` opens."""
    parts = {"id": id, "title": title, "size": size, "icon": icon, "tone": tone, "content": content}
    return render_to_string("components/_dialog.html", parts)


@register.simple_block_tag
def alert(content: str, tone: str = "calm", title: str = "", icon: str = "", dismissible: bool = False) -> str:
    """A banner that stays: tone is calm, good, warn or bad."""
    usual = {"calm": "info-circle", "good": "circle-check", "warn": "alert-triangle", "bad": "alert-circle"}
    parts = {"tone": tone, "title": title, "icon": icon or usual[tone], "content": content, "dismissible": dismissible}
    return render_to_string("components/_alert.html", parts)


@register.simple_block_tag
def empty(content: str, icon: str, title: str, small: bool = False) -> str:
    """An empty list that says what will be here (title), and how to start (the block)."""
    return render_to_string(
        "components/_empty.html", {"icon": icon, "title": title, "small": small, "content": content}
    )


@register.simple_block_tag
def crumbs(content: str, here: str) -> str:
    """The way to this page: the block's `<li>` are the pages above it, `here` is its own name."""
    return render_to_string("components/_crumbs.html", {"content": content, "here": here})


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "", align: str = "end", hide_label: bool = False, css: str = "") -> str:
    """A menu of links and buttons behind a button; works without JavaScript."""
    parts = {"label": label, "icon": icon, "align": align, "hide_label": hide_label, "css": css, "content": content}
    return render_to_string("components/_menu.html", parts)


@register.simple_tag
def badge(label: object, tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """A word in a coloured pill: tone is "", good, warn, bad, calm or accent."""
    mark = _icon(icon, "", "") if icon else ""
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="pill{}"{}>{}{}</span>', f" pill-{tone}" if tone else "", hint, mark, label)


LEVELS = {
    "critical": ("bad", "chevrons-up"),
    "serious": ("warn", "chevron-up"),
    "moderate": ("calm", "equal"),
    "minor": ("", "chevron-down"),
    "neutral": ("", "minus"),
}


@register.simple_tag
def level(label: object, intent: str = "neutral", title: str = "", plain: bool = False) -> SafeString:
    """A priority or severity: the agreement's own word, with an icon and a colour by how alarming it is."""
    tone, mark = LEVELS.get(intent, LEVELS["neutral"])
    hint = format_html(' title="{}"', title) if title else ""
    base = "level" if plain else "pill"
    return format_html(
        '<span class="{0}{1}"{2}>{3}{4}</span>',
        base,
        f" {base}-{tone}" if tone else "",
        hint,
        _icon(mark, "", ""),
        label,
    )
