"""The API against its own OpenAPI document: whatever is sent, the answer is one that the document describes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tenants.actions import create_api_token
from tenants.scope import tenant_scope
from tests import factories

EXAMPLES_EACH = 15
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(params=["agent", "contact"])
def api(request: Any, cast: SimpleNamespace, settings: Any) -> Any:
    """The document, and a token of somebody who may do much or little."""
    # A flood from one person is what this test is.
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"user": "100000/min"}}
    person = getattr(cast, request.param)
    with tenant_scope(cast.tenant):
        version = factories.agreement("identity")
        factories.subscription(cast.client, version, version.document.plans[0].key)
        _token, secret = create_api_token(user_id=person.user_id, name="fuzz", now=factories.EPOCH)
    headers = {"Host": f"{cast.tenant.slug}.localhost", "Authorization": f"Bearer {secret}"}
    # The test's transaction is on this connection, so a request must not close it; Django's test client does the same.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application(), headers=headers)
    schema.config.update(headers=headers)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_every_answer_is_one_the_document_describes(api: Any) -> None:
    operations = [result.ok() for result in api.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES_EACH,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def answers_as_described(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        answers_as_described()
