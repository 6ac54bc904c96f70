"""Where the entries of a mapping or list stand among the lines of a text: with their comments, without the gaps between."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.editing.nodes import Node


@dataclass(frozen=True)
class Place:
    """An entry in `text[start:end]`, a comment behind its last line included; `with_comment` is where its own lines begin."""

    start: int
    end: int
    with_comment: int


def column_of(text: str, index: int) -> int:
    """How many characters of its line stand before `index`."""
    return index - (text.rfind("\n", 0, index) + 1)


def after_line(text: str, index: int) -> str:
    """What follows `index` on its line."""
    end = text.find("\n", index)
    return text[index:] if end < 0 else text[index:end]


def entry_places(text: str, node: Node) -> list[Place]:
    """The places of the entries of a block mapping or block list (one with dashes), in order."""
    places: list[Place] = []
    for position, item in enumerate(node.items):
        start = node.keys[position].start if node.kind == "mapping" else dash_before(text, item.start)
        last = max(item.end, node.keys[position].end) if node.kind == "mapping" else item.end
        end = last + len(after_line(text, last))
        # Above the first entry a comment may speak of the whole group, so it stays where it is.
        places.append(Place(start, end, _comment_above(text, start) if position else start))
    return places


def take_out(text: str, node: Node, position: int) -> tuple[int, int]:
    """The characters to delete so that one of several entries is gone."""
    if node.flow:
        starts = [start.start for start in node.keys or node.items]
        if position + 1 < len(starts):
            return starts[position], starts[position + 1]
        return node.items[position - 1].end, node.items[position].end
    places = entry_places(text, node)
    place = places[position]
    if position == 0:
        rest = text[place.end :]
        return place.start, place.end + len(rest) - len(rest.lstrip())
    line_end_before = text.rfind("\n", 0, place.with_comment)
    if text[:line_end_before].endswith("\n") and text[place.end :].lstrip(" ")[:2] in ("\n", "\n\n", ""):
        # The empty line that set it apart goes too.
        line_end_before -= 1
    return line_end_before, place.end


def dash_before(text: str, index: int) -> int:
    """Where the dash of the list item stands whose value begins at `index`."""
    return text.rindex("-", 0, index)


def _comment_above(text: str, start: int) -> int:
    """Where the comment lines begin that stand directly above, in the same column; `start` itself without any."""
    column, begin = column_of(text, start), start
    line_start = start - column
    while line_start > 0:
        previous = text.rfind("\n", 0, line_start - 1) + 1
        line = text[previous : line_start - 1]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) != column:
            break
        begin, line_start = previous + column, previous
    return begin
