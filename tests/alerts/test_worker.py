"""The worker process: works off what is due, survives its database, and stops when asked."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from config.mail import mailers
from config.processes import Stop
from tests.conftest import Mailbox
from tracker.alerts import escalate
from tracker.management.commands import worker as command
from tracker.management.commands.worker import Worker
from tracker.models import Alert, Flag, Heartbeat

MANAGE = Path(__file__).parent.parent.parent / "manage.py"


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


@contextmanager
def worker_process(mailbox: Mailbox) -> Iterator[subprocess.Popen[bytes]]:
    """A real `manage.py worker` on the test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, MANAGE, "worker"],
        env={**os.environ, "DATABASE_URL": url, "EMAIL_URL": mailbox.url},
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.django_db
def test_once_works_off_what_is_due(flag: Flag, smtp_server: Mailbox) -> None:
    call_command("worker", once=True)
    assert Alert.objects.get().state == Alert.State.ACCEPTED
    assert len(smtp_server.messages) == 1
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_once_escalates_first(flag: Flag, ben: User, smtp_server: Mailbox) -> None:
    Flag.objects.update(next_due_at=timezone.now())
    call_command("worker", once=True)
    assert {str(mail["To"]) for mail in smtp_server.messages} == {"amira@example.org", "ben@example.org"}


@pytest.mark.django_db
def test_a_worker_lives_through_database_trouble(
    flag: Flag, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OperationalError("gone"), OperationalError("still gone")])
    stop = Stop()
    due = escalate.due

    def due_after_trouble(now: dt.datetime) -> int:
        if failure := next(failures, None):
            raise failure
        stop.asked = signal.SIGTERM
        return due(now)

    monkeypatch.setattr(escalate, "due", due_after_trouble)
    monkeypatch.setattr(command, "POLL", 0.01)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction lives in it
    Worker("one").run(stop)
    assert Alert.objects.get().state == Alert.State.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_a_process_sends_then_loses_its_connection_then_sends_again_then_stops(
    flag: Flag, ben: User, smtp_server: Mailbox
) -> None:
    with worker_process(smtp_server) as process:
        wait_until(lambda: len(smtp_server.to("amira@example.org")) == 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        Flag.objects.update(next_due_at=timezone.now())
        wait_until(lambda: len(smtp_server.to("ben@example.org")) == 1)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
        assert process.returncode == 0
    said = log.decode()
    assert "stopped" in said
    for secret in ("Rosa", "Martín", "amira", "nausea", "R.M."):
        assert secret not in said


@pytest.mark.django_db(transaction=True)
def test_a_stop_finishes_the_message_in_hand(flag: Flag, smtp_server: Mailbox) -> None:
    smtp_server.seconds_to_answer = 2
    with worker_process(smtp_server) as process:
        wait_until(lambda: Alert.objects.filter(state=Alert.State.LEASED).exists())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 0
    assert Alert.objects.get().state == Alert.State.ACCEPTED
    assert len(smtp_server.messages) == 1


@pytest.mark.django_db
def test_a_silent_mail_server_holds_up_neither_heartbeat_nor_escalation(
    flag: Flag, ben: User, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "BEAT_EVERY", 0)
    worker = Worker("one")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.MAILERS = mailers(f"smtp://127.0.0.1:{silent.getsockname()[1]}", tmp_path)
        started_at = timezone.now()
        worker.turn()
        Flag.objects.update(next_due_at=timezone.now())
        worker.turn()
        assert timezone.now() - started_at < dt.timedelta(seconds=5)
        assert worker.delivery.is_busy
    assert Heartbeat.objects.get().beat_at > started_at
    assert flag.alerts.filter(recipient=ben).exists()
    worker.delivery.close()
