"""When people in a demo act: the team in its hours and mostly in time, clients when they are awake."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from agreements.businesstime import BusinessCalendar
from agreements.document import AgreementDocument
from agreements.document.promises import Promise
from slatrack.demo.world import Deal

HISTORY = timedelta(days=187)
#: This share of first answers comes too late, the way it does in a good team's quarter.
LATE = 0.08
#: Clients write at these hours of their day, with these weights.
_HOURS = {7: 1, 8: 5, 9: 9, 10: 10, 11: 9, 12: 5, 13: 7, 14: 9, 15: 8, 16: 7, 17: 4, 18: 2, 19: 1, 20: 1, 22: 1}
_WEEKEND = 0.18
_MINUTE = timedelta(minutes=1)


def arrivals(rng: Random, count: int, *, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """When requests came in: over two quarters, more of them lately, mostly on working days. In order, all past."""
    found: list[datetime] = []
    while len(found) < count:
        span = HISTORY if rng.random() < 0.74 else timedelta(days=13)
        day = (now - span * rng.random()).astimezone(zone)
        if day.weekday() > 4 and rng.random() > _WEEKEND:
            continue
        hour = rng.choices(list(_HOURS), list(_HOURS.values()))[0]
        at = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        if at < now - timedelta(hours=3):
            found.append(at)
    return sorted(found)


def first_response(document: AgreementDocument, deal: Deal, *, request_type: str, level: str, product: str) -> Promise:
    """The promise that decides how quickly the team looks at a request."""
    promises = document.promises(
        plan=deal.plan,
        request_type=request_type,
        level=level,
        product=product if product in document.products.keys else None,
        extensions=deal.extensions,
    )
    return promises["first_response"]


class Pace:
    """Draws instants. Deterministic: the same random numbers give the same instants."""

    def __init__(self, rng: Random, document: AgreementDocument) -> None:
        self._rng = rng
        self._document = document

    def hours(self, promise: Promise) -> BusinessCalendar:
        """When the team works on a request with this promise."""
        return self._document.calendar(promise.calendar)

    def first_answer(self, received_at: datetime, promise: Promise) -> datetime:
        """Usually well within the promise, now and then after it; without one, when somebody gets round to it."""
        if promise.duration is None:
            wait = _MINUTE * min(self._rng.lognormvariate(4.3, 0.9), 900)
        elif self._rng.random() < LATE:
            wait = promise.duration * self._rng.uniform(1.05, 1.9)
        else:
            wait = promise.duration * (0.04 + 0.9 * self._rng.betavariate(1.5, 3.0))
        return self.hours(promise).add(received_at, max(wait, 2 * _MINUTE))

    def between(self, start: datetime, end: datetime, share: float, promise: Promise) -> datetime:
        """The instant at which that share of the team's time from `start` to `end` has passed."""
        hours = self.hours(promise)
        return hours.add(start, hours.between(start, end) * share)

    def staff(self, after: datetime, promise: Promise, *, quick: bool = False) -> datetime:
        """When the team goes on."""
        minutes = self._rng.uniform(2, 14) if quick else min(self._rng.lognormvariate(3.9, 0.9), 560)
        return self.hours(promise).add(after, _MINUTE * minutes)

    def hold(self, after: datetime, promise: Promise, *, days: int) -> datetime:
        """When what a ticket was on hold for has come; 0 days: within two or three."""
        wait = timedelta(days=days * self._rng.uniform(0.6, 1.4)) if days else timedelta(0)
        return self.hours(promise).add(after + wait, timedelta(hours=self._rng.uniform(3, 20)))

    def client(self, after: datetime, zone: ZoneInfo, *, median_hours: float = 3.0) -> datetime:
        """When a client writes again: not at night, and rarely at weekends."""
        at = after + timedelta(hours=min(median_hours * self._rng.lognormvariate(0, 0.9), 96), seconds=37)
        local = at.astimezone(zone)
        if local.hour < 7 or local.hour >= 22:
            days = 1 if local.hour >= 22 else 0
            local = local.replace(hour=8, minute=self._rng.randrange(10, 59)) + timedelta(days=days)
        if local.weekday() > 4 and self._rng.random() > 0.15:
            local += timedelta(days=7 - local.weekday())
        return max(local, after + _MINUTE)
