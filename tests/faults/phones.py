"""Patients' phones, and what they write down: what they asked, and what they were answered."""

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from tracker.demo.people import HARBOUR

CSRF = "k" * 32
SERIOUS = 0.5  # the share of reports that are emergencies
PATIENCE = 15.0  # seconds that a phone waits for an answer

type What = Literal["invoke", "ok", "unknown"]


@dataclass
class History:
    """A line for everything that a client did, in a file, as it happens."""

    file: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, what: What, report: uuid.UUID, *, serious: bool) -> None:
        line = json.dumps({"at": time.time(), "what": what, "report": str(report), "serious": serious})
        with self.lock, self.file.open("a") as file:
            file.write(line + "\n")

    def read(self) -> Iterator[dict[str, object]]:
        with self.file.open() as file:
            yield from map(json.loads, file)


class Refused(Exception):
    """What we sent is not taken: then nothing that follows would say anything."""


@dataclass
class Phone:
    """Sends the reports of some patients, one after the other, each with one id until it is acknowledged."""

    port: int
    sessions: Sequence[str]
    history: History
    stop: threading.Event
    raises_again: bool = True  # or one emergency a patient: who was told of one waits minutes for the next

    def run(self) -> None:
        for number, session in enumerate(itertools.cycle(self.sessions)):
            if self.stop.is_set():
                return
            may_be_serious = self.raises_again or number < len(self.sessions)
            self.report(session, uuid.uuid4(), serious=may_be_serious and random.random() < SERIOUS)

    def report(self, session: str, id: uuid.UUID, *, serious: bool) -> None:
        body = form(id, serious=serious)
        while True:
            self.history.write("invoke", id, serious=serious)
            if self._post(session, body, id):
                self.history.write("ok", id, serious=serious)
                return
            self.history.write("unknown", id, serious=serious)
            time.sleep(random.uniform(0.05, 0.3))

    def _post(self, session: str, body: str, id: uuid.UUID) -> bool:
        """Whether the answer says that the report was received. Raises Refused, which is our mistake."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/check-in/", body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 302 and answer.headers["Location"] == f"/check-in/{id}/":
            return True
        if answer.status < 500:
            raise Refused(f"{answer.status} {answer.headers.get('Location')}\n{text[:3000]}")
        return False


def form(id: uuid.UUID, *, serious: bool) -> str:
    """A good day, or chest pain now."""
    fields = {
        "csrfmiddlewaretoken": CSRF,
        "id": str(id),
        "red_flag_answer": "yes" if serious else "no",
        "asked": "chills nausea",
        "note": "",
        "day": timezone.now().astimezone(ZoneInfo(HARBOUR.time_zone)).date().isoformat(),
    }
    return urlencode(fields | ({"red_flags": "chest_pain"} if serious else {}))
