"""On-call calendars for calendar programs: no sign-in, the address is the permission."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from incidents.calendar_file import CONTENT_TYPE
from incidents.oncall.ical import calendar_at


@require_safe
def calendar(request: Any, address: str) -> HttpResponse:
    body = calendar_at(address, tenant=request.tenant, now=timezone.now())
    if body is None:
        raise Http404("No such calendar.")
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["ETag"] = f'"{sha256(body).hexdigest()}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
