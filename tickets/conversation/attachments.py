"""Files from outside: hostile until looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404

from shell.wording import filesize
from tickets.models import Attachment, Message

# What a file really is, by its first bytes. Anything else is kept, and served as plain bytes.
_SIGNATURES = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
]


def check_files(files: Sequence[UploadedFile]) -> None:
    """Raises ValidationError({"attachments": …}) for too many, too large or empty files; names each of them."""
    problems = []
    if len(files) > settings.ATTACHMENTS_PER_MESSAGE:
        problems.append(f"At most {settings.ATTACHMENTS_PER_MESSAGE} files at a time; these are {len(files)}.")
    for file in files:
        if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES:
            limit = filesize(settings.ATTACHMENT_MAX_BYTES)
            problems.append(
                f"“{clean_name(file.name)}” is larger than {limit}. Share it by a link, or send a smaller one."
            )
        elif not file.size:
            problems.append(f"“{clean_name(file.name)}” is empty.")
    if problems:
        raise ValidationError({"attachments": problems})


def attach(message: Message, files: Sequence[UploadedFile]) -> None:
    """Store checked files on a message."""
    for file in files:
        Attachment.objects.create(
            message=message, name=clean_name(file.name), content_type=found_type(file), size=file.size or 0, file=file
        )


def clean_name(name: str | None) -> str:
    """A file name without folders, control characters and surprises; at most 200 characters, its ending kept."""
    base = PurePosixPath((name or "").replace("\\", "/")).name
    cleaned = "".join(character for character in base if character.isprintable()).strip(". ") or "file"
    if len(cleaned) <= 200:
        return cleaned
    suffix = PurePosixPath(cleaned).suffix[:20]
    return cleaned[: 200 - len(suffix)] + suffix


def found_type(file: UploadedFile) -> str:
    """The type by the file's content; what the sender claims decides nothing."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    for signature, content_type in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if b"\x00" not in head:
        try:
            head.decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            # A character cut in two at the end of what was read is still text.
            if error.start < len(head) - 3:
                return "application/octet-stream"
        return "text/plain"
    return "application/octet-stream"


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
