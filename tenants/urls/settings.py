"""`/settings/people/` and `/settings/workspace/`, for owners."""

from django.urls import path

from tenants.views import people, workspace

urlpatterns = [
    path("people/", people.people, name="settings-people"),
    path("people/<int:member_id>/", people.member, name="settings-member"),
    path("people/<int:member_id>/deactivate/", people.deactivate, name="settings-member-deactivate"),
    path("people/<int:member_id>/reactivate/", people.reactivate, name="settings-member-reactivate"),
    path("people/invitations/<int:invitation_id>/resend/", people.resend, name="settings-invitation-resend"),
    path("people/invitations/<int:invitation_id>/withdraw/", people.withdraw, name="settings-invitation-withdraw"),
    path("workspace/", workspace.workspace, name="settings-workspace"),
]
