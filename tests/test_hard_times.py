"""What a patient is told when PostgreSQL cannot keep a report, and that nothing is lost or kept twice."""

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.database.base import NotReplicated
from tests.patient.conftest import CHECK_IN, a_form
from tests.triage.build import a_report
from tracker import checkins
from tracker.again import TRIES, again_if_it_clashed
from tracker.models import CheckIn, Flag, Patient
from tracker.triage.report import Report

CHEST_PAIN = a_report(flags=("chest_pain",))
pytestmark = pytest.mark.django_db(transaction=True)


def send(patient: Patient, id: uuid.UUID, report: Report = CHEST_PAIN) -> checkins.Submitted:
    now = timezone.now()
    return checkins.submit(
        patient_id=patient.pk,
        report=report,
        id=id,
        by=patient.user,
        day=patient.today(now),
        reported_at=now,
        now=now,
    )


# --- A standby that does not answer -------------------------------------------------------------------------


@contextmanager
def a_standby_that_never_answers() -> Iterator[None]:
    """Commits of connections with synchronous_commit wait for it; the others of this server do not."""
    with admin() as server:
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        server.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            server.execute("ALTER SYSTEM RESET synchronous_standby_names")
            server.execute("SELECT pg_reload_conf()")


def admin() -> "psycopg.Connection[tuple[object, ...]]":
    """Another connection to the same database."""
    told = connection.get_connection_params()
    wanted = ("dbname", "host", "user", "password", "port")
    return psycopg.connect(**{name: told[name] for name in wanted if told.get(name)}, autocommit=True)


def cancel_whoever_waits(stop: threading.Event) -> None:
    with admin() as server:
        while not stop.is_set():
            server.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                " WHERE wait_event = 'SyncRep' AND datname = current_database()"
            )
            time.sleep(0.05)


@pytest.fixture
def standby() -> Iterator[None]:
    stop = threading.Event()
    with a_standby_that_never_answers():
        canceller = threading.Thread(target=cancel_whoever_waits, args=[stop])
        canceller.start()
        yield
        stop.set()
        canceller.join()


def test_a_commit_that_stopped_waiting_for_its_standby_is_an_error_and_the_same_id_is_kept_once(
    rosa: Patient, amira: User, standby: None
) -> None:
    id = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    try:
        with pytest.raises(NotReplicated):
            send(rosa, id)
    finally:
        connection.close()
    again = send(rosa, id)
    assert not again.is_new
    assert CheckIn.objects.count() == Flag.objects.count() == 1


# --- Two at once --------------------------------------------------------------------------------------------


def failing(times: int, sqlstate: str) -> Callable[[], str]:
    """An act whose transaction PostgreSQL gives up that many times, for this reason."""
    left = iter([True] * times)

    def act() -> str:
        with transaction.atomic():
            if next(left, False):
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '{sqlstate}'; END $$"
                    )
        return "done"

    return act


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_what_clashed_is_tried_again(db: None, sqlstate: str) -> None:
    assert again_if_it_clashed(failing(TRIES - 1, sqlstate))() == "done"


@pytest.mark.parametrize(("times", "sqlstate"), [(TRIES, "40001"), (1, "53100"), (1, "57014")])
def test_what_clashes_for_ever_or_fails_for_another_reason_is_an_error(times: int, sqlstate: str) -> None:
    with pytest.raises(OperationalError, match="as told"):
        again_if_it_clashed(failing(times, sqlstate))()


def test_two_reports_that_wait_for_each_other_are_both_kept(rosa: Patient, dev: Patient, amira: User) -> None:
    """A real deadlock: each has locked one patient and wants the other."""
    start = threading.Barrier(2, timeout=20)
    met = iter([True, True])

    @again_if_it_clashed
    def both(first: Patient, second: Patient) -> None:
        with transaction.atomic():
            Patient.objects.select_for_update().get(pk=first.pk)
            if next(met, False):
                start.wait()
            Patient.objects.select_for_update().get(pk=second.pk)
            done.append(first.pk)

    done: list[uuid.UUID] = []

    def run(first: Patient, second: Patient) -> None:
        try:
            both(first, second)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((rosa, dev), (dev, rosa))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {rosa.pk, dev.pk} <= set(done)


# --- Nothing can be written ---------------------------------------------------------------------------------


@contextmanager
def a_full_disk(table: str = "tracker_checkin") -> Iterator[None]:
    """Every row of the table is refused as PostgreSQL refuses it when the disk is full."""
    with admin() as server:
        server.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
        )
        server.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()")
        try:
            yield
        finally:
            server.execute(f"DROP TRIGGER no_room ON {table}; DROP FUNCTION no_room()")


def test_a_full_disk_is_a_503_keeps_nothing_by_halves_and_the_same_page_sends_again(
    rosa: Patient, amira: User
) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(rosa.user)
    form = a_form(day=rosa.today(timezone.now()).isoformat())
    with a_full_disk():
        answer = browser.post(CHECK_IN, form)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert not CheckIn.objects.exists()
    assert not Flag.objects.exists()
    assert browser.post(CHECK_IN, form).status_code == 302
    assert CheckIn.objects.get().pk == uuid.UUID(form["id"])


# --- A network that is cut ----------------------------------------------------------------------------------


def test_a_connection_gives_up_on_a_dead_network_within_six_seconds() -> None:
    told = connection.get_connection_params()
    assert told["tcp_user_timeout"] <= 5000
    assert told["connect_timeout"] <= 5
    assert told["keepalives_idle"] + told["keepalives_interval"] * told["keepalives_count"] < 6
    assert dt.timedelta(milliseconds=told["tcp_user_timeout"]) < dt.timedelta(seconds=6)
