"""Phones that send without a pause and a nurse who answers, while a nemesis does its work."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from accounts.models import User
from tests.faults.checker import check, settle
from tests.faults.fakes import providers
from tests.faults.people import a_team, patients, session_of
from tests.faults.phones import History, Phone
from tests.faults.processes import Site, site
from tests.faults.verdict import Verdict, is_long
from tracker.models import Alert, AlreadyClaimed, Flag, NewerReport
from tracker.models.flags import State

PHONES = 8  # that send at the same time

type Nemesis = Callable[[Site], None]


@dataclass
class Nurse:
    """Resolves each flag once everybody who was to be told of it has been, so that new ones are raised."""

    user: User
    stop: threading.Event
    resolved: int = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                for flag in told_of():
                    self._resolve(flag)
            except DatabaseError:
                connections.close_all()
            time.sleep(0.5)
        connections.close_all()

    def _resolve(self, flag: Flag) -> None:
        now = timezone.now()
        try:
            flag.claim(by=self.user, now=now)
            flag.resolve(by=self.user, outcome="called", note="", seen=flag.reports, now=now)
            self.resolved += 1
        except (AlreadyClaimed, NewerReport):
            return


def told_of() -> Iterable[Flag]:
    waiting = Alert.objects.waiting().values("flag")
    return list(Flag.objects.filter(state=State.OPEN).exclude(pk__in=waiting))


def under_load(scenario: str, nemesis: Nemesis, *, people: int) -> Verdict:
    """Reports over HTTP while `nemesis` works; then the count."""
    with tempfile.TemporaryDirectory() as folder, providers() as fakes:
        team, nurse = a_team(fakes.http)
        sessions = [session_of(each.user) for each in patients(team, people)]
        history, stop = History(Path(folder) / "history.jsonl"), threading.Event()
        with site(fakes.environment) as running:
            phones = [
                Phone(running.port, sessions[number::PHONES], history, stop, raises_again=is_long())
                for number in range(PHONES)
            ]
            staff = Nurse(nurse, stop)
            runs = [*(phone.run for phone in phones), staff.run]
            threads = [threading.Thread(target=run, daemon=True) for run in runs]
            for thread in threads:
                thread.start()
            nemesis(running)
            stop.set()
            for thread in threads:
                thread.join(90)
            connections.close_all()
            settled_after = settle()
            quiet_at = timezone.now()
        verdict = check(scenario, history, fakes.ledger, quiet_at)
    verdict.told.append(
        f"{staff.resolved} flags resolved; all quiet {settled_after:.0f} s after the last report"
    )
    return verdict
