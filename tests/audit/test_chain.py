"""Seals: in order, gapless, without a wait, and nothing that is done to a row goes unfound."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.audit import chain, sealing
from accounts.audit.verifying import verify
from accounts.models import AccessEvent, AuditAnchor, AuditSeal, UnsealedEvent, User
from tests.audit.conftest import MINUTE, as_owner, look
from tracker.models import Patient

pytestmark = pytest.mark.django_db


def faults(*anchors: str) -> str:
    return "\n".join(verify(anchors).faults)


class TestSealing:
    def test_seals_follow_each_other_and_hold_every_look(self, sealed):
        first, second, third = AuditSeal.objects.order_by("number")
        assert first.previous_hash == chain.NOTHING
        assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
        assert [seal.first_sequence for seal in (first, second, third)] == [1, 4, 7]
        assert [pk for seal in (first, second, third) for pk in seal.event_ids] == [
            each.pk for each in sealed
        ]
        assert not UnsealedEvent.objects.exists()

    def test_a_minute_without_looks_makes_no_seal(self, sealed):
        assert sealing.due(timezone.now()) == 0
        assert AuditSeal.objects.count() == 3

    def test_more_than_a_seal_holds_makes_several(self, rosa, amira, monkeypatch):
        monkeypatch.setattr(sealing, "AT_ONCE", 2)
        for _each in range(5):
            look(rosa, amira, timezone.now())
        assert sealing.due(timezone.now()) == 5
        assert [len(seal.event_ids) for seal in AuditSeal.objects.order_by("number")] == [2, 2, 1]
        assert faults() == ""

    @pytest.mark.parametrize("is_held_up", [False, True])
    def test_old_looks_of_a_backlog_are_no_fault(self, sealed, rosa, amira, monkeypatch, is_held_up):
        """The worker stood still for hours; then it seals all at once, or ends after a part of it."""
        monkeypatch.setattr(sealing, "AT_ONCE", 4)
        now = timezone.now()
        for _each in range(10):
            look(rosa, amira, now + MINUTE)
        later = now + 120 * MINUTE
        if is_held_up:
            assert sealing._seal(later) == 4
        sealing.due(later + 5 * MINUTE)
        assert AuditSeal.objects.count() == 3 + 3
        assert faults() == ""
        new = look(rosa, amira, now + MINUTE)  # and what is written later, of that hour, is one
        sealing.due(later + 6 * MINUTE)
        assert f"Event {new.pk} gives" in faults()

    def test_a_row_that_another_program_wrote_waits_for_its_seal_too(self, rosa, amira):
        AccessEvent.objects.create(
            team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=timezone.now()
        )
        assert UnsealedEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_that_commits_late_comes_into_the_next_seal_and_holds_up_nobody(rosa: Patient, amira: User):
    """It has the lower key of the two, and was written first."""
    written, sealed_once = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            look(rosa, amira, timezone.now(), "record")
            written.set()
            assert sealed_once.wait(10)
        connection.close()

    page = threading.Thread(target=slow)
    page.start()
    assert written.wait(10)
    quick = look(rosa, amira, timezone.now(), "flag")
    assert sealing.due(timezone.now()) == 1
    sealed_once.set()
    page.join()
    assert sealing.due(timezone.now()) == 1
    first, second = AuditSeal.objects.order_by("number")
    assert first.event_ids == [quick.pk]
    assert second.event_ids[0] < quick.pk
    assert faults() == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_sealers_one_does_nothing(rosa: Patient, amira: User):
    look(rosa, amira, timezone.now())
    many: list[int] = []

    def other() -> None:
        many.append(sealing.due(timezone.now()))
        connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.ALONE])
        second = threading.Thread(target=other)
        second.start()
        second.join()
    assert many == [0]
    assert sealing.due(timezone.now()) == 1


class TestTampering:
    """By the owner of the database, who switches triggers off."""

    def test_nothing_is_found_where_nothing_was_done(self, sealed):
        found = verify()
        assert (found.faults, found.seals, found.events, found.waiting) == ([], 3, 9, 0)

    @pytest.mark.parametrize(
        "change",
        [
            "what = 'list'",
            "at = at + interval '1 microsecond'",
            "request_id = 'another'",
            "purpose = 'review'",
            "team_id = (SELECT max(id) FROM accounts_careteam)",
            "patient_id = gen_random_uuid()",
            "actor_id = (SELECT max(id) FROM accounts_user)",
        ],
    )
    def test_a_change_of_any_column_is_found(self, sealed, noor, change):
        with as_owner() as run:
            run(f"UPDATE accounts_accessevent SET {change} WHERE id = %s", [sealed[4].pk])
        assert faults() == (f"Event {sealed[4].pk} was changed, or moved from its place (place 5, seal 2).")

    def test_a_row_that_was_taken_away_is_found(self, sealed):
        with as_owner() as run:
            run("DELETE FROM accounts_accessevent WHERE id = %s", [sealed[3].pk])
        assert faults() == f"Event {sealed[3].pk} was taken away (place 4, seal 2)."

    def test_a_row_that_was_put_in_between_is_found(self, sealed):
        with as_owner() as run:
            run(
                "INSERT INTO accounts_accessevent (team_id, patient_id, actor_id, what, at)"
                " SELECT team_id, patient_id, actor_id, what, at FROM accounts_accessevent WHERE id = %s",
                [sealed[4].pk],
            )
        new = AccessEvent.objects.latest("pk")
        assert f"Event {new.pk} was put in behind the seals" in faults()

    def test_and_one_with_an_earlier_hour_that_came_by_the_front_door(self, sealed, rosa, amira):
        new = look(rosa, amira, timezone.now() - 300 * MINUTE)
        sealing.due(timezone.now())
        assert f"Event {new.pk} gives" in faults()

    def test_rows_that_changed_places_are_found(self, sealed):
        one, other = sealed[3].pk, sealed[4].pk
        with as_owner() as run:
            run("UPDATE accounts_accessevent SET id = -1, what = 'list' WHERE id = %s", [one])
            run("UPDATE accounts_accessevent SET id = %s WHERE id = %s", [one, other])
            run("UPDATE accounts_accessevent SET id = %s WHERE id = -1", [other])
        assert f"Event {other} was changed, or moved" in faults()

    def test_an_order_that_was_changed_in_a_seal_is_found(self, sealed):
        seal = AuditSeal.objects.get(number=2)
        with as_owner() as run:
            run("UPDATE accounts_auditseal SET event_ids = %s WHERE number = 2", [seal.event_ids[::-1]])
        assert "moved from its place (place 4, seal 2)" in faults()

    def test_a_seal_in_the_middle_that_was_taken_away_is_found_with_its_rows(self, sealed):
        with as_owner() as run:
            run("DELETE FROM accounts_accessevent WHERE id = ANY(%s)", [[each.pk for each in sealed[3:6]]])
            run("DELETE FROM accounts_auditseal WHERE number = 2")
        assert faults().startswith("Seal 2 is missing.")

    @pytest.mark.parametrize(
        "column", ["sealed_at = sealed_at + interval '1 second'", "hash = repeat('a', 64)"]
    )
    def test_a_seal_that_was_changed_is_found(self, sealed, column):
        with as_owner() as run:
            run(f"UPDATE accounts_auditseal SET {column} WHERE number = 2")
        assert "Seal 2 was changed." in faults()

    def test_a_row_that_was_taken_away_before_it_was_sealed_is_found_by_its_marker(self, sealed, rosa, amira):
        new = look(rosa, amira, timezone.now())
        with as_owner() as run:
            run("DELETE FROM accounts_accessevent WHERE id = %s", [new.pk])
        assert sealing.due(timezone.now()) == 0
        assert faults() == f"Event {new.pk} was taken away before it was sealed."

    def test_an_end_that_was_cut_off_is_found_by_an_anchor_alone(self, sealed):
        anchor = str(AuditSeal.objects.get(number=3))
        with as_owner() as run:
            run("DELETE FROM accounts_accessevent WHERE id = ANY(%s)", [[each.pk for each in sealed[6:]]])
            run("DELETE FROM accounts_auditseal WHERE number = 3")
        assert faults() == ""
        assert "the end of the record was cut off" in faults(anchor)
        assert "the end of the record was cut off" in faults(anchor.partition(":")[2])

    def test_a_record_that_was_made_anew_is_found_by_an_anchor_alone(self, sealed):
        anchor = str(AuditSeal.objects.get(number=2))
        with as_owner() as run:
            run("UPDATE accounts_accessevent SET what = 'list' WHERE id = %s", [sealed[0].pk])
            run("DELETE FROM accounts_auditseal")
            run("INSERT INTO accounts_unsealedevent SELECT id FROM accounts_accessevent")
        sealing.due(timezone.now())
        assert faults() == ""
        assert faults(anchor)

    def test_an_anchor_of_any_seal_that_stands_is_fine(self, sealed):
        assert faults(*map(str, AuditSeal.objects.all())) == ""


class TestWrittenOnce:
    @pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
    @pytest.mark.parametrize("table", ["accounts_auditseal", "accounts_auditanchor"])
    def test_nobody_but_an_owner_who_means_it_changes_a_seal_or_an_anchor(self, sealed, table, statement):
        last = AuditSeal.objects.get(number=3)
        now = timezone.now()
        AuditAnchor.objects.create(day=now.date(), seal=3, hash=last.hash, made_at=now)
        with (
            pytest.raises(ProgrammingError, match=r"Cannot (update|delete)"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table))
