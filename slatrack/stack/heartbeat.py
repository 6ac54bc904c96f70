"""`python -m slatrack.stack.heartbeat`: exit code 0 while beat schedules, Redis carries and a worker works.

The health check of the worker and beat containers, which have no port to ask.
"""

from __future__ import annotations

import sys
import time

from django.core.cache import cache
from redis.exceptions import RedisError

from slatrack.health import HEART, HEART_STOPS_AFTER_SECONDS


def age_seconds(now: float) -> float | None:
    """How long ago (`now` is Unix time) a worker last did what beat scheduled; None: never."""
    heart = cache.get(HEART)
    return None if heart is None else now - heart


def main() -> int:
    try:
        age = age_seconds(time.time())
    except RedisError:
        print("Redis does not answer")
        return 1
    print("no heartbeat yet" if age is None else f"last heartbeat {age:.0f} s ago")
    return 0 if age is not None and age < HEART_STOPS_AFTER_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
