"""One request to a provider, with an end to it whatever the other side does."""

import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from tracker.alerts.channels import NotSent

CONNECT = 4.0  # seconds
SILENCE = 6.0  # seconds without a byte
WHOLE = 12.0  # seconds for all of the answer, however slowly it drips
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
    began = time.monotonic()
    try:
        with requests.post(
            url,
            headers=dict(headers or {}),
            timeout=(CONNECT, SILENCE),
            allow_redirects=False,
            stream=True,
            **content,
        ) as response:
            return Answer(response.status_code, _body(response, began + WHOLE))
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from error


class EndingAdapter(HTTPAdapter):
    """The same end to every answer, for a library that brings a session of its own."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        began = time.monotonic()
        options |= {"stream": True, "timeout": (CONNECT, SILENCE)}
        response = super().send(request, *args, **options)
        try:
            body = _body(response, began + WHOLE)
        except (HTTPError, OSError) as error:
            raise requests.ConnectionError(type(error).__name__, request=request) from error
        finally:
            response.close()
        response.raw = io.BytesIO(body)
        return response


def _body(response: requests.Response, until: float) -> bytes:
    """As much as comes in time: a server that drips, or never ends, is left in the middle of its sentence."""
    body = b""
    while part := response.raw.read1(PART, decode_content=True):
        body += part
        if len(body) > LONGEST_ANSWER or time.monotonic() > until:
            break
    return body
