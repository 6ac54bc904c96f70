"""Who speaks for a client, who may change what, which ways lead to the team, and what people can follow."""

from __future__ import annotations

from agreements.document import AgreementDocument
from agreements.document.model import Plan, Product
from agreements.readable.lines import Line, listed, notes

ABOUT = {
    "incidents": "about incidents",
    "maintenance": "about maintenance",
    "system updates": "about system updates",
    "change log": "from the change log",
    "agreement versions": "about new versions of this agreement",
}


def channels_of(document: AgreementDocument, plan: Plan | None) -> list[Line]:
    """The ways to reach support, those of `plan` alone where one is given (B18, E2)."""
    return [
        Line(
            channel.name,
            channel.text,
            channel.clause,
            notes(
                f"Hours: {document.calendars[channel.calendar].name}." if channel.calendar else "",
                f"For {listed(document.levels[key].name for key in channel.levels)}." if channel.levels else "",
                "On request." if channel.on_request else "",
            ),
        )
        for channel in document.channels
        if plan is None or channel.key in plan.channels
    ]


def contacts_of(document: AgreementDocument) -> list[Line]:
    """Who may ask, the roles of a client's contacts, and who is asked next (B8, C10)."""
    terms = document.contacts
    if terms is None:
        return []
    found = []
    if terms.authorised_only:
        found.append(Line("Who may ask", "Only authorised contacts may request support.", terms.authorised_clause))
    found += [Line(role.name, role.text, terms.clause) for role in terms.roles]
    if terms.escalation_path:
        steps = tuple(
            f"{step.who}, after {step.after.text} without an answer" if step.after else step.who
            for step in terms.escalation_path
        )
        found.append(Line("Escalation path", "Asked in this order:", terms.clause, items=steps))
    return found


def changes_of(document: AgreementDocument) -> list[Line]:
    """Kinds of change at the client's side: who asks, who approves, when (C11)."""
    terms, roles = document.changes, document.contacts.roles if document.contacts else None

    def named(keys: tuple[str, ...]) -> str:
        return listed(((role.name if roles and (role := roles.get(key)) else key) for key in keys), last="or")

    return [
        Line(
            kind.name,
            kind.text,
            notes=(
                f"Asked for by: {named(kind.asked_by)}.",
                f"Approved by: {named(kind.approved_by)}." if kind.approved_by else "Needs no approval.",
                f"Hours: {document.calendars[kind.hours].name}." if kind.hours else "At any time.",
            ),
        )
        for kind in (terms.kinds if terms else ())
    ]


def topics_of(document: AgreementDocument) -> list[Line]:
    """What people can subscribe to (A10, B13)."""
    return [
        Line(
            topic.name,
            topic.text,
            topic.clause,
            (
                f"News {ABOUT[topic.about]}, {'for single services' if topic.each == 'service' else 'for everything at once'}.",
                f"{listed('By mail' if way == 'mail' else 'On the status page' for way in topic.by)}.",
            ),
        )
        for topic in document.topics
    ]


def products_of(document: AgreementDocument) -> list[Line]:
    """What is supported and measured, by category (B6)."""
    found = []
    for category in document.categories:
        while_ = (
            "Available while any of its measured components is."
            if category.available_while == "any component"
            else "Available while all of its measured components are."
        )
        products = [product for product in document.products if product.category == category.key]
        found.append(
            Line(
                category.name,
                category.description,
                category.clause,
                (while_,),
                tuple(_product(product) for product in products),
            )
        )
    return found


def _product(product: Product) -> str:
    parts = listed(part.name if part.measured else f"{part.name} (not measured)" for part in product.components)
    about = f": {product.description}" if product.description else ""
    return f"{product.name}{about}" + (f". Components: {parts}." if parts else "")
