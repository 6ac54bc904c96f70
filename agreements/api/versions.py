"""Agreements and their versions: reading, comparing, drafting, reviewing and publishing, for members.

To a contact these do not exist; the portal shows them what they are under. Members who do not manage the settings see
what is published.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements import actions
from agreements.api import shapes
from agreements.api.texts import DATE, FILE, PARSERS, YAML, DraftIn, TextIn, requests, text_of
from agreements.document import DocumentErrors, load
from agreements.document.comparison import compare
from agreements.governing import versions_governing
from agreements.models import Agreement, AgreementVersion
from shell.api.shapes import JSON, LARGEST_ID, PROBLEMS, Body, body_of
from tenants.api.access import AnyMember, OwnersOnly

WITH = OpenApiParameter(
    "with", OpenApiTypes.INT, description="The number of the other version; the one before if left out."
)
_PEOPLE = ("changed_by", "approved_by", "published_by")


def _visible(request: Any) -> Any:
    versions = AgreementVersion.objects.select_related("agreement", *_PEOPLE).defer("source")
    return versions if request._request.member.manages_settings else versions.published()


def _version(request: Any, agreement: str, number: int) -> AgreementVersion:
    found = None
    if number <= LARGEST_ID >> 32:
        found = _visible(request).filter(agreement__key=agreement, number=number).first()
    if found is None:
        raise Http404("There is no such version.")
    return found


class AgreementList(APIView):
    """The workspace's agreements, by name."""

    permission_classes = [AnyMember]

    @extend_schema(operation_id="agreements_list", responses={(200, JSON): shapes.AgreementOut(many=True), **PROBLEMS})
    def get(self, request: Any) -> Response:
        in_force = {version.agreement_id: version.number for version in versions_governing(at=timezone.now())}
        found = Agreement.objects.filter(pk__in=_visible(request).values("agreement"))
        rows = [{"key": each.key, "name": each.name, "in_force": in_force.get(each.pk)} for each in found]
        return Response(shapes.AgreementOut(rows, many=True).data)


class VersionList(APIView):
    """The versions of one agreement, newest first."""

    permission_classes = [AnyMember]

    @extend_schema(
        operation_id="agreement_versions_list", responses={(200, JSON): shapes.VersionOut(many=True), **PROBLEMS}
    )
    def get(self, request: Any, agreement: str) -> Response:
        found = list(_visible(request).filter(agreement__key=agreement))
        if not found:
            raise Http404("There is no such agreement.")
        return Response(shapes.VersionOut(found, many=True).data)


class VersionDetail(APIView):
    """One version, with everything it says as plain values."""

    permission_classes = [AnyMember]

    @extend_schema(operation_id="agreement_versions_read", responses={(200, JSON): shapes.DocumentOut, **PROBLEMS})
    def get(self, request: Any, agreement: str, version: int) -> Response:
        return Response(shapes.DocumentOut(_version(request, agreement, version)).data)


