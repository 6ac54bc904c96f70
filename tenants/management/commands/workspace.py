"""`manage.py workspace add`: the first way into an installation, a tenant with its owner."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tenants import history
from tenants.models import Member, Tenant, User
from tenants.scope import tenant_scope


class Command(BaseCommand):
    help = "Add a workspace (a tenant) with its owner, and print how the owner signs in."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("verb", choices=["add"])
        parser.add_argument("slug", help="Its name in the host name: <slug>.<BASE_DOMAIN>.")
        parser.add_argument("--name", required=True, help="The provider's name.")
        parser.add_argument("--timezone", default="UTC", help="Where the provider is, such as Europe/Amsterdam.")
        parser.add_argument("--owner", required=True, help="The owner's e-mail address.")
        parser.add_argument("--owner-name", required=True, help="The owner's name.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        tenant = Tenant(slug=options["slug"], name=options["name"], timezone=options["timezone"], created_at=now)
        try:
            tenant.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        tenant.save()
        password = secrets.token_urlsafe(12)
        with tenant_scope(tenant):
            user = User.objects.create_user(options["owner"], password, name=options["owner_name"], created_at=now)
            member = Member.objects.create(user=user, role=Member.Role.OWNER)
            history.record(member, "workspace.made", actor=None, at=now)
        self.stdout.write(f"{tenant.name}: {tenant.url('/accounts/login/')}")
        self.stdout.write(f"Owner {user.email}, password {password}. Change it after signing in.")
