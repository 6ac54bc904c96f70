"""What people do with notices, messages on their way out, where these go, and what they want to hear of."""

from notifications.actions.channels import add_channel, move_channel_up, remove_channel, try_channel
from notifications.actions.notices import read_all_notices, read_notice
from notifications.actions.outgoing import resend_message
from notifications.actions.topics import ask_to_confirm, choose_topics, confirm, hear_too, stop_topic
from notifications.actions.webhooks import (
    add_webhook,
    change_webhook,
    pause_webhook,
    remove_webhook,
    resume_webhook,
    rotate_webhook_secret,
    try_webhook,
)
