"""Why a clock stands still: the reasons that an agreement may name, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shell.wording import sentence

Reader = Literal["client", "desk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason to wait. `term` is how an agreement names it, `slug` how stored facts and programs do."""

    key: str
    term: str
    slug: str
    #: `waiting for you`, to the client and to the desk.
    to_client: str
    to_desk: str
    #: `wait for the client`: what somebody does who has a ticket wait.
    to_do: str
    icon: str

    def words(self, reader: Reader, whom: str = "") -> str:
        """What is waited for; `whom` by name, where that is known."""
        if whom:
            return f"waiting for {whom}"
        return self.to_client if reader == "client" else self.to_desk

    def sentence(self, reader: Reader, whom: str = "") -> str:
        return sentence(self.words(reader, whom))


CLIENT = Reason(
    key="client",
    term="waiting for client",
    slug="waiting",
    to_client="waiting for you",
    to_desk="waiting for the client",
    to_do="wait for the client",
    icon="player-pause",
)
THIRD_PARTY = Reason(
    key="third party",
    term="waiting for third party",
    slug="third_party",
    to_client="waiting for a third party",
    to_desk="waiting for a third party",
    to_do="wait for a third party",
    icon="hourglass",
)
HOLD = Reason(
    key="hold",
    term="on hold",
    slug="on_hold",
    to_client="on hold",
    to_desk="on hold",
    to_do="put it on hold",
    icon="hand-stop",
)
REASONS = {reason.key: reason for reason in (CLIENT, THIRD_PARTY, HOLD)}
BY_TERM = {reason.term: reason for reason in REASONS.values()}
BY_SLUG = {reason.slug: reason for reason in REASONS.values()}
