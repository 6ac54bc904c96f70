"""What the gallery shows. Invented people and tickets; instants are placed around the `now` it is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shell.wording import exact_words, when_words

Sample = dict[str, Any]


def _clock(
    state: str,
    words: str,
    now: datetime,
    *,
    metric: str = "First response",
    left: int | None = None,
    total: int = 14400,
    **more: Any,
) -> Sample:
    due = now + timedelta(seconds=left) if left is not None else None
    clock: Sample = {
        "state": state,
        "metric_label": metric,
        "words": words,
        "as_of": now,
        "why_url": "/gallery/?screen=portal",
        "business_seconds_left": left,
    }
    if due is not None:
        clock |= {
            "due_at": due,
            "due_reader": when_words(timezone.localtime(due), timezone.localtime(now)),
            "due_agreement": f"{exact_words(timezone.localtime(due))}, London",
            "share": max(0, min(100, round(100 - 100 * (left or 0) / total))),
            "business_seconds_total": total,
            "warn_seconds_left": total // 4,
        }
    return clock | more


def clocks(now: datetime) -> list[Sample]:
    """One clock in each state of the design."""
    return [
        _clock("running", "2 h 41 m left", now, left=9699),
        _clock(
            "standing",
            "1 h 20 m left",
            now,
            left=4839,
            metric="Resolution",
            open_until=now - timedelta(minutes=1),
            opens_at=now + timedelta(hours=9),
        ),
        _clock(
            "warning",
            "22 m left",
            now,
            left=1335,
            open_until=now + timedelta(minutes=10),
            opens_at=now + timedelta(hours=15),
        ),
        _clock("breached", "35 m over", now, left=-2112),
        _clock(
            "paused",
            "Paused: waiting for you",
            now,
            metric="Resolution",
            paused_for="Owen is asked for the log file of this morning.",
        ),
        _clock("met", "Answered in 42 m of 1 h", now),
        _clock("missed", "Answered in 1 h 20 m of 1 h", now),
        _clock("best_effort", "Best effort · 3 h so far", now, metric="Resolution"),
        _clock("not_covered", "No service level: invoice overdue", now),
    ]


LOCKED_OUT = (
    "Since about half past nine nobody in the Leeds office can sign in. They get as far as the password, then the page "
    "loads again. London is fine.\n\nAbout 140 people are affected."
)
ALLOW_LIST = (
    "Thank you, the recording helps. The requests from Leeds come from addresses that are not on your allow list, so "
    "our "
    "side turns them away after the password.\n\nCould you send the address range of the new line? I will add it at "
    "once, and nobody needs to do anything else."
)

QUEUE = [
    ("IW-2041", "Nobody in Leeds can sign in", "Brightwater Bank", "Gold", "Urgent", "critical", "Noor de Wit", 3),
    ("IW-2038", "Reset mail comes an hour late", "Halden Freight", "Silver", "High", "serious", "", 12),
    ("IW-2044", "New phone for the second step", "Orchard & Sons", "Bronze", "Medium", "moderate", "Ishaan Rao", 4),
    ("IW-2019", "Directory sync stops at row 4,096", "Brightwater Bank", "Gold", "High", "serious", "Noor de Wit", 35),
    (
        "IW-2007",
        "Audit log shows the wrong time zone",
        "Kestrel Rail",
        "Gold",
        "Medium",
        "moderate",
        "Marta Lindqvist",
        190,
    ),
    ("IW-1996", "How do we rotate the signing key?", "Halden Freight", "Silver", "Low", "minor", "Noor de Wit", 1400),
    ("IW-1991", "Group rules need two sign-ins", "Kestrel Rail", "Gold", "Medium", "moderate", "Ishaan Rao", 1800),
    ("IW-1987", "Dark theme for the login page", "Orchard & Sons", "Bronze", "Low", "neutral", "", 2900),
    ("IW-1985", "Question about the trial account", "Finch Labs", "Trial", "Low", "minor", "", 3100),
]


def queue(now: datetime) -> list[Sample]:
    order = [3, 2, 2, 0, 1, 4, 5, 7, 8]
    states = clocks(now)
    return [
        {
            "number": number,
            "subject": subject,
            "client": client,
            "plan": plan,
            "level": level,
            "intent": intent,
            "assignee": who,
            "active_at": now - timedelta(minutes=minutes),
            "clock": states[order[index]],
            "unread": index in (0, 2),
        }
        for index, (number, subject, client, plan, level, intent, who, minutes) in enumerate(QUEUE)
    ]


def conversation(now: datetime) -> list[Sample]:
    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    return [
        {
            "kind": "client",
            "author": "Owen Baptiste",
            "role": "Brightwater Bank",
            "at": ago(190),
            "text": LOCKED_OUT,
            "attachments": [
                {"name": "leeds-sign-in.har", "size": 482_113, "url": "#"},
                {"name": "screenshot.png", "size": 96_004, "url": "#", "icon": "photo"},
            ],
        },
        {
            "kind": "acknowledgement",
            "author": "Support",
            "role": "automatic",
            "at": ago(190),
            "text": "We have your ticket. A person reads it next.",
        },
        {"kind": "system", "at": ago(171), "icon": "user", "text": "Noor de Wit took the ticket"},
        {
            "kind": "note",
            "author": "Noor de Wit",
            "role": "Agent",
            "at": ago(160),
            "text": "Their office moved to a new address range on Friday. The old one is still in the allow list.",
        },
        {
            "kind": "agent",
            "author": "Noor de Wit",
            "role": "Agent",
            "at": ago(148),
            "text": ALLOW_LIST,
            "note": "First response after 42 m of 1 h",
        },
        {
            "kind": "system",
            "at": ago(148),
            "icon": "player-pause",
            "text": "Resolution paused: waiting for Owen Baptiste",
        },
    ]


def history(now: datetime) -> list[Sample]:
    return [
        {
            "at": now - timedelta(minutes=5),
            "icon": "alert-triangle",
            "tone": "bad",
            "words": "First response fell due and was missed",
            "note": "Due 13:25; Urgent, Gold plan: within 1 hour (clause 4.2).",
        },
        {
            "at": now - timedelta(minutes=40),
            "icon": "switch-horizontal",
            "tone": "warn",
            "who": "Ishaan Rao",
            "words": "changed the priority from High to Urgent",
            "note": "The whole office is locked out.",
        },
        {
            "at": now - timedelta(minutes=61),
            "icon": "ticket",
            "who": "Owen Baptiste",
            "words": "filed the ticket on the portal",
        },
    ]


def choices() -> list[Sample]:
    return [
        {
            "value": "urgent",
            "id": "priority-urgent",
            "label": "Urgent",
            "intent": "critical",
            "definition": "Nobody can sign in, or data is at risk.",
            "examples": ["all users are locked out", "sign-in certificates have expired"],
            "promise": [
                {"label": "First response", "words": "today 15:05"},
                {"label": "Resolution", "words": "today 18:05"},
            ],
            "disabled": True,
            "why_not": "Only contacts who may raise the top priority can choose this. Lena Voss can.",
        },
        {
            "value": "high",
            "id": "priority-high",
            "label": "High",
            "intent": "serious",
            "checked": True,
            "definition": "An important part does not work for many people.",
            "examples": ["one office cannot sign in"],
            "promise": [
                {"label": "First response", "words": "today 18:05"},
                {"label": "Resolution", "words": "tomorrow 12:00"},
            ],
        },
        {
            "value": "medium",
            "id": "priority-medium",
            "label": "Medium",
            "intent": "moderate",
            "definition": "Something is wrong and there is a way around it.",
        },
        {
            "value": "low",
            "id": "priority-low",
            "label": "Low",
            "intent": "minor",
            "definition": "A question, or a wish for a new feature.",
        },
    ]


def days() -> list[Sample]:
    odd = {
        12: ("down", "2 h 5 m unavailable"),
        40: ("degraded", "Slow for 35 m"),
        41: ("maintenance", "Planned work, 1 h"),
        63: ("unknown", "No measurements"),
        77: ("down", "12 m unavailable"),
    }
    return [
        {"state": odd.get(index, ("up", ""))[0], "words": odd.get(index, ("", "No trouble"))[1]} for index in range(90)
    ]


def week() -> list[Sample]:
    span = {"from_percent": 8 / 24 * 100, "width_percent": 14 / 24 * 100, "words": "08:00 to 22:00"}
    return [
        {"day": day, "spans": [span] if day not in ("Sat", "Sun") else []}
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    ]


def views() -> list[Sample]:
    rows = [
        ("Due first", "clock", 41, True, "", "g q"),
        ("Mine", "user", 7, False, "", "g m"),
        ("Nobody's", "inbox", 12, False, "", "g u"),
        ("Over due", "alert-triangle", 3, False, "bad", "g b"),
        ("Waiting for client", "player-pause", 9, False, "", ""),
        ("Solved", "circle-check", None, False, "", ""),
        ("All tickets", "stack-2", None, False, "", "g a"),
    ]
    return [
        {
            "label": label,
            "url": "?screen=desk",
            "icon": icon,
            "count": count,
            "active": active,
            "tone": tone,
            "hotkey": key,
        }
        for label, icon, count, active, tone, key in rows
    ]


def doors(screen: str) -> list[Sample]:
    """The front doors as an owner sees them; the one of the sample screen is open."""
    rows = [
        ("Desk", "desk", "headset", ("desk", "ticket")),
        ("Reports", "report", "report-analytics", ("report",)),
        ("Status", "status", "activity", ("status",)),
        ("Settings", "settings", "settings", ("settings",)),
    ]
    return [
        {"label": label, "url": f"?screen={key}", "icon": icon, "active": screen in screens}
        for label, key, icon, screens in rows
    ]


def everything(now: datetime) -> Sample:
    """The whole context of the gallery; `now` is aware."""
    return {
        "now": now,
        "clocks": clocks(now),
        "tickets": queue(now),
        "conversation": conversation(now),
        "events": history(now),
        "cards": choices(),
        "days": days(),
        "week": week(),
        "views": views(),
        "people": ["Noor de Wit", "Ishaan Rao", "Marta Lindqvist", "Owen Baptiste", "Lena Voss", "Ana Sousa", "Jun"],
        "earlier": now - timedelta(hours=3, minutes=12),
        "later": now + timedelta(hours=2, minutes=10),
        "long_ago": now - timedelta(days=200),
        "facts": [
            {"label": "Client", "value": "Brightwater Bank"},
            {"label": "Plan", "value": "Gold", "note": "until 31 March 2027"},
            {"label": "Product", "value": "Single sign-on"},
            {"label": "Requested by", "value": "Owen Baptiste"},
            {"label": "Agreement", "value": "Version 3, 1 July 2026"},
        ],
        "tabs": [
            {"label": "Conversation", "url": "#", "active": True, "count": 6},
            {"label": "History", "url": "#"},
            {"label": "Files", "url": "#", "count": 2},
        ],
        "modes": [
            {
                "value": "reply",
                "label": "Reply",
                "icon": "send",
                "checked": True,
                "effect": "Sends to Owen and Lena, stops the first-response clock, and waits for the client.",
            },
            {
                "value": "ack",
                "label": "Acknowledge",
                "icon": "mail-check",
                "effect": "Sends to Owen and Lena. Stops no clock: it is not an answer.",
            },
            {
                "value": "note",
                "label": "Note",
                "icon": "note",
                "tone": "note",
                "effect": "Only colleagues see this. Stops no clock.",
            },
        ],
        "portal_nav": [
            {"label": "Tickets", "url": "?screen=portal", "icon": "ticket", "active": True},
            {"label": "New ticket", "url": "?screen=file", "icon": "plus"},
            {"label": "Status", "url": "?screen=status", "icon": "activity"},
        ],
        "sections": [
            {
                "label": "People",
                "items": [
                    {"label": "Members", "url": "#", "icon": "users", "active": True},
                    {"label": "Clients", "url": "#", "icon": "building"},
                ],
            },
            {
                "label": "Service",
                "items": [
                    {"label": "Agreements", "url": "#", "icon": "file-text"},
                    {"label": "Calendars", "url": "#", "icon": "calendar"},
                    {"label": "Channels", "url": "#", "icon": "mail"},
                ],
            },
        ],
        "chart_headers": ["Month", "Met", "Missed"],
        "chart_rows": [["July", 118, 4], ["August", 96, 1], ["September", 131, 9]],
        "line_headers": ["Day", "Availability"],
        "line_rows": [["1 Sep", 99.99], ["8 Sep", 99.97], ["15 Sep", 99.71], ["22 Sep", 99.95], ["29 Sep", 99.99]],
        "notifications": {"url": "/gallery/?screen=settings", "count": 3},
    }
