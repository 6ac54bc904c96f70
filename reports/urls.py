"""`/reports/`: for members who read reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.attained, name="attained"),
    path("attainment.csv", views.attained_csv, name="attained_csv"),
    path("missed/", views.missed, name="missed"),
    path("missed.csv", views.missed_csv, name="missed_csv"),
]
