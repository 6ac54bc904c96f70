"""Policies read: who a step asks, what an incident keeps of them when it starts, and as the replay takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from agreements.document import AgreementDocument
from incidents.escalation.replay import Policy, Step, Terms
from incidents.escalation.replay import Way as Escalated
from incidents.models import EscalationPolicy, OnCallSchedule
from incidents.models.escalation import USUAL, Kept
from incidents.oncall.roster import members_on_call
from notifications.models import Channel
from shell.entry import id_of
from tenants.models import Member

Way = Literal["all", "mail", "notice"]
LEADS, MEMBER, SCHEDULE, CHANNEL = "leads", "member", "schedule", "channel"
WAYS: dict[Way, str] = {"all": "every way to reach them", "mail": "mail", "notice": "a notice in the app"}


def freeze(document: AgreementDocument) -> dict[str, Kept]:
    """The policies for an incident that starts now, by level: of each at which the agreement lets people be asked.

    All of them, so that a change of a policy moves nothing of a running incident, whatever its level becomes.
    """
    policies = EscalationPolicy.objects.all().by_level()
    found = {level.key: policies.get(level.key, policies.get("")) for level in document.incident_levels}
    return {key: policy.kept if policy else USUAL for key, policy in found.items() if document.escalation_of(key)}


def terms_at(document: AgreementDocument, kept: Mapping[str, Kept], level: str) -> Terms:
    """How an incident that keeps these policies is escalated at a level."""
    hours, its = document.escalation_of(level), kept.get(level)
    rank = document.incident_levels[level].rank if level else 0
    return Terms(rank, Escalated(policy_of(its), document.calendar(hours)) if hours and its else None)


def policy_of(kept: Kept) -> Policy:
    stale_after = kept["stale_after"]
    return Policy(
        steps=tuple(Step(each["asks"], each["by"], timedelta(seconds=each["wait"])) for each in kept["steps"]),
        repeats=kept["repeats"],
        stale_after=timedelta(seconds=stale_after) if stale_after else None,
    )


def people_asked(asks: str, *, at: datetime) -> list[Member]:
    """Whom a step asks at an instant: who a schedule has on call is asked then and not when the incident starts.

    Nobody who works no tickets (any more): they could not acknowledge.
    """
    kind, _, which = asks.partition(":")
    if kind == MEMBER:
        return list(Member.objects.working_tickets().select_related("user").filter(pk=id_of(which)))
    if kind == SCHEDULE:
        return [member for member in members_on_call(id_of(which), at=at) if member.works_tickets]
    return list(Member.objects.leading().select_related("user"))


def asked_words(asks: str) -> str:
    """`Anna Smit`, `whoever is on call for Nights`, `everybody who leads`."""
    kind, _, which = asks.partition(":")
    if kind == MEMBER:
        return str(Member.objects.select_related("user").filter(pk=id_of(which)).first() or "somebody who is gone")
    if kind == SCHEDULE:
        schedule = OnCallSchedule.objects.filter(pk=id_of(which)).first()
        return f"whoever is on call for {schedule}" if schedule else "a schedule that is gone"
    return "everybody who leads"


def way_of(by: str) -> Channel | Way:
    """A channel of the team's, or one of `WAYS`. What is gone must not keep anybody from being asked: every way."""
    kind, _, which = by.partition(":")
    found: Channel | None = Channel.objects.filter(user=None, pk=id_of(which)).first() if kind == CHANNEL else None
    return found if found is not None else next((way for way in WAYS if way == by), "all")


def way_words(by: str) -> str:
    """`mail`, `Slack: Incidents`."""
    way = way_of(by)
    return str(way) if isinstance(way, Channel) else WAYS[way]
