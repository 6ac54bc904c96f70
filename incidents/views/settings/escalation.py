"""Settings: who is asked about an incident, what that would mean tonight, and where it did not happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from agreements.document import AgreementDocument
from agreements.document.model import Level
from agreements.governing import versions_governing
from agreements.readable.reader import Reader
from agreements.readable.term_lines import said
from incidents import actions
from incidents.actions.audit import LOOKED_AT
from incidents.escalation.foresight import foreseen, tonight
from incidents.forms.escalation import PolicyForm
from incidents.models import EscalationPolicy, IncidentEvent
from incidents.models.escalation import USUAL
from incidents.models.kinds import Kind, words_of
from incidents.paths import desk_path
from shell.forms import done, posted
from tenants.doors import settings_view
from tenants.narration import entries_about, narrate
from tenants.scope import current_tenant

#: How many of what was missed the page names.
MOST = 100


@dataclass(frozen=True, slots=True)
class AtLevel:
    """A level of incident in an agreement in force, and when the agreement lets it be escalated."""

    document: AgreementDocument
    level: Level
    when: str

    @property
    def is_escalated(self) -> bool:
        return self.document.escalation_of(self.level.key) is not None


@settings_view
def escalation(request: Any) -> HttpResponse:
    """The levels with the policy that each follows, and the policies."""
    now = timezone.now()
    policies = EscalationPolicy.objects.all()
    by_level = policies.by_level()
    context = {
        "levels": [(at, by_level.get(at.level.key, by_level.get(""))) for at in _levels(now)],
        "policies": policies,
        "usual": USUAL["name"],
        "events": narrate(entries_about(also=Q(event__startswith="escalation_policy."))),
    }
    return render(request, "incidents/settings/escalation.html", context)


@settings_view.form
def policy(request: Any, policy_id: int | None = None) -> HttpResponse:
    """One policy, or a new one; posting saves it, or shows what it would do."""
    now = timezone.now()
    found = get_object_or_404(EscalationPolicy, pk=policy_id) if policy_id else None
    kept, of, do = found.kept if found else USUAL, found.levels if found else [], request.POST.get("do", "")
    levels = _levels(now)
    names = {key: key for key in of} | {at.level.key: at.level.name for at in levels}
    form = PolicyForm(posted(request), levels=names.items(), kept=kept if found else None, initial={"levels": of})
    about = {"policy_id": policy_id, "now": now}
    if do == "save" and form.carry_out(actions.save_policy, by=request.user, **about):
        words = f"{form.result} is saved. Incidents that run keep what they started with."
        return done(request, words, "settings-escalation")
    if do == "preview" and form.carry_out(actions.check_policy, **about):
        kept, of = form.result, form.cleaned_data["levels"]
    others = EscalationPolicy.objects.exclude(pk=policy_id or 0).by_level()
    its = [at for at in levels if (at.level.key in of if of else at.level.key not in others)]
    at = tonight(now, ZoneInfo(current_tenant().timezone))
    context = {
        "policy": found,
        "form": form,
        "tonight": at,
        "foreseen": []
        if form.errors
        else [(each, list(foreseen(kept, each.document, each.level.key, at=at))) for each in _one_of_each_hours(its)],
        "now": now,
        "events": narrate(entries_about(found)) if found else [],
    }
    return render(request, "incidents/settings/policy.html", context, status=422 if form.errors else 200)


remove = settings_view.verb(
    actions.remove_policy,
    done=lambda policy: f"{policy} is gone. Incidents that run keep it.",
    back="settings-escalation",
)


@settings_view
def audit(request: Any) -> HttpResponse:
    """Where people were not asked in time, newest first, and when that was looked for."""
    missed = IncidentEvent.objects.filter(kind=Kind.ESCALATION_MISSED).order_by("-at", "-id")
    events = missed.select_related("incident__agreement_version__agreement")[:MOST]
    context = {
        "missed": [(each, words_of(each, each.incident.document), desk_path(each.incident)) for each in events],
        "looked_at": cache.get(LOOKED_AT),
        "now": timezone.now(),
    }
    return render(request, "incidents/settings/audit.html", context)


def _levels(now: datetime) -> list[AtLevel]:
    """Every level of incident of the agreements in force, highest first."""
    found = []
    for version in versions_governing(at=now):
        document = version.document
        reader = Reader(document, on=version.day_of(now), effective_from=version.effective_from)
        terms = document.incidents.levels if document.incidents else {}
        for level in document.incident_levels:
            when = said(reader, terms[level.key], "escalation") if level.key in terms else ""
            found.append(AtLevel(document, level, when))
    return found


def _one_of_each_hours(levels: list[AtLevel]) -> list[AtLevel]:
    """Of the levels that are escalated in the same hours the highest: the others go alike."""
    found = {(id(at.document), at.document.escalation_of(at.level.key)): at for at in reversed(levels)}
    return [at for at in reversed(found.values()) if at.is_escalated]
