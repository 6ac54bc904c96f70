"""`/reports/`: for members who read reports."""

from django.urls import path

from reports.views import attained

app_name = "reports"
urlpatterns = [
    path("", attained.attained, name="attained"),
    path("attainment.csv", attained.attained_csv, name="attained_csv"),
    path("missed/", attained.missed, name="missed"),
    path("missed.csv", attained.missed_csv, name="missed_csv"),
]
