"""App configuration: incidents, their escalation and cadence, on-call schedules, maintenance."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "escalation_policy.added": ("bell-plus", "wrote the escalation policy {subject}"),
        "escalation_policy.changed": ("pencil", "changed the escalation policy {subject}"),
        "escalation_policy.removed": ("trash", "removed the escalation policy {subject}"),
    }
    #: What webhooks can hear of; see `notifications.webhooks`.
    webhook_events = {
        "incident.declared": "An incident was declared",
        "incident.updated": "Everybody was told how an incident stands",
        "incident.changed": "An incident got another level, title or state",
        "incident.resolved": "An incident was resolved",
        "maintenance.announced": "Maintenance was announced",
        "maintenance.rescheduled": "Maintenance was moved",
        "maintenance.started": "Maintenance began",
        "maintenance.extended": "Maintenance takes longer",
        "maintenance.overrun": "Maintenance runs beyond its announced end",
        "maintenance.completed": "Maintenance was completed",
        "maintenance.cancelled": "Maintenance was cancelled",
    }

    def ready(self) -> None:
        # They fill places on pages below as they are imported.
        from incidents.views.desk import link_offer, listing, maintenance, ticket_parts  # noqa: F401
        from incidents.views.portal import maintenance as for_clients  # noqa: F401
        from incidents.views.portal import parts  # noqa: F401
        from incidents.views.settings import line  # noqa: F401
