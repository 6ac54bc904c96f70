"""How people, and the team, are reached at night: one page in the profile and one in the settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from notifications import actions
from notifications.forms import ChannelForm
from notifications.models import Channel, OutgoingMessage
from shell.forms import done, posted
from tenants.doors import Door, member_view, settings_view

#: Addresses in the form that apprise takes, for those who have none to copy.
EXAMPLES = (
    ("Slack", "https://hooks.slack.com/services/…"),
    ("Microsoft Teams", "https://….logic.azure.com/workflows/…"),
    ("Discord", "https://discord.com/api/webhooks/…"),
    ("Telegram", "tgram://bot-token/chat-id"),
    ("Mattermost", "mmosts://host/token"),
    ("Matrix", "matrixs://user:password@host/#room"),
    ("ntfy", "ntfys://host/topic"),
    ("Gotify", "gotifys://host/token"),
    ("Pushover", "pover://user-key@app-token"),
    ("Opsgenie", "opsgenie://api-key"),
    ("PagerDuty", "pagerduty://integration-key@api-key"),
    ("SMS by Twilio", "twilio://account:token@from-number/to-number"),
    ("SMS by MessageBird", "msgbird://api-key/from-number/to-number"),
    ("A program of your own", "https://host/path"),
)


@member_view.form
def own(request: Any) -> HttpResponse:
    """One's own channels; posting adds one."""
    return _page(request, user=request.user, home="profile-channels")


@settings_view.form
def team(request: Any) -> HttpResponse:
    """The team's channels; posting adds one."""
    return _page(request, user=None, home="settings-channels")


def _page(request: Any, *, user: Any, home: str) -> HttpResponse:
    form = ChannelForm(posted(request))
    if form.carry_out(actions.add_channel, user=user, by=request.user, now=timezone.now()):
        return done(request, f"“{form.result.name}” is added. Send a test to see that it arrives.", home)
    channels = list(Channel.objects.filter(user=user))
    newest = OutgoingMessage.objects.filter(channel__in=channels).order_by("channel_id", "-id").distinct("channel_id")
    last = {message.channel_id: message for message in newest.defer("text", "html")}
    context = {
        "form": form,
        "home": home,
        "is_team": user is None,
        "examples": EXAMPLES,
        "rows": [(channel, last.get(channel.pk)) for channel in channels],
        # The page asks again until it knows what became of a message.
        "is_waiting": any(not message.sent_at and not message.dead_at for message in last.values()),
    }
    return render(request, "notifications/channels.html", context, status=422 if form.errors else 200)


def verbs(door: Door, home: str) -> dict[str, Any]:
    """What can be done to a channel, by the last word of its address."""
    said = {
        "up": (actions.move_channel_up, "“{}” is moved up."),
        "test": (actions.try_channel, "A test goes to “{}” within a few seconds."),
        "remove": (actions.remove_channel, "“{}” is removed, and the keys to it are forgotten."),
    }

    def verb(action: Any, words: str) -> Any:
        return door.verb(action, done=lambda channel: words.format(channel.name), back=home)

    return {word: verb(*each) for word, each in said.items()}
