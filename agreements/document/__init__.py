"""Agreements as data: the YAML format, its schema, the loader and what a loaded document answers.

Pure: no Django, no database, no clock. `docs/agreement-format.md` describes the format.
"""

from agreements.document.coverage import Coverage, Standing
from agreements.document.document import AgreementDocument
from agreements.document.errors import DocumentError, DocumentErrors
from agreements.document.loader import BUNDLED, bundled_text, load, load_bundled, load_stored
from agreements.document.promises import Promise
from agreements.document.schema import schema_text
