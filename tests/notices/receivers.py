"""Who is told in tests: a web server and a mail server of a few lines, on ports of their own."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Hooked(HTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.calls: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/secret"

    def told(self, event: str, seconds: float = 30) -> dict[str, Any]:
        """The first call about an event, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for call in self.calls:
                if call["event"] == event:
                    return call
            time.sleep(0.05)
        raise AssertionError([call["event"] for call in self.calls])


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Hooked)
        assert self.headers["content-type"] == "application/json"
        self.server.calls.append(
            json.loads(self.rfile.read(int(self.headers["content-length"]))) | {"path": self.path}
        )
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Mailbox(socketserver.TCPServer):
    """Takes mails as an SMTP server does that asks nobody who they are."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def wait_for(self, count: int, seconds: float = 30) -> list[EmailMessage]:
        """What has come, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.mails) < count:
            assert time.monotonic() < until, self.mails
            time.sleep(0.05)
        return self.mails


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Mailbox)
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            command = line.split()[0].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                mail = message_from_bytes(b"".join(lines), EmailMessage, policy=default)
                self.server.mails.append(mail)
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 OK\r\n")


@contextmanager
def listening(server: Any) -> Iterator[Any]:
    """A server that answers from a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
