"""The scope decides whose rows there are."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from tenants.models import Client
from tenants.scope import ScopeError, every_tenant, tenant_scope


def test_inside_a_scope_only_the_tenants_own_rows_exist(cast):
    with tenant_scope(cast.tenant):
        assert set(Client.objects.values_list("pk", flat=True)) == {cast.client.pk, cast.other_client.pk}


def test_reading_outside_a_scope_is_refused(cast):
    with pytest.raises(ScopeError, match="outside a tenant's scope"):
        Client.objects.count()


def test_the_database_refuses_a_row_written_outside_a_scope(cast):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Client(name="Nobody's", created_at=cast.client.created_at).save()


def test_a_scope_does_not_nest_into_another_tenant(cast):
    with tenant_scope(cast.tenant), pytest.raises(ScopeError, match="leave it before"), tenant_scope(cast.other_tenant):
        pass


def test_the_same_tenants_scope_may_be_entered_again(cast):
    with tenant_scope(cast.tenant):
        with tenant_scope(cast.tenant):
            assert Client.objects.count() == 2
        assert Client.objects.count() == 2


def test_a_sweep_sees_every_tenant(cast):
    with every_tenant(reason="a test"):
        assert Client.objects.count() == 4


def test_a_sweep_does_not_start_inside_a_scope(cast):
    with (
        tenant_scope(cast.tenant),
        pytest.raises(ScopeError, match="cannot start inside"),
        every_tenant(reason="a test"),
    ):
        pass


def test_a_sweep_names_its_reason_in_the_log(cast, caplog):
    with caplog.at_level("INFO", logger="slatrack.cross_tenant"), every_tenant(reason="raising breaches"):
        pass
    assert "raising breaches" in caplog.text
