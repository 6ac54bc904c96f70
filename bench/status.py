"""The public status page when everybody comes at once, and the mail to everybody who asked for it.

    python -m bench.status

A thousand readers ask for the page over connections that stay open, while an incident on it is updated: errors, how old
what they read is, and how many pages a second, against the same page made anew for each (PUBLIC_PAGE_SECONDS=0). Then
ten thousand subscribers are told of something by a worker that is killed on the way and another that goes on.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from bench import _seed  # sets Django up
from bench.slow import HOST, ROOT, served
from incidents import actions
from incidents.models import Incident
from notifications import fanout
from notifications.models import Broadcast, OutgoingMessage, Subscriber, TopicSubscription
from notifications.tasks import fan_out
from notifications.topics import INCIDENTS
from tenants.scope import tenant_scope

READERS, BASELINE_READERS, SECONDS, BASELINE_SECONDS = 1000, 64, 20, 20
UPDATED_EVERY, SUBSCRIBERS = 2.0, 10_000
TIMES_AS_MANY, FRESH_SECONDS, MAILS_A_SECOND = 20, 5.0, 500
NUMBER = re.compile(rb"Word number (\d+)\.")


@dataclass
class Read:
    """What readers had. `said` is when each word was committed."""

    said: list[float] = field(default_factory=list)
    pages: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    oldest: float = 0.0

    def note(self, page: bytes) -> None:
        found = NUMBER.search(page)
        if not page.startswith(b"HTTP/1.1 200") or found is None:
            self.errors[page[:30].decode("latin-1")] += 1
            return
        self.pages += 1
        shown, now = int(found.group(1)), time.monotonic()
        if shown + 1 < len(self.said):
            self.oldest = max(self.oldest, now - self.said[shown + 1])


async def reader(port: int, host: str, read: Read, until: float) -> None:
    """One person who reloads the page as soon as it is there."""
    asked = f"GET /status/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    while time.monotonic() < until:
        try:
            coming, going = await asyncio.open_connection(HOST, port)
            while time.monotonic() < until:
                going.write(asked)
                head = await asyncio.wait_for(coming.readuntil(b"\r\n\r\n"), 60)
                length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))  # type: ignore[union-attr]  # always
                read.note(head + await coming.readexactly(length))
                if b"connection: close" in head.lower():
                    break
            going.close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            if time.monotonic() < until:
                read.errors[type(error).__name__] += 1


def pages_a_second(port: int, host: str, readers: int, seconds: float, read: Read) -> float:
    async def everybody() -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(reader(port, host, read, until) for _ in range(readers)))

    begun = time.monotonic()
    asyncio.run(everybody())
    return read.pages / (time.monotonic() - begun)


def keep_updating(stage: _seed.Stage, incident: Incident, read: Read, over: threading.Event) -> None:
    while not over.wait(UPDATED_EVERY):
        with tenant_scope(stage.tenant):
            actions.post_update(
                incident_id=incident.pk, by=stage.agent, body=f"Word number {len(read.said)}.", now=timezone.now()
            )
        read.said.append(time.monotonic())


def page(stage: _seed.Stage) -> bool:
    host = f"{stage.tenant.slug}.{settings.BASE_DOMAIN}"
    read, plain, over = Read(), Read(), threading.Event()
    with tenant_scope(stage.tenant):
        incident = actions.declare_incident(
            title="Slow", level="", hurts=[], by=stage.agent, now=timezone.now(), body="Word number 0."
        )
        actions.publish_incident(incident_id=incident.pk, by=stage.agent, now=timezone.now())
    read.said.append(time.monotonic())
    os.environ["PUBLIC_PAGE_SECONDS"] = "0"
    with served(stage) as port:
        pages_a_second(port, host, 8, 3, Read())
        anew = pages_a_second(port, host, BASELINE_READERS, BASELINE_SECONDS, plain)
    del os.environ["PUBLIC_PAGE_SECONDS"]
    with served(stage) as port:
        pages_a_second(port, host, 8, 3, Read())
        writer = threading.Thread(target=keep_updating, args=(stage, incident, read, over))
        writer.start()
        kept = pages_a_second(port, host, READERS, SECONDS, read)
        over.set()
        writer.join()
    errors = sum((read.errors + plain.errors).values())
    print(f"pages a second, made anew for each      {anew:10.0f}")
    print(
        f"pages a second, {READERS} readers at once    {kept:10.0f}   {kept / anew:.1f} × (at least {TIMES_AS_MANY} ×)"
    )
    print(f"errors                                  {errors:10}   (none) {dict(read.errors)}")
    print(f"oldest word read, of {len(read.said):3}                {read.oldest:10.1f} s (under {FRESH_SECONDS:.0f} s)")
    return kept >= TIMES_AS_MANY * anew and not errors and read.oldest < FRESH_SECONDS


def mail(stage: _seed.Stage) -> bool:
    now = timezone.now()
    with tenant_scope(stage.tenant):
        people = Subscriber.objects.bulk_create(
            (Subscriber(email=f"n{number}@reader.example", confirmed_at=now) for number in range(SUBSCRIBERS)),
            batch_size=1000,
        )
        TopicSubscription.objects.bulk_create(
            (TopicSubscription(subscriber=each, topic=INCIDENTS.key, about="", since=now) for each in people),
            batch_size=1000,
        )
        Broadcast.objects.all().delete()
        begun = time.perf_counter()
        fanout.announce(
            INCIDENTS, abouts=[], subject="Down", text="We know. " * 20, url="/status/", key="bench", now=now
        )
        said = time.perf_counter() - begun
    worker = subprocess.Popen(  # noqa: S603 -- a program of ours and a name of ours
        [sys.executable, "-m", "tests.notifications.fan_out_slowly", stage.database],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    worker.stdout.readline()
    worker.kill()
    worker.wait()
    begun = time.perf_counter()
    while True:
        fan_out()
        with tenant_scope(stage.tenant):
            if not Broadcast.objects.unfinished().exists():
                break
    rate = SUBSCRIBERS / (time.perf_counter() - begun)
    with tenant_scope(stage.tenant):
        to = Counter(OutgoingMessage.objects.filter(topic=INCIDENTS.key).values_list("to", flat=True))
    once = len(to) == SUBSCRIBERS and set(to.values()) == {1}
    print(f"whoever publishes waits                 {said * 1000:10.1f} ms")
    print(f"subscribers mailed once each            {len(to):10}   {'after a kill' if once else 'NOT ONCE EACH'}")
    print(f"mails queued a second                   {rate:10.0f}   (at least {MAILS_A_SECOND})")
    return once and rate >= MAILS_A_SECOND


def main() -> int:
    with _seed.databases() as stage:
        _seed.enter(stage)
        fine = [page(stage), mail(stage)]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
