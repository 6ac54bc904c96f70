"""Settings: an agreement's draft section by section, in a form made from the format."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import unified_diff
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from agreements import actions
from agreements.document import DocumentError, DocumentErrors, load
from agreements.document.source import read
from agreements.editing import rewritten, same
from agreements.editing.changes import VERBS, RefusedChangeError, changed
from agreements.editing.reading import MISSING, Reading
from agreements.editing.sections import Section, section, sections
from agreements.forms.sections import SectionForm
from agreements.models import AgreementVersion
from tenants.doors import settings_view
from tenants.narration import entries_about


def version_to_edit(version_id: int) -> AgreementVersion:
    return get_object_or_404(AgreementVersion.objects.select_related("agreement", "changed_by"), pk=version_id)


def instead_of_published(request: Any, version: AgreementVersion) -> HttpResponse:
    """A published version sends its editor to a new draft that starts from it."""
    messages.info(request, "A published version does not change. This is a new draft that starts from it.")
    return redirect(f"/settings/agreements/new/?from={version.pk}")


@settings_view
def form(request: Any, version_id: int) -> HttpResponse:
    """The first section of the form."""
    return redirect("settings-version-section", version_to_edit(version_id).pk, sections()[0].key)


@settings_view.form
def edit_section(request: Any, version_id: int, section_key: str) -> HttpResponse:
    """One section of a draft. Its buttons change what is on the page; only “Save” changes the draft."""
    version, part = version_to_edit(version_id), section(section_key)
    if part is None:
        raise Http404("There is no such section.")
    if version.published_at is not None:
        return instead_of_published(request, version)
    if request.method != "POST":
        return _page(request, version, part, dict(version.document.data))
    return _Posted(request, version, part).answer()


class _Posted:
    """One answer to a posted section: what was typed in it, inside the draft as it is now.

    A change may need another one elsewhere (a new plan, its targets) before the draft is right as a whole. So what is
    not saved travels with the page from section to section as `carried`, the whole text, sealed so that it is ours.
    """

    def __init__(self, request: Any, version: AgreementVersion, part: Section) -> None:
        self.request, self.version, self.part = request, version, part
        self.carried = _carried(request, version)
        self.base = read(self.carried, name=part.title).data if self.carried else dict(version.document.data)
        old = part.value_in(self.base)
        reading = Reading(dict(request.POST.lists()))
        self.value = reading.read(part.shape, part.path, MISSING if old is None else old)
        self.verb, _, self.place = request.POST.get("do", "save").partition(":")
        if self.verb == "go" and not self.place:
            self.place = request.POST.get("go", "")

    @property
    def data(self) -> dict[str, Any]:
        return self.part.put_into(self.base, None if self.value is MISSING else self.value)

    def answer(self) -> HttpResponse:
        if self.verb in VERBS:
            return self._change()
        text = self.carried or self.version.source
        if not same(self.data, self.base):
            text = rewritten(text, self.data)
        if self.verb == "go":
            return self._go(text)
        if self.verb == "check":
            return self._check(text)
        return self._save(text)

    def _go(self, text: str) -> HttpResponse:
        """To another section, with what was typed in this one."""
        other = section(self.place)
        if other is None:
            raise Http404("There is no such section.")
        if text == self.version.source:
            return redirect("settings-version-section", self.version.pk, other.key)
        try:
            # The other section is read from this text: what is too much for that stays where it was typed.
            read(text, name=self.part.title)
        except DocumentErrors as errors:
            return self._page(errors_found=errors.errors, status=422)
        return _page(self.request, self.version, other, self.data, carried=text, is_changed=True)

    def _change(self) -> HttpResponse:
        prefix = "".join(f"{step}/" for step in self.part.path)
        if not f"{self.place}/".startswith(prefix):
            raise Http404("That is in another section.")
        below = f"{self.place}/".removeprefix(prefix).rstrip("/")
        typed = {name: self.request.POST.get(f"new/{self.place}/{name}", "") for name in ("key", "name")}
        try:
            if self.verb == "remove" and not below:
                self.value = MISSING
            else:
                value = None if self.value is MISSING else self.value
                steps = tuple(below.split("/")) if below else ()
                self.value = changed(self.part.shape, value, self.verb, steps, **typed)
        except RefusedChangeError as refusal:
            return self._page(refused=(self.place, refusal, typed), status=422)
        except (LookupError, ValueError, TypeError):
            raise Http404("There is nothing of that kind here.") from None
        return self._page(opened=self.place, is_changed=True)

    def _check(self, text: str) -> HttpResponse:
        try:
            load(text, name=self.part.title)
        except DocumentErrors as errors:
            return self._page(errors_found=errors.errors, status=422)
        return self._page(is_right=True, is_changed=text != self.version.source)

    def _save(self, text: str) -> HttpResponse:
        if text == self.version.source:
            messages.info(self.request, "Nothing was changed.")
            return redirect("settings-version-section", self.version.pk, self.part.key)
        try:
            actions.change_draft_as_opened(
                version_id=self.version.pk, digest=self.request.POST.get("digest", ""), source=text,
                name=self.part.title, effective_from=self._effective_from(), by=self.request.user, now=timezone.now(),
            )  # fmt: skip
        except actions.UnusableDocumentError as refusal:
            return self._page(errors_found=refusal.problems, status=422)
        except actions.StaleDraftError as stale:
            return self._page(stale=stale_notice(stale, text), is_changed=True, status=409)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return redirect("settings-version", self.version.pk)
        what = "All you changed" if self.carried else f"“{self.part.title}”"
        messages.success(self.request, f"{what} is saved in the draft.")
        following = self.request.GET.get("then", "")
        return redirect("settings-version-section", self.version.pk, following if section(following) else self.part.key)

    def _effective_from(self) -> Any:
        """A date of its own that the draft was given stays, unless the text's date is what was changed."""
        said = self.version.document.version.effective_from
        is_own = self.version.effective_from != said
        before, after = self.version.document.data["version"], self.data.get("version", {})
        return self.version.effective_from if is_own and before == after else None

    def _page(self, *, status: int = 200, **shown: Any) -> HttpResponse:
        return _page(self.request, self.version, self.part, self.data, status=status, carried=self.carried, **shown)


def _seal(version: AgreementVersion, text: str) -> str:
    return Signer(salt=f"unsaved text of version {version.pk}").signature(text)


def _carried(request: Any, version: AgreementVersion) -> str:
    """The unsaved text that the page brought along; "" for none, or for one that is not ours."""
    text = request.POST.get("carried", "").replace("\r\n", "\n")
    return text if text and constant_time_compare(request.POST.get("seal", ""), _seal(version, text)) else ""


def stale_notice(stale: actions.StaleDraftError, text: str) -> dict[str, Any]:
    """Who changed the draft meanwhile, when, and what saving `text` over it would change."""
    version = stale.version
    changes = [entry for entry in entries_about(version) if entry.event == "agreement_version.changed"]
    return {
        "change": changes[0] if changes else None,
        "digest": version.as_read,
        "effective_from": version.effective_from,
        "lines": differing_lines(version.source, text),
    }


def differing_lines(saved: str, yours: str) -> list[tuple[str, str]]:
    """What differs, line by line with its neighbours: ("saved" | "yours" | "both" | "gap", the line)."""
    kinds = {"-": "saved", "+": "yours", " ": "both", "@": "gap"}
    lines = list(unified_diff(saved.splitlines(), yours.splitlines(), lineterm="", n=2))[2:]
    return [(kinds[line[0]], line[1:] if line[0] != "@" else "…") for line in lines]


def _page(
    request: Any,
    version: AgreementVersion,
    part: Section,
    data: dict[str, Any],
    *,
    errors_found: Iterable[DocumentError] = (),
    stale: dict[str, Any] | None = None,
    status: int = 200,
    carried: str = "",
    is_changed: bool = False,
    is_right: bool = False,
    **shown: Any,
) -> HttpResponse:
    found = SectionForm(part, data, errors_found=errors_found, **shown)
    at = [one.key for one in sections()].index(part.key)
    wrong_sections = {one.key for one in sections() for error in found.elsewhere if one.holds(error.path)}
    context = {
        "version": version,
        # Not the address asked for: what was typed elsewhere may have led here without leaving that one.
        "address": reverse("settings-version-section", args=[version.pk, part.key]),
        "form": found,
        "section": part,
        "is_there": part.value_in(data) is not None or part.shape.form != "part",
        "entries": [
            {"section": one, "is_there": one.value_in(data) is not None, "is_wrong": one.key in wrong_sections}
            for one in sections()
        ],
        "elsewhere": [
            (next((one for one in sections() if one.holds(error.path)), None), error) for error in found.elsewhere
        ],
        "following": sections()[at + 1] if at + 1 < len(sections()) else None,
        "digest": stale["digest"] if stale else request.POST.get("digest") or version.as_read,
        "stale": stale,
        "carried": carried,
        "seal": _seal(version, carried) if carried else "",
        "is_changed": is_changed or bool(carried),
        "is_right": is_right,
        "zones": sorted(available_timezones()),
        "predecessor": predecessor_of(version),
    }
    return render(request, "agreements/edit/section.html", context, status=status)


def predecessor_of(version: AgreementVersion) -> AgreementVersion | None:
    """The published version that this draft would follow."""
    return version.agreement.versions.published().newest()
