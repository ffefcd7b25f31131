"""What the restore drill would notice. The drill itself is run by hand: `bin/restore-drill`."""

import pytest
from django.db import connection
from django.utils import timezone

from config.drill import checks
from config.drill.restoring import counted_in_copies
from config.drill.steps import Steps
from config.sealing import make_key
from tests.signin.conftest import App
from tracker.models import SealingKey


def test_rows_are_counted_as_the_dump_has_them():
    dump = [
        "SET x = 1;\n",
        'COPY public.flags (id, "text") FROM stdin;\n',
        "1\tCOPY public.no (id)\n",
        "2\t\\\\.\n",
    ]
    dump += [
        "\\.\n",
        "\n",
        'COPY public."order" (id) FROM stdin;\n',
        "\\.\n",
        "SELECT setval('x', 2, true);\n",
    ]
    assert counted_in_copies(dump) == {"flags": 2, "order": 0}


@pytest.mark.django_db
def test_a_good_database_has_nothing_against_it(rosa, amira):
    App(amira)
    found = {title: checks.judged(check) for title, check in checks.CHECKS.items()}
    assert [title for title, (is_well, _said) in found.items() if not is_well] == []
    assert found["sealed secrets"] == (True, "1 opened")


@pytest.mark.django_db
def test_a_sequence_that_is_behind_is_named(amira, ben):
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('accounts_user', 'id'), 1)")
        is_well, said = checks.judged(checks.sequences_lead)
    assert not is_well
    assert "accounts_user_id_seq" in said


@pytest.mark.django_db
def test_secrets_of_another_key_are_counted_and_not_shown(amira, settings):
    App(amira)
    settings.ENCRYPTION_KEYS = [make_key()]
    assert checks.judged(checks.secrets_open) == (
        False,
        "those of 1 people open with none of ENCRYPTION_KEYS",
    )


@pytest.mark.django_db
def test_a_key_of_a_phone_that_cannot_be_read_is_noticed():
    SealingKey.objects.create(private_key=b"broken", created_at=timezone.now())
    assert checks.judged(checks.phones_keys_are_there)[0] is False


def test_one_wrong_step_fails_the_drill(capsys):
    steps = Steps()
    steps.tell("rows", "3, not 4", is_well=False)
    steps.tell("sign-in page", "200", 0.2)
    assert steps.end() == 1
    assert "Not as it should be: rows." in capsys.readouterr().out
