"""A web process that could see past the wall does not start."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from config import postgres
from config.database import role

pytestmark = pytest.mark.django_db


def in_role(name: str) -> str:
    """What is said of a role, once it has been stepped down to."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        said = role.too_strong()
        cursor.execute("RESET ROLE")
    return said


def test_the_app_is_just_right():
    assert in_role("sidelight_app") == ""


def test_the_worker_is_too_strong():
    assert in_role("sidelight_worker") == "sidelight_worker is the worker's role, which sees every patient."


def test_the_worker_is_just_right_for_itself():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE sidelight_worker")
        assert role.too_strong(for_everybody=True) == ""
        cursor.execute("RESET ROLE")
    assert "is a superuser" in role.too_strong(for_everybody=True)


def test_a_superuser_is_too_strong():
    assert "is a superuser" in role.too_strong()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("CREATE ROLE too_strong", ""),
        ("CREATE ROLE too_strong BYPASSRLS", "not bound by row-level security"),
        ("CREATE ROLE too_strong CREATEROLE", "may make roles"),
        ("CREATE ROLE too_strong IN ROLE sidelight_worker", "the worker's role"),
        ("CREATE ROLE strong BYPASSRLS; CREATE ROLE too_strong IN ROLE strong", "not bound by row-level"),
        ("CREATE ROLE too_strong; ALTER TABLE tracker_call OWNER TO too_strong", "owns tables"),
    ],
)
def test_who_could_see_more_is_too_strong(made, said):
    with connection.cursor() as cursor:
        for statement in made.split("; "):
            cursor.execute(statement)
    assert said in in_role("too_strong")
    assert bool(said) == bool(in_role("too_strong"))


def test_a_role_that_could_step_up_again_is_too_strong_in_production(settings):
    settings.PRODUCTION = True
    assert "is a superuser" in in_role("sidelight_app")


@pytest.mark.parametrize("table", ["tracker_checkin", "tracker_patient", "tracker_emergencyreview"])
def test_a_table_without_a_wall_is_noticed(table):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert in_role("sidelight_app") == "A table with rows of patients has no row-level security."


@pytest.mark.django_db(transaction=True)
def test_the_start_is_refused_in_plain_words_which_stand_in_the_log_too(caplog):
    with pytest.raises(ImproperlyConfigured, match="sign in as sidelight_app"):
        role.refuse_a_stronger_role()
    assert "sign in as sidelight_app" in caplog.text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://postgres@/x?host=%2Fvar%2Fx", "postgresql://sidelight_app@/x?host=%2Fvar%2Fx"),
        ("postgresql://me:pw@db/x", "postgresql://me:pw@db/x?options=-c%20role%3Dsidelight_app"),
        (
            "postgresql://me@db/x?sslmode=require",
            "postgresql://me@db/x?sslmode=require&options=-c%20role%3Dsidelight_app",
        ),
    ],
)
def test_the_demo_steps_down(url, expected):
    assert postgres.in_role(url, "sidelight_app") == expected
