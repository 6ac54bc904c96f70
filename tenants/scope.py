"""Whose rows a piece of work may see. Row-level security reads what these scopes set, for one transaction at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from tenants.models import Tenant

logger = logging.getLogger("slatrack.cross_tenant")

TENANT_SETTING = "slatrack.tenant_id"


class ScopeError(RuntimeError):
    """Tenant-owned data was asked for outside a scope, or a scope was entered inside another one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope in force. `tenant_id` is None in a cross-tenant sweep."""

    tenant_id: int | None
    tenant: Tenant | None = None


_scope: ContextVar[Scope | None] = ContextVar("tenant_scope", default=None)


def current_scope() -> Scope | None:
    """The scope in force, or None."""
    return _scope.get()


def current_tenant_id() -> int:
    """The tenant in force. Raises ScopeError outside a tenant's scope and in a cross-tenant sweep."""
    scope = _scope.get()
    if scope is None or scope.tenant_id is None:
        raise ScopeError("No tenant is in force here: enter tenant_scope(tenant) first, or name the tenant.")
    return scope.tenant_id


def current_tenant() -> Tenant:
    """The tenant in force, as the object the scope was entered with. Raises ScopeError like `current_tenant_id`."""
    current_tenant_id()
    scope = _scope.get()
    assert scope is not None
    assert scope.tenant is not None
    return scope.tenant


@contextmanager
def tenant_scope(tenant: Tenant) -> Iterator[None]:
    """One transaction that sees one tenant's rows and no other's.

    The setting is local to the transaction, so a transaction pooler may hand the connection to anybody afterwards.
    Entering the same tenant again joins the scope; entering another one raises ScopeError.
    """
    outer = _scope.get()
    if outer is not None:
        if outer.tenant_id != tenant.pk:
            raise ScopeError("A scope is in force already; leave it before entering another tenant's.")
        yield
        return
    with transaction.atomic():
        _set_tenant(str(tenant.pk))
        token = _scope.set(Scope(tenant.pk, tenant))
        try:
            yield
        finally:
            _scope.reset(token)
        if not connection.needs_rollback:
            # Inside a longer transaction (a test's) the setting would outlive the scope.
            _set_tenant("")


@contextmanager
def every_tenant(*, reason: str) -> Iterator[None]:
    """One transaction of a sweep over all tenants, as the role that may. The only way across the line; it is logged.

    Rows written here name their tenant; composite foreign keys keep every reference inside it.
    """
    if _scope.get() is not None:
        raise ScopeError("A cross-tenant sweep cannot start inside another scope.")
    logger.info("across all tenants: %s", reason)
    with transaction.atomic():
        _set_role(settings.SWEEPER_ROLE)
        token = _scope.set(Scope(None))
        try:
            yield
        finally:
            _scope.reset(token)
        if not connection.needs_rollback:
            _set_role(settings.APP_ROLE)


def _set_tenant(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, value])


def _set_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(role)}")
