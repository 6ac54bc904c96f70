"""An agreement as people read it: every term in words, targets as tables, hours as pictures. Takes a document, gives plain values."""

from agreements.readable.hours import CalendarShown, calendar_shown, calendars_of
from agreements.readable.lines import Line, listed
from agreements.readable.promised import Cell, PromiseTable, promise_tables
from agreements.readable.reading import Chapter, Reading
from agreements.readable.voice import CLIENT, TEAM

__all__ = [
    "CLIENT",
    "TEAM",
    "CalendarShown",
    "Cell",
    "Chapter",
    "Line",
    "PromiseTable",
    "Reading",
    "calendar_shown",
    "calendars_of",
    "listed",
    "promise_tables",
]
