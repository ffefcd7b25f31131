"""One request to a provider, with an end to it whatever the other side does."""

import io
import json
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from tracker.alerts.channels import NotSent

CONNECT = 4.0  # seconds
SILENCE = 6.0  # seconds without a byte
WHOLE = 12.0  # seconds for all of it, from the connection to the answer's last byte, however slowly it drips
LONGEST_ANSWER = 64 * 1024  # bytes; nothing that we need is longer
PART = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The object in the body; an empty one when it is anything else."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def __str__(self) -> str:
        return f"HTTP {self.status}"


def post(url: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Answer:
    """POST `content` (data, json, auth, as requests has them) once, to no other address. Raises NotSent."""
    try:
        with ends(requests.Session()) as session:
            answer = session.post(url, headers=dict(headers or {}), **content)
            return Answer(answer.status_code, answer.content)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from error


def ends(session: requests.Session) -> requests.Session:
    """The same session, with an end to every request of it, and no redirect followed with our key."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, EndingAdapter())
    session.max_redirects = 0
    return session


class EndingAdapter(HTTPAdapter):
    """An end to every request of a session, each on a connection of its own; one at a time."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        options |= {"stream": True, "timeout": (CONNECT, SILENCE)}
        with _End(WHOLE) as self._end:
            try:
                response = super().send(request, *args, **options)
                with response:
                    body = _body(response, self._end)
            except requests.RequestException:
                raise
            except (HTTPError, OSError) as error:
                raise requests.ConnectionError(type(error).__name__, request=request) from error
            finally:
                self.close()
        response.raw = io.BytesIO(body)
        return response

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """To the server or to a proxy: wherever it leads, its end is watched."""
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = type("Watched", (_Watched, pool.ConnectionCls), {"end": self._end})
        return pool


class _End:
    """Cuts the connections of a request when its time is over, whatever it waits for there.

    Time-outs of a socket begin anew with each byte: a hand-shake, header or chunk that drips never ends.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._twins: list[socket.socket] = []

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for twin in self._twins:
            twin.close()

    def watch(self, connection: socket.socket) -> None:
        """By a twin of it, which stays ours while TLS takes the socket and others close it."""
        self._twins.append(connection.dup())
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        for twin in list(self._twins):
            with suppress(OSError):  # the other side was quicker
                twin.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into the connections of urllib3."""

    end: _End

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.end.watch(connection)
        return connection


def _body(response: requests.Response, end: _End) -> bytes:
    """As much as comes in time: a server that drips, or never ends, is left in the middle of its sentence.

    Raises TimeoutError when the headers were cut: where they stop, they only look as if they had ended.
    """
    if end.is_over:
        raise TimeoutError
    body = b""
    try:
        while part := response.raw.read1(PART, decode_content=True):
            body += part
            if len(body) > LONGEST_ANSWER or end.is_over:
                break
    except (HTTPError, OSError):
        if not end.is_over:
            raise
    return body
