"""Messages on their way out and where they go, notices inside the app, and who wants to hear of what."""

from notifications.models.notice import Notice
from notifications.models.outgoing import OutgoingMessage
from notifications.models.reach import Channel, WebhookEndpoint
from notifications.models.subscribers import Broadcast, Subscriber, TopicSubscription
