"""`/settings/update-templates/`: ready words for updates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from incidents import actions
from incidents.board.filling import filled
from incidents.board.ready_updates import READY, SAMPLE
from incidents.forms.update_template import UpdateTemplateForm
from incidents.models import UpdateTemplate
from shell.forms import done, posted
from tenants.doors import settings_view
from tickets.conversation import markup

LOOK = "look"


@settings_view.form
def templates(request: Any) -> HttpResponse:
    """Those there are, and writing one."""
    return _written(request, None, "incidents/settings/update_templates.html")


@settings_view.form
def template(request: Any, template_id: int) -> HttpResponse:
    """Changing one."""
    found = get_object_or_404(UpdateTemplate, pk=template_id)
    return _written(request, found, "incidents/settings/update_template.html")


def _written(request: Any, template: UpdateTemplate | None, page: str) -> HttpResponse:
    """The form: looked at with a sample, or saved, or back with what is wrong."""
    initial = {"name": template.name, "status": template.status, "body": template.body} if template else {}
    form = UpdateTemplateForm(posted(request), initial=initial)
    if LOOK not in request.POST:
        about = {"template_id": template.pk if template else None, "by": request.user, "now": timezone.now()}
        if form.carry_out(actions.save_update_template, **about):
            return done(request, f"“{form.result.name}” is kept.", "settings-update-templates")
    text = str(form["body"].value() or "")
    context = {
        "form": form,
        "template": template,
        "templates": UpdateTemplate.objects.all(),
        "ready": READY,
        "preview": markup.render(filled(text, SAMPLE)) if text else "",
    }
    return render(request, page, context, status=422 if form.errors else 200)


remove = settings_view.verb(
    actions.remove_update_template,
    done=lambda template: f"“{template.name}” is thrown away.",
    back="settings-update-templates",
)


@settings_view.post
def take_ready(request: Any) -> HttpResponse:
    """Begin with the ready ones."""
    actions.take_ready_templates(by=request.user, now=timezone.now())
    messages.success(request, "The ready ones are yours now. Change them as you like.")
    return redirect("settings-update-templates")
