"""Ready words for updates, for programs: members read them, owners write them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from incidents import actions
from incidents.api.arguments import FIELDS
from incidents.models import Incident, UpdateTemplate
from shell.api.arguments import Fields, doing
from shell.api.operations import Verb, operation
from shell.entry import LARGEST_ID
from tenants.api.access import AnyMember, OwnersOnly


class UpdateTemplateOut(serializers.ModelSerializer):
    class Meta:
        model = UpdateTemplate
        fields = ["id", "name", "status", "body"]


class WrittenByOwners(AnyMember):
    """What everybody on the team begins with, and owners write."""

    def has_permission(self, request: Any, view: Any) -> bool:
        reads = request.method in SAFE_METHODS
        return super().has_permission(request, view) and (reads or OwnersOnly().has_permission(request, view))


class TemplateVerb(Verb):
    """Ready words for updates."""

    permission_classes = [WrittenByOwners]
    gives = UpdateTemplateOut

    def about(self) -> dict[str, Any]:
        return {"by": self.request.user}

    def found(self) -> UpdateTemplate:
        found = self.made or UpdateTemplate.objects.filter(pk=min(self.kwargs["template_id"], LARGEST_ID)).first()
        if found is None:
            raise Http404("There is no such template.")
        return found


class AllTemplates(TemplateVerb):
    """The workspace's ready words for updates."""

    answers = 201

    @operation("update_templates_list", UpdateTemplateOut(many=True))
    def get(self, request: Any) -> Response:
        return Response(UpdateTemplateOut(UpdateTemplate.objects.all(), many=True).data)


class OneTemplate(TemplateVerb):
    """Ready words for updates."""

    def about(self) -> dict[str, Any]:
        return {**super().about(), "template_id": self.found().pk}

    @operation("update_templates_read", UpdateTemplateOut)
    def get(self, request: Any, template_id: int) -> Response:
        return Response(UpdateTemplateOut(self.found()).data)

    @operation("update_templates_remove", None, status=204)
    def delete(self, request: Any, template_id: int) -> Response:
        actions.remove_update_template(**self.about(), now=timezone.now())
        return Response(status=204)


_FIELDS: Fields = {
    **FIELDS,
    "name": partial(serializers.CharField, max_length=80),
    "status": partial(
        serializers.ChoiceField, choices=Incident.Status.choices, help_text="What the incident is then; empty: any."
    ),
}
UpdateTemplateList = doing(AllTemplates, "update_templates_add", actions.save_update_template, _FIELDS)
UpdateTemplateDetail = doing(OneTemplate, "update_templates_change", actions.save_update_template, _FIELDS)
