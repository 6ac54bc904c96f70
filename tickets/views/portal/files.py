"""Files on messages, for a contact: only of tickets they see, never those of an internal note."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from tenants.doors import portal_view
from tickets.conversation.attachments import as_download
from tickets.models import Attachment
from tickets.views.portal.ticket import find


@portal_view
def download(request: Any, number: int, attachment_id: int) -> FileResponse:
    """A file of this ticket, to be saved."""
    ticket = find(request.contact, number)
    return as_download(get_object_or_404(Attachment, pk=attachment_id, message__in=ticket.messages.public()))
