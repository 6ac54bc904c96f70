"""Editing an agreement's text: what it begins as, and changing what it says with everything else left alone.

Pure: no Django, no database, no clock. `docs/decisions/editing-agreements.md` says why it is done this way.
"""

from agreements.editing.rewrite import rewritten, same
