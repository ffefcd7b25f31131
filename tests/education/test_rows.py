"""A library that is copied row by row is the one that is loaded from the files."""

import pytest
from django.db import connection, transaction

from education.models import Symptom
from education.shipped import Outcome, load
from tests.education.rows import Rows, copied_out, copy_in

pytestmark = pytest.mark.django_db


def in_order(rows: Rows) -> dict[str, list[bytes]]:
    return {table: sorted(those.splitlines()) for table, those in rows.items()}


def test_what_is_copied_in_is_what_was_loaded() -> None:
    with transaction.atomic():
        load()
        loaded = copied_out()
        transaction.set_rollback(True)
    assert not copied_out()
    copy_in(loaded)
    assert in_order(copied_out()) == in_order(loaded)
    assert {outcome for _kind, outcome in load()} == {Outcome.UNCHANGED}


def test_what_is_changed_afterwards_is_recorded(library: None) -> None:
    def events() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM education_symptomevent")
            [many] = cursor.fetchone()
        return int(many)

    before = events()
    Symptom.objects.filter(code="chills").update(what_it_is="You shiver.")
    assert events() == before + 1
