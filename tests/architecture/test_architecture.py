"""The house rules of ARCHITECTURE and STYLE that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
#: From below: an app imports, and points its foreign keys at, those before it only.
APPS = [
    "shell",
    "tenants",
    "notifications",
    "agreements",
    "clocks",
    "tickets",
    "incidents",
    "availability",
    "statuspage",
    "credits",
    "reports",
]
#: Files are as long as their subject needs; one beyond this needs a second noun to be described.
MOST_LINES = 520
#: Where the clock may be read: the edges of the program. Everything else is told what time it is.
#: Delivery and the switchboard are too: they talk to others for as long as that takes, and say when each message went.
EDGES = {
    "delivery",
    "switchboard",
    "views",
    "api",
    "tasks",
    "management",
    "middleware",
    "admin",
    "backends",
    "context",
    "doors",
    "templatetags",
}
#: Composition and the local stack are edges as a whole.
EDGE_PACKAGES = {"slatrack"}


@cache
def source_files() -> tuple[Path, ...]:
    """Everything under version control or about to be, so that what the machine keeps beside it is not looked at."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    return [f for f in source_files() if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in folders]


def inside(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_apps_import_downwards_only():
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("app", [app for app in APPS if apps.is_installed(app)])
def test_foreign_keys_point_downwards_only(app):
    rank = {label: place for place, label in enumerate(APPS)}
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                target = field.related_model._meta.app_label
                assert rank.get(target, -1) <= rank[app], f"{model._meta.label}.{field.name} points up, at {target}"


def test_every_app_of_ours_is_on_the_list():
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    assert ours - {"slatrack"} <= set(APPS)


def reads_the_clock(tree: ast.AST) -> list[int]:
    """Lines that ask what time it is."""
    asked = {
        ("timezone", "now"),
        ("timezone", "localdate"),
        ("timezone", "localtime"),
        ("datetime", "now"),
        ("date", "today"),
    }
    asked |= {("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            # With an instant given, local date and local time are arithmetic.
            converts = node.func.attr in {"localdate", "localtime"} and node.args
            if (name, node.func.attr) in asked and not converts:
                lines.append(node.lineno)
    return lines


def is_edge(path: Path) -> bool:
    app, *rest = path.relative_to(ROOT).with_suffix("").parts
    return app in EDGE_PACKAGES or bool(EDGES & set(rest)) or rest[0] == "migrations"


def test_time_is_an_argument_below_the_edges():
    found = [
        f"{inside(path)}:{line}"
        for path in python_files(*APPS)
        if not is_edge(path)
        for line in reads_the_clock(ast.parse(path.read_text("utf-8")))
    ]
    assert found == [], "Read the clock in the view, task or command, and pass `now` down."


def test_the_check_for_the_clock_sees_one():
    assert reads_the_clock(ast.parse("from django.utils import timezone\nx = timezone.now()")) == [2]
    assert reads_the_clock(ast.parse("timezone.localdate(now)")) == []


def test_no_source_file_is_longer_than_one_reads():
    counted = {".py", ".html", ".css", ".js", ".txt", ".yaml"}
    #: Terms and data are as long as what they say; locks and migrations are made by programs.
    exempt = re.compile(
        r"(^|/)(migrations|requirements|documents|fixtures|stories|node_modules)/|\.lock|schema\.json|document/(model|service)\.py"
    )
    long = {
        inside(path): lines
        for path in source_files()
        if path.suffix in counted and not exempt.search(inside(path))
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_lock_files_name_no_registry():
    locks = [
        path for path in source_files() if path.name == "package-lock.json" or inside(path).startswith("requirements/")
    ]
    assert len(locks) > 3
    for path in locks:
        text = path.read_text("utf-8")
        # Who gets paid for an npm package, and its home page, are not where it is fetched from.
        text = re.sub(r'"(funding|url)": ?("[^"]*"|\{[^}]*\}|\[[^\]]*\])', "", text)
        assert not re.search(r"https?://", text), inside(path)


def test_python_locks_carry_hashes():
    for name in ("base", "dev", "local", "redis"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", lock, re.MULTILINE)
        assert len(pins) > 0
        assert lock.count("--hash=sha256:") >= len(pins), name


def test_nothing_under_version_control_names_this_machine():
    home = re.compile(r"/(?:root|home/[a-z]+|work|tmp/slatrack)[/\"' ]")
    named = [
        inside(path)
        for path in source_files()
        if path.suffix in {".py", ".html", ".yaml", ".yml", ".toml", ".json", ".md", ".sh", ""}
        and path.stat().st_size < 1_000_000
        if path != Path(__file__) and home.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert named == []
