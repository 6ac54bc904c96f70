"""What `make` asks for: run, quick, test, services, shell-env, bench, screenshots."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from slatrack.stack import redis_server, services
from slatrack.stack.bootstrap import ROOT, Failed, Steps, port_is_free
from slatrack.stack.interruption import Stopped
from slatrack.stack.place import Place, fingerprint
from slatrack.stack.processes import Nursery, end_leftovers
from slatrack.stack.supervisor import Supervisor

LOCKS = ("requirements/base.txt", "package-lock.json")
BANNER_WIDTH = 78


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var")


def address() -> tuple[str, int]:
    """HOST and PORT; the bootstrap already refused what is not a port."""
    return os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)


def manage(*argv: str) -> list[str | Path]:
    return [sys.executable, ROOT / "manage.py", *argv]


def run() -> int:
    """The whole desk, until Ctrl-C or until a part of it dies."""
    began = time.monotonic()
    steps = Steps()
    host, port = address()
    place = Place(data_dir())
    place.hold()
    if end_leftovers(place.record):
        steps.write("    Ended what an earlier start had left running.\n")
    if not port_is_free(host, port):
        raise Failed(f"Port {port} on {host} is taken by another program. Choose another one: make run PORT={port + 1}")
    with Nursery(place.record) as nursery:
        try:
            supervisor, env = serve(place, nursery, steps, host, port)
            url = f"http://localhost:{port}/"
            place.tell(url=url, env={name: env[name] for name in services.VARIABLES if name in env})
            steps.write(banner(url, sign_ins(place, nursery, steps, env), time.monotonic() - began))
            supervisor.until_one_dies()
        except Stopped:
            steps.write("\n  Stopping …\n")
            raise


def serve(place: Place, nursery: Nursery, steps: Steps, host: str, port: int) -> tuple[Supervisor, dict[str, str]]:
    """Start everything and wait until the web server answers; the supervisor and the application's environment."""
    backing = services.start(place, nursery, steps)
    env = application_env(place, backing, host, port)
    prepare(place, nursery, steps, env, ours=backing.database is not None)
    supervisor = Supervisor(nursery, steps)
    if backing.database is not None:
        supervisor.adopt("postgres", backing.database.process, place.log / "postgres.log")
    if backing.redis is not None:
        supervisor.adopt("redis", backing.redis.process, place.log / "redis.log")
    # Only migrations need the owner's rights: the serving processes do not even know how to get them.
    serving = {name: value for name, value in env.items() if name != "DATABASE_OWNER_URL"}
    with steps.step("Starting the web server"):
        supervisor.start(
            "web", [sys.executable, "-m", "gunicorn", "-c", "python:slatrack.stack.gunicorn_config"], serving
        )
        # The first page should not wait for the others' share of the processor.
        supervisor.wait_for("The web server", lambda: answers(f"http://{connectable(host)}:{port}/healthz"))
    start_background(supervisor, place, serving)
    return supervisor, env


