"""Who is told what about an incident: mails and notices, queued in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.cadence.countdown import next_update
from incidents.escalation.policy import Way
from incidents.models import Incident, IncidentEvent, Postmortem, Role
from incidents.models.kinds import ROWS, Kind, words_of
from incidents.paths import desk_path, public_path
from notifications import fanout, outbox
from notifications.models import Channel
from notifications.topics import INCIDENTS
from shell.wording import exact_words, listed, whole_minute
from tenants.models import Member, User
from tenants.scope import current_tenant


def declared(incident: Incident, event: IncidentEvent, *, by: Member, now: datetime) -> None:
    """Tell the desk's leads and owners that an incident was declared, and everybody else who hears of it."""
    title = f"{by.name} declared {incident}"
    leads = [user for user in Member.objects.leading().users() if user != by.user]
    _notice(leads, incident, "declared", title, incident.level_name, now=now)
    happened(incident, event, now=now)


def happened(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    """Let programs know of a fact, and of news those who subscribed to what is or was hurt (B13)."""
    _publish(incident, event, now=now)
    if ROWS[event.kind].news:
        _announce(incident, event, now=now)


def published(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    """Tell subscribers of an incident that was put on the status page later, with what was said last."""
    _publish(incident, event, now=now)
    _announce(incident, incident.events.told().last() or event, now=now)


def _publish(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    tenant, row = current_tenant(), ROWS[event.kind]
    what = "resolved" if event.data.get("resolves") else row.webhook
    data = {
        "number": incident.number,
        "title": incident.title,
        "level": incident.level,
        "status": incident.status,
        "what": event.kind,
        "at": event.at,
        "by": event.actor_name,
        "update": event.body,
        "reason": event.reason,
        "started_at": incident.started_at,
        "declared_at": incident.declared_at,
        "resolved_at": incident.resolved_at,
        "affected": [
            {"product": each.product.key, "component": each.component, "impact": each.impact}
            for each in incident.affected.select_related("product")
        ],
        "url": tenant.url(desk_path(incident)),
        "status_url": tenant.url(public_path(incident)) if incident.is_public else None,
    }
    outbox.publish(f"incident.{what}", data, f"incident-event:{event.pk}", now=now)


def postmortem_published(incident: Incident, postmortem: Postmortem, *, now: datetime) -> None:
    """Tell those who hear of incidents of what was hurt that they can read what was learned."""
    if incident.is_public:
        fanout.announce(
            INCIDENTS,
            abouts=[each.product.key for each in incident.affected.select_related("product")],
            subject=f"What we learned: {incident.title}",
            text=postmortem.summary,
            url=public_path(incident),
            key=f"postmortem:{incident.pk}",
            now=now,
        )


def duty_given(incident: Incident, role: Role, to: Member, *, by: Member, at: datetime, now: datetime) -> None:
    """Tell somebody that a role is theirs now."""
    title = f"{by.name} made you {role.label.lower()} of {incident}"
    _notice([to.user], incident, f"duty:{role.value}:{at.isoformat()}", title, role.task, now=now)


def asked(incident: Incident, links: Mapping[Member, str], *, by: Channel | Way, occasion: str, now: datetime) -> None:
    """Ask people to see to an incident, each with a link that acknowledges it in that person's name.

    A channel of the team's is read by others too: there it leads to the incident's page.
    """
    tenant, where, key = current_tenant(), desk_path(incident), f"incident:{incident.pk}:asked:{occasion}"
    title, hurt = f"{incident}: please acknowledge", listed(str(each) for each in incident.affected.all())
    text = "\n".join(part for part in (incident.level_name, hurt, tenant.url(where)) if part)
    theirs = {member: f"/incidents/acknowledge/{secret}/" for member, secret in links.items()}
    if isinstance(by, Channel):
        called = f"{listed(member.name for member in links)}: {title}"
        outbox.page([outbox.PageDraft(None, key, called, text, where, channel=by.pk)], now=now)
    elif by in ("all", "mail"):
        # What follows the text is the address of the button.
        text = f"{text}\n\nSay that you are on it, without signing in:"
        drafts = [outbox.PageDraft(each.user_id, key, title, text, url, channel=by) for each, url in theirs.items()]
        outbox.page(drafts, now=now)
        return
    outbox.tell(
        [
            outbox.Word(key=key, topic="page", title=title, url=url, body=text, user_id=each.user_id)
            for each, url in theirs.items()
        ],
        now=now,
    )


def escalation_missed(incident: Incident, missed: Sequence[IncidentEvent], *, now: datetime) -> None:
    """Tell owners and leads that people were not asked in time."""
    title, said = f"Not asked in time: {incident}", ". ".join(words_of(event, incident.document) for event in missed)
    _notice(Member.objects.leading().users(), incident, f"escalation_missed:{missed[0].pk}", title, said, now=now)


def abouts_of(incident: Incident) -> set[str]:
    """What its subscribers hear of: itself, what was merged into it, and all that it hurts or has hurt."""
    sets = incident.events.filter(kind=Kind.AFFECTED).values_list("data", flat=True)
    return _followed(incident).union(each["product"] for data in sets for each in data["affected"])


def _followed(incident: Incident) -> set[str]:
    """What followers of an incident hear of, also of one that came by way of another."""
    return {incident.topic}.union(*(_followed(each) for each in incident.absorbed.all()))


def _announce(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    """Whoever heard that their service is hurt hears how it goes on, also when it is hurt no more."""
    if not incident.is_public:
        return
    due, zone = next_update(incident.clocks.all(), now=now), ZoneInfo(current_tenant().timezone)
    said = event.body or "We know of it, and are looking into it."
    then = f"Next update by {exact_words(whole_minute(due.due_at.astimezone(zone)))}." if due else ""
    fanout.announce(
        INCIDENTS,
        abouts=abouts_of(incident),
        subject=f"{incident.get_status_display()}: {incident.title}",
        text="\n\n".join(part for part in (said, then) if part),
        url=public_path(incident),
        key=f"incident:{incident.pk}:{event.pk}",
        now=now,
    )


def _notice(users: list[User], incident: Incident, occasion: str, title: str, body: str, *, now: datetime) -> None:
    key, url = f"incident:{incident.pk}:{occasion}", desk_path(incident)
    outbox.tell_users(users, key=key, topic="incident", title=title, url=url, body=body, now=now)
