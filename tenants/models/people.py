"""People: users who sign in, members of the tenant, clients and their contacts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from tenants.models.base import TenantForeignKey, TenantManager, TenantOwned


class UserManager(BaseUserManager["User"]):
    """Users of the tenant in force: row-level security hides every other one, before anybody is signed in too."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(TenantOwned, AbstractBaseUser):
    """Who signs in. Belongs to one tenant: the same address at two providers is two accounts with two passwords."""

    email = models.EmailField("e-mail address", max_length=254)
    name = models.CharField(max_length=120)
    timezone = models.CharField(
        max_length=64, blank=True, help_text="Where this person reads times. Empty: the tenant's zone."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    sessions_ended_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Sessions from before are over: signed out everywhere, or deactivated.",
    )

    objects: Any = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "email"], name="one_user_per_address_and_tenant")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """What a session must carry to count: changes with the password, and when sessions are ended."""
        ended = self.sessions_ended_at.isoformat() if self.sessions_ended_at else ""
        return salted_hmac(
            "tenants.User.session", f"{self.password}{ended}", secret=secret, algorithm="sha256"
        ).hexdigest()


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> MemberQuerySet:
        return self.filter(deactivated_at=None)

    def working_tickets(self) -> MemberQuerySet:
        """Those a ticket can be assigned to."""
        return self.active().filter(role__in=[Member.Role.OWNER, Member.Role.LEAD, Member.Role.AGENT])

    def leading(self) -> MemberQuerySet:
        """Those who hear of what is nobody's matter, or not done in time."""
        return self.active().filter(role__in=[Member.Role.OWNER, Member.Role.LEAD])

    def users(self) -> list[User]:
        return [member.user for member in self.select_related("user")]


class Member(TenantOwned):
    """Somebody who works for the tenant."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        LEAD = "lead", "Support lead"
        AGENT = "agent", "Agent"
        ACCOUNT_MANAGER = "account_manager", "Account manager"

    user = TenantForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(MemberQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="a_user_is_one_member")]

    def __str__(self) -> str:
        return self.user.name

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def works_tickets(self) -> bool:
        return self.role in {self.Role.OWNER, self.Role.LEAD, self.Role.AGENT}

    @property
    def manages_settings(self) -> bool:
        return self.role == self.Role.OWNER

    @property
    def reads_reports(self) -> bool:
        return self.role in {self.Role.OWNER, self.Role.LEAD, self.Role.ACCOUNT_MANAGER}

    @property
    def writes_news(self) -> bool:
        """Whether this person may publish system updates and the change log."""
        return self.role in {self.Role.OWNER, self.Role.LEAD}


class Client(TenantOwned):
    """A customer organisation of the tenant."""

    name = models.CharField(max_length=160)
    timezone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="one_client_per_name")]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> ContactQuerySet:
        return self.filter(deactivated_at=None)


class Contact(TenantOwned):
    """A person at a client. What they may do is granted one by one (B8, C10, C12: least privilege)."""

    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="contacts")
    user = TenantForeignKey(User, on_delete=models.PROTECT, related_name="contacts", null=True, blank=True)
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")
    may_request_support = models.BooleanField("may request support", default=True)
    may_claim_credits = models.BooleanField("may claim credits", default=False)
    may_see_organisation = models.BooleanField("may see the whole organisation's tickets", default=False)
    may_raise_top_priority = models.BooleanField("may raise the top priority", default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ContactQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], name="one_contact_per_address"),
            models.UniqueConstraint(fields=["tenant", "user"], name="a_user_is_one_contact"),
        ]
        indexes = [models.Index(fields=["tenant", "client", "name"], name="contact_of_client")]

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, now: Any) -> InvitationQuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


class Invitation(TenantOwned):
    """A mailed offer to become a member, or to sign in as a contact. Accepted at most once."""

    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Member.Role, blank=True)
    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    invited_by = TenantForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(InvitationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "token_digest"], name="one_invitation_per_token"),
            models.CheckConstraint(
                condition=Q(role="", contact__isnull=False) | (~Q(role="") & Q(contact__isnull=True)),
                name="an_invitation_is_for_a_role_or_a_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class ApiToken(TenantOwned):
    """A member's or contact's key to the API: acts as that person. Only its digest is kept."""

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="one_token_per_digest")]
        indexes = [models.Index(fields=["tenant", "user"], name="token_of_user")]

    def __str__(self) -> str:
        return self.name
