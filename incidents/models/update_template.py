"""Ready words for updates, so that nobody searches for them at three in the morning."""

from __future__ import annotations

from django.db import models

from incidents.models.incident import Incident
from tenants.models import TenantManager, TenantOwned


class UpdateTemplate(TenantOwned):
    """A text to begin an update with. What stands in braces is filled in when it is sent."""

    name = models.CharField(max_length=80)
    status = models.CharField(
        max_length=14, choices=Incident.Status, blank=True, help_text="What the incident is then; empty: as it is."
    )
    body = models.TextField(help_text="Markdown; `incidents.board.filling` knows what can stand in braces.")

    objects = TenantManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="one_update_template_per_name")]

    def __str__(self) -> str:
        return self.name
