"""Pages of long lists by keyset: each costs the same however far on it lies, and rows that tie come exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

CURSOR = "cursor"
SIZE = 50
_AFTER, _BEFORE = "after", "before"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows in order, and the neighbours' addresses ("" where there is none), as `_pagination.html` reads them."""

    rows: Sequence[Any]
    previous_url: str
    next_url: str


def page_of(rows: QuerySet[Any], *, order: str, query: QueryDict, size: int = SIZE) -> Page:
    """The page of `rows` that `query` (a request's GET) asks for, in one query.

    `order` is `pk`, or fields that hold numbers or instants, with commas between: rows that are alike come in the order
    of their keys. A minus turns all of it round. The neighbours' addresses keep the rest of `query`. A cursor that
    cannot be read gives the first page.
    """
    fields, descending = _fields(order), order.startswith("-")
    direction, values = _read(query.get(CURSOR, ""), rows, fields) or ("", [])
    back = direction == _BEFORE
    if direction:
        beyond = LessThan if descending != back else GreaterThan
        rows = rows.filter(beyond(_Row(*map(F, fields)), _Row(*map(Value, values))))
    sign = "-" if descending != back else ""
    found = list(rows.order_by(*(f"{sign}{field}" for field in fields))[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_previous, has_next = (more, True) if back else (bool(direction), more)
    return Page(
        rows=found,
        previous_url=_url(query, _BEFORE, found[0], fields) if found and has_previous else "",
        next_url=_url(query, _AFTER, found[-1], fields) if found and has_next else "",
    )


class KeysetPagination(CursorPagination):
    """The same pages for programs; the framework's own never come to the end of a list in which a thousand rows tie.

    Raises NotFound for a cursor that cannot be read: a program that got the first page again would read for ever.
    """

    page_size = SIZE
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: str

    def order_of(self, request: Any) -> str:
        return self.ordering

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        order, cursor = self.order_of(request), request.query_params.get(CURSOR)
        if cursor and _read(cursor, queryset, _fields(order)) is None:
            raise NotFound(self.invalid_cursor_message)
        self.found = page_of(
            queryset, order=order, query=request.query_params, size=self.get_page_size(request) or SIZE
        )
        self.absolute = request.build_absolute_uri
        return list(self.found.rows)

    def get_previous_link(self) -> str | None:
        return self.absolute(self.found.previous_url) if self.found.previous_url else None

    def get_next_link(self) -> str | None:
        return self.absolute(self.found.next_url) if self.found.next_url else None


class _Row(Func):
    """`ROW(a, b)`: compared as a whole, so that one probe of an index finds where a page begins."""

    function = "ROW"
    output_field = TextField()


def _fields(order: str) -> list[str]:
    return list(dict.fromkeys([*order.removeprefix("-").split(","), "pk"]))


def _read(cursor: str, rows: QuerySet[Any], fields: list[str]) -> tuple[str, list[datetime | int]] | None:
    """Its direction and the values of the row that it leads past: `after~2026-03-03T09:00:00+00:00~17`, `before~17`."""
    direction, *stamps = cursor.split("~")
    if direction not in (_AFTER, _BEFORE) or len(stamps) != len(fields):
        return None
    try:
        return direction, [_value(stamp, rows, field) for stamp, field in zip(stamps, fields, strict=True)]
    except (ValueError, OverflowError):
        return None


def _value(stamp: str, rows: QuerySet[Any], field: str) -> datetime | int:
    """Raises ValueError and OverflowError for what the field cannot hold."""
    if isinstance(F(field).resolve_expression(rows.query).output_field, IntegerField):
        if not stamp.isdecimal() or len(stamp) > 18:
            raise ValueError(stamp)
        return int(stamp)
    instant = datetime.fromisoformat(stamp)
    if instant.tzinfo is None:
        raise ValueError(stamp)
    # The database knows fewer offsets than Python does.
    return instant.astimezone(UTC)


def _url(query: QueryDict, direction: str, row: Any, fields: list[str]) -> str:
    values = [getattr(row, field) for field in fields]
    query = query.copy()
    query[CURSOR] = "~".join(
        [direction, *(value.isoformat() if isinstance(value, datetime) else str(value) for value in values)]
    )
    return f"?{query.urlencode()}"
