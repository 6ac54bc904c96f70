"""The addendum as a PDF, typeset by typst from a template and the content as data. Pure: no Django, no network, no clock."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from agreements.addendum import Addendum, as_data

TEMPLATES = Path(__file__).resolve().parent


@cache
def _fonts() -> typst.Fonts:
    """The package's own fonts, and the machine's for letters they lack (Chinese, say); looked for once a process."""
    return typst.Fonts()


def addendum_pdf(addendum: Addendum, *, produced_on: date) -> bytes:
    """A tagged A4 PDF; the same content gives the same bytes on the same machine.

    `produced_on` is written into it as the day it was made. Content is passed as data and never becomes part of the
    template's source. Compiling takes time in proportion to the content, which the agreement's own limits bound.
    """
    made_at = datetime.combine(produced_on, time(), UTC)
    pdf = typst.compile(
        str(TEMPLATES / "addendum.typ"),
        root=str(TEMPLATES),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(as_data(addendum), ensure_ascii=False)},
        timestamp=int(made_at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf
