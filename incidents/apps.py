"""App configuration: incidents, their escalation and cadence, on-call schedules, maintenance."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "update_template.added": ("template", "wrote the update template {subject}"),
        "update_template.changed": ("pencil", "changed the update template {subject}"),
        "update_template.removed": ("trash", "threw the update template {subject} away"),
        "postmortem.written": ("school", "wrote the postmortem of {subject}"),
        "postmortem.changed": ("pencil", "changed the postmortem of {subject}"),
        "postmortem.published": ("world", "published the postmortem of {subject}"),
        "postmortem_action.added": ("checklist", "agreed on an action: {subject}"),
        "postmortem_action.done": ("circle-check", "finished an action: {subject}"),
        "postmortem_action.resumed": ("rotate", "took an action up again: {subject}"),
        "escalation_policy.added": ("bell-plus", "wrote the escalation policy {subject}"),
        "escalation_policy.changed": ("pencil", "changed the escalation policy {subject}"),
        "escalation_policy.removed": ("trash", "removed the escalation policy {subject}"),
        "on_call_schedule.made": ("phone-call", "made the on-call schedule {subject}"),
        "on_call_schedule.changed": ("pencil", "changed the on-call schedule {subject}"),
        "on_call_schedule.ended": ("calendar-off", "ended the on-call schedule {subject}"),
        "on_call_schedule.address_renewed": ("refresh", "gave the calendar of {subject} another address"),
        "on_call_layer.added": ("stack-2", "added the rotation {subject}"),
        "on_call_layer.changed": ("pencil", "changed the rotation {subject}"),
        "on_call_layer.raised": ("arrow-up", "put the rotation {subject} higher"),
        "on_call_layer.ended": ("calendar-x", "ended the rotation {subject}"),
        "on_call_override.made": ("hand-stop", "arranged who stands in: {subject}"),
        "on_call_override.swapped": ("arrows-exchange", "swapped a shift: {subject}"),
        "on_call_override.cancelled": ("arrow-back-up", "undid who stands in: {subject}"),
        "on_call_calendar.address_renewed": ("refresh", "gave their on-call calendar another address"),
    }
    #: What webhooks can hear of; see `notifications.webhooks`.
    webhook_events = {
        "incident.declared": "An incident was declared",
        "incident.updated": "Everybody was told how an incident stands",
        "incident.changed": "An incident got another level, title or state",
        "incident.resolved": "An incident was resolved",
        "maintenance.announced": "Maintenance was announced",
        "maintenance.rescheduled": "Maintenance was moved",
        "maintenance.reworded": "What is said about maintenance was changed",
        "maintenance.started": "Maintenance began",
        "maintenance.extended": "Maintenance takes longer",
        "maintenance.overrun": "Maintenance runs beyond its announced end",
        "maintenance.completed": "Maintenance was completed",
        "maintenance.cancelled": "Maintenance was cancelled",
    }

    def ready(self) -> None:
        from incidents.actions.answers import post_owed
        from tickets.actions.lock import POSTS_OWED

        POSTS_OWED.append(post_owed)
        # They fill places on pages below as they are imported.
        from incidents.views.desk import listing, maintenance, oncall, ticket_parts  # noqa: F401
        from incidents.views.portal import maintenance as for_clients  # noqa: F401
        from incidents.views.portal import parts  # noqa: F401
        from incidents.views.settings import line  # noqa: F401
