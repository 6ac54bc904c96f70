"""`/calendars/`: what calendar programs fetch."""

from django.urls import path

from incidents.views.public import calendars

urlpatterns = [
    path("on-call/<str:address>.ics", calendars.calendar, name="on-call-calendar"),
]
