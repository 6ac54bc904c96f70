"""What was said on a ticket."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models

from tenants.models import TenantForeignKey, TenantManager, TenantOwned, User
from tickets.models.ticket import Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> MessageQuerySet:
        return self.exclude(kind=Message.Kind.INTERNAL_NOTE)


class Message(TenantOwned):
    """One message. The body is Markdown as typed; screens render and sanitise it."""

    class Kind(models.TextChoices):
        CLIENT = "client", "Client"
        REPLY = "reply", "Reply"
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        INTERNAL_NOTE = "internal_note", "Internal note"

    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind)
    author = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=120)
    body = models.TextField()
    posted_at = models.DateTimeField()
    submission = models.UUIDField(
        null=True, blank=True, help_text="The form it came from: sent twice, it is posted once."
    )

    objects = TenantManager.from_queryset(MessageQuerySet)()

    class Meta:
        ordering = ["posted_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "submission"], name="a_form_is_posted_once")]
        indexes = [models.Index(fields=["tenant", "ticket", "posted_at", "id"], name="message_of_ticket")]
        triggers = [pgtrigger.Protect(name="messages_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"


def attachment_path(attachment: Attachment, _filename: str) -> str:
    """Below the tenant, under a name nobody chose."""
    return f"{attachment.tenant_id}/attachments/{uuid.uuid4()}"


class Attachment(TenantOwned):
    """A file on a message. Served only as a download, with the type we found and not the one that was claimed."""

    message = TenantForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    file = models.FileField(upload_to=attachment_path, max_length=200)

    class Meta:
        indexes = [models.Index(fields=["tenant", "message"], name="attachment_of_message")]

    def __str__(self) -> str:
        return self.name
