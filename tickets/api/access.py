"""Who may do what through the API: the rules of the front doors."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission

from tenants.models import Contact, Member
from tickets.models import Ticket


class ReadsOrWorksTickets(BasePermission):
    """Members read; those who work tickets write too. Contacts do what their permissions grant."""

    message = "Your role reads tickets; it does not change them."

    def has_permission(self, request: Any, view: Any) -> bool:
        member, contact = request._request.member, request._request.contact
        if member is None and contact is None:
            return False
        return contact is not None or request.method in SAFE_METHODS or member.works_tickets


class MembersOnly(ReadsOrWorksTickets):
    """What only the desk does. To a contact it does not exist."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request._request.contact is not None:
            raise Http404
        return super().has_permission(request, view)


def person(request: Any) -> Member | Contact:
    """The member or contact that the request acts as."""
    found = request._request.member or request._request.contact
    assert found is not None  # ReadsOrWorksTickets has let nobody else through
    return found


def visible_tickets(request: Any) -> Any:
    """The tickets this person may read: a member's whole tenant, a contact's own or organisation's."""
    who = person(request)
    tickets = Ticket.objects.all()
    return tickets if isinstance(who, Member) else tickets.visible_to_contact(who)


def ticket_or_404(request: Any, number: int) -> Ticket:
    ticket = visible_tickets(request).filter(number=number).first()
    if ticket is None:
        raise Http404("There is no such ticket.")
    return ticket
