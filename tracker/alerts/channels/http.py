"""One request to a provider, with an end to it whatever the other side does."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from tracker.alerts.channels import NotSent

CONNECT = 4.0  # seconds
SILENCE = 6.0  # seconds without a byte
WHOLE = 12.0  # seconds for all of the answer, however slowly it drips
LONGEST_ANSWER = 64 * 1024  # bytes; nothing that we need is longer
KEPT = 120  # characters of a provider's code or status that are kept


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
            body = b""
            for part in response.iter_content(4096):
                body += part
                if len(body) > LONGEST_ANSWER or time.monotonic() - began > WHOLE:
                    break
            return Answer(response.status_code, body)
    except (requests.RequestException, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from error
