# ruff: noqa: S608  table and column names come from the models
"""The database itself refuses a row of another tenant. All of it is asked of PostgreSQL, as the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, InternalError, ProgrammingError, connection, connections, models, transaction

from agreements.models import AgreementVersion, SpeltHolidays
from tenants.models import Domain, Invitation, TenantForeignKey, User
from tenants.rowsecurity import models_of_users, secure, tenant_owned_models
from tenants.scope import tenant_scope
from tests.rows import is_append_only, plant

MODELS = tenant_owned_models()
PLANTED = [model for model in MODELS if model is not User]

#: Tables that belong to no tenant, and why that is right.
GLOBAL_TABLES = {
    "tenants_tenant": "the routing table, read before any tenant is known; only the tenant itself changes its row",
    "tenants_domain": "the same, for domains of their own",
    "django_session": "random keys; what a session says is believed only of a user row-level security shows",
    "django_migrations": "the schema's own history",
    "django_content_type": "names of models",
    "auth_permission": "Django's permission names; slatrack grants none",
    "auth_group": "empty; slatrack uses no groups",
    "auth_group_permissions": "empty, as groups are",
    "account_emailconfirmation": "empty: addresses are confirmed by invitation",
}


def ids(model: type[models.Model]) -> str:
    return model._meta.label_lower


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def changed(sql: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


@pytest.fixture
def theirs(cast: Any) -> Any:
    """One row of every model, in the rival's tenant."""
    with tenant_scope(cast.other_tenant):
        return plant(PLANTED)


@pytest.fixture
def ours(cast: Any, theirs: Any) -> Iterator[Any]:
    """One row of every model in our tenant, whose scope is in force."""
    with tenant_scope(cast.tenant):
        yield plant(PLANTED)


def test_the_application_is_a_role_that_owns_nothing_and_bypasses_nothing(db):
    (role,) = rows("SELECT current_user")[0]
    assert role == settings.APP_ROLE
    for name in (settings.APP_ROLE, settings.SWEEPER_ROLE):
        flags = rows("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", name)
        assert flags == [(False, False, False, False)]
        assert (
            rows("SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = %s)", name)
            == []
        )


def test_the_sweepers_rights_are_put_on_by_name_and_never_inherited(db):
    assert rows(
        "SELECT inherit_option, set_option, admin_option FROM pg_auth_members "
        "WHERE roleid = %s::regrole AND member = %s::regrole",
        settings.SWEEPER_ROLE,
        settings.APP_ROLE,
    ) == [(False, True, False)]


def test_every_table_is_a_tenants_or_on_the_list_of_those_that_are_not(db):
    tables = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    }
    owned = {model._meta.db_table for model in [*MODELS, *models_of_users()]}
    assert tables - owned == set(GLOBAL_TABLES)


@pytest.mark.parametrize("model", [*MODELS, *models_of_users()], ids=ids)
def test_row_level_security_is_forced_with_one_policy_for_each_role(db, model):
    table = model._meta.db_table
    assert rows("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [
        (True, True)
    ]
    policies = rows(
        "SELECT policyname, permissive, roles::text[], cmd, qual = with_check FROM pg_policies WHERE tablename = %s "
        "ORDER BY 1",
        table,
    )
    assert policies == [
        ("cross_tenant_sweep", "PERMISSIVE", [settings.SWEEPER_ROLE], "ALL", True),
        ("tenant_isolation", "PERMISSIVE", [settings.APP_ROLE], "ALL", True),
    ]


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_the_primary_key_leads_with_the_tenant(db, model):
    key = _constraint_columns(model._meta.db_table, "p")
    # Third-party tables point at a user by `id` alone, so users carry a second key for references inside the tenant.
    assert key == ([["id"]] if model is User else [["tenant_id", "id"]])
    if model is User:
        assert ["tenant_id", "id"] in _constraint_columns(model._meta.db_table, "u")


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_every_reference_and_unique_constraint_carries_the_tenant(db, model):
    table = model._meta.db_table
    references = {tuple(columns) for columns in _constraint_columns(table, "f")}
    wanted = {("tenant_id", f.column) for f in model._meta.local_fields if isinstance(f, TenantForeignKey)}
    assert references == wanted | {("tenant_id",)}
    for (definition,) in rows(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND indisunique AND NOT "
        "indisprimary",
        table,
    ):
        assert "(tenant_id" in definition, definition


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_every_foreign_key_of_the_model_stays_in_the_tenant_or_names_it(model):
    loose = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not isinstance(field, TenantForeignKey) and field.name != "tenant"
    ]
    assert loose == []
    assert model._meta.local_many_to_many == []


