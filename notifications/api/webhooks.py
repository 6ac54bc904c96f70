"""Webhooks for owners' programs: listing, adding and removing them. A secret is given once, when it is made."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications import actions
from notifications.models import WebhookEndpoint
from shell.api.operations import operation
from shell.api.shapes import Body, body_of
from shell.entry import LARGEST_ID
from tenants.api.access import OwnersOnly


class WebhookIn(Body):
    """`events` are keys of events, as the settings list them."""

    url = serializers.CharField(max_length=1000)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100)


class WebhookOut(serializers.ModelSerializer):
    """Paused at `paused_at`, by somebody or because it failed; `failing_since` is since the last success."""

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "description", "events", "added_at", "failing_since", "paused_at", "pause_reason"]
        extra_kwargs = {"events": {"help_text": "Keys of the events it hears of."}}

    events = serializers.ListField(child=serializers.CharField())


class WebhookMade(WebhookOut):
    """With the `secret` that signs, this once."""

    class Meta(WebhookOut.Meta):
        fields = [*WebhookOut.Meta.fields, "secret"]


class WebhookList(APIView):
    """The workspace's webhooks."""

    permission_classes = [OwnersOnly]

    @operation("webhooks_list", WebhookOut(many=True))
    def get(self, request: Any) -> Response:
        return Response(WebhookOut(WebhookEndpoint.objects.all(), many=True).data)

    @operation("webhooks_add", WebhookMade, request=WebhookIn, status=201)
    def post(self, request: Any) -> Response:
        given = body_of(WebhookIn, request)
        made = actions.add_webhook(**given, by=request.user, now=timezone.now())
        return Response(WebhookMade(made).data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class WebhookDetail(APIView):
    """One webhook."""

    permission_classes = [OwnersOnly]

    @operation("webhooks_read", WebhookOut)
    def get(self, request: Any, endpoint_id: int) -> Response:
        found = WebhookEndpoint.objects.filter(pk=endpoint_id).first() if endpoint_id <= LARGEST_ID else None
        if found is None:
            raise Http404("There is no such webhook.")
        return Response(WebhookOut(found).data)

    @operation("webhooks_remove", None, status=204)
    def delete(self, request: Any, endpoint_id: int) -> Response:
        try:
            actions.remove_webhook(endpoint_id=min(endpoint_id, LARGEST_ID), by=request.user, now=timezone.now())
        except WebhookEndpoint.DoesNotExist:
            raise Http404("There is no such webhook.") from None
        return Response(status=status.HTTP_204_NO_CONTENT)
