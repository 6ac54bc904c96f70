"""What was learned from incidents and what is done about it, for programs: `incidents.actions` as the desk has them."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.http import Http404
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from incidents import actions
from incidents.api.arguments import FIELDS
from incidents.api.incidents import ReadOrWorkedOn, shown_or_404
from incidents.api.shapes import ReadByContactsToo
from incidents.api.verbs import IncidentVerb
from incidents.models import Postmortem, PostmortemAction
from shell.api.arguments import doing
from shell.api.operations import Verb, operation
from shell.entry import LARGEST_ID
from shell.paging import KeysetPagination
from tenants.models import Contact
from tickets.api.access import MembersOnly, person
from tickets.api.serializers import PersonOut


class PostmortemActionOut(serializers.ModelSerializer):
    """Something that somebody does by a day."""

    incident = serializers.IntegerField(source="postmortem.incident.number", help_text="The number of the incident.")
    owner = PersonOut()

    class Meta:
        model = PostmortemAction
        fields = ["id", "incident", "title", "owner", "due_on", "done_at"]


class PostmortemOut(ReadByContactsToo):
    """Each text is Markdown. What is done about it is internal: no `actions` for contacts."""

    actions = PostmortemActionOut(many=True)

    outside = {"actions": []}

    class Meta:
        model = Postmortem
        fields = ["summary", "what_happened", "causes", "what_we_do", "updated_at", "published_at", "actions"]


class PostmortemVerb(IncidentVerb):
    """Something done to the postmortem of an incident; answers with it as it then is."""

    gives = PostmortemOut

    def about(self) -> dict[str, Any]:
        return {"incident_id": shown_or_404(self.request, self.kwargs["number"]).pk, "by": person(self.request)}

    def found(self) -> Any:
        incident = shown_or_404(self.request, self.kwargs["number"])
        asked = Postmortem.objects.published() if isinstance(person(self.request), Contact) else Postmortem.objects
        found = asked.filter(incident=incident).prefetch_related("actions__owner__user").first()
        if found is None:
            raise Http404("There is no postmortem of it.")
        return found


class OnePostmortem(PostmortemVerb):
    """What was learned from an incident. Contacts read it once it is published."""

    permission_classes = [ReadOrWorkedOn]

    @operation("postmortems_read", PostmortemOut)
    def get(self, request: Any, number: int) -> Response:
        return Response(PostmortemOut(self.found(), context={"request": request}).data)


Writing = doing(OnePostmortem, "postmortems_write", actions.write_postmortem, FIELDS)
Publishing = doing(PostmortemVerb, "postmortems_publish", actions.publish_postmortem, FIELDS)
Adding = doing(PostmortemVerb, "postmortems_add_action", actions.add_postmortem_action, FIELDS)


class ActionFilter(filters.FilterSet):
    open = filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", help_text="Or done.")


class AsAgreed(KeysetPagination):
    ordering = "pk"


class ActionList(ListAPIView):
    """What is done about all incidents, in the order in which it was agreed on."""

    permission_classes = [MembersOnly]
    serializer_class = PostmortemActionOut
    pagination_class = AsAgreed
    filterset_class = ActionFilter
    queryset = PostmortemAction._base_manager.none()

    def get_queryset(self) -> Any:
        return PostmortemAction.objects.select_related("owner__user", "postmortem__incident")

    @operation("postmortem_actions_list", PostmortemActionOut(many=True))
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ActionVerb(Verb):
    """Something done to what somebody does by a day; answers with it as it then is."""

    permission_classes = [MembersOnly]
    gives = PostmortemActionOut

    def about(self) -> dict[str, Any]:
        return {"action_id": self.found().pk, "by": person(self.request)}

    def found(self) -> PostmortemAction:
        rows = PostmortemAction.objects.select_related("owner__user", "postmortem__incident")
        found: PostmortemAction | None = rows.filter(pk=min(self.kwargs["action_id"], LARGEST_ID)).first()
        if found is None:
            raise Http404("There is no such action.")
        return found


Finishing = doing(ActionVerb, "postmortem_actions_finish", actions.finish_postmortem_action, FIELDS)
Resuming = doing(ActionVerb, "postmortem_actions_resume", actions.resume_postmortem_action, FIELDS)
