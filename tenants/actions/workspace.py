"""The workspace itself: name, accent colour, time zone, support address, incident line."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from shell.entry import email_of, name_of
from tenants import history
from tenants.models import Tenant, User
from tenants.scope import current_tenant_id
from tenants.timezones import known_timezone


@transaction.atomic
def change_workspace(
    *,
    name: str,
    accent: str,
    timezone: str,
    support_email: str,
    by: User | None,
    now: datetime,
    status_is_public: bool,
    incident_line: str,
) -> Tenant:
    """Change the tenant in force. `accent` is `#rrggbb`, `timezone` an IANA name. Raises ValidationError by field."""
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant_id())
    accent = accent.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", accent):
        raise ValidationError({"accent": "Choose a colour such as #206bc4."})
    if not timezone:
        raise ValidationError({"timezone": "Choose a time zone."})
    incident_line = " ".join(incident_line.split())
    if incident_line and not re.fullmatch(r"\+?[0-9](?:[ ()/.-]*[0-9]){2,19}", incident_line):
        raise ValidationError({"incident_line": "Give a telephone number such as +31 20 123 4567."})
    history.change(
        tenant,
        "workspace.changed",
        actor=by,
        at=now,
        name=name_of(name, "Give the workspace a name."),
        accent=accent,
        timezone=known_timezone(timezone),
        support_email=email_of(support_email, field="support_email") if support_email.strip() else "",
        status_is_public=status_is_public,
        incident_line=incident_line,
    )
    return tenant
