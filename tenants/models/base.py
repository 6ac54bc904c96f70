"""What tenant-owned tables share: a tenant, a manager that insists on a scope, references inside the tenant."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import F

from tenants.scope import ScopeError, current_scope


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference that cannot leave the tenant.

    Django's own constraint on `id` is left out; `rowsecurity.secure` adds one on `(tenant_id, id)` instead. Its index
    on the column alone is left out too: every index that serves leads with the tenant, and is declared where it is
    needed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


def tenant_id_in_force() -> int | None:
    scope = current_scope()
    return None if scope is None else scope.tenant_id


class OwningTenant(models.ForeignKey[Any, Any]):
    """The tenant of a row: the one in force where it is made; with none the database refuses the row.

    Migrations run in no scope, so they know no default.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["default"] = tenant_id_in_force
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, "django.db.models.ForeignKey", args, kwargs


Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantManager(models.Manager[Row]):
    """Refuses to read outside a scope, and names the tenant so that every index that leads with it serves."""

    def get_queryset(self) -> Any:
        scope = current_scope()
        if scope is None:
            raise ScopeError(f"{self.model.__name__} was read outside a tenant's scope.")
        rows = super().get_queryset()
        return rows if scope.tenant_id is None else rows.filter(tenant_id=scope.tenant_id)

    def none(self) -> Any:
        """No rows need no scope: what forms start from."""
        return super().get_queryset().none()


class TenantOwned(models.Model):
    """A row of one tenant. `rowsecurity.secure` gives its table row-level security, a tenant's key, references."""

    tenant = OwningTenant("tenants.Tenant", on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)

    objects: Any = TenantManager()

    class Meta:
        abstract = True


class NumberSeriesManager(TenantManager[Row]):
    """One row for each tenant, made when it is first needed."""

    def lock(self) -> None:
        """Let nobody else number until the transaction ends: what is numbered in it comes one after the other."""
        self.bulk_create([self.model()], ignore_conflicts=True)
        self.select_for_update().get()

    def next(self) -> int:
        """The tenant's next number. Its series is locked already."""
        self.update(last=F("last") + 1)
        last: int = self.values_list("last", flat=True).get()
        return last


class NumberSeries(TenantOwned):
    """The last number given in this tenant. Locked while the next is given, so numbers have no gaps that commit."""

    last = models.PositiveBigIntegerField(default=0)

    objects: Any = NumberSeriesManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.last)
