"""Chapters about support and people: what words mean, what is answered how soon, who asks, which version."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.addendum.content import Block, Bullets, Cell, Column, Facts, Heading, Item, Table, Text
from agreements.addendum.contract import Contract, day_words, listed
from agreements.document import Promise
from agreements.document.model import Category, Level, Metric, RequestType

_PAUSES = {
    "waiting for client": "the provider waits for the client",
    "waiting for third party": "the provider waits for a third party",
    "on hold": "the request is on hold",
}
_STOPS = {
    "substantive reply": "A substantive reply ends it; an acknowledgement does not.",
    "any reply": "Any reply of the team ends it.",
    "solution": "A solution ends it.",
    "workaround": "A workaround ends it.",
    "update": "An update ends it.",
}
_ESCALATION = {"at once": "At once", "business hours": "In business hours", "planned": "Planned"}


def definitions(contract: Contract) -> tuple[Block, ...]:
    """What is measured, what can be asked for, what the service is."""
    document = contract.document
    blocks: list[Block] = [
        Heading("What is measured"),
        Facts(tuple(Item(each.definition, each.name, _remarks(each), each.clause or "") for each in document.metrics)),
    ]
    if document.incidents:
        what = document.incidents.definition
        blocks += [Heading("Incident"), Text(what, document.incidents.clause or "")]
    asked = tuple(
        Item(kind.description, kind.name, kind.outside_hours.sentence if kind.outside_hours else "", kind.clause or "")
        for kind in document.request_types
        if not kind.is_outside
    )
    blocks += [Heading("What can be asked for"), Facts(asked)]
    concerned = tuple(_category(document.categories[key]) for key in contract.categories)
    if concerned:
        blocks += [Heading("Service categories"), Facts(concerned)]
    if document.tickets.source_of_truth:
        blocks.append(Text(document.tickets.source_of_truth, document.tickets.clause or ""))
    return tuple(blocks)


def _remarks(metric: Metric) -> str:
    """What ends the metric and what pauses it."""
    said = [_STOPS[metric.stopped_by]] if metric.key != "resolution" else []
    if metric.workaround_resolves:
        said.append("A workaround counts as a solution.")
    if metric.pauses:
        said.append(f"Its clock stands still while {' or while '.join(_PAUSES[each] for each in metric.pauses)}.")
    return " ".join(said)


def _category(category: Category) -> Item:
    """What it is, and when it counts as available: with any of its components, or with all (B6)."""
    some = "Available while at least one of its measured components is."
    every = "Available while all of its measured components are."
    available = some if category.available_while == "any component" else every
    if not category.description:
        return Item(available, category.name, clause=category.clause or "")
    return Item(category.description, category.name, note=available, clause=category.clause or "")


def levels(contract: Contract) -> tuple[Block, ...]:
    """Each level with its definition, examples and what the client can expect; who classifies."""
    document = contract.document
    blocks: list[Block] = []
    if document.scheme.description:
        blocks.append(Text(document.scheme.description, document.scheme.clause or ""))
    blocks.append(_levels_table(document.scheme.name, document.levels))
    rules = document.tickets.reclassification
    said = []
    if rules.by_team:
        reason = " with a reason" if rules.reason_required else ""
        seen = ", and the client sees the level before and after" if rules.shown_to_client else ""
        said.append(f"The provider may correct the {document.scheme.name.lower()}{reason}{seen}.")
    if rules.by_contacts:
        said.append("The client may change it later.")
    if said:
        blocks.append(Text(" ".join(said), rules.clause or ""))
    if document.incidents and document.incidents.scheme != document.tickets.scheme:
        scheme = document.schemes[document.incidents.scheme]
        blocks.append(Heading(scheme.name))
        if scheme.description:
            blocks.append(Text(scheme.description, scheme.clause or ""))
        blocks.append(_levels_table(scheme.name, scheme.levels))
    return tuple(blocks)


def _levels_table(name: str, levels: tuple[Level, ...]) -> Table:
    rows = []
    for level in levels:
        expected = "; ".join(_in_sentence(each) for each in level.expectations)
        note = f"To be expected: {expected}." if expected else ""
        meaning = Cell(level.definition, note=note, items=level.examples, clause=level.clause or "")
        rows.append((Cell(level.name, note=level.label, strong=True), meaning))
    return Table(f"What each {name.lower()} means", (Column(name, 2), Column("Meaning", 9)), tuple(rows))


def _in_sentence(words: str) -> str:
    """Without its capital, unless the first word is written in capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def response(contract: Contract) -> tuple[Block, ...]:
    """Targets of this plan alone, then what they depend on: coverage, allowance, what stands outside."""
    document = contract.document
    blocks: list[Block] = [*_targets(contract)]
    attained = [each for each in document.targets.attainment if contract.concerns(each.plans)]
    if attained:
        blocks += [
            Heading("Attainment"),
            Bullets(tuple(Item(each.sentence, clause=each.clause or "") for each in attained)),
        ]
    if document.incidents:
        blocks += [Heading("Incidents"), _incidents(contract)]
    rules = list(_coverage(contract))
    if rules:
        blocks += [Heading("When it holds"), Facts(tuple(rules))]
    return tuple(blocks)


