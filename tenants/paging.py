"""Pages of long lists, newest first, by keyset: a page costs the same however far back it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

OLDER, NEWER = "older", "newer"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows, newest first, and the addresses of the neighbours ("" where there is none), as `_pagination.html` reads them."""

    rows: list[Any]
    newer_url: str
    older_url: str


def newest_first(rows: QuerySet[Any], *, at: str, query: QueryDict, size: int = 50) -> Page:
    """The page of `rows` that `query` (a request's GET) asks for, ordered by the instant in field `at`, then by id.

    The neighbours' addresses keep the rest of the query. A cursor that cannot be read gives the first page.
    """
    forward = NEWER in query and OLDER not in query
    cursor = _parse(query.get(NEWER if forward else OLDER, ""))
    if cursor is None:
        forward = False
    else:
        instant, pk = cursor
        compare = "gt" if forward else "lt"
        # The first condition is implied by the second; alone it is one that an index can start from.
        beyond = Q(**{f"{at}__{compare}": instant}) | Q(**{f"{at}": instant, f"pk__{compare}": pk})
        rows = rows.filter(beyond, **{f"{at}__{compare}e": instant})
    order = (at, "pk") if forward else (f"-{at}", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if forward:
        found.reverse()
    newer, older = (more, True) if forward else (cursor is not None, more)
    return Page(
        rows=found,
        newer_url=_url(query, NEWER, found[0], at) if found and newer else "",
        older_url=_url(query, OLDER, found[-1], at) if found and older else "",
    )


def _parse(text: str) -> tuple[datetime, int] | None:
    stamp, _, pk = text.partition("~")
    try:
        instant = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return (instant, int(pk)) if instant.tzinfo and pk.isdecimal() and len(pk) < 19 else None


def _url(query: QueryDict, direction: str, row: Any, at: str) -> str:
    query = query.copy()
    for other in (OLDER, NEWER):
        query.pop(other, None)
    query[direction] = f"{getattr(row, at).isoformat()}~{row.pk}"
    return f"?{query.urlencode()}"
