"""Updates to begin with, offered to whoever has written none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ready:
    name: str
    status: str
    body: str


READY = (
    Ready(
        "We know, and are looking",
        "investigating",
        "Something does not work as it should: {affected}. We are looking for the cause. Next update: {next_update}.",
    ),
    Ready(
        "The cause is known",
        "identified",
        "We know the cause and are working on it. Affected: {affected}. Next update: {next_update}.",
    ),
    Ready(
        "It is mended, we are watching",
        "monitoring",
        "We mended it: {incident}. We go on watching before we call it over. Next update: {next_update}.",
    ),
    Ready("It is over", "resolved", "{incident}: this is resolved. Thank you for your patience."),
)
#: What a preview is filled in with.
SAMPLE = {
    "incident": "Messages are late",
    "level": "P1",
    "affected": "Messaging",
    "status": "investigating",
    "next_update": "14:30 CET",
}
