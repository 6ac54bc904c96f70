"""Signals that ask us to stop, turned into one exception at a moment when nothing can be lost by it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, `kill`, a closed terminal, or the `make` that started us is gone."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Hold:
    depth = 0
    pending: int | None = None


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """The first signal unwinds the stack; later ones change nothing: impatience must not leave processes behind."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            return
        asked = True
        if _Hold.depth:
            _Hold.pending = number
        else:
            raise Stopped(number)

    previous = {each: signal.getsignal(each) for each in STOPPING}
    for each in STOPPING:
        # Under nohup a hang-up is ignored on entry, and stays so.
        if each is not signal.SIGHUP or previous[each] is not signal.SIG_IGN:
            signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Puts the exception off until the block is done: between starting a program and noting it, or while tidying up."""
    _Hold.depth += 1
    try:
        yield
    finally:
        _Hold.depth -= 1
    if _Hold.pending is not None and not _Hold.depth:
        number, _Hold.pending = _Hold.pending, None
        raise Stopped(number)
