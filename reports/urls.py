"""`/reports/`: for members who read reports."""

from django.urls import path

from reports.views import quarters, whatif

app_name = "reports"
urlpatterns = [
    path("", quarters.attained, name="attained"),
    path("attainment.csv", quarters.attained_csv, name="attained_csv"),
    path("missed/", quarters.missed, name="missed"),
    path("missed.csv", quarters.missed_csv, name="missed_csv"),
    path("what-if/", whatif.questions, name="what_ifs"),
    path("what-if/new/", whatif.new, name="what_if_new"),
    path("what-if/<int:what_if_id>/", whatif.question, name="what_if"),
    path("what-if/<int:what_if_id>/cancel/", whatif.cancel, name="what_if_cancel"),
    path("what-if/<int:what_if_id>/keep/", whatif.keep, name="what_if_keep"),
    path("what-if/<int:what_if_id>/discard/", whatif.discard, name="what_if_discard"),
    path("what-if/<int:what_if_id>/tickets/", whatif.tickets, name="what_if_tickets"),
    path("what-if/<int:what_if_id>/tickets.csv", whatif.tickets_csv, name="what_if_tickets_csv"),
    path("what-if/<int:what_if_id>/result.csv", whatif.result_csv, name="what_if_csv"),
]