class VersionSource(APIView):
    """The YAML of a version, exactly as it was loaded."""

    permission_classes = [AnyMember]

    @extend_schema(operation_id="agreement_versions_source", responses={(200, YAML): OpenApiTypes.STR, **PROBLEMS})
    def get(self, request: Any, agreement: str, version: int) -> HttpResponse:
        found = _version(request, agreement, version)
        response = HttpResponse(found.source, content_type=f"{YAML}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{agreement}-{found.number}.yaml"'
        return response


class VersionComparison(APIView):
    """What a version says differently from the version before it, or from the one that `with` names."""

    permission_classes = [AnyMember]

    @extend_schema(
        operation_id="agreement_versions_compare",
        parameters=[WITH],
        responses={(200, JSON): shapes.ComparisonOut, **PROBLEMS},
    )
    def get(self, request: Any, agreement: str, version: int) -> Response:
        new = _version(request, agreement, version)
        old = _version(request, agreement, _other(request, new))
        year = timezone.localdate().year
        compared = compare(old.document, new.document, years=(year, year + 1))
        shown = {"old": old.number, "new": new.number, **compared.as_data()}
        return Response(shapes.ComparisonOut(shown).data)


def _other(request: Any, new: AgreementVersion) -> int:
    text = request.query_params.get("with", "")
    if not text:
        # Drafts that were thrown away, or that this member does not see, leave gaps.
        earlier = _visible(request).filter(agreement=new.agreement_id, number__lt=new.number)
        return earlier.aggregate(last=Max("number"))["last"] or 0
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Http404("There is no such version to compare with.")
    return int(text)


class VersionDrafts(APIView):
    """Save a text as the next version of the agreement whose key it carries; a new key starts an agreement."""

    permission_classes = [OwnersOnly]
    parser_classes = PARSERS

    @extend_schema(
        operation_id="agreement_versions_create",
        request=requests(DraftIn),
        parameters=[FILE, DATE],
        responses={(201, JSON): shapes.VersionOut, **PROBLEMS},
    )
    def post(self, request: Any) -> Response:
        text = text_of(request, DraftIn)
        made = actions.save_draft(**{"effective_from": None, **text}, by=request.user, now=timezone.now())
        address = f"/api/v1/agreements/{made.agreement.key}/versions/{made.number}/"
        return Response(shapes.VersionOut(made).data, status=status.HTTP_201_CREATED, headers={"Location": address})


class Validation(APIView):
    """What is wrong with a text, without keeping it."""

    permission_classes = [AnyMember]
    parser_classes = PARSERS

    @extend_schema(
        operation_id="agreement_validate",
        request=requests(TextIn),
        parameters=[FILE],
        responses={(200, JSON): shapes.ValidationOut, **PROBLEMS},
    )
    def post(self, request: Any) -> Response:
        found: dict[str, Any] = {"key": None, "problems": ()}
        try:
            text = text_of(request, TextIn)
            found["key"] = load(text["source"], name=text["name"]).key
        except actions.UnusableDocumentError as refusal:
            found["problems"] = refusal.problems
        except DocumentErrors as errors:
            found["problems"] = errors.errors
        return Response(shapes.ValidationOut(found).data)


class _Verb(APIView):
    """Something done to a version; answers with the version as it then is."""

    permission_classes = [OwnersOnly]
    verb: Callable[..., Any]
    body: type[Body] | None = None

    def post(self, request: Any, agreement: str, version: int) -> Response:
        found = _version(request, agreement, version)
        given = body_of(self.body, request) if self.body else {}
        self.verb(version_id=found.pk, by=request.user, now=timezone.now(), **given)
        return Response(shapes.VersionOut(_version(request, agreement, version)).data)


def _verb(operation: str, body: type[Body] | None = None) -> Callable[[type[_Verb]], type[_Verb]]:
    """Says the verb in the OpenAPI document."""
    said = extend_schema(
        operation_id=f"agreement_versions_{operation}",
        request=body,
        responses={(200, JSON): shapes.VersionOut, **PROBLEMS},
    )

    def taking(view: type[_Verb]) -> type[_Verb]:
        view.body = body
        return extend_schema_view(post=said)(view)

    return taking


@_verb("ask_for_review")
class Review(_Verb):
    """Ask the other owners to read a draft."""

    verb = staticmethod(actions.ask_for_review)


@_verb("approve", shapes.ApprovalIn)
class Approval(_Verb):
    """Approve a draft that is in review."""

    verb = staticmethod(actions.approve_version)


@_verb("send_back", shapes.ReturnIn)
class Return(_Verb):
    """Give a draft in review back to its author, with the reason."""

    verb = staticmethod(actions.send_back)


@_verb("publish", shapes.PublicationIn)
class Publication(_Verb):
    """Put an approved version in force from its date on; `applies_to` says whether open tickets come under it too."""

    verb = staticmethod(actions.publish_version)
