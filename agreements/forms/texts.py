"""The forms about an agreement's text: starting one, writing it, sending it back after a review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.actions import StaleDraftError, UnusableDocumentError
from agreements.document import DocumentError, DocumentErrors, load
from agreements.document.source import MAX_BYTES, decoded
from agreements.editing.first_draft import examples
from agreements.forms.subscriptions import date_field
from shell.forms import ActionForm


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

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self.problems: tuple[DocumentError, ...] = ()
        self.unreadable = ""
        self.is_right = False
        self.stale: StaleDraftError | None = None
        upload = files.get("upload") if files else None
        if data is not None and upload is not None:
            data = data.copy()
            text, self.unreadable = _text_of(upload)
            # A file that cannot be read takes nothing away that was typed.
            data["source"] = data.get("source", "") if self.unreadable else text
        super().__init__(data, files, **kwargs)

    def clean(self) -> dict[str, Any]:
        if self.unreadable:
            self.errors.pop("source", None)
            self.add_error("upload", self.unreadable)
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        asked = {name: value for name, value in self.cleaned_data.items() if name != "upload"}
        return {**asked, "name": self.file_name}

    @property
    def file_name(self) -> str:
        """What errors call the text: the name of its file where it came from one."""
        upload = self.files.get("upload")
        return str(upload.name) if upload else "agreement.yaml"

    def check(self) -> bool:
        """Read the text without keeping it; `problems` or `is_right` says the result."""
        if not self.is_valid():
            return False
        try:
            load(self.cleaned_data["source"].replace("\r\n", "\n"), name=self.file_name)
        except DocumentErrors as errors:
            self.refuse(UnusableDocumentError(errors))
            return False
        self.is_right = True
        return True

    def refuse(self, error: ValidationError) -> None:
        """The document's problems get a list of their own, with their lines; beside the text stands how many."""
        if isinstance(error, UnusableDocumentError):
            self.problems, many = error.problems, len(error.problems)
            few = "One thing is wrong, see above."
            self.add_error("source", few if many == 1 else f"{many} things are wrong, see above.")
        else:
            self.stale = error if isinstance(error, StaleDraftError) else None
            super().refuse(error)

    @property
    def quoted_problems(self) -> list[tuple[DocumentError, str]]:
        """Every problem with the line of the text that it is about."""
        lines = str(self["source"].value() or "").replace("\r\n", "\n").split("\n")
        return [
            (problem, lines[problem.line - 1].strip() if problem.line <= len(lines) else "")
            for problem in self.problems
        ]

    @property
    def wrong_lines(self) -> str:
        """The numbers of the lines to mark beside the text."""
        return ",".join(str(line) for line in sorted({problem.line for problem in self.problems}))


class ApprovalForm(ActionForm):
    """Its hidden field says which text was on the page."""

    digest = forms.CharField(required=False)


class SendBackForm(ActionForm):
    # What is missing is said by the action, so that every way to send a draft back says it alike.
    reason = forms.CharField(
        label="What has to change",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The author reads it, and it is kept in the history.",
    )


class StartForm(ActionForm):
    """What a new agreement starts from, and its name."""

    origin = forms.ChoiceField(
        label="Start from",
        required=False,
        widget=forms.RadioSelect,
        choices=lambda: [("", "The essentials"), *((key, title) for key, title, _ in examples())],
    )
    title = forms.CharField(
        label="Name of the agreement", max_length=120, help_text="As your clients read it, such as “Support agreement”."
    )


def _text_of(upload: Any) -> tuple[str, str]:
    """The text of an uploaded file, and what is wrong with it ("" for nothing)."""
    try:
        return decoded(upload.read(MAX_BYTES + 1), name=upload.name), ""
    except DocumentErrors as errors:
        return "", errors.errors[0].sentence
