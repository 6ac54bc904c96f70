"""The addendum as a PDF, typeset by typst from a template and the content as data. No Django, no network, no clock."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path

from agreements.addendum import Addendum

COMPILER = Path(__file__).resolve().parent / "compiler.py"
#: The longest of the demo's takes a third of a second; what takes this long is no agreement that anybody signs.
LIMIT_SECONDS = 20


class TypesettingError(RuntimeError):
    """No PDF came of it: it took too long, or the typesetter failed. The message is for the log."""


def addendum_pdf(addendum: Addendum, *, produced_on: date, limit_seconds: float = LIMIT_SECONDS) -> bytes:
    """A tagged A4 PDF; the same content gives the same bytes on the same machine.

    `produced_on` is written into it as the day it was made. The content is data to the template and never part of its
    source. Raises TypesettingError, after `limit_seconds` at the latest.
    """
    made_at = int(datetime.combine(produced_on, time(), UTC).timestamp())
    asked = json.dumps({"content": asdict(addendum), "timestamp": made_at}).encode()
    try:
        # A process of its own can be stopped; -I keeps the caller's environment and folder out of it.
        done = subprocess.run(  # noqa: S603  the program and its arguments are ours
            [sys.executable, "-I", str(COMPILER)], input=asked, capture_output=True, timeout=limit_seconds, check=True
        )
    except subprocess.TimeoutExpired:
        raise TypesettingError(f"The PDF took longer than {limit_seconds} s.") from None
    except subprocess.CalledProcessError as error:
        raise TypesettingError(error.stderr.decode("utf-8", "replace")[-2000:]) from None
    return done.stdout
