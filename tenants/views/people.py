"""Settings: the members of the workspace, and who is invited."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shell.forms import done, posted
from tenants import actions
from tenants.doors import settings_view
from tenants.forms import ROLE_HELP, InviteMemberForm, ReasonForm, RoleForm
from tenants.models import Invitation, Member
from tenants.narration import entries_about, narrate


@settings_view.form
def people(request: Any) -> HttpResponse:
    """The members and open invitations; posting invites somebody."""
    now = timezone.now()
    form = InviteMemberForm(posted(request))
    if form.carry_out(actions.invite_member, by=request.user, now=now):
        return done(request, f"An invitation is on its way to {form.result.email}.", "settings-people")
    members = Member.objects.select_related("user").order_by("deactivated_at", "user__name")
    waiting = Invitation.objects.filter(contact=None, accepted_at=None, withdrawn_at=None).select_related("invited_by")
    context = {
        "active": [member for member in members if member.deactivated_at is None],
        "gone": [member for member in members if member.deactivated_at is not None],
        "invitations": waiting.order_by("-invited_at"),
        "now": now,
        "form": form,
        "roles": [(role.label, ROLE_HELP[role]) for role in Member.Role],
    }
    return render(request, "tenants/people.html", context, status=422 if form.errors else 200)


@settings_view.form
def member(request: Any, member_id: int) -> HttpResponse:
    """One member; posting changes their role."""
    found = get_object_or_404(Member.objects.select_related("user"), pk=member_id)
    form = RoleForm(posted(request), initial=model_to_dict(found))
    now = timezone.now()
    if form.carry_out(actions.change_role, member_id=found.pk, by=request.user, now=now):
        return done(request, f"{found.name} is now {form.result.get_role_display().lower()}.", "settings-people")
    told = entries_about(
        found, also=Q(actor=found.user, event__startswith="user.") | Q(actor=found.user, event__startswith="api_token.")
    )
    context = {"person": found, "form": form, "reason_form": ReasonForm(), "events": narrate(told)}
    return render(request, "tenants/member.html", context, status=422 if form.errors else 200)


deactivate = settings_view.verb(
    actions.deactivate_member,
    done=lambda member: f"{member.name} can no longer sign in, and their API tokens are revoked.",
    back="settings-member",
    form=ReasonForm,
)


reactivate = settings_view.verb(
    actions.reactivate_member,
    done=lambda member: f"{member.name} can sign in again.",
    back="settings-member",
)


resend = settings_view.verb(
    actions.resend_invitation,
    done=lambda sent: f"A new link is on its way to {sent.email}. The one before no longer works.",
    back="settings-people",
)


withdraw = settings_view.verb(
    actions.withdraw_invitation,
    done=lambda invitation: f"The link sent to {invitation.email} no longer works.",
    back="settings-people",
)
