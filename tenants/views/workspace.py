"""Settings: the workspace itself, and the history of everything in the settings."""

from __future__ import annotations

from typing import Any

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shell.forms import done, posted
from tenants import actions
from tenants.doors import settings_view
from tenants.forms import WorkspaceForm
from tenants.narration import entries_about, narrate


@settings_view.form
def workspace(request: Any) -> HttpResponse:
    """Name, colour, zone and support address; posting changes them."""
    tenant = request.tenant
    form = WorkspaceForm(posted(request), initial=model_to_dict(tenant))
    if form.carry_out(actions.change_workspace, by=request.user, now=timezone.now()):
        return done(request, "The workspace is saved.", "settings-workspace")
    context = {"form": form, "hosts": [tenant.host, *tenant.domains.values_list("host", flat=True)]}
    context["events"] = narrate(entries_about(tenant, limit=10))
    return render(request, "tenants/workspace.html", context, status=422 if form.errors else 200)
