"""Who may pass which address: the whole list, by the names of URLs. An address that is not on it fails the tests.

Outcomes: IN passes; SIGN_IN is sent to the sign-in page; 401, 403 and 404 are what they are. A stranger to the tenant,
to the client or to the ticket gets 404; a member whose role does not reach gets 403.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

IN, SIGN_IN = "in", "sign in"
MEMBERS = ("owner", "lead", "agent", "account_manager")
#: The contact filed the ticket; the colleague is of the same client and sees own tickets only; the other is another's.
CONTACTS = ("contact", "colleague", "other_contact")
AUDIENCES = ("nobody", *MEMBERS, *CONTACTS)

Outcome = str | int


@dataclass(frozen=True)
class Door:
    """What each audience gets, with `method`. `query` is what an address cannot answer without."""

    outcomes: dict[str, Outcome]
    method: str = "GET"
    query: str = ""

    def post(self) -> Door:
        return replace(self, method="POST")

    def asked(self, query: str) -> Door:
        return replace(self, query=query)

    def but(self, **outcomes: Outcome) -> Door:
        return replace(self, outcomes={**self.outcomes, **outcomes})


def _door(*, nobody: Outcome, members: Outcome, contacts: Outcome, **others: Outcome) -> Door:
    everyone = {"nobody": nobody, **dict.fromkeys(MEMBERS, members), **dict.fromkeys(CONTACTS, contacts)}
    return Door({**everyone, **others})


ANYONE = _door(nobody=IN, members=IN, contacts=IN)
PEOPLE = _door(nobody=SIGN_IN, members=IN, contacts=IN)
NEWS = _door(nobody=SIGN_IN, members=403, contacts=404, owner=IN, lead=IN)
OWNERS = _door(nobody=SIGN_IN, members=403, contacts=404, owner=IN)
DESK = _door(nobody=SIGN_IN, members=IN, contacts=404, account_manager=403)
REPORTS = _door(nobody=SIGN_IN, members=IN, contacts=404, agent=403)
MEMBERS_ALL = _door(nobody=SIGN_IN, members=IN, contacts=404)
PORTAL = _door(nobody=SIGN_IN, members=404, contacts=IN)
PORTAL_TICKET = PORTAL.but(colleague=404, other_contact=404)
API = _door(nobody=401, members=IN, contacts=IN)
API_MEMBERS = _door(nobody=401, members=IN, contacts=404)
API_OWNERS = API_MEMBERS.but(lead=403, agent=403, account_manager=403)
API_REPORTS = API_MEMBERS.but(agent=403)
API_TICKET = API.but(colleague=404, other_contact=404)
API_TICKET_CHANGE = API_TICKET.but(account_manager=403)
API_TEAM = API_TICKET_CHANGE.but(contact=404)
#: Only the owner of a thing finds it: a token, a notice.
OWNERS_OWN = _door(nobody=SIGN_IN, members=404, contacts=404, owner=IN)
NOT_HERE = _door(nobody=404, members=404, contacts=404)
#: There is no second factor to take away or show.
SECOND_FACTOR = _door(nobody=SIGN_IN, members=404, contacts=404)


def _all(door: Door, *names: str) -> dict[str, Door]:
    return dict.fromkeys(names, door)


DOORS: dict[str, Door] = {
    **_all(
        ANYONE,
        "home",
        "theme-css",
        "favicon",
        "statuspage:status",
        "statuspage:history",
        "statuspage:history_month",
        "statuspage:incident",
        "statuspage:maintenance",
        "statuspage:news",
        "statuspage:news_post",
        "statuspage:json",
        "statuspage:badge",
        "statuspage:calendar",
        "statuspage:feed",
        "statuspage:feed_of_service",
        "statuspage:subscribe",
        "api-status-page",
        "api-news",
        "api-schema",
        "api-docs",
        "api-agreement-schema",
        "invitation",
    ),
    # The signed address is the permission.
    "on-call-calendar": ANYONE,
    # The token in the mail is the permission.
    **_all(ANYONE, "notifications:stop", "statuspage:confirm", "statuspage:subscriptions"),
    "acknowledge": ANYONE,
    # django-allauth's pages: those for strangers, and those about oneself.
    **_all(
        ANYONE,
        "account_login",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    ),
    **_all(
        PEOPLE,
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
    ),
    **_all(ANYONE, "account_logout", "mfa_authenticate"),
    **_all(
        SECOND_FACTOR,
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    ),
    **_all(PEOPLE, "profile", "notifications:notices", "notifications:count"),
    **_all(PEOPLE.post(), "profile-token-create", "profile-sessions-end", "notifications:read_all"),
    **_all(OWNERS_OWN.post(), "profile-token-revoke", "notifications:read"),
    "profile-channels": MEMBERS_ALL,
    **_all(OWNERS_OWN.post(), "profile-channels-up", "profile-channels-test", "profile-channels-remove"),
    **_all(OWNERS_OWN, "notifications:follow"),
    **_all(
        DESK,
        "desk:queue",
        "desk:changes",
        "desk:new",
        "desk:ticket",
        "desk:why",
        "desk:contest",
        "desk:file",
        "desk:agreements",
        "desk:agreement",
        "desk:calendar",
        "desk:clients",
        "desk:client",
    ),
    **_all(
        DESK,
        "incidents:incidents",
        "incidents:list_changes",
        "incidents:declare",
        "incidents:link",
        "incidents:actions",
        "incidents:incident",
        "incidents:changes",
        "incidents:relevel",
        "incidents:affected",
        "incidents:step",
        "incidents:resolve",
        "incidents:reopen",
        "incidents:merge",
        "incidents:title",
        "incidents:postmortem",
        "incidents:maintenances",
        "incidents:maintenance",
        "incidents:maintenance_plan",
        "incidents:maintenance_check",
        "incidents:maintenance_change",
        "incidents:maintenance_announce",
        "incidents:maintenance_start",
        "incidents:maintenance_complete",
        "incidents:maintenance_extend",
        "incidents:maintenance_reschedule",
        "incidents:maintenance_cancel",
        "incidents:maintenance_reword",
    ),
    "incidents:maintenance_stop": DESK.post(),
    # Its agreement has no cadence, so there is no clock to explain.
    "incidents:why": DESK.but(owner=404, lead=404, agent=404),
    **_all(PORTAL, "portal-incidents", "portal-maintenances"),
    "portal-incident": PORTAL.but(other_contact=404),
    "portal-follow": PORTAL.but(other_contact=404).post(),
    # Another client does not have the product.
    "portal-maintenance": PORTAL.but(other_contact=404),
    # The address is the permission: calendar programs do not sign in.
    "portal-maintenance-calendar": ANYONE,
    "api-maintenances": API,
    "api-maintenance": API.but(other_contact=404),
    **_all(
        API_MEMBERS.post().but(account_manager=403),
        "api-maintenance-announce",
        "api-maintenance-reschedule",
        "api-maintenance-start",
        "api-maintenance-extend",
        "api-maintenance-complete",
        "api-maintenance-cancel",
        "api-maintenance-reword",
    ),
    **_all(DESK, "incidents:on_call", "incidents:on_call_schedule"),
    **_all(
        DESK.post(),
        "incidents:on_call_address",
        "incidents:on_call_take_over",
        "incidents:on_call_swap",
        "incidents:on_call_cancel",
    ),
    # `contact_id` is somebody of our tenant.
    "desk:ticket_changes": DESK.asked("since=0"),
    "desk:new_levels": DESK.asked("contact={contact_id}"),
    **_all(
        DESK.post(),
        "desk:bulk",
        "desk:answer",
        "desk:assign",
        "incidents:acknowledge",
        "incidents:picked",
        "incidents:update",
        "incidents:duty",
        "incidents:publish",
        "incidents:link_ticket",
        "incidents:unlink_ticket",
        "incidents:publish_postmortem",
        "incidents:add_action",
        "incidents:finish",
        "incidents:resume",
        "desk:status",
        "desk:reopen",
        "desk:reclassify",
        "desk:scope",
        "desk:hold",
        "desk:workaround",
        "desk:workaround_withdrawal",
        "desk:merge",
        "desk:call",
        "incidents:call",
        "incidents:ticket_incident",
    ),
    **_all(
        PORTAL,
        "portal:home",
        "portal:agreement",
        "portal:agreement_version",
        "portal:calendar",
        "portal:new",
        "portal:promise",
    ),
    **_all(PORTAL, "portal:addendum", "portal:addendum-pdf", "portal:notifications"),
    # Both contacts of the client read what the client was promised; another client's does not.
    **_all(PORTAL.but(other_contact=404), "portal:addendum-version", "portal:addendum-version-pdf"),
    **_all(MEMBERS_ALL, "addendum", "addendum-version", "addendum-pdf"),
    **_all(PORTAL_TICKET, "portal:ticket", "portal:why", "portal:contest", "portal:file"),
    **_all(PORTAL_TICKET.post(), "portal:reply", "portal:solved", "portal:reopen", "portal:workaround_withdrawal"),
    **_all(REPORTS, "reports:attained", "reports:attained_csv", "reports:missed", "reports:missed_csv"),
    **_all(
        REPORTS,
        "reports:what_ifs",
        "reports:what_if_new",
        "reports:what_if",
        "reports:what_if_tickets",
        "reports:what_if_tickets_csv",
        "reports:what_if_csv",
    ),
    **_all(REPORTS.post(), "reports:what_if_cancel", "reports:what_if_keep", "reports:what_if_discard"),
    **_all(
        OWNERS,
        "settings",
        "settings-history",
        "settings-people",
        "settings-member",
        "settings-workspace",
        "settings-clients",
        "settings-client-new",
        "settings-client",
        "settings-contact-new",
        "settings-subscription-new",
        "settings-contact",
        "settings-subscription",
        "settings-escalation",
        "settings-escalation-new",
        "settings-escalation-policy",
        "settings-escalation-audit",
        "settings-update-templates",
        "settings-update-template",
        "settings-products",
        "settings-product",
        "settings-agreements",
        "settings-version-new",
        "settings-version",
        "settings-calendar",
        "settings-version-compare",
        "settings-version-edit",
        "settings-version-form",
        "settings-version-section",
        "settings-version-source",
        "settings-version-publish",
        "settings-version-impact",
        "settings-version-send-back",
        "settings-mail",
        "settings-channels",
        "settings-webhooks",
        "settings-webhook",
    ),
    **_all(
        OWNERS,
        "settings-on-call",
        "settings-on-call-new",
        "settings-on-call-schedule",
        "settings-on-call-layer-new",
        "settings-on-call-layer",
    ),
    **_all(
        OWNERS.post(),
        "settings-on-call-end",
        "settings-on-call-address",
        "settings-on-call-layer-end",
        "settings-on-call-layer-raise",
    ),
    # Without two versions to choose from, it leads nowhere.
    "settings-compare": OWNERS.asked("old={old_id}&new={new_id}"),
    **_all(
        OWNERS.post(),
        "settings-member-deactivate",
        "settings-member-reactivate",
        "settings-invitation-resend",
        "settings-invitation-withdraw",
        "settings-contact-invite",
        "settings-contact-topics",
        "settings-contact-deactivate",
        "settings-contact-reactivate",
        "settings-subscription-standing",
        "settings-subscription-plan",
        "settings-subscription-terms",
        "settings-subscription-products",
        "settings-subscription-end",
        "settings-escalation-remove",
        "settings-update-templates-ready",
        "settings-update-template-remove",
        "settings-product-retire",
        "settings-product-restore",
        "settings-version-review",
        "settings-version-approve",
        "settings-version-start",
        "settings-version-next",
        "settings-version-discard",
        "settings-version-products",
        "settings-mail-resend",
        "settings-webhook-rotate",
        "settings-webhook-ping",
        "settings-webhook-pause",
        "settings-webhook-resume",
        "settings-webhook-remove",
        "settings-channels-up",
        "settings-channels-test",
        "settings-channels-remove",
    ),
    **_all(NEWS, "settings-news", "settings-news-new", "settings-news-post"),
    **_all(NEWS.post(), "settings-news-publish", "settings-news-discard"),
    **_all(API, "api-me", "api-tickets"),
    "api-news-publication": API_MEMBERS.post().but(agent=403, account_manager=403),
    **_all(
        API_MEMBERS,
        "api-agreements",
        "api-agreement-versions",
        "api-agreement-version",
        "api-agreement-source",
    ),
    "api-agreement-compare": API_MEMBERS.asked("with={version}"),
    "api-agreement-validation": API_MEMBERS.post(),
    "api-agreement-impact": API_OWNERS,
    **_all(API_OWNERS, "api-webhooks", "api-webhook"),
    **_all(
        API_OWNERS.post(),
        "api-agreement-drafts",
        "api-agreement-review",
        "api-agreement-approval",
        "api-agreement-return",
        "api-agreement-publication",
    ),
    **_all(API.but(other_contact=404), "api-addendum", "api-addendum-pdf"),
    **_all(API.post().but(account_manager=403), "api-promises"),
    **_all(API_MEMBERS, "api-on-call", "api-on-call-shifts"),
    "api-on-call-overrides": API_MEMBERS.post().but(account_manager=403),
    **_all(API_REPORTS, "api-what-ifs", "api-what-if", "api-what-if-tickets"),
    **_all(API_REPORTS.post(), "api-what-if-cancel", "api-what-if-keep"),
    **_all(API_TICKET, "api-ticket", "api-messages", "api-events", "api-attachment", "api-explanation"),
    "api-contest": API_TICKET.post().but(**dict.fromkeys(MEMBERS, 403)),
    "api-contest-answer": API_TEAM.post(),
    **_all(API_TICKET_CHANGE.post(), "api-status", "api-reopen", "api-workaround-withdrawal"),
    **_all(API.but(other_contact=404), "api-incident", "api-incident-events"),
    "api-incidents": API,
    "api-incident-explanation": API_MEMBERS.but(**dict.fromkeys(MEMBERS, 404)),
    **_all(
        API_TEAM.post(),
        "api-incident-updates",
        "api-incident-notes",
        "api-incident-level",
        "api-incident-affected",
        "api-incident-duties",
        "api-incident-steps",
        "api-incident-resolve",
        "api-incident-reopen",
        "api-incident-merge",
        "api-incident-publish",
        "api-incident-title",
        "api-incident-links",
        "api-incident-unlink",
    ),
    # It is not published.
    **_all(API_MEMBERS, "api-postmortem", "api-postmortem-actions", "api-update-templates", "api-update-template"),
    **_all(API_TEAM.post(), "api-postmortem-publish", "api-postmortem-add"),
    **_all(API_TEAM.post(), "api-postmortem-finish", "api-postmortem-resume"),
    **_all(API_MEMBERS, "api-incident-escalation"),
    **_all(API_TEAM.post(), "api-incident-acknowledgement", "api-incident-calls", "api-calls"),
    # Clients alone: what a member would follow, they work on.
    "api-incident-follow": API.but(**dict.fromkeys(MEMBERS, 404), other_contact=404).post(),
    **_all(API_TEAM.post(), "api-assignment", "api-classification", "api-scope", "api-workaround", "api-merge"),
    **_all(NOT_HERE, "api-nothing"),
}

#: Only in demo mode, where every visitor may be anybody; a test of the shell shows that production does not have them.
DEMO_ONLY = {"gallery", "demo:"}
