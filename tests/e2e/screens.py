"""Every screen and who sees it: what `make screenshots` takes and test_screens.py looks at. New screens belong here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

NOBODY, AGENT, LEAD, MANAGER, OWNER, CONTACT, READER = (
    "nobody",
    "agent",
    "lead",
    "account manager",
    "owner",
    "contact",
    "contact without rights",
)
DESK = (AGENT, LEAD, OWNER)
REPORTS = (LEAD, MANAGER, OWNER)
PORTAL = (CONTACT, READER)
SIGNED_IN = (AGENT, MANAGER, OWNER, CONTACT)

#: How the demo's page of personas names each audience's role.
PERSONAS = {
    AGENT: "Agent",
    LEAD: "Support lead",
    MANAGER: "Account manager",
    OWNER: "Owner",
    CONTACT: "Client contact at",
    READER: "not authorised",
}


@dataclass(frozen=True)
class Screen:
    """`path` is where it is or, with `via`, where the way to it begins: each selector's first link is followed."""

    name: str
    path: str
    who: tuple[str, ...]
    via: tuple[str, ...] = ()
    #: Looked at by the tests, and in every demo workspace: the screens people spend their day with.
    main: bool = False
    on_bare_host: bool = False

    def open(self, page: Any, base: str) -> bool:
        """Go there; False when this workspace has nothing of the kind."""
        page.goto(urljoin(base, self.path))
        for selector in self.via:
            link = page.locator(selector)
            if not link.count():
                return False
            page.goto(urljoin(page.url, link.first.get_attribute("href")))
        return True


ROW = "a.row-subject"
CASE = "a.case-subject"
FOLLOWED = ".clock-why"

