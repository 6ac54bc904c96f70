"""How one message goes over the wire, by mail or by HTTP, and what the answer means."""

from __future__ import annotations

from dataclasses import dataclass

ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message did not go out, in words, and whether another attempt can help."""

    error: str
    permanent: bool
