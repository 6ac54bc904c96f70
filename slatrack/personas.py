"""Who a visitor of a demo tenant can be: one person of each kind, always the same one."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.models import Contact, Member, User

MEMBERS = (
    (Member.Role.AGENT, "Answers tickets, the one due first at the top."),
    (Member.Role.LEAD, "Works the queue, hears of every target about to be missed, and reads the reports."),
    (Member.Role.ACCOUNT_MANAGER, "Reads how well the promises to each client were kept."),
    (Member.Role.OWNER, "Does all of it, and decides about people, clients, subscriptions and agreements."),
)


@dataclass(frozen=True, slots=True)
class Persona:
    """As `components/_personas.html` shows it; `url` signs in as this person."""

    user: User
    name: str
    role: str
    description: str
    url: str


def personas() -> list[Persona]:
    """Those of the tenant in force, in the order a visitor tries them. Two queries."""
    members: dict[str, Member] = {}
    for member in Member.objects.active().select_related("user").filter(user__is_active=True).order_by("id"):
        members.setdefault(member.role, member)
    found = [_persona(members[role].user, role.label, description) for role, description in MEMBERS if role in members]
    contacts: dict[bool, Contact] = {}
    signed_up = Contact.objects.active().select_related("user", "client").filter(user__is_active=True)
    for contact in signed_up.order_by("-may_see_organisation", "-may_claim_credits", "id"):
        contacts.setdefault(contact.may_request_support, contact)
    if client := contacts.get(True):
        found.append(
            _persona(
                client.user,
                f"Client contact at {client.client}",
                "Files tickets and sees what was promised, with the clock on it.",
            )
        )
    if reader := contacts.get(False):
        found.append(
            _persona(
                reader.user,
                f"Contact at {reader.client}, not authorised",
                "What somebody sees who may not request support: they can write, and no service level applies.",
            )
        )
    return found


def _persona(user: User, role: str, description: str) -> Persona:
    return Persona(user=user, name=user.name, role=role, description=description, url=f"/demo/sign-in/{user.pk}/")