def test_every_planted_model_is_walked_here(ours):
    assert set(ours) == set(PLANTED)


def test_a_tenant_is_looked_up_by_anybody_and_changed_by_itself_alone(cast):
    with tenant_scope(cast.other_tenant):
        Domain.objects.create(tenant=cast.other_tenant, host="help.rival.example")
    assert rows("SELECT count(*) FROM tenants_domain") == [(1,)]
    assert changed("UPDATE tenants_tenant SET name = 'Taken'") == 0
    with tenant_scope(cast.tenant):
        assert rows("SELECT count(*) FROM tenants_tenant") == [(2,)]
        assert changed("UPDATE tenants_tenant SET name = 'Ours'") == 1
        assert changed("DELETE FROM tenants_tenant WHERE id = %s", cast.other_tenant.pk) == 0
        assert changed("UPDATE tenants_domain SET host = 'taken.example'") == 0
        assert changed("DELETE FROM tenants_domain") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Domain.objects.create(tenant=cast.other_tenant, host="phish.example")
    cast.other_tenant.refresh_from_db()
    assert cast.other_tenant.name == "Rival Support"


def test_without_a_scope_there_are_no_rows_and_none_can_be_changed(theirs):
    for model in MODELS:
        table = model._meta.db_table
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table
        assert changed(f"UPDATE {table} SET tenant_id = tenant_id") == 0, table
        assert changed(f"DELETE FROM {table}") == 0, table


def test_another_tenants_row_is_invisible_and_cannot_be_touched(ours, theirs, cast):
    for model in MODELS:
        table = model._meta.db_table
        other = cast.rival.owner.user if model is User else theirs[model]
        assert rows(f"SELECT count(*) > 0 FROM {table} WHERE tenant_id = %s", cast.tenant.pk) == [(True,)], table
        assert rows(f"SELECT count(*) FROM {table} WHERE tenant_id <> %s", cast.tenant.pk) == [(0,)], table
        assert rows(f"SELECT count(*) FROM {table} WHERE id = %s", other.pk) == [(0,)], table
        assert changed(f"UPDATE {table} SET tenant_id = tenant_id WHERE id = %s", other.pk) == 0, table
        assert changed(f"DELETE FROM {table} WHERE id = %s", other.pk) == 0, table


def refused(error: type[Exception], reason: str, sql: str, *parameters: Any) -> bool:
    """Whether the database refuses the statement for that reason. What it does not refuse is undone."""
    try:
        with transaction.atomic():
            changed(sql, *parameters)
            transaction.set_rollback(True)
    except error as refusal:
        return reason in str(refusal)
    return False


def test_a_row_cannot_be_inserted_for_another_tenant(ours, cast):
    for model in MODELS:
        table = model._meta.db_table
        columns = [f.column for f in model._meta.local_fields if f.column not in {"id", "tenant_id"}]
        listed = "".join(f', "{column}"' for column in columns)
        copy = f"INSERT INTO {table} (tenant_id{listed}) SELECT %s{listed} FROM {table} LIMIT 1"
        assert refused(ProgrammingError, "row-level security", copy, cast.other_tenant.pk), table


def test_a_row_cannot_be_handed_to_another_tenant(ours, cast):
    for model in MODELS:
        table = model._meta.db_table
        if not is_append_only(model):
            move = f"UPDATE {table} SET tenant_id = %s"
            assert refused(ProgrammingError, "row-level security", move, cast.other_tenant.pk), table


