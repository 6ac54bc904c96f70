"""Why a clock stands still: the reasons that an agreement may name, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal["client", "desk"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to wait. `term` is how an agreement names it, `slug` how stored facts and programs do."""

    key: str
    term: str
    slug: str
    #: `waiting for you`, to the client and to the desk.
    to_client: str
    to_desk: str

    def words(self, reader: Reader) -> str:
        return self.to_client if reader == "client" else self.to_desk

    def sentence(self, reader: Reader) -> str:
        words = self.words(reader)
        return words[:1].upper() + words[1:]


CLIENT = Reason("client", "waiting for client", "waiting", "waiting for you", "waiting for the client")
THIRD_PARTY = Reason(
    "third party", "waiting for third party", "third_party", "waiting for a third party", "waiting for a third party"
)
HOLD = Reason("hold", "on hold", "on_hold", "on hold", "on hold")
REASONS = {reason.key: reason for reason in (CLIENT, THIRD_PARTY, HOLD)}
BY_TERM = {reason.term: reason for reason in REASONS.values()}
BY_SLUG = {reason.slug: reason for reason in REASONS.values()}
