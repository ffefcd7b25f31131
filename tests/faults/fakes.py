"""A mail server, a provider of text messages and calls, a push service and a webhook, all on loopback.

They count what reaches them by what it carries, and can be taken down: each in its own manner.
"""

import asyncio
import logging
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller

from tests.faults.processes import free_port

TAKES = 0.2  # seconds at the most that a provider takes over a message, as real ones do
WAITS = 30.0  # seconds that a silent provider lets everybody wait

logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass
class Ledger:
    """When each message arrived, by its key: the alert's, or for push the flag's and the device's."""

    arrived: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, key: str, at: float | None = None) -> None:
        with self.lock:
            self.arrived[key].append(at or time.time())


class Channel:
    """How a provider is: "up", "refusing" (says no), "silent" (says nothing)."""

    def __init__(self, takes: float) -> None:
        self.state = "up"
        self.takes = takes

    def pause(self) -> float:
        return WAITS if self.state == "silent" else random.uniform(0, self.takes)


class MailServer:
    def __init__(self, ledger: Ledger, channel: Channel) -> None:
        self._ledger, self._channel = ledger, channel

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        arrived = time.time()
        await asyncio.sleep(self._channel.pause())
        if self._channel.state != "up":
            return "451 Try later"
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        self._ledger.write(message_id.strip("<>").partition("@")[0], arrived)
        return "250 Kept"


def http_handler(ledger: Ledger, channels: dict[str, Channel]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            name, key = self._what(body)
            channel = channels[name]
            time.sleep(channel.pause())
            if channel.state == "up":
                ledger.write(key)
                self._answer(201, b'{"sid": "SM%d", "status": "queued"}' % random.getrandbits(60))
            else:
                self._answer(429 if name == "push" else 500, b"<html>down</html>")

        def _what(self, body: bytes) -> tuple[str, str]:
            """Which of the three was asked, and the key of what it was sent."""
            if self.path.startswith("/push/"):
                return "push", f"{self.headers['Topic']}/{self.path.rpartition('/')[2]}"
            if self.path == "/hook":
                return "webhook", self.headers["webhook-id"]
            *_address, alert, _attempt = parse_qs(body.decode())["StatusCallback"][0].rstrip("/").split("/")
            return "sms", alert

        def _answer(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked was killed, or waits no longer
                return

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


class Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed in the middle of it."""


@dataclass
class Providers:
    smtp: int
    http: int
    ledger: Ledger
    channels: dict[str, Channel]

    @property
    def environment(self) -> dict[str, str]:
        """Settings that lead Sidelight to them."""
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp}",
            "PHONE_URL": f"twilio+http://AC1:secret@127.0.0.1:{self.http}/+15005550006",
        }


@contextmanager
def providers(takes: float = TAKES) -> Iterator[Providers]:
    ledger = Ledger()
    channels = {name: Channel(takes) for name in ("email", "sms", "push", "webhook")}
    smtp = free_port()
    mail = Controller(MailServer(ledger, channels["email"]), hostname="127.0.0.1", port=smtp)
    mail.start()
    web = Http(("127.0.0.1", 0), http_handler(ledger, channels))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield Providers(smtp, web.server_port, ledger, channels)
    finally:
        web.shutdown()
        mail.stop()
