"""The list beside every settings page."""

from __future__ import annotations

from typing import Any

SECTIONS = [
    (
        "",
        [("Overview", "/settings/", "layout-dashboard")],
    ),
    (
        "Who",
        [
            ("People", "/settings/people/", "users"),
            ("Clients", "/settings/clients/", "building"),
        ],
    ),
    (
        "What is promised",
        [
            ("Agreements", "/settings/agreements/", "file-certificate"),
            ("Products", "/settings/products/", "package"),
        ],
    ),
    (
        "When something breaks",
        [
            ("Escalation", "/settings/escalation/", "bell-ringing"),
            ("On call", "/settings/on-call/", "phone-call"),
            ("Update templates", "/settings/update-templates/", "template"),
        ],
    ),
    (
        "How",
        [
            ("Workspace", "/settings/workspace/", "adjustments"),
            ("News", "/settings/news/", "news"),
            ("Team channels", "/settings/channels/", "message"),
            ("Webhooks", "/settings/webhooks/", "webhook"),
            ("Outgoing messages", "/settings/mail/", "mail"),
            ("History", "/settings/history/", "history"),
        ],
    ),
]
#: Pages whose address lies elsewhere than their section's.
BELONGS = {"/settings/contacts/": "/settings/clients/", "/settings/subscriptions/": "/settings/clients/"}


#: What a member who does not manage the settings may write all the same.
NEWS = [("", [("News", "/settings/news/", "news")])]


def sections(path: str, *, all_of_them: bool) -> list[dict[str, Any]]:
    """The sections as `layouts/settings.html` reads them, the one that `path` lies in marked."""
    here = next((home for prefix, home in BELONGS.items() if path.startswith(prefix)), path)

    def is_active(url: str) -> bool:
        return here == url if url == "/settings/" else here.startswith(url)

    return [
        {
            "label": label,
            "items": [{"label": name, "url": url, "icon": icon, "active": is_active(url)} for name, url, icon in pages],
        }
        for label, pages in (SECTIONS if all_of_them else NEWS)
    ]
