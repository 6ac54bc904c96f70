"""How lists, lengths of time, dates and instants are written everywhere. Pure: takes values, gives text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

MINUTE, HOUR, DAY = 60, 3600, 86400


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """`a, b and c`, without those that are empty."""
    said = [word for word in words if word]
    return f" {last} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 2 else said)


def counted(count: int, what: str) -> str:
    """`1 client`, `3 clients`: of what takes an s."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def sentence(words: str) -> str:
    """With a capital at its start, whatever it was made of."""
    return words[:1].upper() + words[1:]


def notes(*said: str) -> tuple[str, ...]:
    """The remarks that say something."""
    return tuple(each for each in said if each)


def minutes(seconds: int) -> int:
    """How many whole minutes, for where people type minutes."""
    return seconds // MINUTE


def duration_words(seconds: float) -> str:
    """`45 s`, `22 m`, `1 h 20 m`, `40 h`; rounded down, sign dropped; from 100 hours on without the minutes.

    Hours are never gathered into days: a business day may be eight hours, so "1 day" would say two things.
    """
    whole = int(abs(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    return time_words(whole - whole % (MINUTE if whole < 100 * HOUR else HOUR))


def time_words(length: timedelta | int) -> str:
    """`5 h 12 m`, `2 h 7 s`: exact to the second, without the parts that are nought, so that what is added up adds up.

    A number is of seconds. The sign is dropped.
    """
    seconds = length if isinstance(length, int) else int(length.total_seconds())
    minutes, rest = divmod(abs(seconds), MINUTE)
    # A narrow no-break space between thousands.
    parts = ((f"{minutes // 60:,}".replace(",", "\u202f"), "h"), (str(minutes % 60), "m"), (str(rest), "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count != "0") or "0 s"


def hours_words(length: timedelta) -> str:
    """`7 hours 30 minutes`."""
    hours, minutes = divmod(int(length.total_seconds()) // MINUTE, 60)
    return f"{hours} hours" + (f" {minutes} minutes" if minutes else "")


def left_words(left: timedelta) -> str:
    """`1 h 20 m left`, `35 m over`: what a running clock reads with this much business time left."""
    return f"{duration_words(left.total_seconds())} {'left' if left >= timedelta(0) else 'over'}"


def day_words(day: date) -> str:
    """`30 November 2017`."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date, beside: date | None = None) -> str:
    """`Thu 26 Mar`, with the year where it is not that of `beside`."""
    year = "" if beside is not None and beside.year == day.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def long_day(day: date, beside: date) -> str:
    """`Thursday 26 March`, with the year where it is not that of `beside`."""
    return f"{day:%A} {day.day} {day:%B}" if beside.year == day.year else f"{day:%A} {day_words(day)}"


def whole_minute(instant: datetime) -> datetime:
    """Without its seconds, for who is promised something by then: never later than it is."""
    return instant.replace(second=0, microsecond=0)


def clock_words(local: datetime) -> str:
    """`14:05`, with seconds only where they are not zero."""
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def span_words(start: datetime, end: datetime, local_now: datetime | None = None) -> str:
    """`Sat 28 Mar 02:00 to 06:00`, `Sat 28 Mar 22:00 to Sun 29 Mar 06:00`; across a change of clocks with their names.

    All instants in one zone. With the year where it is not that of `local_now`.
    """
    names = (f" {start.tzname()}", f" {end.tzname()}") if start.utcoffset() != end.utcoffset() else ("", "")
    day = "" if start.date() == end.date() else f"{short_day(end, start)} "
    return f"{short_day(start, local_now or start)} {start:%H:%M}{names[0]} to {day}{end:%H:%M}{names[1]}"


def relative_words(instant: datetime, now: datetime) -> str:
    """`in 2 h 10 m`, `12 m ago`, `3 d ago`, `just now`: clock time, so days are of 24 hours. Both aware."""
    seconds = int((instant - now).total_seconds())
    size = abs(seconds)
    if size < MINUTE:
        return "just now"
    if size < 2 * DAY:
        words = duration_words(size - size % MINUTE) if size < 12 * HOUR else f"{size // HOUR} h"
    else:
        words = f"{size // DAY} d" if size < 60 * DAY else f"{size // (30 * DAY)} months"
    return f"in {words}" if seconds > 0 else f"{words} ago"


def when_words(local: datetime, local_now: datetime) -> str:
    """`today 14:05`, `tomorrow 09:00`, `Mon 14:05` within a week, `12 Nov 14:05` in the same year, `12 Nov 2025` else.

    Both instants in the reader's zone.
    """
    days = (local.date() - local_now.date()).days
    clock = f"{local:%H:%M}"
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if named:
        return f"{named} {clock}"
    if abs(days) < 7:
        return f"{local:%a} {clock}"
    return f"{local.day} {local:%b} {clock}" if local.year == local_now.year else f"{local.day} {local:%b %Y}"


def next_words(local: datetime, local_now: datetime) -> str:
    """`08:30` on the same day, `Mon 08:30` within a week, `Mon 4 Jan 08:30` else: stays true while the page is open.

    Both instants in the reader's zone.
    """
    days = (local.date() - local_now.date()).days
    day = f"{local:%a} " if days < 7 else f"{short_day(local, local_now)} "
    return f"{day if days else ''}{clock_words(local)}"


def dated_words(local: datetime, local_now: datetime) -> str:
    """`Fri 27 Nov 01:00`, with the year where it is another: day and clock, whatever day it is read on.

    Both instants in the reader's zone.
    """
    return f"{short_day(local, local_now)} {clock_words(local)}"


def exact_words(local: datetime) -> str:
    """`Saturday 21 November 2026, 14:05 CET`, with seconds only where they are not zero."""
    return f"{local:%A} {day_words(local)}, {clock_words(local)} {local.tzname()}"


def zone_words(zone: str) -> str:
    """`America/New York`, for a time zone by its IANA name."""
    return zone.replace("_", " ")


def city_words(zone: str) -> str:
    """`New York`, as people say a time zone."""
    return zone_words(zone.rpartition("/")[2])


def filesize(value: int) -> str:
    """Bytes as `1.4 MB` or `20 MB`, in powers of a thousand as file managers show them."""
    size = float(value or 0)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{round(size, 1):g} {unit}"
        size /= 1000
    return f"{round(size, 1):g} GB"


def percent_digits(share: Fraction, places: int = 3) -> str:
    """`99.493` for an exact share of 0 or more: rounded down, so that 100.000 means all of it and never almost all.

    For people only: verdicts come from the exact share. ValueError for negative places.
    """
    if places < 0:
        raise ValueError(f"places: {places} is negative")
    whole, part = divmod(share.numerator * 100 * 10**places // share.denominator, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)
