"""What was learned from an incident, and what is still to be done about all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from incidents import actions
from incidents.forms.postmortem import PostmortemActionForm, PostmortemForm
from incidents.models import Postmortem, PostmortemAction
from incidents.views.desk.incident import find, members
from incidents.views.desk.listing import tabs
from shell.drafts import arrived
from shell.forms import ActionForm, at_once, posted
from tenants.doors import desk_view, page_of
from tenants.narration import entries_about, narrate
from tickets.views.desk.frame import page, say

#: What is due later than these is not for today.
SHOWN = 200


@desk_view.form
def postmortem(request: Any, number: int) -> HttpResponse:
    """Its texts to be written, its actions, and what became of it."""
    return _show(request, number, form=_texts(number, posted(request)))


def _texts(number: int, data: Any = None) -> PostmortemForm:
    found = Postmortem.objects.filter(incident__number=number).first()
    names = PostmortemForm.base_fields
    return PostmortemForm(data, initial={name: getattr(found, name) for name in names} if found else {})


def _show(
    request: Any, number: int, *, form: PostmortemForm, adding: PostmortemActionForm | None = None
) -> HttpResponse:
    now, incident = timezone.now(), find(number)
    if adding is None and form.carry_out(actions.write_postmortem, incident_id=incident.pk, by=request.member, now=now):
        say(request, "Kept.")
        return arrived(request, redirect("incidents:postmortem", number=number))
    found = Postmortem.objects.filter(incident=incident).first()
    to_do = list(found.actions.select_related("owner__user")) if found else []
    context = {
        "incident": incident,
        "postmortem": found,
        "form": form,
        "adding": adding or PostmortemActionForm(choices={"owner": members()}),
        "actions": _marked(to_do),
        "history": narrate(entries_about(found, *to_do)) if found else [],
    }
    refused = form.errors or (adding.errors if adding else {})
    return page(
        request, "incidents/desk/postmortem.html", context, now=now, active="incidents", status=422 if refused else 200
    )


@desk_view.post
def publish(request: Any, number: int) -> HttpResponse:
    """Let whoever reads the incident read it too."""
    about = {"incident_id": find(number).pk, "by": request.member, "now": timezone.now()}
    back = redirect("incidents:postmortem", number=number)
    return at_once(request, ActionForm({}), actions.publish_postmortem, lambda _: "Published.", back, **about)


@desk_view.post
def add(request: Any, number: int) -> HttpResponse:
    """Something that somebody does by a day."""
    form = PostmortemActionForm(request.POST, choices={"owner": members()})
    about = {"incident_id": find(number).pk, "by": request.member, "now": timezone.now()}
    if form.carry_out(actions.add_postmortem_action, **about):
        say(request, f"{form.result.owner.name} does it.")
        return redirect("incidents:postmortem", number=number)
    return _show(request, number, form=_texts(number), adding=form)


@desk_view
def to_do(request: Any) -> HttpResponse:
    """What is to be done about all incidents, what is due first on top."""
    now = timezone.now()
    rows = PostmortemAction.objects.open().select_related("owner__user", "postmortem__incident")[: SHOWN + 1]
    context = {"tabs": tabs("actions"), "actions": _marked(rows[:SHOWN]), "more": len(rows) > SHOWN}
    return page(request, "incidents/desk/actions.html", context, now=now, active="incidents")


@desk_view.post
def finish(request: Any, action_id: int) -> HttpResponse:
    return _set(request, actions.finish_postmortem_action, action_id, "Done.")


@desk_view.post
def resume(request: Any, action_id: int) -> HttpResponse:
    return _set(request, actions.resume_postmortem_action, action_id, "Still to be done.")


def _set(request: Any, action: Callable[..., Any], action_id: int, words: str) -> HttpResponse:
    about = {"action_id": action_id, "by": request.member, "now": timezone.now()}
    return at_once(request, ActionForm({}), action, lambda _: words, redirect(page_of(request)), **about)


def _marked(rows: Iterable[PostmortemAction]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [{"action": row, "is_overdue": row.is_overdue(today)} for row in rows]
