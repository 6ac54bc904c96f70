"""App configuration: the public face of a tenant."""

from django.apps import AppConfig


class StatuspageConfig(AppConfig):
    name = "statuspage"
    verbose_name = "Status page"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "news.written": ("pencil", "wrote the news “{subject}”"),
        "news.published": ("speakerphone", "published the news “{subject}”"),
        "news.discarded": ("trash", "threw away the news “{subject}”"),
    }
