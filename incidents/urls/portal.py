"""`/portal/`: what clients' contacts read of incidents and maintenance."""

from __future__ import annotations

from django.urls import path

from incidents.views.portal import known, maintenance

urlpatterns = [
    path("incidents/", known.listing, name="portal-incidents"),
    path("incidents/<int:number>/", known.incident, name="portal-incident"),
    path("incidents/<int:number>/follow/", known.follow, name="portal-follow"),
    path("maintenance/", maintenance.listing, name="portal-maintenances"),
    path("maintenance/<int:number>/", maintenance.maintenance, name="portal-maintenance"),
    path("maintenance/<str:feed>.ics", maintenance.calendar, name="portal-maintenance-calendar"),
]
