"""What people do with notices, outgoing messages, and what they want to hear of."""

from notifications.actions.notices import read_all_notices, read_notice
from notifications.actions.outgoing import resend_message
from notifications.actions.topics import ask_to_confirm, choose_topics, confirm, stop_topic
