"""Everything a person or program can ask for about people and the workspace; pages and the API call the same ones."""

from tenants.actions.clients import (
    add_client,
    add_contact,
    deactivate_contact,
    reactivate_contact,
    rename_client,
    set_contact_permissions,
)
from tenants.actions.invitations import (
    accept_invitation,
    find_invitation,
    invite_contact,
    invite_member,
    resend_invitation,
    withdraw_invitation,
)
from tenants.actions.members import change_role, deactivate_member, reactivate_member
from tenants.actions.profile import change_profile, create_api_token, revoke_api_token, sign_out_everywhere
from tenants.actions.workspace import change_workspace
