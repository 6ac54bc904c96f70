"""An agreement as people read it: every term in words, targets as tables, hours as pictures. Takes a document, gives plain values."""

from agreements.readable.reader import Covered
from agreements.readable.reading import Reading
from agreements.readable.voice import CLIENT, CONTRACT, TEAM

__all__ = ["CLIENT", "CONTRACT", "TEAM", "Covered", "Reading"]
