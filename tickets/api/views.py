"""Ticket endpoints. Each translates a request into one of `tickets.actions` and its outcome into a response."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements.models import Product
from shell.api.operations import operation
from shell.api.shapes import IDEMPOTENCY_KEY, body_of, idempotency_key
from tenants.models import Contact, Member
from tickets import actions
from tickets.api import serializers as shapes
from tickets.api.access import ReadsOrWorksTickets, person, ticket_or_404, visible_tickets
from tickets.api.listing import ListFilter, TicketPages
from tickets.conversation.attachments import as_download
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent
from tickets.promises.preview import preview


def shown_tickets(request: Any) -> Any:
    """Those that may be read, with everything that `TicketOut` says."""
    joined = visible_tickets(request).select_related("client", "requester", "assignee__user", "product", "merged_into")
    return joined.prefetch_related(Prefetch("clocks", Clock.objects.order_by("started_at", "metric")))


def _requester(request: Any, body: dict[str, Any]) -> Contact:
    """The contact a request is for: themself, or whom a member names."""
    who = person(request)
    if isinstance(who, Contact):
        if body.get("requester") not in (None, who.pk):
            raise ValidationError({"requester": "You can file for yourself only."})
        return who
    named = body.get("requester") or 0
    found = Contact.objects.active().select_related("client", "user").filter(pk=named).first()
    if found is None:
        raise ValidationError({"requester": "Name the contact on whose behalf you file."})
    return found


def _product(key: str | None) -> Product | None:
    if not key:
        return None
    found = Product.objects.filter(key=key, retired_at=None).first()
    if found is None:
        raise ValidationError({"product": "There is no such product."})
    return found


class TicketList(ListAPIView):
    """Tickets you may see, and filing one."""

    permission_classes = [ReadsOrWorksTickets]
    serializer_class = shapes.TicketOut
    pagination_class = TicketPages
    filterset_class = ListFilter
    queryset = Ticket._base_manager.none()

    def get_queryset(self) -> Any:
        return shown_tickets(self.request)

    @operation(
        "tickets_list",
        shapes.TicketOut(many=True),
        parameters=[OpenApiParameter("order", enum=["newest", "due_first"], description="`newest` if left out.")],
    )
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @operation("tickets_create", shapes.TicketOut, status=201, request=shapes.TicketIn, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Any) -> Response:
        body = body_of(shapes.TicketIn, request)
        who, now = person(request), timezone.now()
        if isinstance(who, Contact) and {"channel", "received_at"} & body.keys():
            raise ValidationError("The channel and the time of receipt are for members to set.")
        received_at = body.get("received_at", now)
        if received_at > now:
            raise ValidationError({"received_at": "This lies in the future."})
        ticket = actions.file_ticket(
            requester=_requester(request, body),
            by=who,
            subject=body["subject"],
            body=body["body"],
            request_type=body["request_type"],
            level=body.get("level", ""),
            product=_product(body.get("product")),
            channel=body.get("channel", Ticket.Channel.API),
            received_at=received_at,
            now=now,
            submission=idempotency_key(request),
        )
        location = {"Location": f"/api/v1/tickets/{ticket.number}/"}
        shown = shapes.TicketOut(shown_tickets(request).get(pk=ticket.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED, headers=location)


class TicketDetail(APIView):
    """One ticket with its clocks."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("tickets_read", shapes.TicketOut)
    def get(self, request: Any, number: int) -> Response:
        ticket_or_404(request, number)
        return Response(shapes.TicketOut(shown_tickets(request).get(number=number)).data)


class MessageList(APIView):
    """What was said on a ticket, and saying something. Contacts never see internal notes."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("messages_list", shapes.MessageOut(many=True))
    def get(self, request: Any, number: int) -> Response:
        messages = Message.objects.filter(ticket=ticket_or_404(request, number)).prefetch_related("attachments")
        if isinstance(person(request), Contact):
            messages = messages.public()
        return Response(shapes.MessageOut(messages, many=True).data)

    @operation("messages_create", shapes.MessageOut, status=201, request=shapes.MessageIn, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Any, number: int) -> Response:
        ticket, who = ticket_or_404(request, number), person(request)
        body = body_of(shapes.MessageIn, request)
        said = {
            "ticket_id": ticket.pk,
            "body": body["body"],
            "now": timezone.now(),
            "attachments": body.get("attachments", []),
            "submission": idempotency_key(request),
        }
        if isinstance(who, Contact):
            if {"kind", "then"} & body.keys():
                raise ValidationError("The kind of message and the status after it are for members to set.")
            message = actions.write_as_client(author=who, **said)
        else:
            kind = Message.Kind(body.get("kind", Message.Kind.REPLY))
            message = actions.answer(author=who, kind=kind, then=body.get("then"), **said)
        return Response(shapes.MessageOut(message).data, status=status.HTTP_201_CREATED)


class AttachmentDownload(APIView):
    """A file on a message, as a download."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("attachments_read", OpenApiTypes.BINARY, media_type="application/octet-stream")
    def get(self, request: Any, number: int, attachment: int) -> FileResponse:
        ticket = ticket_or_404(request, number)
        found = Attachment.objects.filter(pk=attachment, message__ticket=ticket).select_related("message").first()
        if found is None or (isinstance(person(request), Contact) and found.message.kind == Message.Kind.INTERNAL_NOTE):
            raise Http404("There is no such file.")
        return as_download(found)


class EventList(APIView):
    """The ticket's history, oldest first. Contacts see what concerns them."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("events_list", shapes.EventOut(many=True))
    def get(self, request: Any, number: int) -> Response:
        events = TicketEvent.objects.filter(ticket=ticket_or_404(request, number))
        if isinstance(person(request), Contact):
            events = events.to_client()
        return Response(shapes.EventOut(events, many=True).data)


class Promises(APIView):
    """What a request would be promised if it were filed now."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("promises_preview", shapes.PreviewOut, request=shapes.RequestIn)
    def post(self, request: Any) -> Response:
        body = body_of(shapes.RequestIn, request)
        try:
            shown = preview(
                contact=_requester(request, body),
                request_type=body["request_type"],
                level=body.get("level", ""),
                product_key=body.get("product"),
                at=timezone.now(),
            )
        except KeyError:
            raise ValidationError({"request_type": "The agreement has no such request type."}) from None
        if shown is None:
            raise ValidationError("No agreement is in force here yet.")
        return Response(shapes.PreviewOut(shown).data)


class Me(APIView):
    """Who the token or session acts as."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("me", shapes.MeOut)
    def get(self, request: Any) -> Response:
        who = person(request)
        return Response(
            {
                "name": who.name,
                "email": request.user.email,
                "kind": "member" if isinstance(who, Member) else "contact",
                "role": who.role if isinstance(who, Member) else None,
                "tenant": request._request.tenant.name,
            }
        )
