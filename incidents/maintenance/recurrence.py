"""When recurring maintenance begins: by the clock on the wall, whatever daylight saving does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Every so many weeks from `first_on` on, at `starts_at` by the clocks of `timezone` (IANA).

    Occurrences are counted from 1. `until` is the last local day on which one may begin, `at_most` how many there are.
    """

    first_on: date
    starts_at: time
    timezone: str
    every_weeks: int
    until: date | None = None
    at_most: int | None = None

    def start_of(self, occurrence: int) -> datetime | None:
        """The instant (UTC) at which it begins; None for one that there is not.

        A time that the clocks leave out counts as if they had not gone forward yet; of one that they show twice it is
        the first.
        """
        if self.at_most is not None and occurrence > self.at_most:
            return None
        try:
            day = self.first_on + timedelta(weeks=self.every_weeks * (occurrence - 1))
            start = datetime.combine(day, self.starts_at, ZoneInfo(self.timezone)).astimezone(UTC)
        except OverflowError:
            return None
        return None if self.until is not None and day > self.until else start
