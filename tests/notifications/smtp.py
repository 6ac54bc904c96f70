"""A real SMTP server in a thread, which refuses whom it is told to refuse."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived, and the server's answers: `refuse` maps a recipient to its answer, `full` answers the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.answer_to_data: str = "250 OK"
        self.sessions: set[int] = set()
        #: Having taken that many mails, the server falls silent before it says so.
        self.stall_after: int | None = None
        self.stalled = threading.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer_to_data.startswith("250"):
            self.sessions.add(id(session))
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)  # type: ignore[arg-type]
            if self.stall_after == len(self.mails):
                self.stalled.set()
                while self.stall_after is not None:
                    await asyncio.sleep(0.05)
        return self.answer_to_data

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(mailbox: Mailbox) -> Iterator[int]:
    """The server's port while it serves."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
