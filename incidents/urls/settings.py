"""`/settings/`: on-call schedules and whatever else of incidents owners arrange."""

from __future__ import annotations

from django.urls import path

from incidents.views.settings import escalation

urlpatterns = [
    path("escalation/", escalation.escalation, name="settings-escalation"),
    path("escalation/new/", escalation.policy, name="settings-escalation-new"),
    path("escalation/audit/", escalation.audit, name="settings-escalation-audit"),
    path("escalation/<int:policy_id>/", escalation.policy, name="settings-escalation-policy"),
    path("escalation/<int:policy_id>/remove/", escalation.remove, name="settings-escalation-remove"),
]
