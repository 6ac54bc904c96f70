"""What every page of the desk has around it, and how its actions answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from shell.forms import ActionForm
from tickets.queue import queue


def page(
    request: Any, template: str, context: dict[str, Any], *, now: datetime, active: str = "", status: int = 200
) -> HttpResponse:
    """A whole page, with the views and their counts beside it."""
    around = {"now": now, "views": queue.rail(request.member, now=now, active=active), "search_url": "/desk/"}
    return render(request, template, around | {"active": active} | context, status=status)


def asked(
    request: Any,
    form: ActionForm,
    action: Callable[..., Any],
    *,
    panel: str,
    whole: str,
    context: dict[str, Any],
    done: Callable[[], HttpResponse],
    now: datetime,
    active: str = "",
    **arguments: Any,
) -> HttpResponse:
    """A small form: shown in the `panel` of another page or on a page of its own, acted upon, or back with its errors.

    `done` answers once the action was done.
    """
    if form.carry_out(action, by=request.member, now=now, **arguments):
        return done()
    context = {**context, "form": form, "panel": panel}
    if request.htmx and request.method == "GET":
        return render(request, panel, context | {"now": now})
    return page(request, whole, context, now=now, active=active, status=422 if form.errors else 200)


def with_toast(response: HttpResponse, words: str, tone: str = "success") -> HttpResponse:
    """Let htmx show `words`; a page that is loaded whole shows Django's messages instead."""
    response["HX-Trigger"] = json.dumps({"toast": {"words": words, "tone": tone}})
    return response


def sentence(problems: ValidationError) -> str:
    """What an action refused, for places that have no field to put it beside."""
    return " ".join(problems.messages)


def say(request: Any, words: str, tone: str = "success") -> None:
    getattr(messages, tone)(request, words)
