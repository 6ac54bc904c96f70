"""From text to a checked agreement, or to a list of everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from agreements.document.binder import Binder
from agreements.document.checks import check
from agreements.document.document import DOCUMENT, AgreementDocument
from agreements.document.public_holidays import from_text
from agreements.document.refusals import refused
from agreements.document.source import Source, read

#: The five agreements of the demo tenants, by the key each one carries.
BUNDLED = ("seatplan", "engage", "managedops", "identity", "officeware")


# One text is loaded at every step from its draft to its publication; a document never changes.
@lru_cache(maxsize=32)
def load(text: str | bytes, *, name: str) -> AgreementDocument:
    """Load an agreement. `name` is the file name that errors show.

    Raises DocumentErrors with every problem found: in the YAML first, else against the schema, else between its parts.
    The time it takes is bounded by the limits in `source`, whatever the text.
    """
    source = read(text, name=name)
    source.refuse(refused(DOCUMENT, source.data))
    binder = Binder()
    document = _bound(source, binder)
    # References first: later checks follow them.
    source.refuse(binder.lost(document.parts))
    source.refuse(check(document, binder.paths, source.places))
    return document


def load_stored(text: str, *, name: str, holidays: str = "{}") -> AgreementDocument:
    """What was checked when it was stored, as it was meant: later checks are for what is written or published later.

    `holidays` are those that were spelt out when it was published.
    """
    return replace(_bound(read(text, name=name), Binder()), spelt_holidays=from_text(holidays))


def _bound(source: Source, binder: Binder) -> AgreementDocument:
    document: AgreementDocument = binder.bind(DOCUMENT, source.data)
    return replace(document, data=source.data)


def bundled_text(key: str) -> str:
    """The YAML of one of the `BUNDLED` agreements, as it is in version control."""
    if key not in BUNDLED:
        raise KeyError(f"There is no bundled agreement “{key}”; there are {', '.join(BUNDLED)}")
    return (files("agreements") / "documents" / f"{key}.yaml").read_text(encoding="utf-8")


def load_bundled(key: str) -> AgreementDocument:
    """Load one of the `BUNDLED` agreements."""
    return load(bundled_text(key), name=f"{key}.yaml")
