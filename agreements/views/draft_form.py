"""Settings: an agreement's draft section by section, in a form made from the format."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from agreements import actions
from agreements.document import DocumentErrors, load
from agreements.document.source import read
from agreements.editing import rewritten, same
from agreements.forms.groups import VERBS, Part, RefusedChangeError
from agreements.forms.pieces import MISSING, Posted
from agreements.forms.sections import Section, SectionForm, section, sections
from agreements.models import AgreementVersion
from agreements.views.versions import version_or_404
from shell.forms import done
from tenants.doors import settings_view
from tenants.narration import entries_about


def instead_of_published(request: Any, version: AgreementVersion) -> HttpResponse:
    """A published version sends its editor to a new draft that starts from it."""
    messages.info(request, "A published version does not change. This is a new draft that starts from it.")
    return redirect(f"/settings/agreements/new/?from={version.pk}")


@settings_view
def form(request: Any, version_id: int) -> HttpResponse:
    """The first section of the form."""
    return redirect("settings-version-section", version_or_404(version_id).pk, sections()[0].key)


@settings_view.form
def edit_section(request: Any, version_id: int, section_key: str) -> HttpResponse:
    """One section of a draft. Its buttons change what is on the page; only “Save” changes the draft."""
    version, part = version_or_404(version_id), section(section_key)
    if part is None:
        raise Http404("There is no such section.")
    if version.published_at is not None:
        return instead_of_published(request, version)
    shown = _Shown(request, version, part)
    return shown.answer() if request.method == "POST" else shown.page()


class _Shown:
    """A draft as a page shows it: as it is now, with what is not saved.

    A change may need another one elsewhere (a new plan, its targets) before the draft is right as a whole. So what is
    not saved travels with the page from section to section as `carried`, the whole text, signed so that it is ours.
    """

    def __init__(self, request: Any, version: AgreementVersion, part: Section) -> None:
        self.request, self.version, self.part = request, version, part
        self.signer = Signer(salt=f"unsaved text of version {version.pk}")
        try:
            self.carried = self.signer.unsign(request.POST.get("carried", "").replace("\r\n", "\n"))
        except BadSignature:
            self.carried = ""
        self.text = self.carried or version.source
        self.data: dict[str, Any] = read(self.text, name=part.title).data

    def answer(self) -> HttpResponse:
        verb, _, place = self.request.POST.get("do", "save").partition(":")
        before = self.data
        posted = Posted(self.request.POST.lists())
        self._put(self.part.editor.read(posted, self.part.path, self.part.value_in(before)))
        if verb in VERBS:
            return self._change(verb, place)
        if not same(self.data, before):
            self.text = rewritten(self.text, self.data)
        if verb == "go":
            return self._go(section(place or self.request.POST.get("go", "")))
        return self._check() if verb == "check" else self._save()

    def _put(self, value: Any) -> None:
        self.data = self.part.put_into(self.data, value)

    def _change(self, verb: str, place: str) -> HttpResponse:
        (*steps,) = filter(None, place.split("/"))
        path, below = steps[: len(self.part.path)], steps[len(self.part.path) :]
        if tuple(path) != self.part.path:
            raise Http404("That is in another section.")
        typed = {name: self.request.POST.get(f"new/{place}/{name}", "") for name in ("key", "name")}
        try:
            is_out = verb == "remove" and not below
            value = self.part.value_in(self.data)
            self._put(MISSING if is_out else self.part.editor.changed(value, verb, below, **typed))
        except RefusedChangeError as refusal:
            return self.page(refused=(place, refusal, typed), status=422)
        except (LookupError, ValueError, TypeError):
            raise Http404("There is nothing of that kind here.") from None
        return self.page(opened=place, is_changed=True)

    def _go(self, other: Section | None) -> HttpResponse:
        """To another section, with what was typed in this one."""
        if other is None:
            raise Http404("There is no such section.")
        if self.text == self.version.source:
            return redirect("settings-version-section", self.version.pk, other.key)
        try:
            # The other section is read from this text: what is too much for that stays where it was typed.
            read(self.text, name=self.part.title)
        except DocumentErrors as errors:
            return self.page(errors_found=errors.errors, status=422)
        self.part, self.carried = other, self.text
        return self.page()

    def _check(self) -> HttpResponse:
        try:
            load(self.text, name=self.part.title)
        except DocumentErrors as errors:
            return self.page(errors_found=errors.errors, status=422)
        return self.page(is_right=True, is_changed=self.text != self.version.source)

    def _save(self) -> HttpResponse:
        following = section(self.request.GET.get("then", "")) or self.part
        if self.text == self.version.source:
            messages.info(self.request, "Nothing was changed.")
            return redirect("settings-version-section", self.version.pk, self.part.key)
        try:
            actions.change_draft(
                version_id=self.version.pk, digest=self.request.POST.get("digest", ""), source=self.text,
                name=self.part.title, effective_from=self._effective_from(), by=self.request.user, now=timezone.now(),
            )  # fmt: skip
        except actions.UnusableDocumentError as refusal:
            return self.page(errors_found=refusal.problems, status=422)
        except actions.StaleDraftError as stale:
            return self.page(stale=stale_notice(stale, self.text), is_changed=True, status=409)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return redirect("settings-version", self.version.pk)
        what = "All you changed" if self.carried else f"“{self.part.title}”"
        return done(
            self.request, f"{what} is saved in the draft.", "settings-version-section", self.version.pk, following.key
        )

    def _effective_from(self) -> Any:
        """A date of its own that the draft was given stays, unless the text's date is what was changed."""
        said = self.version.document.version.effective_from
        is_own = self.version.effective_from != said
        before, after = self.version.document.data["version"], self.data.get("version", {})
        return self.version.effective_from if is_own and before == after else None

    def page(
        self, *, stale: Any = None, status: int = 200, is_changed: bool = False, is_right: bool = False, **shown: Any
    ) -> HttpResponse:
        """The page; `shown` is for its `SectionForm`."""
        form, part = SectionForm(self.part, self.data, **shown), self.part
        elsewhere = [
            (next((one for one in sections() if one.holds(error.path)), None), error) for error in form.elsewhere
        ]
        entries = [
            {"section": one, "is_there": one.is_in(self.data), "is_wrong": any(one is each for each, _ in elsewhere)}
            for one in sections()
        ]
        at = sections().index(part)
        context = {
            "version": self.version,
            # Not the address asked for: what was typed elsewhere may have led here without leaving that one.
            "address": reverse("settings-version-section", args=[self.version.pk, part.key]),
            "form": form,
            "section": part,
            "is_there": part.is_in(self.data) or not isinstance(part.editor, Part),
            "entries": entries,
            "elsewhere": elsewhere,
            "following": sections()[at + 1] if at + 1 < len(sections()) else None,
            "digest": stale["digest"] if stale else self.request.POST.get("digest") or self.version.as_read,
            "stale": stale,
            "carried": self.signer.sign(self.carried) if self.carried else "",
            "is_changed": is_changed or bool(self.carried),
            "is_right": is_right,
            "zones": sorted(available_timezones()),
            "predecessor": self.version.agreement.versions.published().newest(),
        }
        return render(self.request, "agreements/edit/section.html", context, status=status)


def stale_notice(stale: actions.StaleDraftError, text: str) -> dict[str, Any]:
    """Who changed the draft meanwhile, when, and what saving `text` over it would change.

    That in `lines`, with their neighbours: ("saved" | "yours" | "both" | "gap", the line).
    """
    version, kinds = stale.version, {"-": "saved", "+": "yours", " ": "both", "@": "gap"}
    changes = [entry for entry in entries_about(version) if entry.event == "agreement_version.changed"]
    lines = list(unified_diff(version.source.splitlines(), text.splitlines(), lineterm="", n=2))[2:]
    return {
        "change": changes[0] if changes else None,
        "digest": version.as_read,
        "effective_from": version.effective_from,
        "lines": [(kinds[line[0]], line[1:] if line[0] != "@" else "…") for line in lines],
    }
