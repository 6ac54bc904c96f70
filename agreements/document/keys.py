"""How parts of a document name each other, and the ordered collections that find a part by its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, SupportsIndex, TypeVar, overload

from agreements.document.errors import shortened


@dataclass(frozen=True)
class Reference:
    """Marks a text that must be the key of another part of the document; `kind` says of which, in words."""

    kind: str


@dataclass(frozen=True)
class Format:
    """How a text is written: what people call such a text, the pattern it matches, examples, and what it is.

    `refusal` follows a text that is none. `parse` makes a value of a text, where it is more than one, and raises
    ValueError with a sentence for the person who wrote it. `help` is for plain texts: a quantity's class says what it
    is.
    """

    title: str
    pattern: str
    examples: tuple[str, ...] = ()
    refusal: str = ""
    longest: int = 80
    help: str = ""
    parse: Callable[[str], Any] | None = None

    def match(self, text: str) -> re.Match[str]:
        """The text by the groups of the pattern. ValueError, in a sentence, where it is written in another way."""
        found = re.fullmatch(self.pattern, text)
        if found is None:
            raise ValueError(f"“{shortened(text)}” {self.refusal or f'does not fit here. {self.help}'}")
        return found


_KEY_HELP = "A short name for references: lower-case letters, digits and underscores, starting with a letter."
_CLAUSE_HELP = "The number of a clause, as listed under clauses: letters, digits, dots and hyphens."
Key = Annotated[str, Format("key", "^[a-z][a-z0-9_]{0,39}$", longest=40, help=_KEY_HELP)]
ClauseNumber = Annotated[str, Format("clause", "^[A-Za-z0-9][A-Za-z0-9.-]{0,15}$", longest=16, help=_CLAUSE_HELP)]
ClauseId = Annotated[ClauseNumber, Reference("clause")]

# What the key of a part of each kind is: `keys.Plan` names a plan.
Calendar = Annotated[Key, Reference("calendar")]
Scheme = Annotated[Key, Reference("scheme")]
Level = Annotated[Key, Reference("level")]
IncidentLevel = Annotated[Key, Reference("incident level")]
RequestType = Annotated[Key, Reference("request type")]
Plan = Annotated[Key, Reference("plan")]
Metric = Annotated[Key, Reference("metric")]
Category = Annotated[Key, Reference("category")]
Product = Annotated[Key, Reference("product")]
Channel = Annotated[Key, Reference("channel")]
Topic = Annotated[Key, Reference("topic")]
Role = Annotated[Key, Reference("contact role")]


#: The section whose parts a key names, where it is always one and the same.
SECTION_OF = {
    "clause": "clauses", "scheme": "schemes", "request type": "request_types", "plan": "plans", "metric": "metrics",
    "category": "categories", "product": "products", "channel": "channels", "topic": "topics",
}  # fmt: skip


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Catalogue(tuple[T, ...]):
    """Parts in the order of the file, found by position or by key: `plans["gold"]`, `"gold" in plans`, `plans[0]`."""

    _by_key: dict[str, T]

    def __new__(cls, parts: Iterable[T] = ()) -> Catalogue[T]:
        catalogue = super().__new__(cls, tuple(parts))
        catalogue._by_key = {part.key: part for part in catalogue}
        return catalogue

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(part.key for part in self)

    def get(self, key: str | None) -> T | None:
        """The part with this key, or None."""
        return self._by_key.get(key or "")

    def name_of(self, key: str, otherwise: str | None = None) -> str:
        """The name of the part with this key; where there is none, `otherwise` or the key itself."""
        part: Any = self.get(key)
        return part.name if part else key if otherwise is None else otherwise

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
                return self._by_key[key]
            except KeyError:
                raise KeyError(f"There is no “{key}” among {', '.join(self.keys) or 'nothing'}") from None
        return super().__getitem__(key)


#: What a part that the file leaves out defaults to. Immutable, so one serves all.
EMPTY: Catalogue[Any] = Catalogue()
