"""App configuration of the composition root."""

from django.apps import AppConfig


class SlatrackConfig(AppConfig):
    name = "slatrack"
    verbose_name = "slatrack"
