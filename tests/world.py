"""One of everything in our tenant, so that every address has something real behind it."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agreements.document import bundled_text
from agreements.models import Product, SubscribedProduct
from incidents.actions import declare_incident, publish_incident, write_postmortem
from incidents.actions.maintenance import announce_maintenance
from incidents.actions.maintenance_series import plan_series
from incidents.models import (
    Affected,
    EscalationPolicy,
    Impact,
    OnCallOverride,
    Page,
    PostmortemAction,
    UpdateTemplate,
)
from incidents.models.escalation import USUAL
from incidents.oncall.ical import address_of
from incidents.views.portal.maintenance import feed_of
from notifications import webhooks
from notifications.actions import ask_to_confirm, choose_topics
from notifications.models import Channel, Notice, OutgoingMessage, WebhookEndpoint
from notifications.topics import AGREEMENT_VERSIONS, Wish, confirm_url, manage_url, stop_url
from statuspage.actions import publish_news, write_news
from tenants import actions as people_actions
from tenants.models import Invitation
from tenants.scope import tenant_scope
from tenants.tokens import digest
from tests import factories
from tests.incidents.rotas import schedule
from tickets import actions as ticket_actions
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent, WhatIf
from tickets.models.kinds import Kind

#: Words that stand in our tenant only; whoever reads one elsewhere has crossed the line.
MARK = "zebracorn"


def furnish(cast: Any) -> SimpleNamespace:
    """Fill `cast.tenant`. Returns what the parameters of addresses stand for, by their names."""
    now = timezone.now()
    owner = cast.owner.user
    with tenant_scope(cast.tenant):
        version = factories.agreement("officeware", source=bundled_text("officeware"))
        # Its resolution has a clock that waiting stops, so that there is a pause to contest.
        plan = version.document.plans["gold"].key
        subscription = factories.subscription(cast.client, version, plan)
        others = factories.subscription(cast.other_client, version, plan)
        SubscribedProduct.objects.create(
            subscription=others, product=Product.objects.create(key="theirs", name="Theirs alone")
        )
        product = Product.objects.create(key=MARK, name=f"{MARK} product")
        client = people_actions.add_client(name=f"{MARK} client", by=owner, now=now)
        invited = people_actions.add_contact(
            client_id=client.pk, name=MARK, email=f"{MARK}@client.example", by=owner, now=now
        )
        people_actions.invite_member(email=f"{MARK}@provider.example", role="agent", by=owner, now=now)
        invitation_mail = OutgoingMessage.objects.get(to=f"{MARK}@provider.example")
        path = re.search(r"/invitation/([^/\s]+)/", invitation_mail.text)
        token, _ = people_actions.create_api_token(user_id=owner.pk, name=MARK, now=now)
        ticket = ticket_actions.file_ticket(
            requester=cast.contact,
            by=cast.contact,
            subject=f"The {MARK} is down",
            body=f"Since this morning the {MARK} does not answer.",
            request_type=version.document.request_types[0].key,
            level=version.document.levels[0].key,
            product=None,
            channel=Ticket.Channel.PORTAL,
            received_at=now - timedelta(hours=1),
            now=now,
            attachments=[SimpleUploadedFile(f"{MARK}.txt", b"what we saw")],
        )
        message = Message.objects.filter(ticket=ticket).earliest("id")
        attachment = Attachment.objects.filter(message=message).earliest("id")
        clock = Clock.objects.filter(ticket=ticket).earliest("id")
        for status in (Ticket.Status.WAITING, Ticket.Status.OPEN):
            ticket_actions.set_status(ticket_id=ticket.pk, by=cast.agent, status=status, now=now)
        pause = TicketEvent.objects.get(ticket=ticket, kind=Kind.WAITING)
        contest = ticket_actions.contest_pause(
            ticket_id=ticket.pk, pause_id=pause.pk, by=cast.contact, reason=f"Nobody asked about the {MARK}.", now=now
        )
        notice = Notice.objects.create(
            user=owner, key=MARK, topic="ticket", title=f"{MARK} is down", url="/desk/", noticed_at=now
        )
        OutgoingMessage.objects.filter(pk=invitation_mail.pk).update(dead_at=now)
        # Without the mark: whoever has the link of a page may read it, whoever they are.
        incident = declare_incident(
            title="Everything is slow", level="", hurts=[Affected(product=product, impact=Impact.DEGRADED)],
            by=cast.owner, agreement_version=version, now=now,
        )  # fmt: skip
        publish_incident(incident_id=incident.pk, by=cast.owner, now=now)
        news = write_news(
            kind="change_log", title="Everything is dark", body="At last.", products=[MARK], by=owner, now=now
        )
        publish_news(news_id=news.pk, by=owner, now=now)
        reader = choose_topics(email="known@reader.example", choices=[("change_log", "")], by=None, now=now)
        policy = EscalationPolicy.objects.create(name=f"{MARK} nights", steps=USUAL["steps"], repeats=1)
        Page.objects.create(
            incident=incident, round=1, repeat=0, step=0, member=cast.agent, by="mail", due_at=now, asked_at=now,
            token_digest=digest("a link"),
        )  # fmt: skip
        template = UpdateTemplate.objects.create(name=MARK, body="We look.")
        postmortem = write_postmortem(incident_id=incident.pk, summary=f"The {MARK} fell.", by=cast.owner, now=now)
        action = PostmortemAction.objects.create(
            postmortem=postmortem, title=f"Hold the {MARK}", owner=cast.agent, due_on=now.date()
        )
        channel = Channel.objects.create(
            user=owner, name=MARK, service="Slack", url=f"slack://{MARK}", position=1, added_at=now
        )
        endpoint = WebhookEndpoint.objects.create(
            url=f"https://{MARK}.example/", events=["ping"], secret=webhooks.new_secret(), added_at=now
        )
        maintenance = plan_series(
            by=cast.agent,
            now=now,
            every_weeks=8,
            timezone="UTC",
            title=f"The {MARK} is replaced",
            parts=[(MARK, "")],
            start_at=now + timedelta(days=20),
            end_at=now + timedelta(days=20, hours=1),
        )
        announce_maintenance(maintenance_id=maintenance.pk, by=cast.agent, now=now)
        on_call = schedule(cast.owner, name=f"{MARK} schedule")
        override = OnCallOverride.objects.create(
            schedule=on_call,
            member=cast.lead,
            starts_at=now,
            ends_at=now + timedelta(days=1),
            made_by=owner,
            made_at=now,
        )
        wish = Wish("new@reader.example", "", [("change_log", "")], now)
        ask_to_confirm(email=wish.email, choices=wish.choices, names={}, now=now)
        return SimpleNamespace(
            address=address_of(on_call),
            action_id=action.pk,
            agreement=version.agreement.key,
            attachment=attachment.pk,
            attachment_id=attachment.pk,
            channel_id=channel.pk,
            endpoint_id=endpoint.pk,
            confirm_token=last_of(confirm_url(cast.tenant, wish)),
            calendar=version.document.calendar_terms[0].key,
            client_id=client.pk,
            contact_id=invited.pk,
            contest_id=contest.pk,
            cycle=clock.cycle,
            invitation_id=Invitation.objects.get(email=f"{MARK}@provider.example").pk,
            feed=feed_of(cast.contact),
            form="atom",
            key="not-a-key",
            kind="all",
            manage_token=last_of(manage_url(cast.tenant, subscriber_id=reader.pk)),
            month=now.month,
            news_id=news.pk,
            service=MARK,
            year=now.year,
            layer_id=on_call.layers.get().pk,
            mail_id=invitation_mail.pk,
            outgoing_id=invitation_mail.pk,
            new_id=version.pk,
            member_id=cast.agent.pk,
            message_id=message.pk,
            metric=clock.metric,
            notice_id=notice.pk,
            number=ticket.number,
            old_id=version.pk,
            page_token="a link",
            override_id=override.pk,
            pause=pause.pk,
            policy_id=policy.pk,
            product_id=product.pk,
            rest="nothing/here",
            schedule_id=on_call.pk,
            section_key="plans",
            stop_token=last_of(stop_url(cast.tenant, subscriber_id=reader.pk, topic=AGREEMENT_VERSIONS)),
            subscription_id=subscription.pk,
            template_id=template.pk,
            ticket_number=ticket.number,
            token=path.group(1) if path else "",
            token_id=token.pk,
            uidb36="1",
            user_id=owner.pk,
            version=version.number,
            version_id=version.pk,
            what_if_id=_answered_what_if(version, owner, now).pk,
            version_number=version.number,
        )


def last_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def _answered_what_if(version: Any, owner: Any, now: Any) -> WhatIf:
    """A kept answer about nothing."""
    result = {
        "as_of": now.isoformat(), "title": f"The {MARK}", "plan_name": "", "level_word": "Severity", "compared": 0,
        "coverage_changed": 0, "rows": [], "left_out": [],
    }  # fmt: skip
    return WhatIf.objects.create(
        version=version, digest=version.digest, since=now - timedelta(days=90), until=now, asked_by=owner, asked_at=now,
        started_at=now, finished_at=now, result=result, name=f"{MARK} in summer", kept_at=now, kept_by=owner,
    )  # fmt: skip
