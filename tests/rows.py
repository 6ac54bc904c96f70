"""A row of every model, made from the model itself, so that proofs about all tables cannot forget a new one."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import models

from incidents.models import Incident, Maintenance, OnCallOverride
from tenants.models import Invitation, TenantForeignKey, User
from tests.factories import EPOCH, UserFactory
from tickets.models import Ticket, WhatIf

_numbers = itertools.count(1)

#: What a check constraint asks for and a field alone does not say.
ASKED: dict[type[models.Model], dict[str, Any]] = {
    Invitation: {"role": "agent"},
    # Resolved, so that it may name what it was merged into.
    Incident: {"status": "resolved", "resolved_at": EPOCH},
    OnCallOverride: {"ends_at": EPOCH + timedelta(hours=2)},
    Maintenance: {"planned_end_at": EPOCH + timedelta(hours=2)},
    # Closed, so that it may name what it was merged into.
    Ticket: {"coverage": "not_covered", "status": "closed"},
    WhatIf: {"until": EPOCH + timedelta(days=90)},
}


def plant(wanted: Iterable[type[models.Model]]) -> dict[type[models.Model], Any]:
    """One new row of each model in the tenant in force, and of each model they need."""
    planted: dict[type[models.Model], Any] = {}
    for model in wanted:
        _plant(model, planted)
    return planted


def is_append_only(model: type[models.Model]) -> bool:
    """Whether the database refuses every change and deletion of the model's rows."""
    return any(
        isinstance(trigger, pgtrigger.Protect) and not getattr(trigger, "condition", None)
        for trigger in getattr(model._meta, "triggers", [])
    )


def _plant(model: type[models.Model], planted: dict[type[models.Model], Any]) -> Any:
    if model is User:
        return UserFactory.create(email=f"planted{next(_numbers)}@example.com")
    if model not in planted:
        values = dict(ASKED.get(model, {}))
        for field in model._meta.local_fields:
            if field.name in values or field.has_default() or field.null or field.primary_key or field.name == "tenant":
                continue
            if isinstance(field, TenantForeignKey):
                values[field.name] = _plant(field.related_model, planted)
            elif not (field.blank and field.empty_strings_allowed):
                values[field.name] = _value(field)
        planted[model] = model._default_manager.create(**values)
    return planted[model]


def _value(field: models.Field) -> Any:
    number = next(_numbers)
    if field.choices:
        return next(iter(field.flatchoices))[0]
    kinds: list[tuple[type[models.Field], Any]] = [
        (models.DateTimeField, EPOCH),
        (models.DateField, date(2026, 1, 5)),
        (models.TimeField, time(2)),
        (models.DurationField, timedelta(hours=2)),
        (models.EmailField, f"row{number}@example.com"),
        (models.UUIDField, uuid.uuid4()),
        (models.DecimalField, Decimal(number)),
        (models.IntegerField, number),
        (models.BooleanField, False),
        (models.JSONField, {}),
        (models.CharField, f"row-{number}"[: field.max_length or 100]),
        (models.TextField, f"row {number}"),
        (models.FileField, f"row-{number}"),
    ]
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    raise TypeError(f"Say in tests/rows.py what to put into {field}.")
