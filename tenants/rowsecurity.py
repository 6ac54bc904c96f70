"""Row-level security, keys and references of every tenant-owned table, as statements that bring a database there.

Made from the models, so a new model cannot be forgotten; safe to repeat, so `migrate` runs it each time.
docs/decisions/row-level-security.md says why this is ours and not `django-rls-tenants`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tenants.models import Domain, Tenant, TenantForeignKey, TenantOwned, User
from tenants.scope import TENANT_SETTING

# Current tenant, or null: comparing with null is never true, so without a tenant there are no rows.
_TENANT = f"nullif(current_setting('{TENANT_SETTING}', true), '')::bigint"


def tenant_owned_models() -> list[type[TenantOwned]]:
    """Every concrete model whose rows belong to a tenant."""
    return [m for m in apps.get_models() if issubclass(m, TenantOwned) and m._meta.managed and not m._meta.proxy]


def models_of_users() -> list[type[models.Model]]:
    """Third-party models that hang off a user (second factors, addresses): they are whose the user is."""
    return [
        m
        for m in apps.get_models()
        if not issubclass(m, TenantOwned)
        and any(isinstance(f, models.ForeignKey) and f.related_model is User for f in m._meta.local_fields)
    ]


def secure(connection: BaseDatabaseWrapper) -> None:
    """Bring the database of `connection` (the owner's) to the rules. ProgrammingError where the owner may not."""
    with connection.cursor() as cursor:
        for statement in _roles():
            cursor.execute(statement)
        for statement in _grants():
            cursor.execute(statement)
        for model in tenant_owned_models():
            for statement in [*_key(model), *_policy(model._meta.db_table, f"tenant_id = {_TENANT}")]:
                cursor.execute(statement)
        for model in tenant_owned_models():
            for statement in _references(model):
                cursor.execute(statement)
        for third_party in models_of_users():
            # The subquery runs as the asking role, so it sees only users of the tenant in force.
            owned = "EXISTS (SELECT FROM tenants_user WHERE tenants_user.id = user_id)"
            for statement in _policy(third_party._meta.db_table, owned):
                cursor.execute(statement)
        for statement in (
            *_routing(Tenant, f"id = {_TENANT}", added="true"),
            *_routing(Domain, f"tenant_id = {_TENANT}"),
        ):
            cursor.execute(statement)


def _roles() -> Iterator[str]:
    for role in (settings.APP_ROLE, settings.SWEEPER_ROLE):
        yield f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
        END $$"""
    yield f"""DO $$ BEGIN
        IF NOT pg_has_role('{settings.APP_ROLE}', '{settings.SWEEPER_ROLE}', 'SET') THEN
            GRANT {settings.SWEEPER_ROLE} TO {settings.APP_ROLE} WITH INHERIT FALSE, SET TRUE;
        END IF;
    END $$"""


def _grants() -> Iterator[str]:
    roles = f"{settings.APP_ROLE}, {settings.SWEEPER_ROLE}"
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {roles}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {roles}"


def _key(model: type[TenantOwned]) -> Iterator[str]:
    """The primary key leads with the tenant. Users keep theirs: third-party tables point at `id` alone."""
    table = model._meta.db_table
    if model is User:
        yield _unless_constraint(table, "user_in_tenant", "UNIQUE (tenant_id, id)")
        return
    yield f"""DO $$ BEGIN
        IF (SELECT array_length(conkey, 1) FROM pg_constraint
            WHERE conrelid = '{table}'::regclass AND contype = 'p') = 1 THEN
            ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD CONSTRAINT {table}_pkey PRIMARY KEY (tenant_id, id);
        END IF;
    END $$"""  # noqa: S608  the name of a table comes from its model


def _references(model: type[TenantOwned]) -> Iterator[str]:
    table = model._meta.db_table
    for field in model._meta.local_fields:
        if isinstance(field, TenantForeignKey):
            target = field.related_model._meta.db_table
            yield _unless_constraint(
                table,
                f"{field.column}_in_tenant",
                f"FOREIGN KEY (tenant_id, {field.column}) REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY "
                "DEFERRED",
            )


def _policy(table: str, condition: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for name, role, using in (
        ("tenant_isolation", settings.APP_ROLE, condition),
        ("cross_tenant_sweep", settings.SWEEPER_ROLE, "true"),
    ):
        yield _unless_policy(table, name, f"TO {role} USING ({using}) WITH CHECK ({using})")


def _routing(model: type[models.Model], own: str, *, added: str = "") -> Iterator[str]:
    """The routing tables: a host is looked up before its tenant is known, but only the tenant changes its rows."""
    table = model._meta.db_table
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for name, role, what in (
        ("anybody_may_look_up", settings.APP_ROLE, "FOR SELECT {role} USING (true)"),
        ("added_by_itself", settings.APP_ROLE, f"FOR INSERT {{role}} WITH CHECK ({added or own})"),
        ("changed_by_itself", settings.APP_ROLE, f"FOR UPDATE {{role}} USING ({own}) WITH CHECK ({own})"),
        ("removed_by_itself", settings.APP_ROLE, f"FOR DELETE {{role}} USING ({own})"),
        ("cross_tenant_sweep", settings.SWEEPER_ROLE, "FOR SELECT {role} USING (true)"),
    ):
        yield _unless_policy(table, name, what.format(role=f"TO {role}"))


def _unless_policy(table: str, name: str, definition: str) -> str:
    return f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_policies WHERE tablename = '{table}' AND policyname = '{name}') THEN
            CREATE POLICY {name} ON {table} {definition};
        END IF;
    END $$"""


def _unless_constraint(table: str, name: str, definition: str) -> str:
    return f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{table}'::regclass AND conname = '{name}') THEN
            ALTER TABLE {table} ADD CONSTRAINT {name} {definition};
        END IF;
    END $$"""
