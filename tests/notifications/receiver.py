"""A real HTTP server in a thread that listens to webhooks and chat, and answers as it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_by(self, secret: str) -> bool:
        """Standard Webhooks 1.0, "Verifying webhook authenticity", written from its text alone."""
        key = base64.b64decode(secret[len("whsec_") :])
        content = b".".join(
            [self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body]
        )
        expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        versions = [each.split(",", 1) for each in self.headers["webhook-signature"].split(" ")]
        return any(version == "v1" and hmac.compare_digest(expected, signature) for version, signature in versions)


@dataclass
class Receiver:
    port: int = 0
    received: list[Received] = field(default_factory=list)
    #: The next answers in order, then 204 for ever: a status, or a status, headers and a body.
    answers: list[Any] = field(default_factory=list)
    #: Having taken that many, it falls silent before it answers.
    stall_after: int | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    #: How long it thinks before it answers, and when it had.
    seconds: float = 0
    answered: list[float] = field(default_factory=list)
    #: It answers one byte at a time.
    trickles: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def listen(context: Any = None) -> Iterator[Receiver]:
    """A receiver while it listens; with TLS where a context is given."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if receiver.stall_after == len(receiver.received):
                receiver.stalled.set()
                while receiver.stall_after is not None:
                    time.sleep(0.02)
            time.sleep(receiver.seconds)
            receiver.answered.append(time.monotonic())
            told = receiver.answers.pop(0) if receiver.answers else 204
            status, headers, said = told if isinstance(told, tuple) else (told, {}, b"")
            if receiver.trickles:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for _ in range(200):
                    self.wfile.write(b"X")
                    self.wfile.flush()
                    time.sleep(0.05)
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # whoever asked has gone

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stall_after = None
        server.shutdown()
        thread.join()
        server.server_close()
