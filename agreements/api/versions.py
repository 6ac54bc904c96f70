"""Agreements and their versions: reading, comparing, drafting, reviewing and publishing, for members.

To a contact these do not exist; the portal shows them what they are under. Members who do not manage the settings see
what is published.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements import actions
from agreements.api import shapes
from agreements.api.texts import DATE, FILE, PARSERS, YAML, DraftIn, TextIn, requests, text_of
from agreements.comparison import compare
from agreements.document import DocumentErrors, load
from agreements.governing import versions_governing
from agreements.models import Agreement, AgreementVersion
from shell.api.operations import Verb, operation, verb
from shell.entry import LARGEST_ID, id_of
from tenants.api.access import AnyMember, OwnersOnly

WITH = OpenApiParameter(
    "with", OpenApiTypes.INT, description="The number of the other version; the one before if left out."
)
_PEOPLE = ("changed_by", "approved_by", "published_by")


def _visible(request: Any) -> Any:
    versions = AgreementVersion.objects.select_related("agreement", *_PEOPLE).defer("source")
    return versions if request._request.member.manages_settings else versions.published()


def version_or_404(request: Any, agreement: str, version: int) -> AgreementVersion:
    found = None
    if version <= LARGEST_ID >> 32:
        found = _visible(request).filter(agreement__key=agreement, number=version).first()
    if found is None:
        raise Http404("There is no such version.")
    return found


class AgreementList(APIView):
    """The workspace's agreements, by name."""

    permission_classes = [AnyMember]

    @operation("agreements_list", shapes.AgreementOut(many=True))
    def get(self, request: Any) -> Response:
        in_force = {version.agreement_id: version.number for version in versions_governing(at=timezone.now())}
        found = Agreement.objects.filter(pk__in=_visible(request).values("agreement"))
        rows = [{"key": each.key, "name": each.name, "in_force": in_force.get(each.pk)} for each in found]
        return Response(shapes.AgreementOut(rows, many=True).data)


class VersionList(APIView):
    """The versions of one agreement, newest first."""

    permission_classes = [AnyMember]

    @operation("agreement_versions_list", shapes.VersionOut(many=True))
    def get(self, request: Any, agreement: str) -> Response:
        found = list(_visible(request).filter(agreement__key=agreement))
        if not found:
            raise Http404("There is no such agreement.")
        return Response(shapes.VersionOut(found, many=True).data)


class VersionDetail(APIView):
    """One version, with everything it says as plain values."""

    permission_classes = [AnyMember]

    @operation("agreement_versions_read", shapes.DocumentOut)
    def get(self, request: Any, agreement: str, version: int) -> Response:
        return Response(shapes.DocumentOut(version_or_404(request, agreement, version)).data)


class VersionSource(APIView):
    """The YAML of a version, exactly as it was loaded."""

    permission_classes = [AnyMember]

    @operation("agreement_versions_source", OpenApiTypes.STR, media_type=YAML)
    def get(self, request: Any, agreement: str, version: int) -> HttpResponse:
        found = version_or_404(request, agreement, version)
        response = HttpResponse(found.source, content_type=f"{YAML}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{agreement}-{found.number}.yaml"'
        return response


class VersionComparison(APIView):
    """What a version says differently from the version before it, or from the one that `with` names."""

    permission_classes = [AnyMember]

    @operation("agreement_versions_compare", shapes.ComparisonOut, parameters=[WITH])
    def get(self, request: Any, agreement: str, version: int) -> Response:
        new = version_or_404(request, agreement, version)
        old = version_or_404(request, agreement, _other(request, new))
        compared = compare(old.document, new.document, on=timezone.localdate())
        shown = {"old": old.number, "new": new.number, **compared.as_data()}
        return Response(shapes.ComparisonOut(shown).data)


def _other(request: Any, new: AgreementVersion) -> int:
    text = request.query_params.get("with", "")
    if not text:
        # Drafts that were thrown away, or that this member does not see, leave gaps.
        earlier = _visible(request).filter(agreement=new.agreement_id, number__lt=new.number)
        return earlier.aggregate(last=Max("number"))["last"] or 0
    return id_of(text)


class VersionDrafts(APIView):
    """Save a text as the next version of the agreement whose key it carries; a new key starts an agreement."""

    permission_classes = [OwnersOnly]
    parser_classes = PARSERS

    @operation(
        "agreement_versions_create",
        shapes.VersionOut,
        status=status.HTTP_201_CREATED,
        request=requests(DraftIn),
        parameters=[FILE, DATE],
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

    @operation("agreement_validate", shapes.ValidationOut, request=requests(TextIn), parameters=[FILE])
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


class VersionVerb(Verb):
    """Something done to a version; answers with the version as it then is."""

    permission_classes = [OwnersOnly]
    gives = shapes.VersionOut

    def about(self) -> dict[str, Any]:
        return {"version_id": self.found().pk, "by": self.request.user}

    def found(self) -> AgreementVersion:
        return version_or_404(self.request, **self.kwargs)


@verb("agreement_versions_ask_for_review", actions.ask_for_review)
class Review(VersionVerb):
    """Ask the other owners to read a draft."""


@verb("agreement_versions_approve", actions.approve_version, shapes.ApprovalIn)
class Approval(VersionVerb):
    """Approve a draft that is in review."""


@verb("agreement_versions_send_back", actions.send_back, shapes.ReturnIn)
class Return(VersionVerb):
    """Give a draft in review back to its author, with the reason."""


@verb("agreement_versions_publish", actions.publish_version, shapes.PublicationIn)
class Publication(VersionVerb):
    """Put an approved version in force from its date on; `applies_to` says whether open tickets come under it too."""
