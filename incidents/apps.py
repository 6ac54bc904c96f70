"""App configuration: incidents, their escalation and cadence, on-call schedules, maintenance."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"
    #: What webhooks can hear of; see `notifications.webhooks`.
    webhook_events = {
        "maintenance.announced": "Maintenance was announced",
        "maintenance.rescheduled": "Maintenance was moved",
        "maintenance.started": "Maintenance began",
        "maintenance.extended": "Maintenance takes longer",
        "maintenance.overrun": "Maintenance runs beyond its announced end",
        "maintenance.completed": "Maintenance was completed",
        "maintenance.cancelled": "Maintenance was cancelled",
    }
