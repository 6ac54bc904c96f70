"""Calendar quarters in a zone. Pure: no Django, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """`number` is 1 to 4. Written `2026-Q3` in addresses."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a local date lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-Q3`. Raises ValueError for anything else."""
        match = re.fullmatch(r"(20[0-9]{2})-Q([1-4])", text)
        if match is None:
            raise ValueError("A quarter is written like 2026-Q3.")
        return cls(int(match.group(1)), int(match.group(2)))

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    def interval(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """`[start, end)` as instants in UTC: midnight to midnight in `zone`, daylight saving and all."""
        return _midnight(self.first_day, zone), _midnight(self.next.first_day, zone)

    @property
    def name(self) -> str:
        """`July to September 2026`."""
        return f"{self.first_day:%B} to {self.last_day:%B %Y}"

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
