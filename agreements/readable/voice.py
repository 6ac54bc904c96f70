"""Whom a document is read to: the provider's people read of the client and the team, a client reads of you and us."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """The few words that differ by reader."""

    wait_for_client: str
    wait_for_others: str
    choose: str
    choose_with_permission: str
    not_choose: str
    contacts_reclassify: str
    team_reclassifies: str
    shown: str
    by_mail: str
    asks: str


TEAM = Voice(
    wait_for_client="the team waits for the client",
    wait_for_others="the team waits for a third party",
    choose="The client's contacts may choose it.",
    choose_with_permission="Only contacts with the permission to raise the top level may choose it.",
    not_choose="Only the team sets it.",
    contacts_reclassify="The client's contacts may change it later",
    team_reclassifies="the team may correct it",
    shown="the client sees the change and its reason",
    by_mail="A ticket that arrives by mail gets",
    asks="The form asks for",
)
CLIENT = Voice(
    wait_for_client="we wait for you",
    wait_for_others="we wait for somebody else",
    choose="You may choose it.",
    choose_with_permission="You may choose it if your organisation has given you the permission to raise the top level.",
    not_choose="Only our team sets it.",
    contacts_reclassify="You may change it later",
    team_reclassifies="our team may correct it",
    shown="you see the change and its reason",
    by_mail="What you send by mail gets",
    asks="We ask you for",
)
