"""How parts of a document name each other, and the ordered collections that find a part by its key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, SupportsIndex, TypeVar, overload


@dataclass(frozen=True)
class Reference:
    """Marks a text that must be the key of another part of the document; `kind` says of which, in words."""

    kind: str


ClauseId = Annotated[str, Reference("clause")]
CalendarKey = Annotated[str, Reference("calendar")]
SchemeKey = Annotated[str, Reference("scheme")]
LevelKey = Annotated[str, Reference("level")]
IncidentLevelKey = Annotated[str, Reference("incident level")]
RequestTypeKey = Annotated[str, Reference("request type")]
PlanKey = Annotated[str, Reference("plan")]
MetricKey = Annotated[str, Reference("metric")]
CategoryKey = Annotated[str, Reference("category")]
ProductKey = Annotated[str, Reference("product")]
ChannelKey = Annotated[str, Reference("channel")]
TopicKey = Annotated[str, Reference("topic")]
RoleKey = Annotated[str, Reference("contact role")]


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Catalogue(tuple[T, ...]):
    """Parts in the order of the file, found by position or by key: `plans["gold"]`, `"gold" in plans`, `plans[0]`."""

    def __new__(cls, parts: Iterable[T] = ()) -> Catalogue[T]:
        catalogue = super().__new__(cls, tuple(parts))
        catalogue._by_key = {part.key: part for part in catalogue}  # type: ignore[attr-defined]
        return catalogue

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(part.key for part in self)

    def get(self, key: str | None) -> T | None:
        """The part with this key, or None."""
        found: T | None = self._by_key.get(key)  # type: ignore[attr-defined]
        return found

    def __contains__(self, key: object) -> bool:
        return key in self.keys or tuple.__contains__(self, key)

    @overload
    def __getitem__(self, key: str) -> T: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[T, ...]: ...
    def __getitem__(self, key: Any) -> Any:
        """By key (raises KeyError naming what there is), position or slice."""
        if isinstance(key, str):
            try:
                return self._by_key[key]  # type: ignore[attr-defined]
            except KeyError:
                raise KeyError(f"There is no “{key}” among {', '.join(self.keys) or 'nothing'}") from None
        return super().__getitem__(key)


#: What a part that the file leaves out defaults to. Immutable, so one serves all.
EMPTY: Catalogue[Any] = Catalogue()
