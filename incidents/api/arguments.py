"""What programs send for the arguments of `incidents.actions`: products by their keys, tickets by their numbers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from agreements.governing import versions_governing
from agreements.models import AgreementVersion, Product
from incidents.actions.course import REASON_MAX
from incidents.actions.declaration import TITLE_MAX
from incidents.actions.postmortem import TEXT_MAX
from incidents.actions.update import BODY_MAX
from incidents.models import Affected, Impact, Incident
from shell.api.arguments import Fields
from shell.api.shapes import Body, EnumField, FoundField, IdField, RowField
from tenants.models import Contact, Member
from tickets.api.verbs import caller_of
from tickets.models import Ticket

#: Arguments that programs call otherwise.
CALLED = {
    "hurts": "affected",
    "to": "member",
    "into_id": "into",
    "agreement_version": "agreement",
    "author": "automated",
}


class AffectedIn(Body):
    product = serializers.CharField(max_length=60, help_text="A product's key.")
    component = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    impact = EnumField(Impact)


class HurtsField(FoundField, serializers.ListField):
    """What is affected, all of it."""

    child = AffectedIn()

    def found(self, rows: Any) -> list[Affected]:
        products = {each.key: each for each in Product.objects.filter(key__in=[row["product"] for row in rows])}
        if unknown := [row["product"] for row in rows if row["product"] not in products]:
            raise serializers.ValidationError(f"There is no product “{unknown[0]}”.")
        return [Affected(**row | {"product": products[row["product"]]}) for row in rows]


class TicketsField(FoundField, serializers.ListField):
    """The numbers of tickets."""

    child = serializers.IntegerField(min_value=1, max_value=10**18)

    def found(self, numbers: Any) -> list[Ticket]:
        tickets = list(Ticket.objects.filter(number__in=numbers).order_by("number"))
        if missing := sorted(set(numbers) - {ticket.number for ticket in tickets}):
            raise serializers.ValidationError(f"There is no ticket #{missing[0]}.")
        return tickets


class AgreementField(FoundField, serializers.CharField):
    """The key of an agreement that is in force."""

    def found(self, key: Any) -> AgreementVersion:
        version = next((each for each in versions_governing(at=timezone.now()) if each.agreement.key == key), None)
        if version is None:
            raise serializers.ValidationError("There is no such agreement in force.")
        return version


class CallerField(FoundField, IdField):
    """The id of a contact who is active."""

    def found(self, sent: Any) -> Contact:
        return caller_of({"caller": sent})


class AutomatedField(FoundField, serializers.BooleanField):
    def found(self, sent: Any) -> str:
        return "system" if sent else "agent"


def _text(limit: int) -> Any:
    return partial(serializers.CharField, max_length=limit, trim_whitespace=False, help_text="Markdown.")


#: Those of which the type does not say enough.
FIELDS: Fields = {
    "title": partial(serializers.CharField, max_length=TITLE_MAX),
    "level": partial(serializers.CharField, max_length=60),
    "body": _text(BODY_MAX),
    **dict.fromkeys(("summary", "what_happened", "causes", "what_we_do"), _text(TEXT_MAX)),
    "reason": partial(serializers.CharField, max_length=REASON_MAX),
    "step": partial(serializers.CharField, max_length=40),
    "hurts": partial(HurtsField, help_text="All that is affected now; what is left out is not any more."),
    "tickets": partial(TicketsField, max_length=200),
    "ticket": partial(RowField, Ticket, by="number", help_text="Its number."),
    "caller": partial(CallerField, help_text="The contact who called."),
    "owner": partial(RowField, Member, help_text="A member's id."),
    "to": partial(RowField, Member, help_text="A member's id, or null for nobody."),
    "into_id": partial(RowField, Incident, by="number", gives="pk", help_text="The number of the one that goes on."),
    "agreement_version": partial(
        AgreementField, max_length=60, help_text="The agreement's key; needed where more than one is in force."
    ),
    "status": partial(EnumField, Incident.Status, help_text="Short of `resolved`."),
    "author": partial(AutomatedField, help_text="Nobody wrote it: it tells everybody, and keeps no promise (B15)."),
    "substantive": partial(
        serializers.BooleanField, help_text="False: it says no more than that you know, no answer to tickets (C1)."
    ),
    "seen_event": partial(IdField, help_text="The last event you read. Refused if somebody told everybody since."),
    "started_at": partial(serializers.DateTimeField, help_text="Now if left out."),
    "reached_at": partial(serializers.DateTimeField, help_text="Now if left out."),
}
