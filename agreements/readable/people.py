"""Who speaks for a client, who may change what, which ways lead to the team, and what people can follow."""

from __future__ import annotations

from dataclasses import replace

from agreements.document.model import Product
from agreements.readable.blocks import Blocks, Line, Listing, Text, below, facts
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of, lines
from shell.wording import listed


def channels(reader: Reader) -> Blocks:
    """The ways to reach support, those of the reader's plan alone where there is one (B18, E2)."""
    its = reader.document.channels_for(reader.plan.key if reader.plan else None)
    return facts(*(line_of(reader, each) for each in its))


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
            *lines(reader, terms),
            *(Line(role.name, role.text, terms.clause) for role in terms.roles),
            Line("Escalation path", "Asked in this order:", terms.clause, lists=(Listing(steps),)) if steps else None,
        ),
    )


def changes(reader: Reader) -> Blocks:
    """Kinds of change at the client's side: who asks, who approves, when (C11); and how access is given (C12)."""
    terms, access = reader.document.changes, reader.document.access
    blocks: Blocks = (Text(terms.text, terms.clause),) if terms else ()
    blocks += facts(*(line_of(reader, kind) for kind in (terms.kinds if terms else ())))
    if access:
        principles = (Listing(access.principles),) if access.principles else ()
        blocks += facts(Line("Access", access.text, access.clause, lists=principles))
    return blocks


def news(reader: Reader) -> Blocks:
    """What people can subscribe to (A10, B13), and help that is one click away (B18)."""
    topics = (line_of(reader, topic) for topic in reader.document.topics)
    links = (Line(link.name, link.text, link.clause, url=link.url) for link in reader.document.links)
    return (*facts(*topics), *below("Links", facts(*links)))


def products(reader: Reader) -> Blocks:
    """What is supported and measured, by category (B6)."""
    found = []
    for key in reader.categories:
        category = reader.document.categories[key]
        described = tuple(_product(each) for each in reader.known_products if each.category == key)
        lists = (Listing(described),) if described else ()
        found.append(replace(line_of(reader, category), lists=lists))
    return facts(*found)


def _product(product: Product) -> str:
    parts = listed(part.name if part.measured else f"{part.name} (not measured)" for part in product.components)
    about = f": {product.description}" if product.description else ""
    return f"{product.name}{about}" + (f". Components: {parts}." if parts else "")
