"""Chat messages and webhooks, many at once: whoever is slow to answer holds up its own and nobody else's."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import timezone

from notifications.carriers.calls import call
from notifications.delivery import BATCH, Kind, claim, hand_back, next_wait, write_down
from notifications.models import OutgoingMessage

#: How many calls are out at once: to one receiver, of one tenant and kind, of one kind. So several tenants can be slow
#: with all they have before others notice, and webhooks take no place of chat, which calls people.
AT_ONCE = (4, 40, 120)
#: How often it is asked what fell due while calls are out, and how long a call takes that is nothing to worry about.
LOOK_AGAIN_SECONDS, QUICK_SECONDS = 0.25, 1.0
#: Fields of messages and what is in them: whatever has them is of that place.
Place = tuple[tuple[str, Any], ...]


class Switchboard:
    """Calls what is due for about `seconds`, or until nothing is. Many may work at once.

    The database is asked in one thread, and never while it waits for somebody's answer.
    """

    def __init__(self, *, seconds: float) -> None:
        self._began, self._seconds = time.monotonic(), seconds
        self._waiting: list[OutgoingMessage] = []
        self._out: dict[Future[Any], tuple[OutgoingMessage, float]] = {}
        self._busy: Counter[Place] = Counter()
        self._slow: set[Place] = set()

    def work(self) -> None:
        looked = self._began
        with ThreadPoolExecutor(max_workers=2 * AT_ONCE[-1]) as threads:
            while True:
                gone = time.monotonic() - self._began
                if gone >= self._seconds / 2:
                    # From here on nothing begins for whoever is slow, so that the end waits for nobody.
                    self._leave_the_slow()
                if gone < self._seconds and (not self._waiting or time.monotonic() - looked >= LOOK_AGAIN_SECONDS):
                    looked = time.monotonic()
                    self._waiting += claim(
                        now=timezone.now(), limit=BATCH, kinds=(Kind.CHAT, Kind.WEBHOOK), apart_from=self._apart()
                    )
                if gone >= self._seconds:
                    self._put_back(self._waiting, wait=timedelta(0))
                for message in [each for each in self._waiting if self._has_place(each)]:
                    if self._has_place(message):
                        self._begin(message, threads)
                if not self._out:
                    return
                for done in wait(self._out, timeout=LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED).done:
                    self._end(done)

    def _begin(self, message: OutgoingMessage, threads: ThreadPoolExecutor) -> None:
        self._waiting.remove(message)
        self._busy.update(place for place, _ in _places(message))
        self._out[threads.submit(call, message, now=timezone.now())] = message, time.monotonic()

    def _end(self, done: Future[Any]) -> None:
        message, _ = self._out.pop(done)
        self._busy.subtract(place for place, _ in _places(message))
        failure, answer = done.result()
        write_down(message, failure, at=timezone.now(), answer=answer)
        pause = next_wait(1, message.kind)
        if failure is not None and answer.status is None and pause is not None:
            # Where nobody answers each takes as long as we wait: those that are not out yet come later.
            self._put_back([each for each in self._waiting if each.receiver == message.receiver], wait=pause)

    def _leave_the_slow(self) -> None:
        now = time.monotonic()
        self._slow |= {message.receiver for message, since in self._out.values() if now - since >= QUICK_SECONDS}
        self._put_back([each for each in self._waiting if each.receiver in self._slow], wait=timedelta(0))

    def _put_back(self, messages: list[OutgoingMessage], *, wait: timedelta) -> None:
        if messages:
            self._waiting = [each for each in self._waiting if each not in messages]
            hand_back(messages, wait=wait)

    def _has_place(self, message: OutgoingMessage) -> bool:
        return all(self._busy[place] < most for place, most in _places(message))

    def _apart(self) -> Q:
        """What is not asked for: more for a receiver that messages wait for already, and where no place is left."""
        out = [message for message, _ in self._out.values()]
        full = {place for message in out for place, most in _places(message) if self._busy[place] >= most}
        waited_for = {each.receiver for each in self._waiting}
        return reduce(or_, (Q(*place) for place in full | waited_for | self._slow), Q())


def _places(message: OutgoingMessage) -> tuple[tuple[Place, int], ...]:
    """What a call takes a place of while it is out, each with how many places there are."""
    kind = ("kind", message.kind)
    return tuple(zip((message.receiver, (("tenant_id", message.tenant_id), kind), (kind,)), AT_ONCE, strict=True))
