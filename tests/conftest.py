"""The cast and the stage: a real PostgreSQL as the application's own role, two tenants, always the same people."""

from __future__ import annotations

import gc
import itertools
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client as Browser

from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories
from tests.browser import chromium, window  # noqa: F401  fixtures for every browser test


def pytest_configure() -> None:
    """A key, so that tests also run outside `make test`, which makes one."""
    settings.SECRET_KEY = "only-for-tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="unit and HTTP tests alone")


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: no collection of garbage need look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        slow = [item for item in items if _takes_long(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def _takes_long(item: pytest.Item) -> bool:
    """What it is made of says so, or its mark: it drives a browser, really commits, starts programs, or explores."""
    commits = any(mark.kwargs.get("transaction") for mark in item.iter_markers("django_db"))
    browses = bool({"chromium", "window"} & set(getattr(item, "fixturenames", ())))
    given = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    explores = given or item.path.stem.endswith("_properties") or item.get_closest_marker("thorough") is not None
    return commits or browses or explores or item.path.parent.name in {"e2e", "stack"}


@pytest.fixture(scope="session")
def django_db_setup(request: Any, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Create and migrate a test database as its owner; everything else connects as the role the application uses."""
    owner, app = connections["owner"], connections["default"]
    with django_db_blocker.unblock():
        keeper, name = _free_database(owner)
        owner.settings_dict["TEST"]["NAME"] = name
        keep = request.config.getvalue("reuse_db") and not request.config.getvalue("create_db")
        owner.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
        with owner.cursor() as cursor:
            # Only tests empty whole tables, after transactions that really committed.
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {settings.APP_ROLE}")
        app.close()
        app.settings_dict["NAME"] = name
        _empty(app)
    yield
    with django_db_blocker.unblock():
        app.close()
        owner.close()
        keeper.close()


def _free_database(owner: Any) -> tuple[Any, str]:
    """A test database nobody uses: processes of `pytest -n` and runs side by side each hold their own by a lock.

    Returns the connection that holds the lock, and the name; a name is taken up again by later runs.
    """
    keeper = owner.copy()
    keeper.settings_dict["NAME"] = "postgres"
    with keeper.cursor() as cursor:
        for number in itertools.count(1):
            name = f"test_{owner.settings_dict['NAME']}" + (f"_{number}" if number > 1 else "")
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
            if cursor.fetchone()[0]:
                return keeper, name
    raise AssertionError("counting ends never")


def _empty(app: Any) -> None:
    """A run that was killed may have left rows behind."""
    with app.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM tenants_tenant)")
        left_over = cursor.fetchone()[0]
    if left_over:
        call_command("flush", database=app.alias, interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any, tmp_path: Any) -> None:
    """Mail goes to the real outbox; each test has its own Redis keys and media folder, and fast hashing."""
    # Clearing the cache would empty all of Redis, and with it what other runs and the broker keep there.
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"test-{uuid.uuid4()}"}}
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path
    # Names without a hash need no `collectstatic` first.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "notifications.backends.OutboxBackend"
    # Whoever changes something reads it in the next moment.
    settings.PUBLIC_PAGE_SECONDS = 0


@pytest.fixture
def tenant(db: None) -> Tenant:
    """The tenant a test is about."""
    return factories.tenant("acme", name="Acme Support")


@pytest.fixture
def other_tenant(db: None) -> Tenant:
    """The tenant that must never be seen."""
    return factories.tenant("rival", name="Rival Support")


@pytest.fixture
def cast(tenant: Tenant, other_tenant: Tenant) -> SimpleNamespace:
    """Owner, lead, agent, account manager, contacts of two clients, and a stranger's tenant with its own people."""
    return SimpleNamespace(
        tenant=tenant,
        other_tenant=other_tenant,
        **factories.people(tenant),
        rival=SimpleNamespace(**factories.people(other_tenant)),
    )


@pytest.fixture
def in_tenant(cast: SimpleNamespace) -> Iterator[Tenant]:
    """Inside the tenant's scope, with its people there."""
    with tenant_scope(cast.tenant):
        yield cast.tenant


@pytest.fixture
def sign_in() -> Any:
    """A browser signed in as a member or contact, on their tenant's host."""

    def signed_in(person: Any) -> Browser:
        with tenant_scope(person.tenant):
            browser = Browser(HTTP_HOST=f"{person.tenant.slug}.{settings.BASE_DOMAIN}")
            browser.force_login(person.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return browser

    return signed_in


@pytest.fixture
def stranger(tenant: Tenant) -> Browser:
    """Nobody, on the tenant's host."""
    return Browser(HTTP_HOST=f"{tenant.slug}.{settings.BASE_DOMAIN}")
