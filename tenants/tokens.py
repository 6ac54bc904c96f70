"""Secrets that are shown once and kept as a digest: API tokens and invitation links."""

from __future__ import annotations

import hashlib
import secrets

API_TOKEN_PREFIX = "slt_"  # noqa: S105  a prefix that secret scanners can look for, not a secret


def new_secret(prefix: str = "") -> str:
    """A secret with 256 bits of randomness."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. Plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
