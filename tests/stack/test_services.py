"""The local PostgreSQL and Redis, started and stopped for real by the command that people use."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from slatrack.stack import guard
from slatrack.stack.bootstrap import ROOT, Failed
from slatrack.stack.postgres import binaries, ensure_roles

OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DATA_DIR", "PORT", "HOST", "MAKELEVEL"}


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has nothing running."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {"DATA_DIR": str(data_dir)} | more


def stack(command: str, data_dir: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slatrack.stack", command],
        cwd=ROOT,
        env=environment(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def services(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`make services`, until the block ends: the process and the variables it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "slatrack.stack", "services"],
        cwd=ROOT,
        env=environment(data_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        lines = [process.stdout.readline() for _ in range(3)]
        assert all(lines), process.stderr.read()
        yield (
            process,
            {name: value.strip().strip("'") for name, value in (line.split()[1].split("=", 1) for line in lines)},
        )
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the database's user can reach too; pytest's own are private."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o711)
        yield Path(path)


def query(url: str, sql: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def run(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def recorded(data_dir: Path) -> list[int]:
    return [entry["pid"] for entry in json.loads((data_dir / "run" / "processes.json").read_text())["watched"]]


def test_a_second_start_keeps_the_data_and_a_stop_leaves_no_process_even_in_a_place_with_a_long_name(place):
    # Longer than a socket's path may be.
    place /= "long" * 30
    with services(place / "var") as (_, env):
        query(env["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            client.set("kept", "too")
        pids = recorded(place / "var")
    assert len(pids) == 2
    assert not any(guard.birth_of(pid) for pid in pids)
    with services(place / "var") as (_, env):
        assert query(env["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(42,)]
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            assert client.get("kept") == b"too"


def test_the_application_owns_nothing_bypasses_nothing_and_sweeps_only_on_purpose(place):
    with services(place / "var") as (_, env):
        app, owner = env["DATABASE_URL"], env["DATABASE_OWNER_URL"]
        assert query(
            app, "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ) == [(False, False, False)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(app, "CREATE TABLE mine (id int)")
        query(owner, "CREATE TABLE theirs AS SELECT 1 AS id; GRANT SELECT ON theirs TO slatrack_sweeper")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(app, "SELECT id FROM theirs")
        assert query(app, "SET LOCAL ROLE slatrack_sweeper; SELECT id FROM theirs") == [(1,)]
        assert query(owner, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
            (False, True)
        ]


def test_on_somebody_elses_server_missing_roles_are_made_or_asked_for(place):
    with services(place / "var") as (_, env):
        admin = env["DATABASE_URL"].replace("slatrack_app@/slatrack", "postgres@/postgres")
        nobody = admin.replace("postgres@/postgres", "nobody@/postgres")
        run(admin, "CREATE ROLE nobody LOGIN")
        ensure_roles(nobody)
        run(admin, "DROP DATABASE slatrack", "DROP ROLE slatrack_sweeper", "DROP ROLE slatrack_app")
        with pytest.raises(Failed, match=r"administrator run slatrack/stack/roles\.sql"):
            ensure_roles(nobody)
        ensure_roles(admin)
        became = query(admin, "SET ROLE slatrack_app; SET ROLE slatrack_sweeper; SELECT current_user")
        assert became == [("slatrack_sweeper",)]
    with pytest.raises(Failed, match="does not answer"):
        ensure_roles(nobody)


def test_two_copies_run_side_by_side_and_one_directory_holds_one_copy(place):
    with services(place / "one") as (first, one), services(place / "two") as (_, two):
        query(one["DATABASE_OWNER_URL"], "CREATE TABLE here AS SELECT 'one' AS name")
        query(two["DATABASE_OWNER_URL"], "CREATE TABLE here AS SELECT 'two' AS name")
        assert query(one["DATABASE_OWNER_URL"], "SELECT name FROM here") == [("one",)]
        assert one["REDIS_URL"] != two["REDIS_URL"]
        third = stack("services", place / "one")
        assert third.returncode == 1
        assert f"already running from {place / 'one'} (process {first.pid})" in third.stderr
        shown = stack("shell-env", place / "one").stdout
        evaluated = subprocess.run(
            ["sh", "-c", f'{shown}\nprintf %s "$DATABASE_URL"'], capture_output=True, text=True, check=True
        )
        assert evaluated.stdout == one["DATABASE_URL"]
    assert "Nothing runs from" in stack("shell-env", place / "one").stderr


def test_after_kill_9_nothing_runs_and_the_next_start_keeps_the_data(place):
    with services(place / "var") as (process, env):
        query(env["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        pids = recorded(place / "var")
        process.kill()
        process.wait()
    until = time.monotonic() + 15
    while any(guard.birth_of(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(guard.birth_of(pid) for pid in pids)
    with services(place / "var") as (_, env):
        assert query(env["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(42,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run PostgreSQL as itself")
def test_root_keeps_the_data_where_the_database_s_user_can_reach_it_and_opens_no_private_directory(place):
    private = place / "private"
    private.mkdir(mode=0o700)
    with services(private / "var") as (_, env):
        assert query(env["DATABASE_URL"], "SELECT 1") == [(1,)]
    home = private / "var" / "postgres"
    assert private.stat().st_mode & 0o777 == 0o700
    assert home.is_symlink()
    assert home.resolve().stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home.resolve())


def test_a_database_that_dies_is_named_and_takes_redis_with_it(place):
    with services(place / "var") as (process, _):
        pids = recorded(place / "var")
        os.kill(pids[0], signal.SIGKILL)
        assert process.wait(timeout=30) == 1
        said = process.stderr.read() if process.stderr else ""
    assert "postgres was ended by SIGKILL" in said
    assert not any(guard.birth_of(pid) for pid in pids)


def test_a_taken_port_is_said_before_anything_is_started(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = stack("run", place / "var", PORT=str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in refused.stderr
    assert f"make run PORT={port + 1}" in refused.stderr
    assert not (place / "var" / "postgres").exists()


def test_data_of_a_postgresql_that_is_not_packaged_is_refused_with_a_way_out(place):
    (place / "PG_VERSION").write_text("12\n")
    with pytest.raises(Failed, match=r"made by PostgreSQL 12.*pg_dump"):
        binaries(place)
    (place / "PG_VERSION").write_text("16\n")
    assert "16." in subprocess.run([binaries(place) / "postgres", "--version"], capture_output=True, text=True).stdout
