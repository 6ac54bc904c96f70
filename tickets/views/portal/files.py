"""Files on messages, for a contact: only of tickets they see, never those of an internal note."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tenants.doors import portal_view
from tickets.models import Attachment, Message
from tickets.views.desk.files import as_download
from tickets.views.portal.ticket import find


@require_safe
@portal_view
def download(request: Any, number: int, attachment_id: int) -> FileResponse:
    """A file of this ticket, to be saved."""
    ticket = find(request.contact, number)
    public = Attachment.objects.filter(message__ticket=ticket).exclude(message__kind=Message.Kind.INTERNAL_NOTE)
    return as_download(get_object_or_404(public, pk=attachment_id))
