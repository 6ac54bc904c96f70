"""`/healthz` (alive) and `/readyz` (database, Redis, worker heartbeat), on every host and before anything else."""

from __future__ import annotations

import time
from collections.abc import Callable

from celery import shared_task
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

HEART = "slatrack.heart"
# Beat beats every 15 seconds; four missed beats are not a hiccup.
HEART_STOPS_AFTER_SECONDS = 60


@shared_task(name="slatrack.health.beat_heart", ignore_result=True, expires=30)
def beat_heart() -> None:
    """Beat, every 15 s: shows that beat schedules, Redis carries and a worker works."""
    cache.set(HEART, time.time(), timeout=None)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
    except DatabaseError:
        return "does not answer"
    return "connected as a role that bypasses row-level security" if row is None or row[0] else "ok"


def _redis_and_worker() -> tuple[str, str]:
    try:
        heart = cache.get(HEART)
    except RedisError:
        return "does not answer", "unknown"
    if heart is None:
        return "ok", "no heartbeat yet"
    age = time.time() - heart
    return "ok", "ok" if age < HEART_STOPS_AFTER_SECONDS else f"last heartbeat {int(age)} seconds ago"


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            redis, worker = _redis_and_worker()
            parts = {"database": _database(), "redis": redis, "worker": worker}
            ready = all(state == "ok" for state in parts.values())
            return JsonResponse({"status": "ok" if ready else "not ready", **parts}, status=200 if ready else 503)
        return self.get_response(request)
