"""Pages of a list in the order of its ids, by keyset: a page costs the same however far on it lies."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from tenants.paging import Page

AFTER, BEFORE = "after", "before"


def by_id(rows: QuerySet[Any], *, query: QueryDict, size: int = 50) -> Page:
    """The page that `query` (a request's GET) asks for. A cursor that cannot be read gives the first page.

    `newer_url` leads to the page before, `older_url` to the one after; the rest of the query is kept.
    """
    back = BEFORE in query and AFTER not in query
    cursor = query.get(BEFORE if back else AFTER, "")
    known = cursor.isdecimal() and len(cursor) < 19
    back = back and known
    if known:
        rows = rows.filter(**{f"pk__{'lt' if back else 'gt'}": int(cursor)})
    found = list(rows.order_by("-pk" if back else "pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    before, after = (more, True) if back else (known, more)
    return Page(
        rows=found,
        newer_url=_url(query, BEFORE, found[0]) if found and before else "",
        older_url=_url(query, AFTER, found[-1]) if found and after else "",
    )


def _url(query: QueryDict, direction: str, row: Any) -> str:
    query = query.copy()
    for other in (AFTER, BEFORE):
        query.pop(other, None)
    query[direction] = str(row.pk)
    return f"?{query.urlencode()}"
