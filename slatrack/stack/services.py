"""PostgreSQL and Redis for one stack: named ones from the environment, otherwise our own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from slatrack.stack import redis_server
from slatrack.stack.bootstrap import Steps
from slatrack.stack.place import Place
from slatrack.stack.postgres import Cluster, Database, ensure_roles
from slatrack.stack.processes import Nursery
from slatrack.stack.redis_server import RedisServer

VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
# Less is a sign of a container's tiny default; a test run needs a few hundred megabytes.
ROOMY = 2 * 1024**3


@dataclass(frozen=True)
class Services:
    """What the application connects to. `database` and `redis` are None where somebody else's server is used."""

    database: Database | None
    redis: RedisServer | None

    def env(self) -> dict[str, str]:
        """The variables that lead there, for the application and for migrations."""
        named = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
        own: dict[str, str] = {}
        if self.database is not None:
            own |= {"DATABASE_URL": self.database.app_url, "DATABASE_OWNER_URL": self.database.owner_url}
        if self.redis is not None:
            own["REDIS_URL"] = self.redis.url
        return named | own


def start(place: Place, nursery: Nursery, steps: Steps, *, durable: bool = True) -> Services:
    """Start what DATABASE_URL and REDIS_URL do not name, with data below the place."""
    database = None
    if named := os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL"):
        ensure_roles(named)
    else:
        cluster = Cluster(place.path / "postgres", place.log / "postgres.log", durable=durable)
        if not cluster.exists:
            with steps.step("Making a new PostgreSQL database"):
                place.forget_what_was_done()
                cluster.create(nursery)
        with steps.step("Starting PostgreSQL"):
            database = cluster.start(nursery)
    redis = None
    if not os.environ.get("REDIS_URL"):
        with steps.step("Starting Redis"):
            password = place.secret("redis-password")
            redis = redis_server.start(
                nursery, place.path / "redis", place.log / "redis.log", password, durable=durable
            )
    return Services(database, redis)


def scratch_place(nursery: Nursery) -> Place:
    """A place that vanishes with its stack, in memory where there is plenty."""
    memory = Path("/dev/shm")  # noqa: S108 -- scratch() makes a private directory with an unguessable name in it
    parent = (
        memory if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY else None
    )
    path = nursery.scratch(parent)
    # PostgreSQL may run as another user; the cluster inside is closed to everybody else all the same.
    path.chmod(0o711)
    return Place(path)
