"""kill -9 under load: is anything lost that a patient was thanked for?

Starts gunicorn, two workers and a mail server on loopback. Patients send reports over HTTP without a pause,
good days and emergencies, and send again with the same id whenever no answer comes, as a phone does. A nurse
resolves flags that have been told of, so that new ones are raised. Meanwhile a worker, a web process, or the
whole web server is killed, in turn. In the end the database and the mailbox are counted; anything lost ends
with status 1.

Needs a database of its own in DATABASE_URL: `make faults`.
"""

import asyncio
import http.client
import itertools
import logging
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SIDELIGHT_MODE", "test")
if "DATABASE_URL" not in os.environ:
    sys.exit("DATABASE_URL is not set. Run this by `make faults`, which makes an empty database.")

import django

django.setup()

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.groups import make_groups
from accounts.models import CareTeam, User
from tests.people import BY_KEY, drug
from tracker.demo.enrol import employ, enrol, make_team, make_user
from tracker.demo.people import HARBOUR
from tracker.models import Alert, AlreadyClaimed, CheckIn, Finding, Flag, FlagEvent, NewerReport, Patient
from tracker.models.flags import State
from tracker.triage.report import Level

KILLS = 20
EVERY = 2.0  # seconds between two kills
PATIENTS = 48
PHONES = 8  # that send at the same time
MAIL_TAKES = 1.0  # seconds at the most
SETTLE = 90.0  # seconds for what is left to go out: longer than a lease and a retry
CSRF = "k" * 32


# --- The processes ------------------------------------------------------------------------------------------


@dataclass
class Process:
    """One of ours, with its children in a group of their own."""

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stderr=log,
                stdout=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """With all its children, as when a machine dies."""
        assert self.running
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def kill_a_child(self) -> None:
        """One of gunicorn's processes, with the requests it has in hand."""
        assert self.running
        os.kill(random.choice(list(children(self.running.pid))), signal.SIGKILL)

    def stop(self) -> None:
        if self.running:
            self.running.terminate()
            self.running.wait(30)


def children(parent: int) -> Iterator[int]:
    table = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True)
    for line in table.splitlines():
        pid, of = map(int, line.split())
        if of == parent:
            yield pid


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
        return port


