"""Writes the document: title block, chapters in the agreement's own order, the clauses they cite, signatures."""

from __future__ import annotations

from collections.abc import Callable

from agreements.addendum import service, support
from agreements.addendum.content import Addendum, Block, Chapter, Item, Party, Text, clauses_of
from agreements.addendum.contract import Contract, day_words, listed
from agreements.document.service import AddendumSection

#: What a section of the agreement's addendum shows, and the title it has where the agreement lists no sections.
CHAPTERS: dict[str, tuple[str, Callable[[Contract], tuple[Block, ...]]]] = {
    "definitions": ("Definitions", support.definitions),
    "levels": ("Levels", support.levels),
    "response": ("Response and resolution", support.response),
    "windows": ("Hours and windows", service.windows),
    "measurement": ("Measurement", service.measurement),
    "exceptions": ("Exceptions", service.exceptions),
    "credits": ("Credit calculation", service.credit_calculation),
    "contacts": ("Contact persons", support.contacts),
    "changes": ("Changes at the client's side", support.changes),
    "version": ("Version and date", support.version),
}
_BILLED = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}
SIGNATURES = ("Name and function", "Place and date", "Signature")


def write(contract: Contract) -> Addendum:
    """The addendum of this contract. Raises KeyError where the version does not have its plan."""
    document = contract.document
    chapters = tuple(_chapters(contract))
    about, preamble = _about(contract), _preamble(contract)
    keys = clauses_of((about, preamble, *(each.blocks for each in chapters)))
    cited = [clause for clause in document.clauses if clause.key in keys]
    return Addendum(
        title=document.title,
        subtitle=document.addendum.text if document.addendum and document.addendum.text else document.summary,
        language=document.language,
        parties=(Party("Provider", contract.provider), Party("Client", contract.client)),
        about=about,
        preamble=preamble,
        chapters=chapters,
        cited=tuple(
            Item(clause.text, label=clause.key, note=f"{clause.title}{f', {clause.where}' if clause.where else ''}")
            for clause in cited
        ),
        marks=(contract.version.label, f"terms {contract.version.digest[:16]}"),
        closing=f"The parties agree to this addendum as it stands on {day_words(contract.produced_on)}.",
        signatures=SIGNATURES,
    )


def _chapters(contract: Contract) -> list[Chapter]:
    """As the agreement lists them; without a list, every chapter that has something to say."""
    terms = contract.document.addendum
    if terms is None:
        written = ((key, title, content(contract)) for key, (title, content) in CHAPTERS.items())
        return [Chapter(key, title, blocks) for key, title, blocks in written if blocks]
    return [_section(contract, section) for section in terms.sections]


def _section(contract: Contract, section: AddendumSection) -> Chapter:
    """One section the agreement asks for. It says so where the agreement has nothing to fill it with."""
    blocks = CHAPTERS[section.shows][1](contract) or (Text("The agreement says nothing about this."),)
    introduction = (Text(section.text),) if section.text else ()
    return Chapter(section.key, section.title, (*introduction, *blocks))


def _about(contract: Contract) -> tuple[Item, ...]:
    plan, version = contract.plan, contract.version
    until = f", until the end of {day_words(contract.last_day)}" if contract.last_day else ""
    found = [
        Item(plan.name, "Plan", note=plan.description, clause=plan.clause or ""),
        Item(_price(contract), "Price", clause=(plan.price.clause or "") if plan.price and not contract.price else ""),
        Item(f"from {day_words(contract.starts_on)}{until}", "Subscription"),
    ]
    if contract.is_trial:
        found.append(Item("This is a trial.", "Standing"))
    if contract.products:
        names = [f"{each.name} (beta or early access)" if each.is_beta else each.name for each in contract.products]
        found.append(Item(listed(names), "Products"))
    if plan.allowance:
        count = plan.allowance.incidents
        words = f"{count} incident{'' if count == 1 else 's'} a {plan.allowance.per}"
        found.append(Item(words, "Included", clause=plan.allowance.clause or ""))
    found += [
        Item(each.name, "Agreed with the client", note=each.text, clause=each.clause or "")
        for each in contract.extensions
    ]
    in_force = f"from {day_words(version.effective_from)}"
    if contract.replaced_on:
        in_force += f"; the version after it is in force from {day_words(contract.replaced_on)}"
    return (
        *found,
        Item(version.label, "Version of the agreement", clause=contract.document.version.clause or ""),
        Item(in_force, "In force"),
        Item(day_words(contract.produced_on), "Produced on"),
    )


def _price(contract: Contract) -> str:
    """`€ 1,499.00 a month, billed yearly`."""
    listed_price, amount = contract.plan.price, contract.price_due
    billed = _BILLED[contract.billing_period] if contract.price else listed_price.billed if listed_price else None
    if amount is not None:
        words = f"{amount.text} a {contract.price_per}"
    else:
        words = listed_price.text if listed_price else "Not set in the agreement"
    return f"{words}, billed {billed}" if billed else words


def _preamble(contract: Contract) -> tuple[Block, ...]:
    document = contract.document
    blocks = [Text(document.liability.sentence, document.liability.clause or "")]
    if document.addendum and document.addendum.text:
        # The subtitle is the addendum's own sentence; what the agreement is about stands here then.
        blocks.insert(0, Text(document.summary))
    return tuple(blocks)
