"""Files on messages, for the desk: always a download, never shown in the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from tenants.doors import desk_view
from tickets.conversation.attachments import as_download
from tickets.models import Attachment


@desk_view
def download(request: Any, number: int, attachment_id: int) -> HttpResponseBase:
    """A file of this ticket."""
    return as_download(get_object_or_404(Attachment, pk=attachment_id, message__ticket__number=number))