def _targets(contract: Contract) -> Iterator[Block]:
    """One table for all requests that are promised the same at the levels they have; whatever differs has its own."""
    document = contract.document
    tables: list[tuple[dict[str, tuple[_Row, ...]], list[str]]] = []
    for name, rows in sorted(_promised_rows(contract), key=lambda each: -len(each[1])):
        alike = next((each for each in tables if rows.items() <= each[0].items()), None)
        if not rows:
            yield Text(f"{name}: no time is promised.")
        elif alike is None:
            tables.append((rows, [name]))
        else:
            only = "" if len(rows) == len(alike[0]) else f" ({listed(document.levels[key].name for key in rows)})"
            alike[1].append(f"{name}{only}")
    columns = (Column(document.scheme.name, 2), Column("Promise", 3), Column("Within", 4), Column("Counted in", 4))
    for rows, names in tables:
        yield Table(listed(names), columns, tuple(row for of_level in rows.values() for row in of_level))


_Row = tuple[Cell, ...]


def _promised_rows(contract: Contract) -> Iterator[tuple[str, dict[str, tuple[_Row, ...]]]]:
    """Each kind of request with its rows by level, and each product that is promised something else."""
    known = contract.document.products.keys
    for kind in contract.document.request_types:
        if kind.is_outside:
            continue
        general = _rows(contract, kind, None)
        yield kind.name, general
        for product in contract.products:
            if product.key in known and (own := _rows(contract, kind, product.key)) != general:
                yield f"{kind.name} about {product.name}", own


def _rows(contract: Contract, kind: RequestType, product: str | None) -> dict[str, tuple[_Row, ...]]:
    document = contract.document
    allowed = (kind.forced_level,) if kind.forced_level else kind.levels or document.levels.keys
    rows: dict[str, tuple[_Row, ...]] = {}
    for level in document.levels:
        if level.key not in allowed:
            continue
        promises = document.promises(
            plan=contract.plan_key,
            request_type=kind.key,
            level=level.key,
            product=product,
            extensions=[each.key for each in contract.extensions],
        )
        said = [each for each in document.metrics if _is_said(contract, promises[each.key])]
        own = [
            (Cell(metric.name), _promised(promises[metric.key]), Cell(_counted_in(contract, promises[metric.key])))
            for metric in said
        ]
        if own:
            rows[level.key] = ((Cell(level.name, strong=True, rows=len(own)), *own[0]), *own[1:])
    return rows


def _is_said(contract: Contract, promise: Promise) -> bool:
    """Whether a promise belongs in the table: not where nothing is promised, nor a next answer that is only measured."""
    if promise.kind == "none" or not contract.document.rules_for(promise.metric):
        return False
    return promise.kind == "target" or promise.metric != "next_response"


def _promised(promise: Promise) -> Cell:
    note = promise.note if promise.kind == "target" or promise.note else "Measured, not promised"
    return Cell(promise.text, note=note, clause=promise.clause)


def _counted_in(contract: Contract, promise: Promise) -> str:
    return contract.document.calendars[promise.calendar].name


def _incidents(contract: Contract) -> Table:
    document, terms = contract.document, contract.document.incidents
    assert terms is not None
    scheme = document.schemes[terms.scheme]
    rows = []
    for level in scheme.levels:
        its = terms.levels.get(level.key)
        if its is None:
            continue
        steps = tuple(terms.steps[key].name if terms.steps.get(key) else key.replace("_", " ") for key in its.steps)
        updates = f"every {its.update_every.text}" if its.update_every.duration else its.update_every.text
        rows.append(
            (
                Cell(level.name, strong=True),
                Cell(_ESCALATION[its.escalation], note=", ".join(steps), clause=its.clause or ""),
                Cell("none promised" if updates == "–" else updates, clause=its.update_clause or ""),
                Cell(contract.calendar(its.calendar).name),
            )
        )
    columns = (Column(scheme.name, 2), Column("Escalation", 4), Column("Updates", 3), Column("Hours", 4))
    return Table("Escalation and updates of incidents", columns, tuple(rows))


