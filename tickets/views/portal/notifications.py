"""What a contact hears of by mail: topics of the agreement, of everything or of single services (A10, B13, B17)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from agreements.forms.topics import TopicsForm
from notifications.actions import choose_topics
from shell.forms import done, posted
from tenants.doors import portal_view
from tickets.views.portal.frame import page


@portal_view.form
def notifications(request: Any) -> HttpResponse:
    """Every topic with what it is about; posting makes it exactly those that are ticked."""
    now, contact = timezone.now(), request.contact
    form = TopicsForm.of_contact(contact, posted(request), now=now)
    if form.carry_out(choose_topics, email=contact.email, by=request.user, now=now):
        said = (
            f"We write to {contact.email} about what is ticked." if form.result else "You get no more of these mails."
        )
        return done(request, said, "portal:notifications")
    return page(
        request, "tickets/portal/notifications.html", {"form": form}, now=now, status=422 if form.errors else 200
    )
