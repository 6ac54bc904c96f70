"""App configuration: tenants, people, scope, history."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Tenants and people"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "workspace.made": ("rocket", "made the workspace, with {subject} as its owner"),
        "member.invited": ("mail", "invited {subject}"),
        "member.role_changed": ("user-cog", "changed the role of {subject}"),
        "member.deactivated": ("user-off", "deactivated {subject}"),
        "member.reactivated": ("user-check", "reactivated {subject}"),
        "invitation.accepted": ("user-check", "accepted the invitation to {subject}"),
        "invitation.sent_again": ("mail", "sent the invitation to {subject} again"),
        "invitation.withdrawn": ("mail-x", "withdrew the invitation to {subject}"),
        "client.added": ("building", "added {subject}"),
        "client.renamed": ("pencil", "changed {subject}"),
        "contact.added": ("user-plus", "added {subject}"),
        "contact.invited": ("mail", "invited {subject} to sign in"),
        "contact.permissions_changed": ("shield-check", "changed what {subject} may do"),
        "contact.deactivated": ("user-off", "deactivated {subject}"),
        "contact.reactivated": ("user-check", "reactivated {subject}"),
        "user.profile_changed": ("pencil", "changed their own profile"),
        "user.sessions_ended": ("logout", "signed out everywhere"),
        "api_token.created": ("key", "made the API token {subject}"),
        "api_token.revoked": ("key-off", "revoked the API token {subject}"),
        "workspace.changed": ("settings", "changed the workspace"),
    }
