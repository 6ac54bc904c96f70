"""`/api/v1/status/` and `/api/v1/news/`: what the status page says, for programs; writing news."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.views import APIView

from shell.api.operations import Verb, operation, verb
from shell.api.records import shape_of
from shell.api.shapes import Body, body_of
from shell.paging import KeysetPagination
from statuspage import actions
from statuspage.middleware import same_for_everybody
from statuspage.models import TITLE_MAX, NewsPost
from statuspage.state.overview import Overview, documents_at, may_read, overview
from tenants.api.access import NewsWriters


class NewsOut(serializers.ModelSerializer):
    """A system update, or an entry of the change log. `text` is Markdown; `products` are keys."""

    class Meta:
        model = NewsPost
        fields = ["id", "kind", "kind_name", "title", "text", "url", "products", "published_at"]

    kind_name = serializers.CharField(source="get_kind_display")
    text = serializers.CharField(source="body")
    url = serializers.CharField(source="path")
    products = serializers.ListField(child=serializers.CharField())
    published_at = serializers.DateTimeField()


OverviewOut = shape_of(Overview, "StatusOut", news=NewsOut(many=True))


class NewsIn(Body):
    """A draft. Nobody reads it before it is published."""

    kind = serializers.ChoiceField(choices=NewsPost.Kind.choices)
    title = serializers.CharField(max_length=TITLE_MAX)
    body = serializers.CharField(max_length=actions.BODY_MAX, help_text="Markdown.")
    products = serializers.ListField(
        child=serializers.SlugField(max_length=60), default=list, help_text="Keys of products; none: of everything."
    )


class NewsDraftOut(serializers.ModelSerializer):
    """News as its writers read it; `published_at` is null while it is a draft."""

    class Meta:
        model = NewsPost
        fields = ["id", "kind", "title", "body", "products", "written_at", "published_at"]


class MayRead(BasePermission):
    """Whoever may read the status page."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return may_read(request._request)


@extend_schema_view(get=operation("status", OverviewOut, auth=[{}]))
class StatusView(APIView):
    """How everything is, what goes on, what is planned, what is new. Open to everybody where the status page is."""

    permission_classes = [MayRead]

    def get(self, request: Any) -> Response:
        now = timezone.now()
        answer = Response(
            OverviewOut(overview(documents_at(now), now=now)).data, headers={"Access-Control-Allow-Origin": "*"}
        )
        if request._request.tenant.status_is_public:
            same_for_everybody(answer)
        return answer


class NewestPublished(KeysetPagination):
    ordering = "-published_at"


class NewsList(ListAPIView):
    """What was published, the newest first, for whoever may read the status page; writing a draft."""

    serializer_class = NewsOut
    pagination_class = NewestPublished
    queryset = NewsPost._base_manager.none()

    def get_permissions(self) -> list[BasePermission]:
        return [NewsWriters()] if self.request.method == "POST" else [MayRead()]

    def get_queryset(self) -> Any:
        return NewsPost.objects.published()

    @operation("news_list", NewsOut(many=True))
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @operation("news_create", NewsDraftOut, status=201, request=NewsIn)
    def post(self, request: Any) -> Response:
        """Write a draft; publishing it is a step of its own."""
        post = actions.write_news(**body_of(NewsIn, request), by=request.user, now=timezone.now())
        return Response(NewsDraftOut(post).data, status=201)


class _OnePost(Verb):
    permission_classes = [NewsWriters]
    gives = NewsDraftOut

    def about(self) -> dict[str, Any]:
        return {"news_id": self.found().pk, "by": self.request.user}

    def found(self) -> NewsPost:
        post = NewsPost.objects.filter(pk=self.kwargs["news_id"]).first()
        if post is None:
            raise Http404("There is no such news.")
        return post


@verb("news_publish", actions.publish_news)
class NewsPublication(_OnePost):
    """Put a draft on the status page and mail its subscribers, once. What is published stays as it is."""
