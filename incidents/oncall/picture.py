"""A rota as a picture: its layers and what they come to, week by week, with the same in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby, pairwise

from agreements.businesstime.local_hours import WEEKDAYS
from incidents.models import OnCallLayer
from incidents.oncall import rota
from incidents.oncall.roster import IN_SIGHT, Roster
from shell.wording import city_words, sentence, short_day, span_words

HUES = 8
#: Shares of the picture's width, in per cent, from which on a block has room for a name, for its first letters.
NAME_FITS, INITIALS_FIT = 9, 3.8
GAPS_SAID = 8


@dataclass(frozen=True)
class Block:
    """Somebody's time in a row; `hue` None is nobody's. Places and widths in per cent of the picture's."""

    x: str
    width: str
    label: str
    hue: int | None
    words: str


@dataclass(frozen=True)
class Picture:
    """Some weeks of a schedule, read in `zone`: rows of blocks from the highest layer down, last what they come to."""

    rows: list[tuple[str, list[Block]]]
    weeks: list[tuple[str, str]]
    now_x: str
    table: list[rota.Shift]
    gaps: list[str]
    left: list[str]
    zone: tzinfo


def picture_of(found: Roster, *, now: datetime, zone: tzinfo, ahead: timedelta = IN_SIGHT) -> Picture:
    """The coming time from today on. Gaps are told from now on."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    start, end = _midnight(today, zone), _midnight(today + ahead, zone)
    scale = _Scale(found, start, end, zone)
    return Picture(
        rows=[(name, [scale.block(shift) for shift in shifts]) for name, shifts in _rows_of(found, start, end)],
        weeks=[
            (scale.at(_midnight(day, zone)), f"{day.day} {day:%b}")
            for week in range(ahead.days // 7 + 1)
            if (day := monday + timedelta(weeks=week)) < today + ahead
        ],
        now_x=scale.at(now),
        table=found.told(now, end),
        gaps=gap_sentences(found, now=now, end=end, zone=zone),
        left=list(_left(found, now=now)),
        zone=zone,
    )


def rhythm_of(layer: OnCallLayer) -> str:
    """`every week at 09:00, Amsterdam`."""
    weeks, rest = divmod(layer.turn_days, 7)
    count, unit = (layer.turn_days, "day") if rest else (weeks, "week")
    every = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    return f"{every} at {layer.handover:%H:%M}, {city_words(layer.timezone)}"


def hours_of(layer: OnCallLayer) -> str:
    """`Mon to Fri 18:00 to 08:00, Sat all day from 08:00`; "" for round the clock."""
    said = []
    for hours, run in groupby(WEEKDAYS, key=lambda day: layer.hours.get(day)):
        days = [day.capitalize() for day in run]
        if hours:
            opens, closes = hours
            when = f"all day from {opens}" if opens == closes else f"{opens} to {closes}"
            said.append(f"{' to '.join(dict.fromkeys([days[0], days[-1]]))} {when}")
    return ", ".join(said)


def gap_sentences(found: Roster, *, now: datetime, end: datetime, zone: tzinfo) -> list[str]:
    """`Nobody is on call Sat 28 Mar 02:00 to 06:00`; one that comes back every week is said once."""
    # One that begins before `end` is followed to its own.
    far, alike = end + timedelta(weeks=1), dict[tuple[object, ...], list[tuple[datetime, datetime]]]()
    for gap in rota.gaps(found.rota, now, far):
        begin, until = (each.astimezone(zone) for each in gap)
        if begin >= end:
            continue
        key = (begin.weekday(), begin.time(), until.weekday(), until.time(), (until.date() - begin.date()).days)
        alike.setdefault(key, []).append((begin, until))
    said = []
    for (begin, until), *again in alike.values():
        if until >= far:
            words = "now and for weeks to come" if begin <= now else f"from {short_day(begin, now)} {begin:%H:%M} on"
        elif begin <= now:
            words = f"now, until {short_day(until, now)} {until:%H:%M}"
        else:
            words = span_words(begin, until)
        if again:
            count = "once more" if len(again) == 1 else f"{len(again)} more times"
            words = f"{words}, and {count} until {short_day(again[-1][1], now)}"
        said.append(f"Nobody is on call {words}")
    return said if len(said) <= GAPS_SAID else [*said[:GAPS_SAID], f"And {len(said) - GAPS_SAID} gaps more."]


def changes(before: Roster, after: Roster, *, now: datetime, zone: tzinfo) -> list[str]:
    """`Mon 7 Dec 09:00 to Mon 14 Dec 09:00: Bob instead of Ann`: who has what another one had before."""
    end = now + IN_SIGHT
    told = [each.told(now, end) for each in (before, after)]
    cuts = sorted({min(max(cut, now), end) for shifts in told for shift in shifts for cut in shift[:2]})
    found: list[tuple[datetime, datetime, str, str, int]] = []
    for begin, until in pairwise(cuts):
        was, is_now = (
            next(shift.person.name if shift.person else "nobody" for shift in shifts if shift.end > begin)
            for shifts in told
        )
        if was == is_now:
            continue
        parts = 1
        # Nights of somebody else in between make parts of one turn.
        if found and found[-1][2:4] == (was, is_now) and begin - found[-1][1] < timedelta(days=1):
            first, last, _, _, parts = found.pop()
            begin, parts = first, parts + (last < begin)
        found.append((begin, until, was, is_now, parts))
    return [
        f"{span_words(begin.astimezone(zone), until.astimezone(zone))}{f', in {parts} parts' if parts > 1 else ''}: "
        f"{sentence(is_now)} instead of {was}"
        for begin, until, was, is_now, parts in found
    ]


class _Scale:
    """Instants and shifts of a roster as places on the picture."""

    def __init__(self, found: Roster, start: datetime, end: datetime, zone: tzinfo) -> None:
        self.start, self.end, self.zone = start, end, zone
        self.hues = {person: number % HUES for number, person in enumerate(found.people)}

    def share(self, length: timedelta) -> float:
        return 100 * (length / (self.end - self.start))

    def at(self, instant: datetime) -> str:
        return f"{self.share(instant - self.start):.3f}"

    def block(self, shift: rota.Shift) -> Block:
        shown, name = shift.within(self.start, self.end), shift.person.name if shift.person else ""
        width = self.share(shown.end - shown.start)
        first, *rest = name.split() or [""]
        label = first if width >= NAME_FITS else first[:1] + rest[-1][:1] if rest else first[:2]
        span = span_words(shift.start.astimezone(self.zone), shift.end.astimezone(self.zone))
        return Block(
            x=self.at(shown.start),
            width=f"{width:.3f}",
            label=label if width >= INITIALS_FIT else "",
            hue=self.hues.get(shift.person),
            words=f"{name or 'Nobody'}, {span}",
        )


def _rows_of(found: Roster, start: datetime, end: datetime) -> Iterator[tuple[str, list[rota.Shift]]]:
    """By name from the top. A layer that goes on with other terms stays one row; all who stand in are one."""
    layers = [layer.source for layer in found.rota.layers]
    names = {layer.position: layer.name for layer in layers}
    above = max(names, default=0) + 1
    rows: dict[int, list[rota.Shift]] = {}
    for place, row in enumerate(found.rota.rows(start, end)):
        position = layers[place].position if place < len(layers) else above
        rows[position] = rota.laid_over(rows.get(position, []), row)
    for position in sorted(rows, reverse=True):
        if rows[position]:
            yield names.get(position, "Stand-ins"), rows[position]
    yield "On call", found.told(start, end)


def _left(found: Roster, *, now: datetime) -> Iterator[str]:
    for layer in found.rota.layers:
        if layer.ends_at is None or layer.ends_at > now:
            for person in dict.fromkeys(layer.people):
                still = f"still in “{layer.source.name}”"
                if person.deactivated_at:
                    yield f"{person.name} is deactivated and {still}: those turns are nobody's there."
                elif not person.works_tickets:
                    yield f"{person.name} works no tickets any more and is {still}: nobody is asked in those turns."


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
