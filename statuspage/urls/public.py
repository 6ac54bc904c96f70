"""`/status/`: open to everybody, or as the tenant sets to its clients and colleagues."""

from django.urls import path

from statuspage.views import programs, public, subscriptions

app_name = "statuspage"
urlpatterns = [
    path("", public.status, name="status"),
    path("history/", public.history, name="history"),
    path("history/<int:year>/<int:month>/", public.history, name="history_month"),
    path("incidents/<int:number>/", public.incident, name="incident"),
    path("maintenance/<int:number>/", public.one_maintenance, name="maintenance"),
    path("news/", public.news, name="news"),
    path("news/<int:news_id>/", public.news_post, name="news_post"),
    path("status.json", programs.status_json, name="json"),
    path("badge.svg", programs.badge, name="badge"),
    path("maintenance.ics", programs.calendar, name="calendar"),
    path("feeds/<slug:kind>.<slug:form>", programs.feed, name="feed"),
    path("feeds/<slug:kind>/<slug:service>.<slug:form>", programs.feed, name="feed_of_service"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/<str:confirm_token>/", subscriptions.confirm, name="confirm"),
    path("subscriptions/<str:manage_token>/", subscriptions.manage, name="subscriptions"),
]
