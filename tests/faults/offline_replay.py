"""Fifty reports from phones whose clocks are ten years off, each sent twenty times, shuffled."""

import datetime as dt
import http.client
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connections
from django.utils import timezone

from tests.faults.fakes import providers
from tests.faults.people import a_team, patients
from tests.faults.processes import site
from tests.faults.verdict import Verdict
from tracker.models import CheckIn, InboxItem, OfflineDevice, Patient
from tracker.triage import document
from tracker.triage.report import Report

REPORTS, TIMES, PEOPLE = 50, 20, 10
CLOCKS = (dt.timedelta(days=-3653), dt.timedelta(days=3653))
TOLERANCE = 30.0  # seconds between when a report was filled in and what we make of it


@dataclass
class Kept:
    """A report on a phone: filled in at `at` by our clock, which the phone's is `clock` away from."""

    token: str
    at: dt.datetime
    clock: dt.timedelta
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    first: bytes = b""

    def body(self, *, same: bool) -> bytes:
        """As it was sent first, or as it is sent anew: then it says another time of sending."""
        if same and self.first:
            return self.first
        told = {
            "id": str(self.id),
            "report": document.write(Report(red_flag_answer="no", asked=frozenset({"nausea"}))),
            "reported_at": (self.at + self.clock).isoformat(),
            "sent_at": (timezone.now() + self.clock).isoformat(),
        }
        body = json.dumps(told).encode()
        self.first = self.first or body
        return body


def main() -> None:
    random.seed(50)
    verdict = Verdict("offline_replay")
    with providers() as fakes:
        team, _nurse = a_team(fakes.http)
        kept = [report for person in patients(team, PEOPLE) for report in on_phone(person)]
        queue = [report for report in kept for _ in range(TIMES)]
        random.shuffle(queue)
        with site(fakes.environment, workers=1) as running, ThreadPoolExecutor(8) as phones:
            began = time.monotonic()
            answers = Counter(phones.map(lambda each: post(running.port, each), queue))
            took = time.monotonic() - began
    connections.close_all()
    count(verdict, kept, answers)
    verdict.told.append(f"{len(queue)} times sent in {took:.0f} s; answers: {dict(answers)}")
    verdict.end()


def on_phone(patient: Patient) -> list[Kept]:
    """Some reports of the last day, on one phone."""
    now = timezone.now()
    _device, token = OfflineDevice.issue(patient, to=patient.user, name="A phone", now=now)
    clock = random.choice(CLOCKS)
    hours = random.sample(range(1, 24), REPORTS // PEOPLE)
    return [Kept(token, now - dt.timedelta(hours=each), clock) for each in hours]


def post(port: int, report: Kept) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {report.token}"}
    connection.request("POST", "/offline/reports/", report.body(same=random.random() < 0.2), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def count(verdict: Verdict, kept: Sequence[Kept], answers: Counter[int]) -> None:
    rows = {row.pk: row for row in CheckIn.objects.all()}
    verdict.acknowledged = len(kept) if set(answers) <= {200, 201} else 0
    verdict.lost = len({each.id for each in kept} - rows.keys())
    off = [
        each
        for each in kept
        if each.id in rows and abs((rows[each.id].reported_at - each.at).total_seconds()) > TOLERANCE
    ]
    filled_in = [each.id for each in sorted(kept, key=lambda each: (each.token, each.at))]
    there = [each for each in kept if each.id in rows]
    as_kept = [each.id for each in sorted(there, key=lambda each: (each.token, rows[each.id].reported_at))]
    for number, words in [
        (len(rows) - len(kept), "reports more than there are"),
        (len(off), "reports with a time that is not ours"),
        (sum(a != b for a, b in zip(filled_in, as_kept, strict=False)), "reports of a phone out of order"),
        (sum(count for status, count in answers.items() if status >= 300), "answers that were no success"),
        (InboxItem.objects.waiting().count(), "items still wait in the inbox"),
    ]:
        if number:
            verdict.wrong.append(f"{number} {words}")
    verdict.told.append(f"{len(rows)} reports of {len(kept)}, {InboxItem.objects.count()} items in the inbox")


if __name__ == "__main__":
    main()
