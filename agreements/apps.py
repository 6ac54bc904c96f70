"""App configuration: SLA documents as versioned data, products, subscriptions, business time."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"
