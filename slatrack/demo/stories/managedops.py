"""Stories of managedops."""

from __future__ import annotations

from slatrack.demo.story import Story, Words

WORDS: Words = {}
STORIES: tuple[Story, ...] = ()
