"""The addendum of a subscription (C13), as data and as the PDF that people sign."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements import addenda
from agreements.addendum import Addendum
from agreements.governing import Subscribed
from agreements.models import Subscription
from shell.api.operations import operation
from shell.api.records import shape_of

VERSION = OpenApiParameter(
    "version", OpenApiTypes.INT, description="The number of a version. Left out: the one that holds now."
)


class Anybody(BasePermission):
    """Members of the tenant, and contacts, who find what is their own client's."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return request._request.member is not None or request._request.contact is not None


class NotNow(APIException):
    status_code = 503
    default_detail = "The PDF could not be made just now. The JSON says the same; please try the PDF again later."


class AddendumRead(APIView):
    """The terms that hold for one subscription, written out."""

    permission_classes = [Anybody]

    @operation("subscription_addendum", shape_of(Addendum, "AddendumOut"), parameters=[VERSION])
    def get(self, request: Any, subscription_id: int) -> Response:
        held = _find(request, subscription_id)
        return Response(asdict(addenda.addendum(held, now=timezone.now())))


class PdfOrProblem(JSONRenderer):
    """Lets a program ask for a PDF alone; a refusal is JSON all the same."""

    media_type = "application/pdf"
    format = "pdf"


class AddendumFile(APIView):
    """The same as a PDF."""

    permission_classes = [Anybody]
    renderer_classes = [PdfOrProblem, JSONRenderer]

    @operation("subscription_addendum_pdf", OpenApiTypes.BINARY, media_type="application/pdf", parameters=[VERSION])
    def get(self, request: Any, subscription_id: int) -> HttpResponse:
        file = addenda.as_file(_find(request, subscription_id), now=timezone.now())
        if file is None:
            raise NotNow
        return file


def _find(request: Any, subscription_id: int) -> Subscribed:
    contact = request._request.contact
    subscriptions = Subscription.objects.select_related("client")
    if contact is not None:
        subscriptions = subscriptions.filter(client=contact.client_id)
    subscription = subscriptions.filter(pk=subscription_id).first()
    if subscription is None:
        raise Http404("There is no such subscription.")
    found = addenda.addenda_of(subscription.client, subscription=subscription)
    text = request.query_params.get("version", "")
    if text and not (text.isascii() and text.isdigit()):
        raise serializers.ValidationError({"version": "Give the number of a version, such as 2."})
    return addenda.chosen(found, now=timezone.now(), number=int(text[:19]) if text else None)
