"""`/portal/`: where clients' contacts ask for help and follow it."""

from django.urls import path

from tickets.views.portal import (
    acting,
    addendum,
    agreement,
    clocks,
    contest,
    files,
    filing,
    home,
    notifications,
    reading,
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
    path("tickets/new/", filing.new, name="new"),
    path("tickets/new/promise/", filing.promise, name="promise"),
    path("tickets/<int:number>/", reading.ticket, name="ticket"),
    path("tickets/<int:number>/reply/", acting.reply, name="reply"),
    path("tickets/<int:number>/solved/", acting.solved, name="solved"),
    path("tickets/<int:number>/reopen/", acting.reopen, name="reopen"),
    path("tickets/<int:number>/workaround/withdrawal/", acting.workaround_withdrawal, name="workaround_withdrawal"),
    path("tickets/<int:number>/clocks/<slug:metric>/<int:cycle>/", clocks.why, name="why"),
    path("tickets/<int:number>/pauses/<int:pause>/contest/", contest.contest, name="contest"),
    path("tickets/<int:number>/files/<int:attachment_id>/", files.download, name="file"),
]
