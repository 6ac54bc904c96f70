"""Forms that ask for what an action takes, and say beside each field what the action refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from shell.drafts import SENT_ALREADY


class MinuteField(forms.DateTimeField):
    """A day and a time of the reader's clocks."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": "Give a day and a time, like 2026-11-20 14:05."}

    def to_python(self, value: Any) -> datetime | None:
        """The instant (UTC). Of a time that the clocks show twice it is the first; one that they leave out is none."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            zone, local = timezone.get_current_timezone(), error.params["datetime"]
            first = local.replace(tzinfo=zone)
            if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
                raise ValidationError("The clocks go forward then and leave this time out. Give another.") from None
            return first


_NOT_SAID = str(forms.Field.default_error_messages["required"])


class ActionForm(forms.Form):
    """A form whose fields are the arguments of an action."""

    # What is missing we say ourselves, beside its field, and with everything else that is wrong.
    use_required_attribute = False

    result: Any = None
    #: Fields that are called otherwise than the action's arguments, by the arguments.
    field_of: Mapping[str, str] = {}

    def __init__(self, *args: Any, choices: Mapping[str, Iterable[Any]] | None = None, **kwargs: Any) -> None:
        """`choices` are those of the fields of that name, where they are known only now; rows for a field of rows."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if str(field.error_messages["required"]) == _NOT_SAID:
                chosen = isinstance(field, forms.ChoiceField)
                field.error_messages["required"] = "Choose from the list." if chosen else "Fill this in."
        for name, offered in (choices or {}).items():
            if isinstance(field := self.fields[name], forms.ModelChoiceField):
                field.queryset = offered  # type: ignore[assignment]  # whoever made it one of rows gives rows
            else:
                field.choices = list(offered)  # type: ignore[attr-defined]  # and the others are choices

    def carry_out(self, action: Callable[..., Any], **arguments: Any) -> bool:
        """Call `action` with what was typed and `arguments`. What either of them refuses stands beside its field."""
        if not self.is_valid():
            return False
        try:
            self.result = action(**self.arguments(), **arguments)
        except ValidationError as error:
            self.refuse(error)
            return False
        return True

    def arguments(self) -> dict[str, Any]:
        """What the action is given of the form, by its own names."""
        names = {field: argument for argument, field in self.field_of.items()}
        return {names.get(field, field): value for field, value in self.cleaned_data.items()}

    @property
    def refusal(self) -> str:
        """Every sentence that stands against the form, for where there is no form to stand beside."""
        return " ".join(str(sentence) for sentences in self.errors.values() for sentence in sentences)

    def refuse(self, error: ValidationError) -> None:
        """Put the sentences of `error` beside the fields they name; those of fields not asked for above the form."""
        sentences = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for argument, refused in sentences.items():
            field = self.field_of.get(argument, argument)
            self.add_error(field if field in self.fields else None, refused)
        if getattr(error, "code", None) == SENT_ALREADY:
            # What is in it now is something new, and can be sent.
            self.amend(submission=uuid4())

    def amend(self, **fields: Any) -> None:
        """Show the form again with other values in `fields` than those that were sent."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            for name, value in fields.items():
                self.data[name] = value


def posted(request: Any) -> Any:
    """What a form is bound to: nothing unless it was sent, and then even if nothing is in it."""
    return request.POST if request.method == "POST" else None


def done(request: Any, sentence: str, to: str, *args: Any) -> HttpResponse:
    """Go to the page `to`, which says there what was done."""
    messages.success(request, sentence)
    return redirect(to, *args)


def at_once(
    request: Any,
    form: ActionForm,
    action: Callable[..., Any],
    said: Callable[[Any], str],
    back: HttpResponse,
    **arguments: Any,
) -> HttpResponse:
    """Do one thing that a page has a button for and go `back` to it, where it says what came of that.

    `said` of what the action gives, or what was refused. Http404 where what it is done to is gone.
    """
    try:
        is_done = form.carry_out(action, **arguments)
    except ObjectDoesNotExist:
        raise Http404("No such page.") from None
    if is_done:
        messages.success(request, said(form.result))
    else:
        messages.error(request, form.refusal)
    return back


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; their size and kind are the action's matter. `max_bytes` and `max_files` tell people."""

    widget = ManyFilesInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_bytes, self.max_files = settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENTS_PER_MESSAGE

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in (data if isinstance(data, (list, tuple)) else [data]) if file]
