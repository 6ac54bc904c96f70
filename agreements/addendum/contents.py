"""Writes the contract: title block, the reading's chapters in the agreement's own order, clauses cited, signatures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from hashlib import sha256

from agreements.addendum.contract import Contract
from agreements.addendum.example import worked_out
from agreements.document.model import Allowance, Price
from agreements.document.service_terms import AddendumSection
from agreements.readable import CONTRACT, Reading
from agreements.readable.blocks import Blocks, Chapter, Line, Text, below, clauses_of, facts
from agreements.readable.chapters import clauses
from agreements.readable.targets import price_words
from shell.wording import day_words, listed, notes

#: Which chapters of the reading a section of the agreement's addendum has, and its title where the agreement lists
#: none.
SECTIONS = {
    "definitions": ("Definitions", ("measures", "requests", "products")),
    "levels": ("Levels", ("levels",)),
    "response": ("Response and resolution", ("plans", "coverage", "incidents")),
    "windows": ("Hours and windows", ("hours", "maintenance")),
    "measurement": ("Measurement", ("availability",)),
    "exceptions": ("Exceptions", ("exclusions",)),
    "credits": ("Credit calculation", ("credits",)),
    "contacts": ("Contact persons", ("contacts", "channels")),
    "changes": ("Changes at the client's side", ("changes",)),
    "version": ("Version and date", ("version", "news")),
}
SIGNATURES = ("Name and function", "Place and date", "Signature")


@dataclass(frozen=True)
class Party:
    """`role` is what the text calls it: Provider, Client."""

    role: str
    name: str


@dataclass(frozen=True)
class Addendum:
    """The whole document. `about` is what stands in the title block, `marks` at the foot of each page.

    `cited` explains every clause that is cited. `language` is that of the agreement (ISO 639-1).
    """

    title: str
    subtitle: str
    language: str
    parties: tuple[Party, ...]
    about: Blocks
    preamble: Blocks
    chapters: tuple[Chapter, ...]
    cited: Blocks
    marks: tuple[str, ...]
    closing: str
    signatures: tuple[str, ...]


def write(contract: Contract) -> Addendum:
    """The addendum of this contract. Raises KeyError where the version does not have its plan."""
    document, terms = contract.document, contract.document.addendum
    reading = reading_of(contract)
    about = facts(*_about(contract))
    # The summary is the subtitle.
    preamble = (*((Text(terms.text, terms.clause),) if terms and terms.text else ()), *reading.about[1:])
    chapters = _chapters(contract, reading)
    cited = {clause for part in (about, preamble, *chapters) for clause in clauses_of(part)}
    return Addendum(
        title=document.title,
        subtitle=document.summary,
        language=document.language,
        parties=(Party("Provider", contract.provider), Party("Client", contract.client)),
        about=about,
        preamble=preamble,
        chapters=chapters,
        cited=clauses(reading, among=cited),
        marks=(contract.label, f"terms {contract.digest[:16]}"),
        closing=f"The parties agree to this addendum as it stands on {day_words(contract.produced_on)}.",
        signatures=SIGNATURES,
    )


def reading_of(contract: Contract) -> Reading:
    """The agreement as this contract has it: narrowed to the client, with an example of each credit worked out."""
    return Reading(
        contract.document,
        on=contract.shown_on,
        effective_from=contract.effective_from,
        voice=dataclasses.replace(CONTRACT, language=contract.document.language),
        plan=contract.plan,
        extensions=tuple(each.key for each in contract.extensions),
        products=contract.products,
        on_trial=contract.is_trial,
        example=lambda schedule: (worked_out(contract, schedule),),
    )


def _chapters(contract: Contract, reading: Reading) -> tuple[Chapter, ...]:
    """As the agreement lists them; without a list, every chapter that has something to say."""
    terms = contract.document.addendum
    read = {chapter.key: chapter for chapter in reading.chapters}
    if terms is None:
        every = ((key, title, _blocks(key, read)) for key, (title, _) in SECTIONS.items())
        return tuple(Chapter(key, title, blocks) for key, title, blocks in every if blocks)
    return tuple(_section(section, read) for section in terms.sections)


def _section(section: AddendumSection, read: dict[str, Chapter]) -> Chapter:
    """One section the agreement asks for. It says so where the agreement has nothing to fill it with."""
    blocks = _blocks(section.shows, read) or (Text("The agreement says nothing about this."),)
    introduction = (Text(section.text),) if section.text else ()
    return Chapter(section.key, section.title, (*introduction, *blocks))


def _blocks(section: str, read: dict[str, Chapter]) -> Blocks:
    """The chapters of a section, each with its heading where there are several."""
    chapters = [read[key] for key in SECTIONS[section][1] if key in read]
    if len(chapters) == 1:
        return chapters[0].blocks
    return tuple(block for chapter in chapters for block in below(chapter.title, chapter.blocks))


def _about(contract: Contract) -> tuple[Line | None, ...]:
    plan = contract.plan
    until = f", until the end of {day_words(contract.last_day)}" if contract.last_day else ""
    names = [f"{each.name} (beta or early access)" if each.is_beta else each.name for each in contract.products]
    in_force = f"from {day_words(contract.effective_from)}"
    if contract.replaced_on:
        in_force += f"; the version after it is in force from {day_words(contract.replaced_on)}"
    return (
        Line("Plan", plan.name, plan.clause),
        Line("Price", _price(plan.price), plan.price.clause if plan.price else None),
        Line("Subscription", f"from {day_words(contract.starts_on)}{until}"),
        Line("Standing", "This is a trial.") if contract.is_trial else None,
        Line("Products", listed(names)) if names else None,
        Line("Included", _included(plan.allowance), plan.allowance.clause) if plan.allowance else None,
        *(Line("Agreed with the client", each.name, each.clause, notes(each.text)) for each in contract.extensions),
        Line("Version of the agreement", contract.label, contract.document.version.clause),
        Line("Digest of the terms", contract.digest, notes=("SHA-256 of the agreement's text as it was published.",)),
        _holidays(contract),
        Line("In force", in_force),
        Line("Produced on", day_words(contract.produced_on)),
    )


def _holidays(contract: Contract) -> Line | None:
    if not contract.document.spelt_holidays:
        return None
    digest = sha256(contract.document.holidays_text().encode()).hexdigest()
    note = "SHA-256 of the public holidays of all years as they were spelt out when it was published."
    return Line("Digest of the holidays", digest, notes=(note,))


def _included(allowance: Allowance) -> str:
    return f"{allowance.incidents} incident{'' if allowance.incidents == 1 else 's'} a {allowance.per}"


def _price(price: Price | None) -> str:
    """`€ 1,499.00 a month, billed yearly`."""
    if price is None:
        return "Not set in the agreement"
    return f"{price_words(price)}, billed {price.billed}" if price.billed else price_words(price)
