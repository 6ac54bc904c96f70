"""Places on pages that apps above fill: a ticket's page shows its incident, though tickets know of no incidents.

A page names a place in its template with what it is about; whoever knows more registers a function that renders its
part of it. Names are `<page>.<where>`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Part = Callable[..., str]

Taker = Callable[..., None]

_PARTS: dict[str, list[Part]] = {}
_TAKERS: dict[str, list[Taker]] = {}


def fills(place: str) -> Callable[[Part], Part]:
    """Registers a function that renders a part of `place`: it takes the request and what the page is about by name.

    "" is nothing to show. Called when the app's configuration is ready, so parts stand in the order of the apps.
    """

    def filling(part: Part) -> Part:
        _PARTS.setdefault(place, []).append(part)
        return part

    return filling


def takes(place: str) -> Callable[[Taker], Taker]:
    """Registers a function that reads what its part of the form on `place` sent, once that form is carried out.

    It takes the request and what came of the form by name.
    """

    def taking(taker: Taker) -> Taker:
        _TAKERS.setdefault(place, []).append(taker)
        return taker

    return taking


def carried_out(place: str, request: Any, **about: Any) -> None:
    """The form on `place` is carried out: apps above take what they asked in it."""
    for taker in _TAKERS.get(place, ()):
        taker(request, **about)


@register.simple_tag(takes_context=True)
def place(context: template.Context, name: str, **about: Any) -> SafeString:
    """`{% place "ticket.aside" ticket=ticket %}`: whatever apps above have to say there, in their order."""
    parts = (part(context["request"], **about) for part in _PARTS.get(name, ()))
    return mark_safe("".join(parts))  # noqa: S308 (rendered by templates)
