"""How long a process waits for PostgreSQL, asked of PostgreSQL."""

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from config import patience
from config.patience import LIMITS, Process


@pytest.fixture(params=list(Process))
def process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Process:
    monkeypatch.setenv(patience.VARIABLE, request.param)
    return request.param  # type: ignore[no-any-return]


def fresh(options: str) -> ConnectionHandler:
    told = {
        **connection.settings_dict,
        "OPTIONS": {**settings.DATABASES["default"]["OPTIONS"], "options": options},
    }
    return ConnectionHandler({"default": told})


@pytest.mark.django_db(transaction=True)
def test_postgresql_is_told_what_this_process_waits(process):
    opened = fresh(patience.options())["default"]
    with opened.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)", [list(LIMITS[process])]
        )
        assert dict(cursor.fetchall()) == LIMITS[process]
    opened.close()


def test_pages_wait_less_than_the_worker_and_nobody_waits_for_a_lock_for_ever():
    web, worker, command = (LIMITS[each] for each in (Process.WEB, Process.WORKER, Process.COMMAND))
    assert all(0 < web[name] < worker[name] for name in web)
    assert web["lock_timeout"] < web["statement_timeout"]
    assert all(each["lock_timeout"] > 0 for each in (web, worker, command))
    assert command["statement_timeout"] == 0  # an index of a large table


def test_what_the_address_of_the_database_says_counts(monkeypatch):
    monkeypatch.setenv(patience.VARIABLE, "web")
    assert patience.options("-c statement_timeout=5s").endswith("-c statement_timeout=5s")


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_hangs_is_an_error_that_pages_answer_with_503(monkeypatch):
    opened = fresh("-c statement_timeout=20")["default"]
    with opened.cursor() as cursor, pytest.raises(OperationalError, match="statement timeout"):
        cursor.execute("SELECT pg_sleep(5)")
    opened.close()
