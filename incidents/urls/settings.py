"""`/settings/`: on-call schedules and whatever else of incidents owners arrange."""

from __future__ import annotations

from django.urls import path

from incidents.views.settings import escalation, oncall, update_template

urlpatterns = [
    path("update-templates/", update_template.templates, name="settings-update-templates"),
    path("update-templates/ready/", update_template.take_ready, name="settings-update-templates-ready"),
    path("update-templates/<int:template_id>/", update_template.template, name="settings-update-template"),
    path("update-templates/<int:template_id>/remove/", update_template.remove, name="settings-update-template-remove"),
    path("escalation/", escalation.escalation, name="settings-escalation"),
    path("escalation/new/", escalation.policy, name="settings-escalation-new"),
    path("escalation/audit/", escalation.audit, name="settings-escalation-audit"),
    path("escalation/<int:policy_id>/", escalation.policy, name="settings-escalation-policy"),
    path("escalation/<int:policy_id>/remove/", escalation.remove, name="settings-escalation-remove"),
    path("on-call/", oncall.schedules, name="settings-on-call"),
    path("on-call/new/", oncall.new, name="settings-on-call-new"),
    path("on-call/<int:schedule_id>/", oncall.schedule, name="settings-on-call-schedule"),
    path("on-call/<int:schedule_id>/end/", oncall.end, name="settings-on-call-end"),
    path("on-call/<int:schedule_id>/address/", oncall.renew, name="settings-on-call-address"),
    path("on-call/<int:schedule_id>/layers/new/", oncall.layer_new, name="settings-on-call-layer-new"),
    path("on-call/layers/<int:layer_id>/", oncall.layer, name="settings-on-call-layer"),
    path("on-call/layers/<int:layer_id>/end/", oncall.layer_end, name="settings-on-call-layer-end"),
    path("on-call/layers/<int:layer_id>/raise/", oncall.layer_raise, name="settings-on-call-layer-raise"),
]
