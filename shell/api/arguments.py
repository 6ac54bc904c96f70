"""What a program sends so that an action is done: what the action's own signature asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, get_args, get_type_hints

from rest_framework import serializers

from shell.api.operations import V, verb
from shell.api.records import field_of
from shell.api.shapes import Body

#: What a request says beside its body: who asks, when, and with which Idempotency-Key.
BESIDE = {"by", "now", "submission"}
Fields = Mapping[str, Callable[..., serializers.Field]]


def sent_for(
    action: Callable[..., Any], name: str, fields: Fields, called: Mapping[str, str] = {}
) -> type[Body] | None:
    """A body called `name` that holds what `action` takes, None for an action that takes nothing.

    `fields` makes those of which the type does not say enough, by the argument; `called` are the arguments that
    programs call otherwise. What the address names is an id, and no program sends it; nor what an action takes without
    naming it. What has a default can be left out.
    """
    hints, taken = get_type_hints(action), {}
    for argument, parameter in inspect.signature(action).parameters.items():
        if argument in BESIDE or (argument.endswith("_id") and argument not in fields):
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        said: dict[str, Any] = {"required": parameter.default is parameter.empty}
        if parameter.default == "":
            said["allow_blank"] = True
        if NoneType in get_args(hints[argument]):
            said["allow_null"] = True
        if argument in called:
            said["source"] = argument
        make = fields.get(argument)
        taken[called.get(argument, argument)] = make(**said) if make else field_of(hints[argument], **said)
    return type(name, (Body,), taken) if taken else None


def doing(
    kind: type[V], name: str, action: Callable[..., Any], fields: Fields, called: Mapping[str, str] = {}
) -> type[V]:
    """The view of this `kind` that does `action`, in whose words the OpenAPI document says what that is."""
    title = name.title().replace("_", "")
    view = type(title, (kind,), {"__doc__": kind.__doc__})
    takes = sent_for(action, f"{title}In", fields, called)
    once = "submission" in inspect.signature(action).parameters
    description = (inspect.getdoc(action) or "").partition("\n\n")[0]
    return verb(name, action, takes, once=once, description=description)(view)