def _coverage(contract: Contract) -> Iterator[Item]:
    """What a promise depends on (A2, A3, B8, E3) and what stands outside (E8)."""
    document, terms = contract.document, contract.document.coverage
    allowance = contract.plan.allowance
    if allowance and terms.beyond_allowance:
        # {used} is only known when a request is made: what is used up is all that is included.
        count = str(allowance.incidents)
        sentence = terms.beyond_allowance.sentence.replace("{allowance}", count).replace("{used}", count)
        yield Item(sentence, "Beyond what is included", clause=terms.beyond_allowance.clause or "")
    if contract.is_trial and terms.trial:
        yield Item(f"{terms.trial.sentence} {terms.trial.other_sentence}", "Trial", clause=terms.trial.clause or "")
    for label, rule in (("Invoice overdue", terms.unpaid), ("Asked by others", terms.unauthorised)):
        if rule:
            yield Item(rule.sentence, label, clause=rule.clause or "")
    for kind in document.request_types:
        if kind.is_outside:
            yield Item(kind.outside, kind.name, clause=kind.clause or "")


def contacts(contract: Contract) -> tuple[Block, ...]:
    """Roles, the escalation path, how to reach support, least privilege (C9, C10, C12)."""
    document, terms = contract.document, contract.document.contacts
    blocks: list[Block] = []
    if terms:
        blocks.append(Text(terms.text, terms.clause or ""))
        if terms.roles:
            blocks.append(Facts(tuple(Item(role.text, role.name) for role in terms.roles)))
        if terms.escalation_path:
            steps = tuple(
                Item(f"after {step.after.text} without an answer" if step.after else "first", step.who)
                for step in terms.escalation_path
            )
            blocks += [Heading("Escalation path", terms.clause or ""), Bullets(steps)]
        if terms.authorised_only:
            blocks.append(Text("Only these people can request support.", terms.authorised_clause or ""))
    ways = tuple(
        Item(
            channel.text,
            channel.name,
            " ".join(
                part
                for part in (
                    f"{contract.calendar(channel.calendar).name}." if channel.calendar else "",
                    f"For {listed(document.levels[key].name for key in channel.levels)}." if channel.levels else "",
                    "On request." if channel.on_request else "",
                )
                if part
            ),
            channel.clause or "",
        )
        for channel in document.channels
        if channel.key in contract.plan.channels
    )
    blocks += [Heading("Channels"), Facts(ways)] if ways else []
    if document.access:
        blocks += [Heading("Access"), Text(document.access.text, document.access.clause or "")]
        blocks.append(Bullets(tuple(Item(each) for each in document.access.principles)))
    return tuple(block for block in blocks if not isinstance(block, Bullets) or block.items)


def changes(contract: Contract) -> tuple[Block, ...]:
    """The change flow: who asks, who approves, when (C11)."""
    terms, contacts = contract.document.changes, contract.document.contacts
    if terms is None:
        return ()
    roles = {role.key: role.name for role in contacts.roles} if contacts else {}
    rows = tuple(
        (
            Cell(kind.name, note=kind.text, strong=True),
            Cell(listed(roles.get(key, key) for key in kind.asked_by)),
            Cell(listed(roles.get(key, key) for key in kind.approved_by) or "no approval needed"),
            Cell(contract.calendar(kind.hours).name if kind.hours else "at any time"),
        )
        for kind in terms.kinds
    )
    columns = (Column("Change", 4), Column("Asked by", 3), Column("Approved by", 3), Column("When", 3))
    return Text(terms.text, terms.clause or ""), Table("Kinds of changes", columns, rows)


def version(contract: Contract) -> tuple[Block, ...]:
    """Which version of which agreement, since when, and how it changes (A11, B17)."""
    document, terms, facts = contract.document, contract.document.version, contract.version
    items = [Item(f"{document.title}, {facts.label}", "Agreement", clause=terms.clause or "")]
    if terms.date:
        items.append(Item(day_words(terms.date), "Dated"))
    items.append(Item(day_words(facts.effective_from), "In force from"))
    if contract.replaced_on:
        items.append(Item(day_words(contract.replaced_on), "Version after it in force from"))
    items.append(Item(facts.digest, "Digest of the terms", "SHA-256 of the agreement's text as it was published."))
    blocks: list[Block] = [Facts(tuple(items))]
    said = [terms.changes] if terms.changes else []
    if terms.tickets_keep_version and not terms.changes:
        said.append("Requests stay under the version they were opened under.")
    if said:
        blocks.append(Text(" ".join(said), terms.clause or ""))
    return tuple(blocks)
