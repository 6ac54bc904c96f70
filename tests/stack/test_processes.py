"""Nothing a stack started outlives it, however it ends. No Django and no database here: plain programs."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from slatrack.stack import guard
from slatrack.stack.bootstrap import ROOT, Failed, Steps
from slatrack.stack.processes import Nursery, boot_id, end_leftovers
from slatrack.stack.supervisor import Supervisor

# A program with a child of its own that prints both numbers and, like many, needs a moment to stop.
FAMILY = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
# The same in a nursery, for killing the nursery's process itself.
SUPERVISOR = f"""
import subprocess, sys, time
from pathlib import Path
from slatrack.stack.interruption import Stopped, stop_on_signals
from slatrack.stack.processes import Nursery
try:
    with stop_on_signals(), Nursery(Path(sys.argv[1])) as nursery:
        family = nursery.start([sys.executable, "-S", "-c", {FAMILY!r}], output=subprocess.PIPE)
        print(nursery.scratch(), *family.stdout.readline().decode().split(), flush=True)
        time.sleep(600)
except Stopped:
    print("stopped", flush=True)
"""


def alive(pid: int) -> bool:
    return guard.birth_of(pid) is not None


def wait_until(claim, seconds: float = 15.0) -> bool:
    until = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def supervised(tmp_path):
    """A running nursery in a process of its own: (process, scratch directory, pids of its family)."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "record.json")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    scratch, *pids = process.stdout.readline().split()
    yield process, Path(scratch), [int(pid) for pid in pids]
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_to_the_supervisor_ends_children_and_grandchildren_and_scratch(supervised, number):
    process, scratch, pids = supervised
    assert all(alive(pid) for pid in pids)
    assert scratch.is_dir()
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert process.stdout.read() == "stopped\n"
    assert not any(alive(pid) for pid in pids)
    assert not scratch.exists()


def test_impatience_leaves_nothing_behind_either(supervised):
    process, _, pids = supervised
    for _ in range(5):
        process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    assert not any(alive(pid) for pid in pids)


def test_kill_9_of_the_supervisor_leaves_no_process_and_no_scratch(supervised):
    process, scratch, pids = supervised
    process.kill()
    process.wait()
    assert wait_until(lambda: not any(alive(pid) for pid in pids))
    assert wait_until(lambda: not scratch.exists())


def test_a_start_ends_what_an_earlier_one_could_not_even_when_its_guard_was_killed_too(supervised, tmp_path):
    process, scratch, pids = supervised
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = path.read_text().rpartition(")")[2].split()
        if int(fields[1]) == process.pid and int(path.parent.name) not in pids:
            os.kill(int(path.parent.name), signal.SIGKILL)
    process.kill()
    process.wait()
    assert all(alive(pid) for pid in pids)
    assert end_leftovers(tmp_path / "record.json") == 1
    assert not any(alive(pid) for pid in pids)
    assert not scratch.exists()


def test_a_recorded_number_that_belongs_to_somebody_else_by_now_is_left_alone(tmp_path):
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    entry = {"pid": stranger.pid, "birth": "1", "order": 2, "signal": 15}
    (tmp_path / "record.json").write_text(json.dumps({"boot": boot_id(), "watched": [entry], "directories": []}))
    try:
        assert end_leftovers(tmp_path / "record.json") == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_records_of_an_earlier_boot_mean_nothing(tmp_path):
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    entry = {"pid": stranger.pid, "birth": guard.birth_of(stranger.pid), "order": 2, "signal": 15}
    (tmp_path / "record.json").write_text(json.dumps({"boot": "another", "watched": [entry], "directories": []}))
    try:
        assert end_leftovers(tmp_path / "record.json") == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_service_that_dies_is_named_with_its_last_words_and_the_rest_is_stopped(capsys):
    with Nursery() as nursery:
        supervisor = Supervisor(nursery, Steps(sys.stdout))
        steady = supervisor.start(
            "steady", [sys.executable, "-S", "-c", "import time; time.sleep(600)"], dict(os.environ)
        )
        words = textwrap.dedent("""
            import sys
            print("the disk is full", flush=True)
            sys.exit(7)
        """)
        supervisor.start("fragile", [sys.executable, "-S", "-c", words], dict(os.environ))
        with pytest.raises(Failed) as failure:
            supervisor.until_one_dies()
    assert "fragile stopped by itself with exit code 7" in str(failure.value)
    assert "the disk is full" in str(failure.value)
    assert "fragile │ the disk is full" in capsys.readouterr().out
    assert steady.process.wait(timeout=10) == -signal.SIGTERM


def test_a_program_that_ignores_being_asked_is_ended_all_the_same():
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", stubborn], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "deaf\n"
    entry = {"pid": process.pid, "birth": guard.birth_of(process.pid), "order": 2, "signal": 15}
    guard.end_groups([entry], grace=0.3)
    # On a busy machine it may not get round to the second signal before the one that nothing ignores.
    assert process.wait(timeout=5) in {-signal.SIGQUIT, -signal.SIGKILL}
    process.stdout.close()


def test_a_failing_step_shows_what_the_program_said(capsys):
    steps = Steps(sys.stdout)
    with pytest.raises(Failed, match="no such table"), steps.step("Preparing"):
        steps.run([sys.executable, "-S", "-c", "import sys; sys.exit('no such table')"])
    assert "✗ Preparing" in capsys.readouterr().out
