"""Who speaks for a client, who may change what, which ways lead to the team, and what people can follow."""

from __future__ import annotations

from agreements.document.model import Product
from agreements.readable.blocks import Blocks, Line, Listing, Text, below, facts
from agreements.readable.reader import Reader
from shell.wording import listed, notes, sentence

ABOUT = {
    "incidents": "about incidents",
    "maintenance": "about maintenance",
    "system updates": "about system updates",
    "change log": "from the change log",
    "agreement versions": "about new versions of this agreement",
}
BY = {"mail": "by mail", "status page": "on the status page"}
AVAILABLE_WHILE = {
    "any component": "Available while any of its measured components is.",
    "all components": "Available while all of its measured components are.",
}


def channels(reader: Reader) -> Blocks:
    """The ways to reach support, those of the reader's plan alone where there is one (B18, E2)."""
    return facts(
        *(
            Line(
                channel.name,
                channel.text,
                channel.clause,
                notes(
                    f"Hours: {reader.hours(channel.calendar)}." if channel.calendar else "",
                    f"For {reader.names(reader.document.levels, channel.levels)}." if channel.levels else "",
                    "On request." if channel.on_request else "",
                ),
            )
            for channel in reader.document.channels
            if reader.plan is None or channel.key in reader.plan.channels
        )
    )


def contacts(reader: Reader) -> Blocks:
    """Who may ask, the roles of a client's contacts, and who is asked next (B8, C10)."""
    terms = reader.document.contacts
    if terms is None:
        return ()
    steps = tuple(
        f"{step.who}, after {step.after.text} without an answer" if step.after else step.who
        for step in terms.escalation_path
    )
    return (
        Text(terms.text, terms.clause),
        *facts(
            Line("Who may ask", "Only authorised contacts may request support.", terms.authorised_clause)
            if terms.authorised_only
            else None,
            *(Line(role.name, role.text, terms.clause) for role in terms.roles),
            Line("Escalation path", "Asked in this order:", terms.clause, lists=(Listing(steps),)) if steps else None,
        ),
    )


def changes(reader: Reader) -> Blocks:
    """Kinds of change at the client's side: who asks, who approves, when (C11); and how access is given (C12)."""
    terms, access = reader.document.changes, reader.document.access
    roles = reader.document.contacts.roles if reader.document.contacts else None

    def named(keys: tuple[str, ...]) -> str:
        return listed(((role.name if roles and (role := roles.get(key)) else key) for key in keys), last="or")

    blocks: Blocks = (Text(terms.text, terms.clause),) if terms else ()
    blocks += facts(
        *(
            Line(
                kind.name,
                kind.text,
                notes=(
                    f"Asked for by: {named(kind.asked_by)}.",
                    f"Approved by: {named(kind.approved_by)}." if kind.approved_by else "Needs no approval.",
                    f"Hours: {reader.hours(kind.hours)}." if kind.hours else "At any time.",
                ),
            )
            for kind in (terms.kinds if terms else ())
        )
    )
    if access:
        principles = (Listing(access.principles),) if access.principles else ()
        blocks += facts(Line("Access", access.text, access.clause, lists=principles))
    return blocks


def news(reader: Reader) -> Blocks:
    """What people can subscribe to (A10, B13), and help that is one click away (B18)."""
    topics = (
        Line(
            topic.name,
            topic.text,
            topic.clause,
            (
                f"News {ABOUT[topic.about]}, {'for single services' if topic.each == 'service' else 'for everything at once'}.",
                f"{sentence(listed(BY[way] for way in topic.by))}.",
            ),
        )
        for topic in reader.document.topics
    )
    links = (Line(link.name, link.text, link.clause, url=link.url) for link in reader.document.links)
    return (*facts(*topics), *below("Links", facts(*links)))


def products(reader: Reader) -> Blocks:
    """What is supported and measured, by category (B6)."""
    found = []
    for key in reader.categories:
        category = reader.document.categories[key]
        described = tuple(_product(each) for each in reader.known_products if each.category == key)
        lists = (Listing(described),) if described else ()
        while_ = AVAILABLE_WHILE[category.available_while]
        found.append(Line(category.name, category.description, category.clause, (while_,), lists))
    return facts(*found)


def _product(product: Product) -> str:
    parts = listed(part.name if part.measured else f"{part.name} (not measured)" for part in product.components)
    about = f": {product.description}" if product.description else ""
    return f"{product.name}{about}" + (f". Components: {parts}." if parts else "")
