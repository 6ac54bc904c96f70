"""`/desk/`: incidents, maintenance and who is on call, for agents."""

from __future__ import annotations

from django.urls import path

from incidents.forms.maintenance import VERBS
from incidents.views.desk import (
    call,
    clocks,
    declaration,
    escalation,
    incident,
    listing,
    maintenance,
    oncall,
    postmortem,
    ticket_parts,
    verbs,
)

app_name = "incidents"
urlpatterns = [
    path("incidents/", listing.incidents, name="incidents"),
    path("incidents/changes/", listing.changes, name="list_changes"),
    path("incidents/new/", declaration.declare, name="declare"),
    path("incidents/picked/", declaration.picked, name="picked"),
    path("incidents/link/", declaration.link, name="link"),
    path("incidents/actions/", postmortem.to_do, name="actions"),
    path("incidents/actions/<int:action_id>/done/", postmortem.finish, name="finish"),
    path("incidents/actions/<int:action_id>/again/", postmortem.resume, name="resume"),
    path("incidents/<int:number>/", incident.incident, name="incident"),
    path("incidents/<int:number>/changes/", incident.changes, name="changes"),
    path("incidents/<int:number>/acknowledge/", escalation.acknowledge, name="acknowledge"),
    path("incidents/<int:number>/update/", verbs.update, name="update"),
    path("incidents/<int:number>/level/", verbs.relevel, name="relevel"),
    path("incidents/<int:number>/affected/", verbs.affected, name="affected"),
    path("incidents/<int:number>/duty/", verbs.duty, name="duty"),
    path("incidents/<int:number>/step/", verbs.step, name="step"),
    path("incidents/<int:number>/resolve/", verbs.resolve, name="resolve"),
    path("incidents/<int:number>/reopen/", verbs.reopen, name="reopen"),
    path("incidents/<int:number>/merge/", verbs.merge, name="merge"),
    path("incidents/<int:number>/title/", verbs.title, name="title"),
    path("incidents/<int:number>/publish/", verbs.publish, name="publish"),
    path("incidents/<int:number>/clock/<int:cycle>/", clocks.why, name="why"),
    path("incidents/<int:number>/postmortem/", postmortem.postmortem, name="postmortem"),
    path("incidents/<int:number>/postmortem/publish/", postmortem.publish, name="publish_postmortem"),
    path("incidents/<int:number>/postmortem/actions/", postmortem.add, name="add_action"),
    path("incidents/<int:number>/tickets/", verbs.link, name="link_ticket"),
    path("incidents/<int:number>/tickets/<int:ticket_number>/remove/", verbs.unlink, name="unlink_ticket"),
    path("maintenance/", maintenance.listing, name="maintenances"),
    path("maintenance/new/", maintenance.plan, name="maintenance_plan"),
    path("maintenance/check/", maintenance.check, name="maintenance_check"),
    path("maintenance/<int:number>/", maintenance.maintenance, name="maintenance"),
    path("maintenance/<int:number>/change/", maintenance.change, name="maintenance_change"),
    path("maintenance/<int:number>/stop/", maintenance.stop, name="maintenance_stop"),
    *(
        path(f"maintenance/<int:number>/{verb}/", maintenance.verb, {"verb": verb}, name=f"maintenance_{verb}")
        for verb in VERBS
    ),
    path("incidents/<int:number>/call/", call.call, name="call"),
    path("tickets/<int:number>/incident/", ticket_parts.link, name="ticket_incident"),
    path("on-call/", oncall.on_call, name="on_call"),
    path("on-call/address/", oncall.renew, name="on_call_address"),
    path("on-call/<int:schedule_id>/", oncall.schedule, name="on_call_schedule"),
    path("on-call/<int:schedule_id>/take-over/", oncall.take_over, name="on_call_take_over"),
    path("on-call/<int:schedule_id>/swap/", oncall.swap, name="on_call_swap"),
    path("on-call/overrides/<int:override_id>/cancel/", oncall.cancel, name="on_call_cancel"),
]
