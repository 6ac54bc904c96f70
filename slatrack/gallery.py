"""The gallery: every component in every state, for those who build screens. Demo mode only."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shell.forms import ManyFilesField
from slatrack import gallery_samples as samples

SCREENS = {
    "desk": "A queue",
    "ticket": "A ticket on the desk",
    "portal": "A ticket on the portal",
    "file": "Filing a ticket",
    "status": "The status page",
    "report": "A report",
    "settings": "Settings",
}


class SampleForm(forms.Form):
    """One of each kind of field."""

    subject = forms.CharField(max_length=120, help_text="One line that says what is wrong.")
    email = forms.EmailField(label="E-mail")
    body = forms.CharField(label="What happened", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))
    product = forms.ChoiceField(choices=[("", "Choose one"), ("sso", "Single sign-on"), ("dir", "Directory")])
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    channel = forms.ChoiceField(choices=[("mail", "By e-mail"), ("phone", "By phone")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Days",
        choices=[("mon", "Monday"), ("tue", "Tuesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    copy = forms.BooleanField(label="Send me a copy", required=False)
    files = ManyFilesField(required=False)  # type: ignore[assignment]  # templates reach the field by its name


WRONG = {"wrong-email": "noor at example", "wrong-body": "x" * 401}


class ReplyForm(forms.Form):
    body = forms.CharField(label="Your reply", widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Write a reply"}))
    files = ManyFilesField(label="Files", required=False)  # type: ignore[assignment]  # as above


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The components, or with `?screen=` one sample screen in its layout."""
    now = timezone.now()
    screen = request.GET.get("screen", "")
    if screen and screen not in SCREENS:
        raise Http404
    context = samples.everything(now) | {
        # Whoever looks, a stranger too, sees the frames as somebody of the desk does.
        "member": "Noor de Wit",
        "tenant": getattr(request, "tenant", None) or {"name": "Identity Works"},
        "doors": samples.doors(screen),
        "screens": SCREENS,
        "form": SampleForm(),
        "wrong_form": SampleForm(WRONG, prefix="wrong"),
        "reply_form": ReplyForm(prefix="reply"),
    }
    if not screen and "toast" in request.GET:
        messages.success(request, "Answered. The client has been told.")
        messages.warning(request, "Eleven minutes left on the next one.")
        messages.error(request, "The mail could not be sent; it is kept and will be tried again.")
    return render(request, f"gallery/{screen or 'index'}.html", context)
