"""Contracts to write addenda from: the five agreements and the sixth, with everything the client could have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agreements.addendum import Addendum, Contract, write
from agreements.document import BUNDLED, AgreementDocument, load, load_bundled
from agreements.document.quantities import Money
from agreements.readable import Covered
from agreements.readable.blocks import Block, Line, Table

KUMO = Path(__file__).parent / "fixtures" / "kumo.yaml"
KEYS = (*BUNDLED, "kumo")
DIGEST = "0123456789abcdef" * 4


def document(key: str) -> AgreementDocument:
    return load(KUMO.read_bytes(), name="kumo.yaml") if key == "kumo" else load_bundled(key)


def contract(key: str, plan: str = "", **fields: Any) -> Contract:
    """Of one agreement and plan (else the last), all products, 1,200.00 EUR a month, produced on 10 March 2026."""
    of = fields.pop("document", None) or document(key)
    since = date(2025, 1, 1)
    usual = {
        "document": of,
        "label": of.version.label,
        "digest": DIGEST,
        "effective_from": since,
        "since": since,
        "until": None,
        "provider": "Acme Support",
        "client": "Globex",
        "plan_key": plan or of.plans[-1].key,
        "starts_on": since,
        "ends_on": None,
        "produced_on": date(2026, 3, 10),
        "products": tuple(Covered(each.key, each.name, each.category) for each in of.products),
        "price": Money(Decimal("1200.00"), "EUR"),
    }
    return Contract(**{**usual, **fields})


def written(key: str, plan: str = "", **fields: Any) -> Addendum:
    return write(contract(key, plan, **fields))


def chapter(addendum: Addendum, key: str) -> tuple[Block, ...]:
    return next(each.blocks for each in addendum.chapters if each.key == key)


def table(blocks: tuple[Block, ...], name: str) -> Table:
    return next(each for each in blocks if isinstance(each, Table) and name in each.name)


def grid(of: Table) -> list[list[str]]:
    """The texts of a table, a list per row, without remarks."""
    return [[cell.text for cell in row] for row in of.rows]


def lines(blocks: tuple[Block, ...]) -> dict[str, Line]:
    """The lines of all facts among `blocks` by their labels."""
    return {line.label: line for block in blocks for line in getattr(block, "lines", ())}


def facts(blocks: tuple[Block, ...]) -> dict[str, str]:
    """What stands beside each label of the facts among `blocks`."""
    return {label: line.text for label, line in lines(blocks).items()}
