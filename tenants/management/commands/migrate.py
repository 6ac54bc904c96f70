"""Django's `migrate`, as the owner of the tables, ending with row-level security on every one of them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from tenants.rowsecurity import secure


class Command(migrate.Command):
    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not options["plan"] and not options["check_unapplied"]:
            secure(connections[options["database"]])
