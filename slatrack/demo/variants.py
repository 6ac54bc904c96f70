"""Telling a story once more with other words: slots are dealt like cards, so that the same word comes back late."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from slatrack.demo.story import Words
from slatrack.demo.world import Caller, Customer

Fill = Callable[[str], str]

_SLOT = re.compile(r"\{(?P<slot>\w+)\}")
# A slot that a sentence begins with.
_STARTS = re.compile(r"(?:\A|(?<=[.!?] )|(?<=\n))\{(?P<slot>\w+)\}")
_DIGITS = re.compile(r"num(\d)[a-z]?")
_HONORIFICS = {"Dr", "Dr."}

GREETINGS = ("Hi {client},", "Hello {client},", "Good day {client},", "Dear {client},", "{client},")
FAREWELLS = ("Kind regards,\n{agent}", "Best regards,\n{agent}", "{agent}", "Regards,\n{agent}", "Best,\n{agent}")
OPENINGS = ("Hello,", "Hi team,", "Good day,", "Hi all,", "", "")
SIGNATURES = (
    "Kind regards,\n{caller}",
    "Thanks in advance,\n{client}",
    "{client}",
    "Best,\n{client}",
    "",
    "{caller}\n{company}",
)


def _capital(word: str) -> str:
    """`the front desk` → `The front desk`; `web-03` and `costCentre` are names and stay."""
    return word[:1].upper() + word[1:] if re.fullmatch(r"[^\W\d_A-Z]+( .*)?", word) else word


def first_name(name: str) -> str:
    """`Dr. Ute Lorenz` → `Ute`."""
    return next(word for word in name.split() if word not in _HONORIFICS)


class Teller:
    """Deals the words of one workspace. Deterministic: the same random numbers give the same texts."""

    def __init__(self, words: Words, rng: Random) -> None:
        self._words = words
        self._rng = rng
        self._decks: dict[tuple[str, ...], list[str]] = {}
        self._manners: dict[str, tuple[str, str]] = {}

    def deal(self, options: tuple[str, ...]) -> str:
        """One of them, and each of them before one comes back."""
        deck = self._decks.get(options)
        if not deck:
            deck = self._decks[options] = self._rng.sample(options, len(options))
        return deck.pop()

    def telling(self, own: Words, given: Mapping[str, str]) -> Fill:
        """Fill the slots of the texts of one conversation, alike in all of them.

        `{num4}`, `{num4b}`: four digits each. Raises KeyError for a slot that nobody knows.
        """
        dealt = dict(given)

        def word(match: re.Match[str]) -> str:
            slot = match["slot"]
            if slot not in dealt:
                digits = _DIGITS.fullmatch(slot)
                if digits:
                    size = int(digits.group(1))
                    dealt[slot] = str(self._rng.randrange(max(10 ** (size - 1), 2), 10**size))
                else:
                    dealt[slot] = self.deal(own[slot] if slot in own else self._words[slot])
            return dealt[slot]

        def fill(text: str) -> str:
            # A dealt word may have slots of its own.
            return _SLOT.sub(word, _SLOT.sub(word, _STARTS.sub(lambda start: _capital(word(start)), text)))

        return fill

    def letter(self, writer: str, body: str, *, staff: bool) -> str:
        """A message in its writer's manners: each person greets and signs always alike."""
        if writer not in self._manners:
            openings, endings = (GREETINGS, FAREWELLS) if staff else (OPENINGS, SIGNATURES)
            self._manners[writer] = (self.deal(openings), self.deal(endings))
        opening, ending = self._manners[writer]
        return "\n\n".join(part for part in (opening, body, ending) if part)


def circumstances(
    caller: Caller, customer: Customer, agent: str, received_at: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """The slots that follow from who writes and when."""
    local = received_at.astimezone(zone)
    coming = local + timedelta(days=11)
    return {
        "caller": caller.name,
        "client": first_name(caller.name),
        "agent": first_name(agent),
        "company": customer.name,
        "zone": f"{customer.domain}.example",
        "time": f"{local - timedelta(minutes=25):%H:%M}",
        "earlier": f"{local - timedelta(minutes=70):%H:%M}",
        "today": f"{local:%-d %B}",
        "date": f"{coming:%-d %B}",
        "later": f"{local + timedelta(days=24):%-d %B}",
        "weekday": f"{local + timedelta(days=2):%A}",
        "month": f"{local.replace(day=1) - timedelta(days=1):%B}",
        "year": f"{local:%Y}",
    }
