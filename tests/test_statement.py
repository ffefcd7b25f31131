"""SQL that is worked out once is the query's own, for whoever runs it, and keeps nothing of its first run."""

import datetime as dt
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

import config.wsgi  # noqa: F401 -- all that a server imports
from accounts.models import Membership, User
from tests.team.conftest import CHEST_PAIN, flagged
from tracker import emergencies
from tracker.models import CheckIn, Patient
from tracker.models.rights import READER
from tracker.statement import Given, Statement

NOON = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def every_statement() -> dict[str, Statement[Any]]:
    """By module and name: all that the tracker has."""
    return {
        f"{module}.{name}": value
        for module, loaded in list(sys.modules.items())
        if module.startswith("tracker.")
        for name, value in vars(loaded).items()
        if isinstance(value, Statement)
    }


STATEMENTS = every_statement()


def test_all_are_found() -> None:
    assert len(STATEMENTS) >= 18
    assert "tracker.team.chart.records._TALKS" in STATEMENTS


@pytest.mark.django_db
@pytest.mark.parametrize("name", STATEMENTS)
def test_none_keeps_a_moment_or_a_key_of_when_it_was_made(name: str) -> None:
    *_made, parameters = STATEMENTS[name]._compiled
    kept = [each for each in parameters if not isinstance(each, Given)]
    assert not [each for each in kept if isinstance(each, dt.date | uuid.UUID)]
    assert not [each for each in kept if isinstance(each, str) and any(map(str.isdigit, each))]


# --- Rows ---------------------------------------------------------------------------------------------------

VISIBLE = Statement(
    lambda: (
        CheckIn.objects.visible_to(READER)
        .filter(patient=Given("patient", models.UUIDField()))
        .select_related("patient__team")
        .annotate(again=models.F("report"))
    )
)
NAMES = Statement(
    lambda: Patient.objects.filter(team=Given("team", models.BigAutoField())).values_list("name", "pk")
)


def reports_seen(user: User, patient: Patient, now: dt.datetime | None = None) -> list[CheckIn]:
    return VISIBLE.run(user=user.pk, patient=patient.pk, now=now or timezone.now())


@pytest.mark.django_db
def test_rows_are_what_the_query_itself_would_give(rosa, amira, django_assert_num_queries) -> None:
    flagged(rosa, CHEST_PAIN)
    with django_assert_num_queries(1):
        [row] = reports_seen(amira, rosa)
        assert (row.patient, row.patient.team) == (rosa, rosa.team)
    [usual] = CheckIn.objects.visible_to(amira).filter(patient=rosa)
    assert (row, row.report, row.received_at) == (usual, usual.report, usual.received_at)
    assert vars(row)["again"] == usual.report  # JSON as Python has it, and not as PostgreSQL sends it
    assert (rosa.name, rosa.pk) in NAMES.run(team=rosa.team_id)


@pytest.mark.django_db
def test_each_run_is_for_whoever_it_is_given(rosa, amira, noor) -> None:
    flagged(rosa, CHEST_PAIN)
    seen = {user: len(reports_seen(user, rosa)) for user in (amira, noor, rosa.user, amira)}
    assert seen == {amira: 1, noor: 0, rosa.user: 1}
    Membership.objects.filter(user=amira).delete()
    assert reports_seen(amira, rosa) == []


@pytest.mark.django_db
def test_an_emergency_is_over_by_the_moment_that_is_given(rosa, noor, opened_by_noor) -> None:
    flagged(rosa, CHEST_PAIN)
    minute = dt.timedelta(minutes=1)
    assert len(reports_seen(noor, rosa, opened_by_noor.ends_at - minute)) == 1
    assert reports_seen(noor, rosa, opened_by_noor.ends_at) == []


@pytest.fixture
def opened_by_noor(rosa, noor):
    return emergencies.open_chart(rosa, by=noor, reason="here", words="She is here.", now=timezone.now())


class Slow(models.Value):
    """Its SQL is worked out by two threads at once: the second has it when the first is done."""

    def __init__(self, entered: Event, met: Event, done: Event) -> None:
        super().__init__(1, output_field=models.IntegerField())
        self.entered, self.met, self.done = entered, met, done

    def as_sql(self, *asked: Any) -> Any:
        if self.entered.is_set():
            self.met.set()
            self.done.wait(5)
        else:
            self.entered.set()
            self.met.wait(5)
        return super().as_sql(*asked)


def test_two_threads_that_work_it_out_at_once_spoil_nothing() -> None:
    entered, met, done = Event(), Event(), Event()
    made = Statement(
        lambda: CheckIn.objects.select_related("patient").annotate(slow=Slow(entered, met, done))
    )
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: made._compiled)
        entered.wait(5)
        second = threads.submit(lambda: made._compiled)
        first.result()
        done.set()
    assert all('JOIN "tracker_patient"' in each.result()[-2] for each in (first, second))


@pytest.mark.django_db(transaction=True)
def test_threads_run_one_statement_on_their_own_connections(rosa, dev) -> None:
    def names(patient: Patient) -> tuple[list[Any], int]:
        try:
            found = [NAMES.run(team=patient.team_id) for _ in range(20)]
            assert all(each == found[0] for each in found)
            return found[0], connection.connection.info.backend_pid
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(names, [rosa, dev] * 4))
    assert all(rows == answers[at % 2][0] for at, (rows, _pid) in enumerate(answers))
    assert len({pid for _rows, pid in answers}) > 1
