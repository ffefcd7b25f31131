"""A hundred reports a second, and how long phones wait for their answer and the mail server for its mail.

Reports come at their own times, whether the last was answered or not: waiting in a queue is waiting, too. One
in ten is an emergency.
"""

import asyncio
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connections
from django.utils import timezone

from tests.faults.checker import check_messages, keys, settle
from tests.faults.fakes import providers
from tests.faults.people import a_team, patients
from tests.faults.processes import site
from tests.faults.verdict import Verdict, is_long, percentile
from tracker.models import Alert, Channel, CheckIn, Finding, FlagEvent, OfflineDevice
from tracker.triage import document
from tracker.triage.report import Answer, Level, Report

RATE = 100.0 if is_long() else 25.0  # reports a second
SECONDS = 120.0 if is_long() else 10.0
PEOPLE = 3000 if is_long() else 250
CONNECTIONS = 64
SERIOUS = 0.1  # the share of emergencies
ANSWER_WITHIN, HAND_OVER_WITHIN = 1.0, 5.0  # seconds, for 99 of 100


@dataclass
class Load:
    port: int
    tokens: Sequence[str]
    waits: list[float] = field(default_factory=list)  # seconds from when it was due until it was answered
    answers: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    serious: set[str] = field(default_factory=set)

    async def run(self) -> None:
        queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
        senders = [asyncio.create_task(self._sender(queue)) for _ in range(CONNECTIONS)]
        start = time.monotonic()
        for number in range(int(RATE * SECONDS)):
            due = start + number / RATE
            await asyncio.sleep(max(0, due - time.monotonic()))
            queue.put_nowait((due, self._request(self.tokens[number % len(self.tokens)])))
        for _ in senders:
            queue.put_nowait(None)
        await asyncio.gather(*senders)

    async def _sender(self, queue: "asyncio.Queue[tuple[float, bytes] | None]") -> None:
        """One connection, kept open as a proxy keeps it."""
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while (task := await queue.get()) is not None:
            due, request = task
            for _ in range(3):
                try:
                    streams = streams or await asyncio.open_connection("127.0.0.1", self.port)
                    status, closes = await self._ask(*streams, request)
                except (OSError, asyncio.IncompleteReadError, ValueError):
                    streams = None  # the server had closed it meanwhile
                    continue
                self.answers[str(status)] += 1
                if closes:
                    streams[1].close()
                    streams = None
                break
            else:
                self.answers["no answer"] += 1
            self.waits.append(time.monotonic() - due)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> tuple[int, bool]:
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.lower().split("\r\n")
        length = next(int(each.split(":")[1]) for each in lines if each.startswith("content-length:"))
        await reader.readexactly(length)
        return int(head.split(" ", 2)[1]), "connection: close" in lines

    def _request(self, token: str) -> bytes:
        now = timezone.now().isoformat()
        id, is_serious = str(uuid.uuid4()), random.random() < SERIOUS
        self.ids.add(id)
        if is_serious:
            self.serious.add(id)
        report = an_emergency() if is_serious else an_ordinary_day()
        told = {"id": id, "report": document.write(report), "reported_at": now, "sent_at": now}
        body = json.dumps(told).encode()
        head = (
            f"POST /offline/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def an_emergency() -> Report:
    """Chest pain."""
    return Report(red_flag_answer="yes", red_flags=frozenset({"chest_pain"}))


def an_ordinary_day() -> Report:
    """A few mild answers."""
    answers = {
        "nausea": Answer(frequency=random.randint(0, 1), severity=1),
        "chills": Answer(frequency=1, severity=1),
    }
    asked = frozenset({"nausea", "chills", "fatigue"})
    return Report(answers=answers, asked=asked, red_flag_answer="no")


def main() -> None:
    random.seed(100)
    verdict = Verdict("load")
    with providers() as fakes:
        team, _nurse = a_team(fakes.http, [Channel.EMAIL])
        now = timezone.now()
        tokens = [
            OfflineDevice.issue(each, to=each.user, name="A phone", now=now)[1]
            for each in patients(team, PEOPLE)
        ]
        random.shuffle(tokens)
        with site(fakes.environment, workers=1) as running:
            load = Load(running.port, tokens)
            asyncio.run(load.run())
            settle()
            quiet_at = timezone.now()
    connections.close_all()
    verdict.acknowledged = load.answers["201"]
    verdict.lost = sum(len(wanted - keys(found)) for wanted, found in expected(load))
    check_messages(verdict, fakes.ledger.arrived, quiet_at)
    judge(verdict, load)
    verdict.end()


def expected(load: Load) -> Iterator[tuple[set[str], Iterable[object]]]:
    """What was sent, and the keys of the reports that are there, have a finding, have a flag."""
    yield load.ids, CheckIn.objects.values_list("pk", flat=True)
    yield load.serious, Finding.objects.filter(level=Level.EMERGENCY).values_list("check_in", flat=True)
    yield load.serious, FlagEvent.objects.exclude(check_in=None).values_list("check_in", flat=True)


def judge(verdict: Verdict, load: Load) -> None:
    wait, hand_over = percentile(load.waits, 0.99), percentile(verdict.delays, 0.99)
    if set(load.answers) != {"201"}:
        verdict.wrong.append(f"answers: {dict(load.answers)}")
    if wait > ANSWER_WITHIN:
        verdict.wrong.append(f"99 % answered within {wait:.2f} s; aim {ANSWER_WITHIN:.0f} s")
    if hand_over > HAND_OVER_WITHIN:
        verdict.wrong.append(f"99 % handed over within {hand_over:.1f} s; aim {HAND_OVER_WITHIN:.0f} s")
    verdict.told += [
        f"{RATE:.0f} reports a second for {SECONDS:.0f} s: answered within "
        f"{percentile(load.waits, 0.5):.3f} s at the median, {wait:.3f} s for 99 %, "
        f"{max(load.waits):.3f} s at the longest",
        f"{Alert.objects.count()} messages, from commit to the mail server within "
        f"{percentile(verdict.delays, 0.5):.1f} s at the median, {hand_over:.1f} s for 99 %",
    ]


if __name__ == "__main__":
    main()
