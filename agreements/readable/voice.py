"""Whom a document is read to: members read of the client and the team, a client of you and us, parties of provider."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """The few words that differ by reader: how those are called of whom a document speaks."""

    called: dict[str, str]


TEAM = Voice({"team": "the team", "client": "the client", "contacts": "the client's contacts"})
CLIENT = Voice({"team": "our team", "client": "you", "contacts": "you"})
CONTRACT = Voice({"team": "the provider", "client": "the client", "contacts": "the client's contacts"})
