"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from tickets.api import clocks, impact, verbs, views, whatif

urlpatterns = [
    path(
        "agreements/<slug:agreement>/versions/<int:version>/impact/",
        impact.VersionImpact.as_view(),
        name="api-agreement-impact",
    ),
    path("me/", views.Me.as_view(), name="api-me"),
    path("promises/", views.Promises.as_view(), name="api-promises"),
    path("tickets/", views.TicketList.as_view(), name="api-tickets"),
    path("tickets/<int:number>/", views.TicketDetail.as_view(), name="api-ticket"),
    path("tickets/<int:number>/messages/", views.MessageList.as_view(), name="api-messages"),
    path(
        "tickets/<int:number>/attachments/<int:attachment>/", views.AttachmentDownload.as_view(), name="api-attachment"
    ),
    path("tickets/<int:number>/events/", views.EventList.as_view(), name="api-events"),
    path(
        "tickets/<int:number>/clocks/<slug:metric>/<int:cycle>/explanation/",
        clocks.ClockExplanation.as_view(),
        name="api-explanation",
    ),
    path("tickets/<int:number>/pauses/<int:pause>/contest/", clocks.PauseContesting.as_view(), name="api-contest"),
    path("contests/<int:contest_id>/answer/", clocks.ContestAnswering.as_view(), name="api-contest-answer"),
    path("tickets/<int:number>/status/", verbs.StatusChange.as_view(), name="api-status"),
    path("tickets/<int:number>/reopen/", verbs.Reopening.as_view(), name="api-reopen"),
    path("tickets/<int:number>/assignment/", verbs.Assignment.as_view(), name="api-assignment"),
    path("tickets/<int:number>/classification/", verbs.Classification.as_view(), name="api-classification"),
    path("tickets/<int:number>/scope/", verbs.ScopeChange.as_view(), name="api-scope"),
    path("tickets/<int:number>/workaround/", verbs.Workaround.as_view(), name="api-workaround"),
    path(
        "tickets/<int:number>/workaround/withdrawal/",
        verbs.WorkaroundWithdrawal.as_view(),
        name="api-workaround-withdrawal",
    ),
    path("tickets/<int:number>/calls/", verbs.CallLogging.as_view(), name="api-calls"),
    path("tickets/<int:number>/merge/", verbs.Merging.as_view(), name="api-merge"),
    path("what-ifs/", whatif.WhatIfList.as_view(), name="api-what-ifs"),
    path("what-ifs/<int:what_if_id>/", whatif.WhatIfDetail.as_view(), name="api-what-if"),
    path("what-ifs/<int:what_if_id>/tickets/", whatif.WhatIfTickets.as_view(), name="api-what-if-tickets"),
    path("what-ifs/<int:what_if_id>/cancel/", whatif.WhatIfCancelling.as_view(), name="api-what-if-cancel"),
    path("what-ifs/<int:what_if_id>/keep/", whatif.WhatIfKeeping.as_view(), name="api-what-if-keep"),
]
