"""Words for tests of the public face: a tenant with an incident and maintenance, and what a stranger reads of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from incidents import actions
from incidents.models import Impact
from tests.incidents import mending

START, MINUTE = mending.START, mending.MINUTE
#: Stands in what colleagues write among themselves, and nowhere on a public page.
SECRET = "zebracorn"


def text_of(answer: Any) -> str:
    """What a reader sees."""
    page = re.sub(r"<(svg|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r" ([.,;:])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()))


def voice_is_down(cast: Any, *, at: datetime = START, level: str = "p1", title: str = "No calls come in") -> Any:
    """An incident of Voice, with a first word to everybody and much that is nobody's business."""
    incident = mending.declared(
        cast.agent, level=level, at=at, title=title, hurts=[mending.hurt("voice", "trunk_a", Impact.DOWN)]
    )
    actions.add_note(incident_id=incident.pk, by=cast.agent, body=f"{SECRET}: the switch again", now=at + MINUTE)
    actions.post_update(
        incident_id=incident.pk, by=cast.agent, body="We found **the cause**.", now=at + 2 * MINUTE,
        status=incident.Status.IDENTIFIED,
    )  # fmt: skip
    return incident


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)