SCREENS = [
    # Nobody yet
    Screen("workspaces", "/", (NOBODY,), on_bare_host=True),
    Screen("landing", "/", (NOBODY,), main=True),
    Screen("sign-in", "/accounts/login/", (NOBODY,), main=True),
    Screen("password-reset", "/accounts/password/reset/", (NOBODY,)),
    Screen("password-reset-sent", "/accounts/password/reset/done/", (NOBODY,)),
    Screen("signup-closed", "/accounts/signup/", (NOBODY,)),
    Screen("status", "/status/", (NOBODY, CONTACT), main=True),
    Screen("status-news", "/status/news/", (NOBODY,)),
    Screen("not-found", "/nowhere/", (NOBODY,)),
    Screen("api-docs", "/api/v1/docs/", (NOBODY,)),
    # The desk
    Screen("queue", "/desk/", DESK, main=True),
    Screen("queue-mine", "/desk/?view=mine", (AGENT,)),
    Screen("queue-overdue", "/desk/?view=overdue", (LEAD,)),
    Screen("queue-waiting", "/desk/?view=waiting", (AGENT,)),
    Screen("queue-third-party", "/desk/?status=third_party", (AGENT,)),
    Screen("queue-on-hold", "/desk/?view=on_hold", (AGENT,)),
    Screen("queue-solved", "/desk/?view=solved", (AGENT,)),
    Screen("queue-nothing-found", "/desk/?q=kangaroo", (AGENT,)),
    Screen("ticket", "/desk/", DESK, via=(ROW,), main=True),
    Screen("ticket-waiting", "/desk/?view=waiting", (AGENT,), via=(ROW,)),
    Screen("ticket-solved", "/desk/?view=solved", (AGENT,), via=(ROW,)),
    Screen("ticket-why", "/desk/", (AGENT,), via=(ROW, FOLLOWED)),
    Screen("ticket-contested", "/desk/?view=contested", (AGENT,), via=(ROW,)),
    Screen("ticket-contest", "/desk/?view=contested", (AGENT,), via=(ROW, "a[href*='/contests/']")),
    Screen("ticket-reclassify", "/desk/", (AGENT,), via=(ROW, "a[href$='/reclassify/']")),
    Screen("ticket-workaround", "/desk/", (AGENT,), via=(ROW, "a[href$='/workaround/']")),
    Screen(
        "ticket-workaround-fails",
        "/desk/",
        (AGENT,),
        via=(f"tr:has-text('Workaround') {ROW}", "a[href$='/workaround/withdrawal/']"),
    ),
    Screen("ticket-hold", "/desk/", (AGENT,), via=(ROW, "a[href$='/hold/']")),
    Screen("ticket-merge", "/desk/", (AGENT,), via=(ROW, "a[href$='/merge/']")),
    Screen("ticket-merge-into", "/desk/", (AGENT,), via=(ROW, "a[href$='/merge/']", "a.desk-person")),
    Screen("ticket-scope", "/desk/", (AGENT,), via=(ROW, "a[href$='/scope/']")),
    Screen("desk-new-for-whom", "/desk/tickets/new/", (AGENT,)),
    Screen("desk-new", "/desk/tickets/new/", (AGENT,), via=("a.desk-person",)),
    Screen("desk-agreement", "/desk/agreement/", (AGENT,)),
    Screen("desk-calendar", "/desk/agreement/", (AGENT,), via=("a[href*='/calendars/']",)),
    Screen("desk-clients", "/desk/clients/", (AGENT,)),
    Screen("desk-client", "/desk/clients/", (AGENT,), via=(ROW,)),
    # The portal
    Screen("incidents", "/desk/incidents/", (AGENT,)),
    Screen("incidents-resolved", "/desk/incidents/?open=false", (AGENT,)),
    Screen("incident", "/desk/incidents/", (AGENT,), via=(ROW,)),
    Screen("incident-new", "/desk/incidents/new/", (AGENT,)),
    Screen("incident-actions", "/desk/incidents/actions/", (AGENT,)),
    Screen("maintenance", "/desk/maintenance/", (AGENT,)),
    Screen("maintenance-one", "/desk/maintenance/", (AGENT,), via=(ROW,)),
    Screen("maintenance-new", "/desk/maintenance/new/", (AGENT,)),
    Screen("on-call", "/desk/on-call/", (AGENT,)),
    Screen("portal", "/portal/", PORTAL, main=True),
    Screen("portal-everybody", "/portal/?who=all", (CONTACT,)),
    Screen("portal-solved", "/portal/?who=all&show=solved", (CONTACT,)),
    Screen("portal-new", "/portal/tickets/new/", PORTAL, main=True),
    Screen("portal-ticket", "/portal/?who=all", PORTAL, via=(CASE,), main=True),
    Screen("portal-ticket-solved", "/portal/?who=all&show=solved", (CONTACT,), via=(CASE,)),
    Screen("portal-why", "/portal/?who=all", (CONTACT,), via=(CASE, FOLLOWED)),
    Screen("portal-contest", "/portal/?who=all", (CONTACT,), via=(CASE, FOLLOWED, "a[href$='/contest/']")),
    Screen("portal-agreement", "/portal/agreement/", PORTAL, main=True),
    Screen("portal-calendar", "/portal/agreement/", (CONTACT,), via=("a[href*='/calendars/']",)),
    Screen("portal-agreement-earlier", "/portal/agreement/", (CONTACT,), via=(".versions tbody tr:last-child a",)),
    Screen("portal-addendum", "/portal/addendum/", (CONTACT,), main=True),
    Screen("portal-notifications", "/portal/notifications/", (CONTACT,)),
    # The reports
    Screen("portal-incidents", "/portal/incidents/", (CONTACT,)),
    Screen("portal-incident", "/portal/incidents/", (CONTACT,), via=("main a[href^='/portal/incidents/']",)),
    Screen("portal-maintenance", "/portal/maintenance/", (CONTACT,)),
    Screen("status-incident", "/status/", (NOBODY,), via=("a[href^='/status/incidents/']",)),
    Screen("status-history", "/status/history/", (NOBODY,)),
    Screen("status-subscribe", "/status/subscribe/", (NOBODY,)),
    Screen("reports", "/reports/", REPORTS, main=True),
    Screen("reports-client", "/reports/", (MANAGER,), via=("a[href*='client=']",)),
    Screen("reports-missed", "/reports/missed/", REPORTS),
    Screen("what-ifs", "/reports/what-if/", REPORTS),
    Screen("what-if-new", "/reports/what-if/new/", (MANAGER, OWNER)),
    Screen("what-if", "/reports/what-if/", (MANAGER, OWNER), via=(ROW,)),
    Screen("what-if-tickets", "/reports/what-if/", (MANAGER, OWNER), via=(ROW, "a[href$='/tickets/']")),
    # The settings
    Screen("settings", "/settings/", (OWNER,), main=True),
    Screen("settings-people", "/settings/people/", (OWNER,)),
    Screen("settings-member", "/settings/people/", (OWNER,), via=(ROW,)),
    Screen("settings-clients", "/settings/clients/", (OWNER,)),
    Screen("settings-client-new", "/settings/clients/new/", (OWNER,)),
    Screen("settings-client", "/settings/clients/", (OWNER,), via=(ROW,)),
    Screen("settings-contact-new", "/settings/clients/", (OWNER,), via=(ROW, "a[href$='/contacts/new/']")),
    Screen("settings-contact", "/settings/clients/", (OWNER,), via=(ROW, "a[href*='/contacts/']:not([href$='/new/'])")),
    Screen("settings-subscription-new", "/settings/clients/", (OWNER,), via=(ROW, "a[href$='/subscriptions/new/']")),
    Screen(
        "settings-subscription",
        "/settings/clients/",
        (OWNER,),
        via=(ROW, "a[href*='/subscriptions/']:not([href$='/new/'])"),
    ),
    Screen(
        "addendum",
        "/settings/clients/",
        (OWNER,),
        via=(ROW, "a[href*='/subscriptions/']:not([href$='/new/'])", "a[href^='/addenda/']"),
    ),
    Screen("settings-products", "/settings/products/", (OWNER,)),
    Screen("settings-product", "/settings/products/", (OWNER,), via=(ROW,)),
    Screen("settings-agreements", "/settings/agreements/", (OWNER,)),
    Screen("settings-agreement-new", "/settings/agreements/new/", (OWNER,)),
    Screen("settings-agreement-form", "/settings/agreements/", (OWNER,), via=(ROW, "a[href$='/form/']")),
    Screen(
        "settings-agreement-plans",
        "/settings/agreements/",
        (OWNER,),
        via=(ROW, "a[href$='/form/']", "a[href$='/plans/']"),
    ),
    Screen(
        "settings-agreement-targets",
        "/settings/agreements/",
        (OWNER,),
        via=(ROW, "a[href$='/form/']", "a[href$='/targets/']"),
    ),
    Screen("settings-agreement-text", "/settings/agreements/", (OWNER,), via=(ROW, "a[href$='/edit/']")),
    Screen("settings-agreement", "/settings/agreements/", (OWNER,), via=(ROW,)),
    # Where the newest version is a draft.
    Screen("settings-publish", "/settings/agreements/", (OWNER,), via=(ROW, "a[href$='/publish/']")),
    Screen("settings-send-back", "/settings/agreements/", (OWNER,), via=(ROW, "a[href$='/send-back/']")),
    Screen("settings-compare", "/settings/agreements/", (OWNER,), via=("a[href*='/agreements/compare/']",)),
    Screen("settings-calendar", "/settings/agreements/", (OWNER,), via=(ROW, "a[href*='/calendars/']")),
    Screen("settings-on-call", "/settings/on-call/", (OWNER,)),
    Screen("settings-schedule", "/settings/on-call/", (OWNER,), via=("main a[href^='/settings/on-call/']",)),
    Screen("settings-escalation", "/settings/escalation/", (OWNER,)),
    Screen("settings-update-templates", "/settings/update-templates/", (OWNER,)),
    Screen("settings-news", "/settings/news/", (OWNER,)),
    Screen("settings-news-new", "/settings/news/new/", (OWNER,)),
    Screen("settings-workspace", "/settings/workspace/", (OWNER,)),
    Screen("settings-mail", "/settings/mail/", (OWNER,)),
    Screen("settings-channels", "/settings/channels/", (OWNER,)),
    Screen("settings-webhooks", "/settings/webhooks/", (OWNER,)),
    Screen("settings-forbidden", "/settings/", (AGENT,)),
    # Everybody who is signed in
    Screen("notices", "/notices/", SIGNED_IN, main=True),
    Screen("profile", "/profile/", SIGNED_IN),
    Screen("profile-channels", "/profile/channels/", (AGENT,)),
    Screen("password-change", "/accounts/password/change/", (AGENT,)),
    Screen("second-factor", "/accounts/2fa/", (AGENT,)),
    Screen("second-factor-add", "/accounts/2fa/totp/activate/", (AGENT,)),
    Screen("sign-out", "/accounts/logout/", (AGENT,)),
]

DEMO_SCREENS = [
    Screen("demo-personas", "/demo/", (NOBODY,)),
    Screen("demo-mails", "/demo/mail/", (NOBODY,)),
    Screen("demo-mail", "/demo/mail/", (NOBODY,), via=(ROW,)),
    Screen("gallery", "/gallery/", (NOBODY,)),
    *(
        Screen(f"gallery-{sample}", f"/gallery/?screen={sample}", (NOBODY,))
        for sample in ("desk", "ticket", "portal", "file", "status", "report", "settings")
    ),
]