# --- The mailbox --------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """Counts messages by the alert they carry, and remembers when each came first.

    Takes its time over each, as a mail server does, so that a killed worker has some in hand.
    """

    first_at: dict[str, float] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(random.uniform(0, MAIL_TAKES))
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        alert = message_id.strip("<>").partition("@")[0]
        self.first_at.setdefault(alert, time.time())
        self.copies[alert] += 1
        return "250 Kept"


# --- The people ---------------------------------------------------------------------------------------------


@dataclass
class Sent:
    """A report, how often it was sent, and whether the patient was thanked for it."""

    id: uuid.UUID
    is_serious: bool
    tries: int = 0
    is_acknowledged: bool = False


@dataclass
class Phone:
    """Sends the reports of some patients, one after the other, each until it is acknowledged."""

    port: int
    sessions: list[str]
    stop: threading.Event
    sent: list[Sent] = field(default_factory=list)

    def run(self) -> None:
        for session in itertools.cycle(self.sessions):
            if self.stop.is_set():
                return
            report = Sent(uuid.uuid4(), is_serious=random.random() < 0.5)
            self.sent.append(report)
            body = form(report)
            while not report.is_acknowledged:
                report.tries += 1
                report.is_acknowledged = self.post(session, body, report.id)
                if not report.is_acknowledged:
                    time.sleep(0.1)

    def post(self, session: str, body: str, id: uuid.UUID) -> bool:
        """Whether the answer says that the report was received. A refusal is our mistake and ends the run."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
        }
        try:
            connection.request("POST", "/check-in/", body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 302:
            return answer.headers["Location"] == f"/check-in/{id}/"
        if answer.status < 500:
            sys.stderr.write(f"{answer.status}\n{text[:3000]}\n")
            os._exit(2)
        return False


def form(report: Sent) -> str:
    """A good day, or chest pain now."""
    fields = {
        "csrfmiddlewaretoken": CSRF,
        "id": str(report.id),
        "red_flag_answer": "yes" if report.is_serious else "no",
        "asked": "chills nausea",
        "note": "",
        "day": timezone.now().astimezone(ZoneInfo(HARBOUR.time_zone)).date().isoformat(),
    }
    return urlencode(fields | ({"red_flags": "chest_pain"} if report.is_serious else {}))


@dataclass
class Nurse:
    """Resolves each flag once everybody who was to be told of it has been."""

    user: User
    stop: threading.Event
    resolved: int = 0

    def run(self) -> None:
        while not self.stop.is_set():
            for flag in told_of():
                try:
                    flag.claim(by=self.user, now=timezone.now())
                    flag.resolve(
                        by=self.user, outcome="called", note="", seen=flag.reports, now=timezone.now()
                    )
                    self.resolved += 1
                except (AlreadyClaimed, NewerReport):
                    continue
            time.sleep(0.5)
        connections.close_all()


def told_of() -> Iterable[Flag]:
    waiting = Alert.objects.waiting().values("flag")
    return Flag.objects.filter(state=State.OPEN).exclude(pk__in=waiting)


# --- The run ------------------------------------------------------------------------------------------------


def main() -> int:
    random.seed(9)
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    nurse, sessions = people()
    mailbox, web_port, smtp_port = Mailbox(), free_port(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    stop = threading.Event()
    with folder() as logs:
        web, workers = processes(web_port, smtp_port, logs)
        try:
            for process in (web, *workers):
                process.start()
            wait_for(web_port)
            phones = [Phone(web_port, sessions[number::PHONES], stop) for number in range(PHONES)]
            staff = Nurse(nurse, stop)
            runs = [*(phone.run for phone in phones), staff.run]
            threads = [threading.Thread(target=run, daemon=True) for run in runs]
            for thread in threads:
                thread.start()
            kill_in_turn(web, workers)
            stop.set()
            for thread in threads:
                thread.join(60)
            settle()
        finally:
            for process in (*workers, web):
                process.stop()
            controller.stop()
    return count([report for phone in phones for report in phone.sent], mailbox, staff)


def people() -> tuple[User, list[str]]:
    """A team with somebody on each step; its nurse, and the sessions of its patients."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    make_groups()
    team = make_team(HARBOUR)
    staff = {key: employ(make_user(BY_KEY[key]), team, BY_KEY[key].job) for key in ("amira", "ben", "sara")}
    drug("aldesleukin")
    return staff["amira"], [signed_in(patient(number, team)) for number in range(PATIENTS)]


def patient(number: int, team: CareTeam) -> Patient:
    rosa = BY_KEY["rosa"]
    assert rosa.treatment
    user = make_user(replace(rosa, name=f"Patient{number} Example"))
    return enrol(user, rosa.treatment, team, now=timezone.now())


def signed_in(patient: Patient) -> str:
    browser = Client()
    browser.force_login(patient.user, "django.contrib.auth.backends.ModelBackend")
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sidelight-faults-") as made:
        yield Path(made)


def processes(web_port: int, smtp_port: int, logs: Path) -> tuple[Process, list[Process]]:
    environment = {
        "BIND": f"127.0.0.1:{web_port}",
        "WEB_CONCURRENCY": "2",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
    }
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi"]
    worker = [sys.executable, str(ROOT / "manage.py"), "worker"]
    return (
        Process(gunicorn, environment, logs / "web"),
        [Process(worker, environment, logs / f"worker-{number}") for number in (1, 2)],
    )


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                sys.exit("The web server did not start.")
            time.sleep(0.2)


def kill_in_turn(web: Process, workers: Sequence[Process]) -> None:
    """A worker and a part of the web server alternately; what nobody else restarts, we start again."""
    for number in range(KILLS):
        time.sleep(EVERY)
        if number % 2 == 0:
            worker = workers[number // 2 % len(workers)]
            worker.kill()
            worker.start()
        elif number % 6 == 5:
            web.kill()
            web.start()
        else:
            web.kill_a_child()  # gunicorn starts another


def settle() -> None:
    """Until every alert has gone out, or for so long that it never will."""
    deadline = time.monotonic() + SETTLE
    while Alert.objects.waiting().exists() and time.monotonic() < deadline:
        time.sleep(0.5)


# --- The count ----------------------------------------------------------------------------------------------


def count(sent: Sequence[Sent], mailbox: Mailbox, nurse: Nurse) -> int:
    """Prints what became of everything; 1 when anything was lost."""
    acknowledged = [report for report in sent if report.is_acknowledged]
    serious = {report.id for report in acknowledged if report.is_serious}
    kept = set(CheckIn.objects.filter(amends=None).values_list("pk", flat=True))
    found = set(Finding.objects.filter(level=Level.EMERGENCY).values_list("check_in", flat=True))
    flagged = set(FlagEvent.objects.exclude(check_in=None).values_list("check_in", flat=True))
    alerts = {str(alert.pk): alert for alert in Alert.objects.exclude(state=Alert.State.CANCELLED)}
    delays = [
        mailbox.first_at[key] - alert.created_at.timestamp()
        for key, alert in alerts.items()
        if key in mailbox.first_at
    ]
    lost = {
        "check-ins lost": len({report.id for report in acknowledged} - kept),
        "check-ins kept twice": CheckIn.objects.count() - len(kept),
        "check-ins that nobody sent": len(kept - {report.id for report in sent}),
        "findings lost": len(serious - found),
        "flags lost": len(serious - flagged),
        "flags that nobody was told of": Flag.objects.filter(alerts=None).count(),
        "alerts not delivered": len(alerts.keys() - mailbox.first_at.keys()),
        "alerts not marked": Alert.objects.waiting().count(),
    }
    told = {
        "kills": KILLS,
        "check-ins acknowledged": len(acknowledged),
        "of them serious": len(serious),
        "sent again after no answer": sum(report.tries - 1 for report in sent),
        "flags raised": Flag.objects.count(),
        "flags resolved": nurse.resolved,
        "alerts delivered": len(delays),
        "delivered more than once": sum(copies > 1 for copies in mailbox.copies.values()),
    }
    for words, number in (told | lost).items():
        print(f"{number:8d}  {words}")
    print(f"{statistics.median(delays):8.1f}  seconds from check-in to mail, median")
    print(f"{max(delays):8.1f}  seconds, longest")
    return 1 if any(lost.values()) or len(acknowledged) < len(sent) else 0


if __name__ == "__main__":
    sys.exit(main())
