"""Editing an agreement's text: as a form made from the schema, and back into the YAML with everything else left alone.

Pure: no Django, no database, no clock. `docs/decisions/editing-agreements.md` says why it is done this way.
"""

from agreements.editing.rewrite import rewritten, same
