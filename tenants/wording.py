"""Times and durations in plain words. Pure: takes instants, gives text."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration_words(seconds: float) -> str:
    """`45 s`, `22 m`, `1 h 20 m`, `40 h`; rounded down, sign dropped; from 100 hours on without the minutes.

    Hours are never gathered into days: a business day may be eight hours, so "1 day" would say two things.
    """
    whole = int(abs(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    hours, minutes = divmod(whole // MINUTE, 60)
    if not hours:
        return f"{minutes} m"
    # A narrow no-break space between thousands.
    return f"{hours} h {minutes} m" if minutes and hours < 100 else f"{hours:,} h".replace(",", "\u202f")


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


def exact_words(local: datetime) -> str:
    """`Saturday 21 November 2026, 14:05 CET`, with seconds only where they are not zero."""
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local:%A} {local.day} {local:%B %Y}, {clock} {local.tzname()}"


def left_words(left: timedelta) -> str:
    """`1 h 20 m left`, `35 m over`: what a running clock reads with this much business time left."""
    return f"{duration_words(left.total_seconds())} {'left' if left >= timedelta(0) else 'over'}"
