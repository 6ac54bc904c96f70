"""Files on messages, for the desk: always a download, never shown in the page."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from tenants.doors import desk_view
from tickets.models import Attachment


@desk_view
def download(request: Any, number: int, attachment_id: int) -> HttpResponseBase:
    """A file of this ticket."""
    return as_download(get_object_or_404(Attachment, pk=attachment_id, message__ticket__number=number))


def as_download(attachment: Attachment) -> FileResponse:
    """The file to be saved, with the type we found in it; a browser may neither guess another nor run it here."""
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404("The file is not there any more.") from missing
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
