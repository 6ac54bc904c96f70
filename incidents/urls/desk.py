"""`/desk/`: incidents, maintenance and who is on call, for agents."""

from __future__ import annotations

from django.urls import path

from incidents.views.desk import escalation

app_name = "incidents"
urlpatterns = [
    path("incidents/<int:number>/acknowledge/", escalation.acknowledge, name="acknowledge"),
]
