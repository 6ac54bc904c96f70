"""Settings: two versions of an agreement side by side, and choosing which two."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreements.comparison import compare
from agreements.models import AgreementVersion
from shell.entry import LARGEST_ID, id_of
from tenants.doors import settings_view


@settings_view
def comparison(request: Any, old_id: int = 0, new_id: int = 0) -> HttpResponse:
    """What `new` says differently from `old`; `?show=client` leaves out what has no effect on the client.

    Two selects name them as `old=` and `new=`.
    """
    old, new = _both(old_id or id_of(request.GET.get("old", "")), new_id or id_of(request.GET.get("new", "")))
    today = timezone.localdate()
    everything = compare(old.document, new.document, on=today)
    for_client = request.GET.get("show") == "client"
    context = {
        "old": old,
        "new": new,
        "versions": AgreementVersion.objects.filter(agreement=new.agreement_id).defer("source"),
        "everything": everything,
        "comparison": everything.for_client() if for_client else everything,
        "for_client": for_client,
        "years": f"{today.year} and {today.year + 1}",
    }
    return render(request, "agreements/compare.html", context)


def _both(old_id: int, new_id: int) -> tuple[AgreementVersion, AgreementVersion]:
    """Two versions of one agreement. Raises Http404 for anything else."""
    ids = {number for number in (old_id, new_id) if number <= LARGEST_ID}
    found = AgreementVersion.objects.select_related("agreement").defer("source").in_bulk(ids)
    old, new = found.get(old_id), found.get(new_id)
    if old is None or new is None or old.agreement_id != new.agreement_id:
        raise Http404("There are no such two versions of one agreement.")
    return old, new
