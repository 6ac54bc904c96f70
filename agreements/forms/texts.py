"""The form about an agreement's text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.actions import UnusableDocumentError
from agreements.document import DocumentError
from agreements.forms.subscriptions import date_field
from tenants.forms import ActionForm

#: An agreement is some tens of kilobytes; `agreements.document` says more exactly what it refuses.
MOST_BYTES = 1_000_000


class VersionForm(ActionForm):
    """An agreement's text: typed, or from a file, which then stands in the text field to be put right there."""

    source = forms.CharField(
        label="The agreement, as YAML",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "source-text", "wrap": "off"}),
        error_messages={"required": "Paste the agreement here, or choose its file below."},
    )
    upload = forms.FileField(
        label="Or a file", required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml,text/yaml"})
    )
    effective_from = date_field(label="In force from", required=False, help_text="Empty: the date in the text.")

    # A file alone will do, which the browser cannot know.
    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self.problems: tuple[DocumentError, ...] = ()
        self.unreadable = ""
        upload = files.get("upload") if files else None
        if data is not None and upload is not None:
            data = data.copy()
            data["source"], self.unreadable = _text_of(upload)
        super().__init__(data, files, **kwargs)

    def clean(self) -> dict[str, Any]:
        if self.unreadable:
            self.errors.pop("source", None)
            self.add_error("upload", self.unreadable)
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        upload = self.cleaned_data["upload"]
        return {
            "source": self.cleaned_data["source"],
            "effective_from": self.cleaned_data["effective_from"],
            "name": upload.name if upload else "agreement.yaml",
        }

    def refuse(self, error: ValidationError) -> None:
        """The document's problems get a list of their own, with their lines; beside the text stands how many."""
        if isinstance(error, UnusableDocumentError):
            self.problems = error.problems
            many = len(error.problems)
            self.add_error(
                "source", "One thing is wrong, see above." if many == 1 else f"{many} things are wrong, see above."
            )
        else:
            super().refuse(error)


def _text_of(upload: Any) -> tuple[str, str]:
    """The text of an uploaded file, and what is wrong with it ("" for nothing)."""
    if upload.size > MOST_BYTES:
        return "", "This file is larger than 1 MB. An agreement is some tens of kilobytes."
    try:
        return upload.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "This file is not UTF-8 text. Save it with the encoding UTF-8."
