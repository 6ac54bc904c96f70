"""App configuration: incidents, their escalation and cadence, on-call schedules, maintenance."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"
