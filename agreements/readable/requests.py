"""What people can ask for, at which levels, who sets them, and what covers a request."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from agreements.document.model import Level, RequestType, Scheme
from agreements.readable.blocks import Blocks, Facts, Line, Listing, Text, below, facts
from agreements.readable.measures import CLOCK_RULES
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of, lines

#: What says who sets the level of a ticket; nobody chooses that of an incident.
SET_BY = ("contacts_may_choose", "needs_permission")


def levels(reader: Reader) -> Blocks:
    """The scheme of tickets, that of incidents if their own (B11, C3, E6), and how a ticket gets its level."""
    document, tickets = reader.document, reader.document.scheme
    blocks = _scheme(reader, tickets)
    if document.incidents and document.incidents.scheme != document.tickets.scheme:
        own = document.schemes[document.incidents.scheme]
        blocks = (
            *below(tickets.name, blocks, tickets.clause),
            *below(own.name, _scheme(reader, own, but=SET_BY), own.clause),
        )
    chosen = facts(*lines(reader, document.tickets, but=CLOCK_RULES))
    return (*blocks, *below(f"How a ticket gets its {tickets.name.lower()}", chosen))


def _scheme(reader: Reader, scheme: Scheme, *, but: Collection[str] = ()) -> Blocks:
    described = (Text(scheme.description, scheme.clause),) if scheme.description else ()
    return (*described, Facts(tuple(_level(reader, level, but=but) for level in scheme.levels)))


def _level(reader: Reader, level: Level, *, but: Collection[str] = ()) -> Line:
    lists = (Listing(level.examples, "For example"), Listing(level.expectations, "What to expect"))
    name = f"{level.name} ({level.label})" if level.label else level.name
    line = line_of(reader, level, name, but=but)
    return replace(line, lists=tuple(each for each in lists if each.items), intent=level.intent)


def requests(reader: Reader) -> Blocks:
    """What people can ask for, and what stands outside (A4, D6, E8)."""
    return facts(*(line for kind in reader.document.request_types for line in _request(reader, kind)))


def _request(reader: Reader, kind: RequestType) -> Iterator[Line]:
    """Its level, what is asked, whether it uses the allowance up; on its own line what happens at other hours (A7)."""
    limited = any(plan.allowance for plan in reader.plans) and not kind.is_outside
    line = line_of(reader, kind, but=() if limited else ("counts_towards_allowance",))
    yield replace(line, text=f"{line.text} {kind.outside}".rstrip())
    if kind.outside_hours:
        yield line_of(reader, kind.outside_hours, f"{kind.name}, outside the usual hours")


def coverage(reader: Reader) -> Blocks:
    """Who is covered, and what everybody else gets (A2, A3, B8, E3)."""
    but = ("trial",) if reader.on_trial is False else ()
    said = lines(reader, reader.document.coverage, but=but)
    return facts(*(replace(line, text=_numbers(reader, line.text)) for line in said))


def _numbers(reader: Reader, said: str) -> str:
    """The sentence of a rule with what the plan includes, or with words where it will have the numbers of the month."""
    if reader.plan and reader.plan.allowance:
        # What is used up when the rule applies is all that is included.
        included = str(reader.plan.allowance.incidents)
        return said.replace("{allowance}", included).replace("{used}", included)
    return (
        said.replace("({allowance})", "(as many as the plan includes)")
        .replace("{allowance}", "the included number")
        .replace("{used}", "so many")
    )
