"""Django's PostgreSQL backend, told that primary keys of tenant-owned tables are `(tenant_id, id)`.

Django groups by the primary key alone where a database allows it. PostgreSQL allows it only for the table's real
primary key, and ours carries the tenant (docs/decisions/row-level-security.md), so every selected column is grouped by
instead.
"""

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
