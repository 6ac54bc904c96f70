"""`/desk/`: where agents work."""

from django.urls import path

from tickets.views.desk import agreement, call, clients, clocks, contest, files, merge, new_ticket, queue, ticket, verbs

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("changes/", queue.changes, name="changes"),
    path("bulk/", queue.bulk, name="bulk"),
    path("tickets/new/", new_ticket.new, name="new"),
    path("tickets/new/levels/", new_ticket.levels, name="new_levels"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/changes/", ticket.changes, name="ticket_changes"),
    path("tickets/<int:number>/answer/", verbs.answer, name="answer"),
    path("tickets/<int:number>/assign/", verbs.assign, name="assign"),
    path("tickets/<int:number>/status/", verbs.status, name="status"),
    path("tickets/<int:number>/reopen/", verbs.reopen, name="reopen"),
    path("tickets/<int:number>/hold/", verbs.hold, name="hold"),
    path("tickets/<int:number>/workaround/", verbs.workaround, name="workaround"),
    path("tickets/<int:number>/workaround/withdrawal/", verbs.workaround_withdrawal, name="workaround_withdrawal"),
    path("tickets/<int:number>/call/", call.call, name="call"),
    path("tickets/<int:number>/merge/", merge.merge, name="merge"),
    path("tickets/<int:number>/reclassify/", verbs.reclassify, name="reclassify"),
    path("tickets/<int:number>/scope/", verbs.scope, name="scope"),
    path("tickets/<int:number>/clocks/<slug:metric>/<int:cycle>/", clocks.why, name="why"),
    path("tickets/<int:number>/contests/<int:contest_id>/", contest.contest, name="contest"),
    path("tickets/<int:number>/files/<int:attachment_id>/", files.download, name="file"),
    path("agreement/", agreement.agreements, name="agreements"),
    path("agreement/<int:version_id>/", agreement.agreement, name="agreement"),
    path("agreement/<int:version_id>/calendars/<slug:calendar>/", agreement.calendar, name="calendar"),
    path("clients/", clients.listing, name="clients"),
    path("clients/<int:client_id>/", clients.client, name="client"),
]
