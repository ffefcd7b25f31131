"""Between two tests that commit nothing stays in the database, and it guards its rows as before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import AccessEvent, User
from tests.emptying import KEPT, TOO_LARGE, empty_every_table
from tests.team.conftest import CHEST_PAIN, browser_of, flagged
from tests.test_messaging import write
from tracker.demo.enrol import make_team
from tracker.demo.people import HILLSIDE
from tracker.models import Patient

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db(transaction=True)


def tables_with_rows() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall() if rows_in(name)}


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        [many] = cursor.fetchone()
    return int(many)


@pytest.fixture
def filled(rosa: Patient, amira: User, groups: None, browser_of: Callable[[User], Client]) -> AccessEvent:
    """Rows in many tables: people, a diary with what its triggers add, a session, the cache; one of them."""
    now = timezone.now()
    browser_of(amira)
    flagged(rosa, CHEST_PAIN).claim(by=amira, now=now)
    write(rosa)
    call_command("createcachetable")
    cache.set("seen", 1)
    return AccessEvent.objects.create(team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=now)


def what_migrating_left() -> tuple[set[Any], set[Any]]:
    return set(ContentType.objects.values_list()), set(Permission.objects.values_list())


def test_every_row_is_deleted_but_what_migrating_left(filled: AccessEvent) -> None:
    before = what_migrating_left()
    assert len(tables_with_rows()) > 20
    empty_every_table()
    assert tables_with_rows() == set(KEPT)
    assert what_migrating_left() == before


def test_triggers_guard_and_record_again_afterwards(filled: AccessEvent) -> None:
    empty_every_table()
    actor = User.objects.create(email="nia@example.org", name="Nia Blake")
    assert rows_in("accounts_userevent") == 1
    look = AccessEvent(team=make_team(HILLSIDE), patient_id=filled.patient_id, actor=actor, what="chart")
    look.at = timezone.now()
    look.save()
    with pytest.raises(DatabaseError, match="append_only"):
        look.delete()


def test_foreign_keys_are_checked_again_afterwards(filled: AccessEvent) -> None:
    empty_every_table()
    with pytest.raises(IntegrityError, match="foreign key"):
        filled.save(force_insert=True)


def test_what_deleted_rows_took_up_is_given_back(filled: AccessEvent) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session SELECT 'key ' || n, repeat('x', 500), now()"
            " FROM generate_series(1, %s) AS n",
            [TOO_LARGE // 400],
        )
        empty_every_table()
        cursor.execute("SELECT pg_relation_size('django_session')")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_one_test_leaves_nothing_to_the_next(turn: str, request: pytest.FixtureRequest) -> None:
    """Whichever comes second finds what the other has not left; nobody calls anything here."""
    assert tables_with_rows() == set(KEPT)
    request.getfixturevalue("filled")