def test_a_reference_to_another_tenants_row_is_refused(ours, theirs, cast):
    """By the key itself, which row-level security has no part in."""
    changed("SET CONSTRAINTS ALL IMMEDIATE")
    references = [(m, f) for m in MODELS for f in m._meta.local_fields if isinstance(f, TenantForeignKey)]
    assert len(references) > 20
    for model, field in references:
        table, column, target = model._meta.db_table, field.column, field.related_model
        foreign = cast.rival.owner.user if target is User else theirs[target]
        if is_append_only(model):
            kept = ", ".join(f'"{f.column}"' for f in model._meta.local_fields if f.column not in {"id", column})
            sql = f'INSERT INTO {table} ({kept}, "{column}") SELECT {kept}, %s FROM {table} WHERE id = %s'
        else:
            also = ", role = ''" if (model, field.name) == (Invitation, "contact") else ""
            sql = f'UPDATE {table} SET "{column}" = %s{also} WHERE id = %s'
        assert refused(IntegrityError, f"{column}_in_tenant", sql, foreign.pk, ours[model].pk), f"{table}.{column}"


def test_what_is_append_only_is_neither_changed_nor_deleted(ours):
    for model in filter(is_append_only, MODELS):
        table = model._meta.db_table
        for sql in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
            assert refused(InternalError, "Cannot", sql), sql


def test_the_append_only_tables_are_these(db):
    assert {"tenants.historyentry", "tickets.message", "tickets.ticketevent"} <= {
        ids(m) for m in MODELS if is_append_only(m)
    }


def test_B17_a_published_version_is_neither_changed_nor_deleted_and_a_draft_is(ours):
    version, holidays = ours[AgreementVersion], ours[SpeltHolidays]
    table = AgreementVersion._meta.db_table
    assert changed(f"UPDATE {table} SET label = 'draft' WHERE id = %s", version.pk) == 1
    published = f"UPDATE {table} SET published_at = now(), holidays_id = %s WHERE id = %s"
    assert changed(published, holidays.pk, version.pk) == 1
    for sql in (
        f"UPDATE {table} SET label = 'rewritten'",
        f"UPDATE {table} SET published_at = NULL",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            changed(sql)


@pytest.mark.parametrize("model", models_of_users(), ids=ids)
def test_second_factors_and_addresses_are_whose_the_user_is(cast, model):
    with tenant_scope(cast.other_tenant):
        user = cast.rival.owner.user
        values = {"type": "totp", "data": {}} if model is Authenticator else {"email": user.email}
        row = model.objects.create(user=user, **values)
    table = model._meta.db_table
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
    with tenant_scope(cast.tenant):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
        assert changed(f"DELETE FROM {table} WHERE id = %s", row.pk) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            model.objects.create(user_id=user.pk, **values)
    with tenant_scope(cast.other_tenant):
        assert rows(f"SELECT count(*) FROM {table}") == [(1,)]


@pytest.mark.django_db(databases=["owner"])
def test_migrating_grants_no_right_to_empty_a_table_and_can_be_repeated():
    """Tests grant TRUNCATE to themselves, so that is taken back first, and all of this is undone after."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {settings.APP_ROLE}")
        secure(owner)
        secure(owner)
        cursor.execute(
            "SELECT array_agg(DISTINCT privilege_type::text ORDER BY privilege_type::text) "
            "FROM information_schema.role_table_grants WHERE grantee = %s AND table_schema = 'public'",
            [settings.APP_ROLE],
        )
        assert cursor.fetchone() == (["DELETE", "INSERT", "SELECT", "UPDATE"],)


def _constraint_columns(table: str, kind: str) -> list[list[str]]:
    found = rows(
        "SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_constraint c "
        "CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, place) "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number "
        "WHERE c.conrelid = %s::regclass AND c.contype = %s GROUP BY c.oid",
        table,
        kind,
    )
    return [columns for (columns,) in found]
