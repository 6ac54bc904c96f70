"""`/portal/`: where clients' contacts ask for help and follow it."""

from django.urls import path

from tickets.views.portal import (
    addendum,
    agreement,
    clocks,
    contest,
    files,
    home,
    new_ticket,
    notifications,
    ticket,
    verbs,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("agreement/<int:version_id>/", agreement.version, name="agreement_version"),
    path("agreement/<int:version_id>/calendars/<slug:calendar>/", agreement.calendar, name="calendar"),
    path("addendum/", addendum.addendum, name="addendum"),
    path("addendum.pdf", addendum.pdf, name="addendum-pdf"),
    path("addendum/<int:subscription_id>/<int:version_number>/", addendum.addendum, name="addendum-version"),
    path("addendum/<int:subscription_id>/<int:version_number>.pdf", addendum.pdf, name="addendum-version-pdf"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("tickets/new/", new_ticket.new, name="new"),
    path("tickets/new/promise/", new_ticket.promise, name="promise"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/reply/", verbs.reply, name="reply"),
    path("tickets/<int:number>/solved/", verbs.solved, name="solved"),
    path("tickets/<int:number>/reopen/", verbs.reopen, name="reopen"),
    path("tickets/<int:number>/workaround/withdrawal/", verbs.workaround_withdrawal, name="workaround_withdrawal"),
    path("tickets/<int:number>/clocks/<slug:metric>/<int:cycle>/", clocks.why, name="why"),
    path("tickets/<int:number>/pauses/<int:pause>/contest/", contest.contest, name="contest"),
    path("tickets/<int:number>/files/<int:attachment_id>/", files.download, name="file"),
]
