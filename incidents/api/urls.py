"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from incidents.api import escalation, follow, incidents, maintenance, oncall, postmortem, update_template, verbs

urlpatterns = [
    path("incidents/", incidents.IncidentList.as_view(), name="api-incidents"),
    path("incidents/<int:number>/", incidents.IncidentDetail.as_view(), name="api-incident"),
    path("incidents/<int:number>/events/", incidents.IncidentEventList.as_view(), name="api-incident-events"),
    path(
        "incidents/<int:number>/clocks/<int:cycle>/explanation/",
        incidents.UpdateExplanation.as_view(),
        name="api-incident-explanation",
    ),
    path("incidents/<int:number>/follow/", follow.Following.as_view(), name="api-incident-follow"),
    *(
        path(f"incidents/<int:number>/{at}/", does.as_view(), name=f"api-incident-{at}")
        for at, does in verbs.VERBS.items()
    ),
    path("incidents/<int:number>/postmortem/", postmortem.Writing.as_view(), name="api-postmortem"),
    path("incidents/<int:number>/postmortem/publish/", postmortem.Publishing.as_view(), name="api-postmortem-publish"),
    path("incidents/<int:number>/postmortem/actions/", postmortem.Adding.as_view(), name="api-postmortem-add"),
    path("postmortem-actions/", postmortem.ActionList.as_view(), name="api-postmortem-actions"),
    path("postmortem-actions/<int:action_id>/done/", postmortem.Finishing.as_view(), name="api-postmortem-finish"),
    path("postmortem-actions/<int:action_id>/again/", postmortem.Resuming.as_view(), name="api-postmortem-resume"),
    path("update-templates/", update_template.UpdateTemplateList.as_view(), name="api-update-templates"),
    path(
        "update-templates/<int:template_id>/",
        update_template.UpdateTemplateDetail.as_view(),
        name="api-update-template",
    ),
    path("incidents/<int:number>/escalation/", escalation.Escalation.as_view(), name="api-incident-escalation"),
    path(
        "incidents/<int:number>/acknowledgement/",
        escalation.Acknowledgement.as_view(),
        name="api-incident-acknowledgement",
    ),
    path("maintenance/", maintenance.MaintenanceList.as_view(), name="api-maintenances"),
    path("maintenance/<int:number>/", maintenance.MaintenanceDetail.as_view(), name="api-maintenance"),
    *(
        path(f"maintenance/<int:number>/{at}/", does.as_view(), name=f"api-maintenance-{at}")
        for at, does in maintenance.VERBS.items()
    ),
    path("on-call/", oncall.OnCallList.as_view(), name="api-on-call"),
    path("on-call/<int:schedule_id>/shifts/", oncall.OnCallShifts.as_view(), name="api-on-call-shifts"),
    path("on-call/<int:schedule_id>/overrides/", oncall.OnCallOverrides.as_view(), name="api-on-call-overrides"),
]
