"""An agreement as people read it: terms in words, targets as tables, hours as pictures. Document in, values out."""

from agreements.readable.chapters import Reading
from agreements.readable.reader import Covered
from agreements.readable.voice import CLIENT, CONTRACT, TEAM
