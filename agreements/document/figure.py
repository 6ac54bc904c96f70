"""The figure that availability comes to, in exact integer seconds: what commitments and credits are held against.

The formula is that of B5: (total - excluded - unavailable) / (total - excluded), with time nobody measured taken out as
well, because it is neither up nor down. `availability.calculation` makes the figure from intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agreements.document.steps import Step, in_seconds
from shell.wording import percent_digits, time_words


@dataclass(frozen=True, slots=True)
class Availability:
    """The seconds of a period, each counted once: excluded, else unavailable, else unknown, else available."""

    total_seconds: int
    excluded_seconds: int
    unknown_seconds: int
    unavailable_seconds: int

    @property
    def measured_seconds(self) -> int:
        """The seconds that the figure is about: neither excluded nor unknown."""
        return self.total_seconds - self.excluded_seconds - self.unknown_seconds

    @property
    def available_seconds(self) -> int:
        return self.measured_seconds - self.unavailable_seconds

    @property
    def ratio(self) -> Fraction | None:
        """Available time in measured time, from 0 to 1, exact; None when nothing was measured."""
        return Fraction(self.available_seconds, self.measured_seconds) if self.measured_seconds else None

    def percent(self, places: int = 3) -> str | None:
        """The ratio as a percentage with so many decimal places, rounded down; None when it is not determinable.

        For people only: what is printed as 99.900 may be more, so verdicts come from `meets`. ValueError for negative
        places.
        """
        share = percent_digits(self.ratio or Fraction(0), places)
        return share if self.measured_seconds else None

    def meets(self, percent: Decimal | Fraction | int) -> bool | None:
        """Whether the exact ratio reaches a promised percentage, itself included; None when it is not determinable.

        ValueError for a float, which cannot hold 99.9, and for a percentage outside 0 to 100.
        """
        if not isinstance(percent, Decimal | Fraction | int):
            raise ValueError(f"percent: {percent!r} is not a Decimal, Fraction or int")
        if not 0 <= percent <= 100:
            raise ValueError(f"percent: {percent} is not between 0 and 100")
        if not self.measured_seconds:
            return None
        return 100 * self.available_seconds >= Fraction(percent) * self.measured_seconds

    def steps(self, *, excluded: str = "", unavailable: str = "") -> list[Step]:
        """From the time that counts to the percentage. The two texts say what was left out and what was down."""
        counted, down, taken = self.measured_seconds, self.unavailable_seconds, []
        if self.excluded_seconds:
            how = excluded or time_words(self.excluded_seconds)
            taken.append(Step("Left out", how, in_seconds(self.excluded_seconds)))
        if self.unknown_seconds:
            taken.append(Step("Not measured", time_words(self.unknown_seconds), in_seconds(self.unknown_seconds)))
        if taken:
            parts = [each for each in (self.total_seconds, self.excluded_seconds, self.unknown_seconds) if each]
            taken.append(Step("Time that counts", " − ".join(f"{each:,}" for each in parts), in_seconds(counted)))
        percent = self.percent()
        return [
            *taken,
            Step("Downtime", unavailable or time_words(down), in_seconds(down)),
            Step("Availability", f"({counted:,} − {down:,}) ÷ {counted:,}, rounded down", f"{percent} %")
            if percent
            else Step("Availability", "no time is left that counts", "cannot be determined"),
        ]
