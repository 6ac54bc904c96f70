"""Messages as people type them (Markdown) to HTML that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
# An address typed into a sentence, without the full stop or bracket that belongs to the sentence.
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}*_]")


@lru_cache(maxsize=2048)
def render(text: str) -> SafeString:
    """`text` as sanitised HTML. Line breaks stay; addresses become links, marked `noopener noreferrer nofollow`."""
    clean = nh3.clean(
        _markdown().render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 (sanitised one line above)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # What looks like HTML is text. A picture from elsewhere would tell its owner who reads; it becomes a link.
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable(["table", "strikethrough"]).disable("image")
    markdown.core.ruler.push("below_the_page", _below_the_page)
    markdown.core.ruler.push("bare_addresses", _bare_addresses)
    return markdown


def _below_the_page(state: StateCore) -> None:
    """Headings of a message stand below those of the page that shows it."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _bare_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = list(_linked(token.children))


def _linked(tokens: list[Token]) -> Iterator[Token]:
    inside_link = 0
    for token in tokens:
        inside_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or inside_link:
            yield token
            continue
        place = 0
        for match in _BARE_ADDRESS.finditer(token.content):
            yield _text(token.content[place : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": match.group()})
            yield _text(match.group())
            yield Token("link_close", "a", -1)
            place = match.end()
        yield _text(token.content[place:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
