"""How much one request may send; the web server asks before anything of the application is there."""

from __future__ import annotations

from django.conf import settings


def largest_body(*, signed_in: bool) -> int:
    """Bytes that one request may send.

    A file is on disk before its size or its sender can be judged: those who show no session and no token may send what
    a form holds, and no files.
    """
    files = settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENTS_PER_MESSAGE if signed_in else 0
    return files + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
