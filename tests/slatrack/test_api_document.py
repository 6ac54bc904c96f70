"""The OpenAPI document says what the API does: no two shapes of one name, no choice without a name of its own."""

from __future__ import annotations

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_the_document_is_valid_and_made_without_guessing() -> None:
    GENERATOR_STATS.reset()
    document = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(document)
    told = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert told == [], "Rename one of two shapes, or name the choices in ENUM_NAME_OVERRIDES."
    assert "/api/v1/tickets/" in document["paths"]
    assert "/api/v1/agreements/" in document["paths"]
