"""Calendars that calendar programs fetch (RFC 5545)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a start and an end. `uid` is the same at every fetch, whatever else changes.

    `status` and `transparency` are RFC 5545's words; the second says whether it leaves its time free.
    """

    uid: str
    said_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    url: str
    description: str = ""
    status: str = ""
    transparency: str = ""


def calendar_file(name: str, entries: Iterable[Entry], *, of: str) -> bytes:
    """The calendar that programs list as `name`; `of` says what part of slatrack made it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//slatrack//{of}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.said_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", _plain(entry.summary))
    event.add("url", entry.url)
    for name, said in (("description", entry.description), ("status", entry.status), ("transp", entry.transparency)):
        if said:
            event.add(name, said)
    return event


def _plain(text: str) -> str:
    """Without control characters, which no calendar program expects in a name."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
