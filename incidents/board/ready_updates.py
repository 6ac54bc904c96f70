"""Updates to begin with, offered to whoever has written none.

None says when the next one comes: status page and mails say that beside every update.
"""

from __future__ import annotations

from incidents.models import UpdateTemplate

READY = (
    UpdateTemplate(
        name="We know, and are looking",
        status="investigating",
        body="Something does not work as it should: {affected}. We are looking for the cause.",
    ),
    UpdateTemplate(
        name="The cause is known",
        status="identified",
        body="We know the cause and are working on it. Affected: {affected}.",
    ),
    UpdateTemplate(
        name="It is mended, we are watching",
        status="monitoring",
        body="We mended it: {incident}. We go on watching before we call it over.",
    ),
    UpdateTemplate(
        name="It is over",
        status="resolved",
        body="{incident}: this is resolved. Thank you for your patience.",
    ),
)
#: What a preview is filled in with.
SAMPLE = {
    "incident": "Messages are late",
    "level": "P1",
    "affected": "Messaging",
    "status": "investigating",
    "next_update": "14:30 CET",
}
