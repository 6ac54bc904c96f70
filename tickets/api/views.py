"""Ticket endpoints. Each translates a request into one of `tickets.actions` and its outcome into a response."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements.models import Product
from shell.api.shapes import CONFLICT, IDEMPOTENCY_KEY, JSON, PROBLEMS, body_of, idempotency_key
from tenants.models import Contact, Member
from tickets import actions
from tickets.api import serializers as shapes
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person, ticket_or_404, visible_tickets
from tickets.api.listing import ListFilter, TicketPages
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent
from tickets.promises.preview import preview


def _with_everything(tickets: Any) -> Any:
    return tickets.select_related("client", "requester", "assignee__user", "product", "merged_into").prefetch_related(
        Prefetch("clocks", Clock.objects.order_by("started_at", "metric"))
    )


def _shown(request: Any, number: int) -> dict[str, Any]:
    return shapes.TicketOut(_with_everything(visible_tickets(request)).get(number=number)).data


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
        return _with_everything(visible_tickets(self.request))

    @extend_schema(
        operation_id="tickets_list",
        parameters=[OpenApiParameter("order", enum=["newest", "due_first"], description="`newest` if left out.")],
        responses={(200, JSON): shapes.TicketOut(many=True), **PROBLEMS},
    )
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="tickets_create",
        request=shapes.TicketIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={(201, JSON): shapes.TicketOut, **CONFLICT, **PROBLEMS},
    )
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
            channel=Ticket.Channel(body.get("channel", Ticket.Channel.API)),
            received_at=received_at,
            now=now,
            submission=idempotency_key(request),
        )
        location = {"Location": f"/api/v1/tickets/{ticket.number}/"}
        return Response(_shown(request, ticket.number), status=status.HTTP_201_CREATED, headers=location)


class TicketDetail(APIView):
    """One ticket with its clocks."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(operation_id="tickets_read", responses={(200, JSON): shapes.TicketOut, **PROBLEMS})
    def get(self, request: Any, number: int) -> Response:
        ticket_or_404(request, number)
        return Response(_shown(request, number))


class MessageList(APIView):
    """What was said on a ticket, and saying something. Contacts never see internal notes."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(operation_id="messages_list", responses={(200, JSON): shapes.MessageOut(many=True), **PROBLEMS})
    def get(self, request: Any, number: int) -> Response:
        messages = Message.objects.filter(ticket=ticket_or_404(request, number)).prefetch_related("attachments")
        if isinstance(person(request), Contact):
            messages = messages.public()
        return Response(shapes.MessageOut(messages, many=True).data)

    @extend_schema(
        operation_id="messages_create",
        request=shapes.MessageIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={(201, JSON): shapes.MessageOut, **CONFLICT, **PROBLEMS},
    )
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
            then = Ticket.Status(body["then"]) if "then" in body else None
            message = actions.answer(author=who, kind=kind, then=then, **said)
        return Response(shapes.MessageOut(message).data, status=status.HTTP_201_CREATED)


class AttachmentDownload(APIView):
    """A file on a message, as a download."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(
        operation_id="attachments_read",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **PROBLEMS},
    )
    def get(self, request: Any, number: int, attachment: int) -> FileResponse:
        ticket = ticket_or_404(request, number)
        found = Attachment.objects.filter(pk=attachment, message__ticket=ticket).select_related("message").first()
        if found is None or (isinstance(person(request), Contact) and found.message.kind == Message.Kind.INTERNAL_NOTE):
            raise Http404("There is no such file.")
        try:
            file = found.file.open()
        except FileNotFoundError:
            raise Http404("The file is not there any more.") from None
        return FileResponse(file, as_attachment=True, filename=found.name, content_type=found.content_type)


class EventList(APIView):
    """The ticket's history, oldest first. Contacts see what concerns them."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(operation_id="events_list", responses={(200, JSON): shapes.EventOut(many=True), **PROBLEMS})
    def get(self, request: Any, number: int) -> Response:
        events = TicketEvent.objects.filter(ticket=ticket_or_404(request, number))
        if isinstance(person(request), Contact):
            events = events.to_client()
        return Response(shapes.EventOut(events, many=True).data)


class Verb(APIView):
    """Something done to a ticket; answers with the ticket as it then is."""

    def done(self, request: Any, number: int) -> Response:
        return Response(_shown(request, number))


class StatusChange(Verb):
    """Set the status. A contact can say only that it is solved."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(
        operation_id="tickets_set_status",
        request=shapes.StatusIn,
        responses={(200, JSON): shapes.TicketOut, **PROBLEMS},
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(shapes.StatusIn, request)
        actions.set_status(
            ticket_id=ticket.pk,
            by=person(request),
            status=Ticket.Status(body["status"]),
            reason=body.get("reason", ""),
            third_party=body.get("third_party"),
            now=timezone.now(),
        )
        return self.done(request, number)


class Reopening(Verb):
    """Open a solved ticket again."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(
        operation_id="tickets_reopen", request=shapes.ReopenIn, responses={(200, JSON): shapes.TicketOut, **PROBLEMS}
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(shapes.ReopenIn, request)
        actions.reopen(ticket_id=ticket.pk, by=person(request), reason=body["reason"], now=timezone.now())
        return self.done(request, number)


class Assignment(Verb):
    """Give the ticket to a member, or to nobody."""

    permission_classes = [MembersOnly]

    @extend_schema(
        operation_id="tickets_assign",
        request=shapes.AssignmentIn,
        responses={(200, JSON): shapes.TicketOut, **PROBLEMS},
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(shapes.AssignmentIn, request)
        assignee = None
        if body["assignee"] is not None:
            assignee = Member.objects.select_related("user").filter(pk=body["assignee"]).first()
            if assignee is None:
                raise ValidationError({"assignee": "There is no such member."})
        actions.assign(ticket_id=ticket.pk, by=request._request.member, assignee=assignee, now=timezone.now())
        return self.done(request, number)


class Classification(Verb):
    """Give the ticket another level or type, with the reason that its client reads."""

    permission_classes = [MembersOnly]

    @extend_schema(
        operation_id="tickets_reclassify",
        request=shapes.ClassificationIn,
        responses={(200, JSON): shapes.TicketOut, **PROBLEMS},
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(shapes.ClassificationIn, request)
        actions.reclassify(
            ticket_id=ticket.pk,
            by=request._request.member,
            level=body["level"],
            request_type=body.get("request_type", ticket.request_type),
            reason=body["reason"],
            now=timezone.now(),
        )
        return self.done(request, number)


class ScopeChange(Verb):
    """Say whose side the cause is on, and whether it can be reproduced."""

    permission_classes = [MembersOnly]

    @extend_schema(
        operation_id="tickets_set_scope", request=shapes.ScopeIn, responses={(200, JSON): shapes.TicketOut, **PROBLEMS}
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(shapes.ScopeIn, request)
        actions.set_scope(
            ticket_id=ticket.pk,
            by=request._request.member,
            scope=Ticket.Scope(body["scope"]),
            reproducibility=Ticket.Reproducibility(body["reproducibility"]),
            now=timezone.now(),
        )
        return self.done(request, number)


class Promises(APIView):
    """What a request would be promised if it were filed now."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(
        operation_id="promises_preview",
        request=shapes.RequestIn,
        responses={(200, JSON): shapes.PreviewOut, **PROBLEMS},
    )
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

    @extend_schema(operation_id="me", responses={(200, JSON): shapes.MeOut, **PROBLEMS})
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
