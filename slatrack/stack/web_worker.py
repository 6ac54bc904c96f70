"""The web server's process: gunicorn keeps such processes, waitress in each of them reads and writes for slow clients.

One thread holds every connection: a request reaches one of the few threads that answer only once all of it is here, and
what they answer is sent at the client's pace. So a slow client costs a connection, and no thread; and what arrives too
slowly costs that for a while only. docs/decisions/web-server.md has the reasons.
"""

from __future__ import annotations

import logging
import os
import resource
import time
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from slatrack.bodies import largest_body

#: For the first byte, for all of a request's head, and for the start of its body.
READ_SECONDS = float(os.environ.get("WEB_READ_SECONDS") or 15)
#: A body has to arrive at this rate from then on.
BYTES_PER_SECOND = 4096
#: How long an answer may lie unsent because the client takes nothing of it.
STALLED_SECONDS = 60
CONNECTIONS = int(os.environ.get("WEB_CONNECTIONS") or 1000)
#: How many bodies that are files wait on disk in one process at a time; others are told to come again.
LARGE_BODIES = 16
HEAD_BYTES = 32 * 1024
TURN_SECONDS = 0.5
#: How long a process that makes place for a fresh one lets those who keep their connection ask once more.
FAREWELL_SECONDS = 1


class BusyError(Error):
    code = 503
    reason = "Service Unavailable"


class LengthError(Error):
    code = 411
    reason = "Length Required"


class Request(HTTPRequestParser):
    """A request that is arriving. What is too large is answered by the application, with nothing read of it."""

    content_length: int

    def __init__(self, adj: Any, server: Server) -> None:
        super().__init__(adj)
        self.server = server

    @property
    def is_large(self) -> bool:
        return max(self.content_length, self.body_bytes_received) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        signed_in = not {"COOKIE", "AUTHORIZATION"}.isdisjoint(self.headers)
        too_large = self.content_length > largest_body(signed_in=signed_in)
        if self.chunked and not signed_in:
            self.error = LengthError("Say how long the body is.")
        elif not too_large and self.is_large and self.server.large_bodies() >= LARGE_BODIES:
            self.error = BusyError("Too many files are on their way here. Try again in a minute.")
        if self.error or too_large:
            self.content_length, self.body_rcv, self.expect_continue = 0, None, False
            self.headers["CONNECTION"] = "close"


class Answer(WSGITask):
    def service(self) -> None:
        if self.channel.server.leaving:
            self.request.headers["CONNECTION"] = "close"
        super().service()
        self.channel.server.told(self)


class Connection(HTTPChannel):
    task_class = Answer
    began: float

    def parser_class(self, adj: Any) -> Request:
        return Request(adj, self.server)

    def received(self, data: bytes) -> Any:
        if self.request is None:
            self.began = time.time()
        return super().received(data)

    def is_over(self, now: float) -> bool:
        """Whether it has had its time: silent, half a request, or not taking what it asked for."""
        if self.total_outbufs_len:
            return now - self.last_activity > STALLED_SECONDS
        if self.requests:
            return False
        if self.request is None:
            return now - self.last_activity > READ_SECONDS
        return now - self.began > READ_SECONDS + self.request.body_bytes_received / BYTES_PER_SECOND


class Server(TcpWSGIServer):
    channel_class = Connection
    worker: WebWorker
    #: Whether each answer is the last of its connection.
    leaving = False

    def readable(self) -> bool:
        # Another process may have a thread to spare; where none has, callers wait in the system's queue.
        return bool(super().readable() and not self.task_dispatcher.queue)

    def maintenance(self, now: float) -> None:
        for connection in list(self.active_channels.values()):
            if connection.is_over(now):
                connection.handle_close()

    def large_bodies(self) -> int:
        return sum(1 for each in self.active_channels.values() if each.request is not None and each.request.is_large)

    def told(self, answer: Answer) -> None:
        """An answer is made, if not yet sent."""
        self.worker.nr += 1
        if self.worker.cfg.accesslog:
            asked, took = answer.request, time.time() - answer.start_time
            line = f"{answer.channel.addr[0]} {asked.command} {asked.request_uri} {answer.status[:3]} {took:.3f} s"
            self.worker.log.access_log.info("%s", line)


class WebWorker(Worker):
    def run(self) -> None:
        _allow_files(3 * CONNECTIONS + 200)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        adjustments = Adjustments(
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            cleanup_interval=1,
            max_request_header_size=HEAD_BYTES,
            max_request_body_size=largest_body(signed_in=True) + 1,
            # Above the largest page and export: only a client that takes nothing of more than this holds a thread.
            outbuf_high_watermark=64 * 1024 * 1024,
            # The settings say whom to believe about where a request comes from.
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        connections: dict[int, Any] = {}
        servers = []
        for listener in self.sockets:
            sock = listener.sock
            server = Server(
                self.wsgi, connections, _sock=sock, dispatcher=dispatcher, adj=adjustments, bind_socket=False,
                sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            )  # fmt: skip
            server.worker = self
            servers.append(server)
        while self.alive and self.ppid == os.getppid():
            self._turn(connections)
            if self.nr >= self.max_requests:
                self.log.info("Restarting after %s requests: %s", self.nr, self)
                break
        for server in servers:
            server.leaving = True
            server.del_channel(connections)
            server.socket.close()
        # What is being answered is answered; what is being asked is asked again of the next process. Unless all ends,
        # who keeps a connection reads in one more answer that it was the last, and does not ask in vain.
        farewell = time.time() + (FAREWELL_SECONDS if self.alive else 0)
        until = time.time() + self.cfg.graceful_timeout
        while time.time() < until and any(
            time.time() < farewell or each.requests or each.total_outbufs_len for each in _open(servers)
        ):
            self._turn(connections)

    def _turn(self, connections: dict[int, Any]) -> None:
        self.notify()
        wasyncore.loop(timeout=TURN_SECONDS, use_poll=True, map=connections, count=1)


def _open(servers: list[Server]) -> list[Connection]:
    return [connection for server in servers for connection in server.active_channels.values()]


def _allow_files(number: int) -> None:
    """A connection may need a file for what it asks and one for what it is told."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