def application_env(place: Place, backing: services.Services, host: str, port: int) -> dict[str, str]:
    """The environment of every Django process; what the caller set himself wins."""
    own = {
        "DEMO": "1",
        "DEBUG": "0",
        "BASE_DOMAIN": "localhost",
        "SECRET_KEY": place.secret("secret-key"),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "slatrack.settings",
        "PYTHONUNBUFFERED": "1",
        # Ctrl-C should not wait for a browser that keeps a connection open.
        "WEB_GRACE_SECONDS": "1",
        # A local copy started by root is no news to whoever started it.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    fixed = {"HOST": host, "PORT": str(port), "DATA_DIR": str(place.path)}
    return own | dict(os.environ) | fixed | backing.env()


def prepare(place: Place, nursery: Nursery, steps: Steps, env: dict[str, str], *, ours: bool) -> None:
    """Static files, tables and demo data, each only when its inputs changed since the last time here."""
    # Somebody else's database may have been emptied or restored meanwhile, so there we always look.
    every_time = "" if ours else str(time.time_ns())
    code = ("slatrack/settings.py", *LOCKS)

    def step(title: str, *argv: str) -> None:
        with steps.step(title):
            steps.run(manage(*argv), env=env, start=nursery.start_piped)

    static = fingerprint("static/**/*", "slatrack/staticfiles.py", *code)
    place.once("static", static, lambda: step("Collecting static files", "collectstatic", "--noinput", "--verbosity=1"))
    # Row-level security follows the models after every migration.
    tables = fingerprint(
        "*/migrations/*.py", "*/models*.py", "*/models/*.py", "tenants/**/*.py", *code, extra=[every_time]
    )
    place.once(
        "tables", tables, lambda: step("Bringing the database up to date", "migrate", "--database=owner", "--noinput")
    )
    if env["DEMO"].lower() in ("1", "true", "yes", "on"):
        place.once("demo", every_time, lambda: step("Loading the five demo workspaces", "demo"))


def start_background(supervisor: Supervisor, place: Place, env: dict[str, str]) -> None:
    """The worker and beat; their heart is on `/readyz`."""
    celery: list[str | Path] = [sys.executable, "-m", "celery", "-A", "slatrack", "--quiet"]
    workers = env.get("WORKER_PROCESSES", "3")
    supervisor.start(
        "worker",
        [*celery, "worker", f"--concurrency={workers}", "--loglevel=WARNING", "--without-gossip", "--without-mingle"],
        env,
    )
    schedule = place.run / "beat-schedule"
    supervisor.start("beat", [*celery, "beat", f"--schedule={schedule}", "--pidfile=", "--loglevel=WARNING"], env)


def connectable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104 -- compared, not bound


def answers(url: str) -> bool:
    """Whether the server says it is alive."""
    try:
        asked = urllib.request.Request(url, headers={"Host": "localhost"})  # noqa: S310 -- our own address
        with urllib.request.urlopen(asked, timeout=5) as reply:  # noqa: S310 -- as above
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def sign_ins(place: Place, nursery: Nursery, steps: Steps, env: dict[str, str]) -> str:
    """What `manage.py demo --sign-ins` prints; kept, because it only changes with the demo's code."""
    kept = place.run / "sign-ins.txt"

    def ask() -> None:
        with steps.step("Looking up the demo sign-ins"):
            kept.write_text(steps.run(manage("demo", "--sign-ins"), env=env, start=nursery.start_piped))

    if env["DEMO"].lower() not in ("1", "true", "yes", "on"):
        return ""
    place.once(
        "sign-ins", fingerprint("*/management/commands/*.py", "*/demo/*", extra=[env["PORT"], env["BASE_DOMAIN"]]), ask
    )
    return kept.read_text() if kept.is_file() else ""


def banner(url: str, people: str, seconds: float) -> str:
    line = "─" * BANNER_WIDTH
    body = "".join(f"  {text}\n" for text in people.rstrip().splitlines())
    head = f"  slatrack is ready at {url} ({seconds:.1f} s). Ctrl-C stops it; the data stays.\n"
    return f"\n{line}\n{head}\n{body}{line}\n\n"


def serve_services() -> int:
    """Only PostgreSQL and Redis, until Ctrl-C; prints the variables that lead there."""
    steps = Steps(sys.stderr)
    place = Place(data_dir())
    place.hold()
    end_leftovers(place.record)
    with Nursery(place.record) as nursery:
        backing = services.start(place, nursery, steps)
        place.tell(env=backing.env())
        print(exports(backing.env()), flush=True)
        supervisor = Supervisor(nursery, steps)
        for name, server in (("postgres", backing.database), ("redis", backing.redis)):
            if server is not None:
                supervisor.adopt(name, server.process, place.log / f"{name}.log")
        supervisor.until_one_dies()


def shell_env() -> int:
    """The variables of the stack that runs from DATA_DIR, for `eval`."""
    found = Place(data_dir()).facts().get("env")
    if not found:
        raise Failed(f"Nothing runs from {data_dir()}. Start it with `make run` or `make services`.")
    print(exports(found))
    return 0


def exports(env: dict[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in env.items())


@contextlib.contextmanager
def throwaway(steps: Steps, *, durable: bool = False) -> Iterator[tuple[Nursery, dict[str, str]]]:
    """A PostgreSQL and a Redis that vanish afterwards, and the environment that leads there."""
    with Nursery() as nursery:
        place = services.scratch_place(nursery)
        # A test database is a database of its own on any server, but tests empty the whole Redis they are given.
        os.environ.pop("REDIS_URL", None)
        backing = services.start(place, nursery, steps, durable=durable)
        yield (
            nursery,
            {"SECRET_KEY": place.secret("secret-key"), "DATA_DIR": str(place.path)} | os.environ | backing.env(),
        )


def foreground(nursery: Nursery, argv: list[str | Path], env: dict[str, str]) -> int:
    """Run a program on this terminal and return its exit code."""
    # In a group of its own, so that the guard can end it and all it starts; a debugger still reads this terminal.
    process = nursery.start(argv, env=env, stdin=None, output=None)
    try:
        return process.wait()
    except Stopped as stopped:
        # Let it say what it was doing: pytest prints the interrupted test on SIGINT.
        process.send_signal(stopped.number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        raise


def pytest(arguments: list[str]) -> list[str | Path]:
    """The command for the named tests, or for the whole suite, a file at a time on every core (four at most)."""
    whole_suite = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist=loadfile"]
    return [sys.executable, "-m", "pytest", *(arguments or whole_suite)]


def test(arguments: list[str], *options: str) -> int:
    """pytest with the given arguments against servers of its own."""
    with throwaway(Steps(sys.stderr)) as (nursery, env):
        return foreground(nursery, [*pytest(arguments), *options], env)


def check(arguments: list[str]) -> int:
    """Everything that must be clean before a change counts; all of it is run, so that one look shows all."""
    steps = Steps()
    found: list[str] = []
    scripts = Path(sys.executable).parent
    with throwaway(steps) as (nursery, env):
        looks: list[tuple[str, list[str | Path]]] = [
            ("Format", [scripts / "ruff", "format", "--check", "."]),
            ("Lint", [scripts / "ruff", "check", "--output-format=concise", "."]),
            ("Templates' format", [scripts / "djhtml", "--check", "--tabwidth", "2", "templates"]),
            ("Templates' lint", [scripts / "djlint", "--lint", "--quiet", "templates"]),
            ("Types", [scripts / "mypy"]),
            ("Import layers", [scripts / "lint-imports"]),
            ("Missing migrations", manage("makemigrations", "--check", "--dry-run")),
        ]
        for title, argv in looks:
            try:
                with steps.step(title):
                    steps.run(argv, env=env, start=nursery.start_piped)
            except Failed as failure:
                found.append(title)
                steps.write(f"{failure}\n")
        if foreground(nursery, pytest(arguments), env) != 0:
            found.append("Tests")
    steps.write(f"\n  Not clean: {', '.join(found)}.\n" if found else "\n  All clean.\n")
    return 1 if found else 0


def bench(names: list[str]) -> int:
    """The named benchmarks of `bench/`, or all of them, each against a fresh migrated database on disk."""
    known = sorted(
        path.stem for path in (ROOT / "bench").glob("*.py") if 'if __name__ == "__main__"' in path.read_text()
    )
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise Failed(f"No such benchmark: {', '.join(unknown) or 'none exists yet'}. There are: {', '.join(known)}")
    steps = Steps(sys.stderr)
    codes = []
    for name in names or known:
        with throwaway(steps, durable=True) as (nursery, env):
            with steps.step("Bringing the database up to date"):
                steps.run(manage("migrate", "--database=owner", "--noinput"), env=env, start=nursery.start_piped)
            codes.append(foreground(nursery, [sys.executable, "-m", f"bench.{name}"], env))
    return max(codes)


def screenshots(arguments: list[str]) -> int:
    """Every screen as every audience: of the demo that serves on PORT, or of a fresh one that is gone afterwards."""
    argv: list[str | Path] = [sys.executable, "-m", "tests.e2e.screenshots", *arguments]
    host, port = address()
    steps = Steps()
    if answers(f"http://{connectable(host)}:{port}/healthz"):
        steps.write(f"    Looking at the demo on port {port}.\n")
        with Nursery() as nursery:
            return foreground(nursery, argv, dict(os.environ))
    with Nursery() as nursery:
        place = services.scratch_place(nursery)
        supervisor, env = serve(place, nursery, steps, "127.0.0.1", redis_server.free_port())
        process = nursery.start(argv, env=env, output=None)
        while process.poll() is None:
            supervisor.turn()
        return process.returncode
