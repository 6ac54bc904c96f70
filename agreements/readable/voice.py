"""Whom a document is read to: members read of the client and the team, a client of you and us, parties of the provider."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Voice:
    """The few words that differ by reader. `waits` says what each reason to pause is."""

    waits: dict[str, str]
    choose: str
    choose_with_permission: str
    not_choose: str
    contacts_reclassify: str
    team_reclassifies: str
    shown: str
    by_mail: str
    asks: str
    warned: str


TEAM = Voice(
    waits={
        "waiting for client": "the team waits for the client",
        "waiting for third party": "the team waits for a third party",
        "on hold": "the ticket is on hold",
    },
    choose="The client's contacts may choose it.",
    choose_with_permission="Only contacts with the permission to raise the top level may choose it.",
    not_choose="Only the team sets it.",
    contacts_reclassify="The client's contacts may change it later",
    team_reclassifies="the team may correct it",
    shown="the client sees the change and its reason",
    by_mail="A ticket that arrives by mail gets",
    asks="The form asks for",
    warned="The team is",
)
CLIENT = Voice(
    waits={
        "waiting for client": "we wait for you",
        "waiting for third party": "we wait for somebody else",
        "on hold": "the ticket is on hold",
    },
    choose="You may choose it.",
    choose_with_permission="You may choose it if your organisation has given you the permission to raise the top level.",
    not_choose="Only our team sets it.",
    contacts_reclassify="You may change it later",
    team_reclassifies="our team may correct it",
    shown="you see the change and its reason",
    by_mail="What you send by mail gets",
    asks="We ask you for",
    warned="Our team is",
)
CONTRACT = replace(
    TEAM,
    waits=TEAM.waits
    | {
        "waiting for client": "the provider waits for the client",
        "waiting for third party": "the provider waits for a third party",
    },
    not_choose="Only the provider sets it.",
    team_reclassifies="the provider may correct it",
    warned="The provider's team is",
)
