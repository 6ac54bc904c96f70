"""The state in a small picture for other pages: words on a colour, never the colour alone."""

from __future__ import annotations

from html import escape

from statuspage.state.overview import NAMES, WORKS

#: White on each of these reads well: at least 4.5 to 1.
COLOURS = {WORKS: "#1c7443", "maintenance": "#3c5f94", "degraded": "#8a5300", "partial": "#a3450b", "down": "#b5242b"}
LETTER, GAP = 6.6, 8


def badge(state: str) -> str:
    """An SVG that says `status: no known problem`; its words are text that a screen reader reads too."""
    left, right = "status", NAMES[state].lower()
    first, second = (round(len(words) * LETTER + 2 * GAP) for words in (left, right))
    said = escape(f"{left}: {right}")
    texts = "".join(
        f'<text x="{middle}" y="14" textLength="{width - 2 * GAP}">{escape(words)}</text>'
        for words, width, middle in ((left, first, first / 2), (right, second, first + second / 2))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="20" role="img" aria-label="{said}">'
        f'<title>{said}</title><rect width="{first + second}" height="20" rx="4" fill="#3a3a37"/>'
        f'<path d="M{first} 0h{second - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-{second - 4}z" fill="{COLOURS[state]}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{texts}</g></svg>"
    )
