"""A canary in every field of every row about a patient; then the whole site is opened, and refused."""

import logging
from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.audit.test_every_look import a_row_of_everything, addresses, everything, of_admin
from tests.canaries import fields
from tracker.management.commands.worker import Worker

__all__ = ["a_row_of_everything", "everything"]
pytestmark = pytest.mark.django_db

KEPT_AS_IT_IS = {
    "accounts.User.email": "people sign in with it; each is a canary as it stands",
    "tracker.InboxItem.raw": "bytes that have to be read again",
    "tracker.CareEvent.detail": "a document of numbers and days",
    "tracker.FlagEvent.detail": "a document of codes",
    "tracker.Finding.inputs": "a document of readings",
    "tracker.Mute.inputs": "a document of readings",
    "tracker.CheckIn.checks": "a document of codes",
    "tracker.CheckIn.advice": "a document of our own words",
}


def fill(watch: Any) -> int:
    """Past triggers, which let nobody change what was reported; how many fields hold one now."""
    filled = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for number, (label, field) in enumerate(fields.fields()):
            if label not in fields.WORDS or label in KEPT_AS_IT_IS:
                continue
            model: Any = field.model
            canary, table, column = f"canary {number:03}", model._meta.db_table, field.column
            if label == "tracker.CheckIn.report":
                sql = "UPDATE tracker_checkin SET report = jsonb_set(report, '{note}', to_jsonb(%s::text))"
                cursor.execute(sql, [f"{canary} since lunch"])
            else:  # each row with one of its own: some are unique
                end = "@zebra.example" if field.name == "email" else ""
                sql = f"UPDATE {table} SET {column} = %s || left(md5(ctid::text), 8) || %s"
                try:
                    with transaction.atomic():
                        cursor.execute(sql, [canary, end])
                except IntegrityError:  # some rows may have none
                    cursor.execute(f"{sql} WHERE {column} <> ''", [canary, end])
            watch.learn(label, canary)
            filled += 1
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return filled


def test_no_canary_of_any_field_gets_out_whoever_opens_whatever(
    everything, rosa, sara, ada, canaries, caplog
):
    pages = [address for _name, address in addresses(rosa)]
    assert fill(canaries) + len(KEPT_AS_IT_IS) == len(fields.WORDS)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "django.template")  # of each variable that a page does not have
    tried = (
        (sara, pages, "get"),
        (sara, pages, "post"),
        (rosa.user, pages, "get"),  # most of them are not there for her
        (ada, [address for _name, address in of_admin()], "get"),
    )
    answers: Counter[int] = Counter()
    for person, theirs, method in tried:
        browser = Client(raise_request_exception=False)
        browser.force_login(person)
        answers.update(getattr(browser, method)(address).status_code for address in theirs)
    Worker("canary").work_off()
    assert answers.total() > 500
    assert min(answers[200], answers[404], answers[405]) > 20
    assert not any(status >= 500 and status != 503 for status in answers)
