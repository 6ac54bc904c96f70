"""App configuration of the composition root."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class SlatrackConfig(AppConfig):
    name = "slatrack"
    verbose_name = "slatrack"


class StaticFiles(StaticFilesConfig):
    """Django's, without htmx extensions that nothing loads: some name missing files, which hashing refuses."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
