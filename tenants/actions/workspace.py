"""The workspace itself: name, accent colour, time zone, support address."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tenants import history
from tenants.models import Tenant, User
from tenants.scope import current_tenant_id
from tenants.timezones import known_timezone


@transaction.atomic
def change_workspace(
    *, name: str, accent: str, timezone: str, support_email: str, by: User | None, now: datetime
) -> Tenant:
    """Change the tenant in force. `accent` is `#rrggbb`, `timezone` an IANA name. Raises ValidationError by field."""
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant_id())
    fields = {
        "name": " ".join(name.split()),
        "accent": accent.strip().lower(),
        "timezone": known_timezone(timezone),
        "support_email": support_email.strip(),
    }
    wrong = {}
    if not fields["name"]:
        wrong["name"] = "Give the workspace a name."
    if not re.fullmatch(r"#[0-9a-f]{6}", fields["accent"]):
        wrong["accent"] = "Choose a colour such as #206bc4."
    if not fields["timezone"]:
        wrong["timezone"] = "Choose a time zone."
    if fields["support_email"]:
        try:
            validate_email(fields["support_email"])
        except ValidationError:
            wrong["support_email"] = "This is not an e-mail address."
    if wrong:
        raise ValidationError(wrong)
    changed = {field: value for field, value in fields.items() if getattr(tenant, field) != value}
    if changed:
        before = {field: getattr(tenant, field) for field in changed}
        for field, value in changed.items():
            setattr(tenant, field, value)
        tenant.save(update_fields=list(changed))
        history.record(tenant, "workspace.changed", actor=by, at=now, data={"from": before, "to": changed})
    return tenant
