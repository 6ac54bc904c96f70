"""What a contact hears of by mail: the topics there are, on or off (B17)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agreements.governing import governing_at
from notifications import actions
from notifications.models import TopicSubscription
from notifications.topics import AGREEMENT_VERSIONS, TOPICS
from tenants.doors import portal_view
from tickets.views.portal.frame import page


@portal_view.form
def notifications(request: Any) -> HttpResponse:
    """Every topic with what it is about; posting one turns it on, or off where `wanted` is empty."""
    now, contact = timezone.now(), request.contact
    if request.method == "POST":
        topic = TOPICS.get(request.POST.get("topic", ""))
        if topic is None:
            messages.error(request, "Choose what the mails are about.")
        elif request.POST.get("wanted"):
            actions.subscribe_to_topic(contact_id=contact.pk, topic=topic, by=request.user, now=now)
            messages.success(request, f"We write to {contact.email} from now on.")
        else:
            actions.unsubscribe_from_topic(contact_id=contact.pk, topic=topic, by=request.user, now=now)
            messages.success(request, "You get no more of these mails.")
        return redirect("portal:notifications")
    since = dict(TopicSubscription.objects.filter(contact=contact, about="").values_list("topic", "since"))
    governing = governing_at(contact.client, at=now)
    own_words = {}
    if governing is not None:
        # The agreement's own name for it, where it has one.
        own_words[AGREEMENT_VERSIONS.key] = governing.document.topic_about("agreement versions")
    topics = [
        {"topic": topic, "words": own_words.get(topic.key) or topic, "since": since.get(topic.key)}
        for topic in TOPICS.values()
    ]
    return page(request, "tickets/portal/notifications.html", {"topics": topics}, now=now)
