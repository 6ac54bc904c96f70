"""What the first command relies on: locks without addresses, a plain bootstrap, a compose file that holds together."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from slatrack.stack import bootstrap
from slatrack.stack.bootstrap import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_python_lock_has_a_hash_for_every_package_and_no_address(lock):
    text = lock.read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|@ ", text)
    requirements = re.sub(r"\\\n\s*", " ", text).strip().splitlines()
    assert requirements
    assert all("==" in line and "--hash=sha256:" in line for line in requirements)


def test_the_three_locks_agree_on_every_version():
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==\S+)", (ROOT / "requirements" / name).read_text(), flags=re.MULTILINE))

    assert versions("base.txt") <= versions("local.txt") <= versions("dev.txt")


def test_the_node_lock_has_integrity_and_no_registry_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_bootstrap_needs_only_the_standard_library_and_syntax_of_an_old_python():
    tree = ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 7))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_a_port_that_is_no_port_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(bootstrap.Failed, match="a port is a number from 1 to 65535"):
        bootstrap.refuse_a_taken_port()


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert targets
    assert [target for target in targets[1].split() if f"make {target}" not in shown] == []


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_services_refer_only_to_what_is_declared(compose):
    services, volumes = compose["services"], compose["volumes"]
    assert set(services) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    conditions = {"service_started", "service_healthy", "service_completed_successfully"}
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, f"{name} depends on {needed}"
            assert how["condition"] in conditions
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], f"{needed} is never healthy"
        for mount in service.get("volumes", []):
            source, target, *_ = mount.split(":")
            assert target.startswith("/")
            assert source in volumes or (ROOT / source).exists(), f"{name} mounts {source}"
        assert ("image" in service) or ("build" in service)


def test_compose_starts_the_application_only_after_migrations_and_the_database(compose):
    services = compose["services"]
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_compose_gives_the_owner_s_password_to_migrations_only(compose):
    services = compose["services"]
    holders = {name for name, service in services.items() if "DATABASE_OWNER_URL" in service.get("environment", {})}
    assert holders == {"migrate"}


def test_compose_names_every_variable_in_the_example(compose):
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"\$\{(\w+)", text))
    documented = set(re.findall(r"^#? ?(\w+)=", (ROOT / "docker" / "example.env").read_text(), flags=re.MULTILINE))
    assert used <= documented


def test_the_image_runs_as_an_unprivileged_user_with_a_health_check():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1] != "USER root"
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_every_setting_from_the_environment_is_documented():
    settings = "".join((ROOT / "slatrack" / name).read_text() for name in ("settings.py", "celery.py"))
    read = set(re.findall(r"""(?:\benv(?:\.\w+)?\(|_database\(|environ\.get\()\s*"([A-Z_]+)\"""", settings))
    assert "DATABASE_OWNER_URL" in read
    text = (ROOT / "docs" / "operators.md").read_text()
    assert sorted(name for name in read if f"`{name}`" not in text) == []
