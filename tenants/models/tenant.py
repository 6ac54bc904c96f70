"""The tenant: a provider whose desk this is, and the host names it answers on."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models


class TenantQuerySet(models.QuerySet["Tenant"]):
    def at_host(self, host: str) -> TenantQuerySet:
        """The tenant that answers on `host` (no port): `<slug>.<base domain>`, or a domain of its own."""
        host = host.lower().rstrip(".")
        suffix = f".{settings.BASE_DOMAIN}"
        if host.endswith(suffix):
            return self.filter(slug=host.removesuffix(suffix))
        return self.filter(domains__host=host)


class Tenant(models.Model):
    """A provider. The routing table of the installation, so it is the one table that every scope may read."""

    slug = models.SlugField(
        max_length=40, unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", "Small letters, digits, hyphens.")]
    )
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")
    accent = models.CharField(
        "accent colour",
        max_length=7,
        default="#206bc4",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Like #206bc4.")],
    )
    support_email = models.EmailField(blank=True)
    status_is_public = models.BooleanField(
        "status page open to everybody", default=True, help_text="Otherwise clients and colleagues read it, signed in."
    )
    incident_line = models.CharField(
        max_length=40,
        blank=True,
        help_text="The number of the line for the worst incidents, where an agreement promises one (C9).",
    )
    is_demo = models.BooleanField(default=False, help_text="Offers its personas on the sign-in page in demo mode.")
    created_at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        return f"{self.slug}.{settings.BASE_DOMAIN}"

    def url(self, path: str = "/") -> str:
        """The absolute address of `path` on this tenant's host, for mail and webhooks."""
        default_port = {"http": 80, "https": 443}[settings.PUBLIC_SCHEME]
        port = "" if default_port == settings.PORT or settings.PUBLIC_SCHEME == "https" else f":{settings.PORT}"
        return f"{settings.PUBLIC_SCHEME}://{self.host}{port}{path}"


class Domain(models.Model):
    """A host name of a tenant's own. Read before any tenant is known, so not under row-level security."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.host
