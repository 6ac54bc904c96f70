"""Places on pages that apps above fill: a ticket's page shows its incident, though tickets know of no incidents.

A page names a place in its template with what it is about; whoever knows more registers a function that renders its
part of it. Names are `<page>.<where>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Part = Callable[..., str]

_PARTS: dict[str, list[Part]] = {}


def fills(place: str) -> Callable[[Part], Part]:
    """Registers a function that renders a part of `place`: it takes the request and what the page is about by name.

    "" is nothing to show. Called when the app's configuration is ready, so parts stand in the order of the apps.
    """

    def filling(part: Part) -> Part:
        _PARTS.setdefault(place, []).append(part)
        return part

    return filling


def found_at(place: str, request: Any, **about: Any) -> Iterator[str]:
    """The parts of `place`, rendered."""
    return (part(request, **about) for part in _PARTS.get(place, ()))
