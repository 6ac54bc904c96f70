"""`/desk/`: where agents work."""

from django.urls import path

from tickets.views.desk import acting, agreement, clients, clocks, contest, files, filing, merging, queue, reading

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("changes/", queue.changes, name="changes"),
    path("bulk/", queue.bulk, name="bulk"),
    path("tickets/new/", filing.new, name="new"),
    path("tickets/new/levels/", filing.levels, name="new_levels"),
    path("tickets/<int:number>/", reading.ticket, name="ticket"),
    path("tickets/<int:number>/changes/", reading.changes, name="ticket_changes"),
    path("tickets/<int:number>/answer/", acting.answer, name="answer"),
    path("tickets/<int:number>/assign/", acting.assign, name="assign"),
    path("tickets/<int:number>/status/", acting.status, name="status"),
    path("tickets/<int:number>/reopen/", acting.reopen, name="reopen"),
    path("tickets/<int:number>/hold/", acting.hold, name="hold"),
    path("tickets/<int:number>/workaround/", acting.workaround, name="workaround"),
    path("tickets/<int:number>/workaround/withdrawal/", acting.workaround_withdrawal, name="workaround_withdrawal"),
    path("tickets/<int:number>/merge/", merging.merge, name="merge"),
    path("tickets/<int:number>/reclassify/", acting.reclassify, name="reclassify"),
    path("tickets/<int:number>/scope/", acting.scope, name="scope"),
    path("tickets/<int:number>/clocks/<slug:metric>/<int:cycle>/", clocks.why, name="why"),
    path("tickets/<int:number>/contests/<int:contest_id>/", contest.contest, name="contest"),
    path("tickets/<int:number>/files/<int:attachment_id>/", files.download, name="file"),
    path("agreement/", agreement.agreements, name="agreements"),
    path("agreement/<int:version_id>/", agreement.agreement, name="agreement"),
    path("agreement/<int:version_id>/calendars/<slug:calendar>/", agreement.calendar, name="calendar"),
    path("clients/", clients.listing, name="clients"),
    path("clients/<int:client_id>/", clients.client, name="client"),
]
