"""`/settings/news/`: what the tenant writes for its subscribers."""

from django.urls import path

from statuspage.views import news

urlpatterns = [
    path("", news.posts, name="settings-news"),
    path("new/", news.post, name="settings-news-new"),
    path("<int:news_id>/", news.post, name="settings-news-post"),
    path("<int:news_id>/publish", news.publish, name="settings-news-publish"),
    path("<int:news_id>/discard", news.discard, name="settings-news-discard"),
]
