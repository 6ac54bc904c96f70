"""Versions of the demo's agreements beside the bundled ones: what they were before, and what is being prepared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from agreements.document import bundled_text

#: How far a version that is being prepared has come.
Stage = Literal["draft", "in review", "approved", "published"]


@dataclass(frozen=True, slots=True)
class Edition:
    """The bundled text with passages changed: each pair is what stands there once, and what stands there instead."""

    changes: tuple[tuple[str, str], ...]

    def source(self, slug: str) -> str:
        """The whole text. Raises ValueError for a passage that the bundled text does not have exactly once."""
        text = bundled_text(slug)
        for before, after in self.changes:
            if text.count(before) != 1:
                raise ValueError(f"{slug}: “{before}” stands {text.count(before)} times in the bundled agreement.")
            text = text.replace(before, after)
        return text


@dataclass(frozen=True, slots=True)
class Coming:
    """The next version: in force so long after the day of loading, and how far it has come.

    `reason` is why it holds for open tickets too; without one it holds for new ones only.
    """

    edition: Edition
    starts_in: timedelta
    stage: Stage
    reason: str = ""


_KEPT = "A new version is published beside this one. Tickets stay under the version they were opened under."
_SAYS = f"changes: {_KEPT}"

#: What was in force before the bundled version took its place, so long before the day of loading.
EARLIER: dict[str, tuple[Edition, timedelta]] = {
    "identity": (
        Edition(
            (
                ('label: "2021"', 'label: "2020"'),
                ("effective_from: 2021-07-01", "effective_from: 2020-07-01"),
                ("high: {first_response: 4 business hours}", "high: {first_response: 6 business hours}"),
                ("medium: {first_response: 8 business hours}", "medium: {first_response: 12 business hours}"),
                ("High 4, Medium 8, Low 24.", "High 6, Medium 12, Low 24."),
                ("{percent: 99.9 %, clause: D7}", "{percent: 99.5 %, clause: D7}"),
                ("{below: 99.9 %, credit", "{below: 99.5 %, credit"),
                # What it says in words is what it promises in figures.
                ("Uptime is guaranteed at 99.9 %", "Uptime is guaranteed at 99.5 %"),
                ("an uptime of 99.9 % is guaranteed", "an uptime of 99.5 % is guaranteed"),
                ("99.9 % uptime is guaranteed", "99.5 % uptime is guaranteed"),
                ("We guarantee an uptime of 99.9 %.", "We guarantee an uptime of 99.5 %."),
                ('"Below 99.9 % 7 days', '"Below 99.5 % 7 days'),
                ("sentence: Below 99.9 % you", "sentence: Below 99.5 % you"),
            )
        ),
        timedelta(days=290),
    ),
}

COMING: dict[str, Coming] = {
    "seatplan": Coming(
        Edition(
            (
                ("label: Version 1", "label: Version 2"),
                ("date: 2017-11-30", "date: 2027-01-01"),
                ("effective_from: 2017-11-30", "effective_from: 2027-01-01"),
                (_SAYS, "changes: Office hours begin half an hour earlier, and we are there on Saturday mornings."),
                ("mon-fri: 09:00-17:30", "mon-fri: 08:30-17:30\n      sat: 09:00-12:00"),
                (
                    "holidays: {country: BE}",
                    "holidays: {country: BE, added: [{date: 07-11, name: Feast of the Flemish Community}]}\n"
                    "    exceptions: [{date: 12-24, name: Christmas Eve, hours: 08:30-12:00}]",
                ),
            )
        ),
        timedelta(days=36),
        "draft",
    ),
    "engage": Coming(
        Edition(
            (
                ("label: July 2024", "label: January 2027"),
                ("date: 2024-07-01", "date: 2027-01-01"),
                ("effective_from: 2024-07-01", "effective_from: 2027-01-01"),
                (
                    "changes: The agreement changes by publishing a new version. Tickets stay under the version they "
                    "were opened under.",
                    "changes: Faster first responses at both priorities, and one availability for Voice that we can "
                    "keep.",
                ),
                ("high: {first_response: 1 business hour}", "high: {first_response: 45 business minutes}"),
                ("normal: {first_response: 8 business hours}", "normal: {first_response: 6 business hours}"),
                (
                    "- {percent: 99.99 %, categories: [messaging, voice], clause: B4}",
                    "- {percent: 99.99 %, categories: [messaging], clause: B4}\n"
                    "    - {percent: 99.95 %, categories: [voice], clause: B4}",
                ),
                ("update_every: 120 minutes", "update_every: 60 minutes"),
            )
        ),
        timedelta(days=36),
        "in review",
    ),
    "managedops": Coming(
        Edition(
            (
                ("label: Undated, as published", "label: With P2"),
                (_SAYS, "changes: P2 gets a promised response, and updates every two hours."),
                (
                    "p1: {first_response: {promise: 1 hour, calendar: around_the_clock, note: Under one hour}}",
                    "p1: {first_response: {promise: 1 hour, calendar: around_the_clock, note: Under one hour}}\n"
                    "        p2: {first_response: 2 business days}",
                ),
                (
                    "p2: {escalation: business hours, calendar: office, update_every: none, clause: C3}",
                    "p2: {escalation: business hours, calendar: office, update_every: 120 minutes, clause: C3}",
                ),
            )
        ),
        timedelta(0),
        "published",
        reason="Whoever waits at P2 today is to have the promise that holds from today.",
    ),
    "identity": Coming(
        Edition(
            (
                ('label: "2021"', 'label: "2027"'),
                ("effective_from: 2021-07-01", "effective_from: 2027-01-01"),
                (_SAYS, "changes: High is answered an hour sooner, Low has more time."),
                ("high: {first_response: 4 business hours}", "high: {first_response: 3 business hours}"),
                ("low: {first_response: 24 business hours}", "low: {first_response: 30 business hours}"),
                ("  reopening: resume\n", "  reopening: resume\n  merging: earliest start\n"),
            )
        ),
        timedelta(days=36),
        "approved",
    ),
    "officeware": Coming(
        Edition(
            (
                ("label: Undated, as published", 'label: "2027"'),
                ("effective_from: 2024-01-01", "effective_from: 2027-01-01"),
                (
                    _SAYS,
                    "changes: Shorter resolution times in the Enterprise plan; Gold includes five incidents a month.",
                ),
                (
                    "[none,              32 business hours, 16 business hours]",
                    "[none, 24 business hours, 16 business hours]",
                ),
                ("[none,              7 business days,   3 business days]", "[none, 5 business days, 3 business days]"),
                ("allowance: {incidents: 4, clause: E3}", "allowance: {incidents: 5, clause: E3}"),
            )
        ),
        timedelta(days=24),
        "published",
    ),
}  # fmt: skip
