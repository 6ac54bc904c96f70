"""What the endpoints about agreements take and give. Shapes only: rules are in the actions."""

from __future__ import annotations

from rest_framework import serializers

from agreements.comparison import Change
from agreements.document import DocumentError
from agreements.models import VERSION_STATES, AgreementVersion
from shell.api.records import shape_of
from shell.api.shapes import Body


class AgreementOut(serializers.Serializer):
    """`in_force` is the number of the version that holds today; null before the first one does."""

    key = serializers.CharField()
    name = serializers.CharField()
    in_force = serializers.IntegerField(allow_null=True)


class VersionOut(serializers.ModelSerializer):
    """`state` is draft, in review, approved or published. People are named where they are known."""

    agreement = serializers.CharField(source="agreement.key")
    state = serializers.ChoiceField(choices=VERSION_STATES, read_only=True)
    changed_by = serializers.CharField(source="changed_by.name", default=None, allow_null=True)
    approved_by = serializers.CharField(source="approved_by.name", default=None, allow_null=True)
    published_by = serializers.CharField(source="published_by.name", default=None, allow_null=True)

    class Meta:
        model = AgreementVersion
        fields = [
            "agreement", "number", "label", "state", "effective_from", "digest", "created_at", "changed_by",
            "review_asked_at", "approved_at", "approved_by", "published_at", "published_by", "applies_to",
            "publish_reason",
        ]  # fmt: skip


class DocumentOut(VersionOut):
    """With `document`: the plain values of the text, as the published JSON Schema describes them."""

    document = serializers.DictField(source="document.data", read_only=True)

    class Meta(VersionOut.Meta):
        fields = [*VersionOut.Meta.fields, "document"]


class ValidationOut(serializers.Serializer):
    """Without problems the text is a usable agreement, and `key` is its short name."""

    key = serializers.CharField(allow_null=True)
    problems = shape_of(DocumentError, "ProblemInTextOut")(many=True)


class ClausesOut(serializers.Serializer):
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


DifferenceOut = shape_of(Change, "DifferenceOut", old_clause=None, new_clause=None, clauses=ClausesOut())


class CountsOut(serializers.Serializer):
    better = serializers.IntegerField()
    worse = serializers.IntegerField()
    unclear = serializers.IntegerField()
    neutral = serializers.IntegerField()


class ComparisonOut(serializers.Serializer):
    """What version `new` says differently from version `old`."""

    old = serializers.IntegerField()
    new = serializers.IntegerField()
    counts = CountsOut()
    changes = DifferenceOut(many=True)


class ApprovalIn(Body):
    digest = serializers.CharField(
        required=False, max_length=64, help_text="Of the text you read; refused if it changed."
    )


class ReturnIn(Body):
    reason = serializers.CharField(max_length=2000)


class PublicationIn(Body):
    applies_to = serializers.ChoiceField(choices=AgreementVersion.AppliesTo.choices, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
