"""`/portal/`: what clients' contacts read of incidents and maintenance."""

from __future__ import annotations

from django.urls import path

from incidents.views.portal import maintenance

urlpatterns = [
    path("maintenance/", maintenance.listing, name="portal-maintenances"),
    path("maintenance/<int:number>/", maintenance.maintenance, name="portal-maintenance"),
    path("maintenance/<str:feed>.ics", maintenance.calendar, name="portal-maintenance-calendar"),
]
