"""Public holidays by country and region: as the library has them, and as a published version has them spelt out.

The library changes its mind between releases, about dates, names and whole countries; what was published does not.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import holidays as national

#: Holidays are spelt out for these years; promises outside them would count holidays as working days.
YEARS = range(2000, 2061)


@dataclass(frozen=True)
class PublicHolidays:
    """The closed days of a place by date, its name (`Germany (Berlin)`), and for which of `YEARS` they are known."""

    place: str
    days: Mapping[date, str]
    known_years: range


#: What is known where no country is named.
NO_HOLIDAYS = PublicHolidays("", {}, range(1, 10_000))


@cache
def supported_subdivisions(country: str) -> tuple[str, ...] | None:
    """The region codes known for an ISO country code, or None for a country the holiday data does not know."""
    # Asking the package for one country imports one module; asking it for its list imports all of them.
    entity: Any = getattr(national, country, None)
    return tuple(entity.subdivisions) if getattr(entity, "country", None) == country else None


@cache
def public_holidays(country: str, subdivision: str | None) -> PublicHolidays:
    """As the library has them today, with English names where it has some.

    For a place it does not know (any more), no day in no year: drafts are refused for it, and open meanwhile.
    """
    regions = supported_subdivisions(country)
    if regions is None or (subdivision and subdivision not in regions):
        return PublicHolidays(country, {}, YEARS[:0])
    with warnings.catch_warnings():
        # Countries with a lunar calendar are known for fewer years; `known_years` tells people so.
        warnings.simplefilter("ignore")
        entity: Any = getattr(national, country)
        language = next((code for code in ("en_US", "en_GB") if code in entity.supported_languages), None)
        if entity.default_language and entity.default_language.startswith("en"):
            language = entity.default_language
        found = entity(subdiv=subdivision, years=YEARS, language=language)
    known = range(max(YEARS.start, entity.start_year), min(YEARS.stop, entity.end_year + 1))
    return PublicHolidays(_place(entity, subdivision), dict(sorted(found.items())), known)


def _place(entity: Any, subdivision: str | None) -> str:
    """As the library calls it; a region by its code where there is no name for it."""
    country = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entity.__mro__[1].__name__)
    names = getattr(entity, "subdivisions_aliases", {})
    region = next((name for name, known in names.items() if known == subdivision), subdivision)
    return f"{country} ({region})" if region else country


def code_of(country: str, subdivision: str | None) -> str:
    """`DE-BE`."""
    return f"{country}-{subdivision}" if subdivision else country


def as_text(spelt: Mapping[str, PublicHolidays]) -> str:
    """Holidays by the code of their place as canonical JSON: equal holidays are equal texts, and have equal digests."""
    written = {
        code: {
            "place": found.place,
            "known": [found.known_years.start, found.known_years.stop],
            "days": {day.isoformat(): name for day, name in found.days.items()},
        }
        for code, found in spelt.items()
    }
    return json.dumps(written, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> dict[str, PublicHolidays]:
    """What `as_text` wrote."""
    return {
        code: PublicHolidays(
            found["place"],
            {date.fromisoformat(day): name for day, name in found["days"].items()},
            range(*found["known"]),
        )
        for code, found in json.loads(text).items()
    }
