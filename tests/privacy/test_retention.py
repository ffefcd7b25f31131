"""How long things are kept: the schedule, the worker's duty, the hold, and what the database refuses."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.audit import sealing
from accounts.audit.verifying import verify
from accounts.models import AccessEvent, User
from tests.audit.conftest import look
from tests.privacy.conftest import A_DAY, A_YEAR, left
from tests.team.conftest import BLURRED, flagged, send
from tracker.models import (
    CheckIn,
    Deletion,
    Flag,
    LegalHold,
    Notice,
    Patient,
)
from tracker.retention import applying, deleting
from tracker.retention.applying import due, plan
from tracker.retention.kinds import From, kind_of, kinds
from tracker.retention.schedule import (
    SHORTER_AFTER,
    Periods,
    keep_for,
    kept_until,
    months_later,
)
from tracker.retention.shells import is_shell

pytestmark = pytest.mark.django_db


def of_the_patient(patient: Patient) -> dict[str, int]:
    """How many rows there are of her, by table, in every table that has her key."""
    found = {}
    for model in apps.get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        if "patient" in columns:
            found[model._meta.db_table] = model._base_manager.filter(patient=patient.pk).count()
    return {table: many for table, many in found.items() if many}


def one_cannot_be_deleted(one: Patient, other: Patient, monkeypatch: Any) -> tuple[Patient, Patient]:
    """Both left so long ago that all of them is due; the first to be looked at cannot be taken away."""
    for patient in (one, other):
        left(patient, 31)
    first, second = sorted([one, other], key=lambda each: each.pk)
    real = deleting.of_kind

    def of_kind(kind: Any, patient: Patient, **more: Any) -> Any:
        if patient == first:
            raise ValueError(str(patient))
        return real(kind, patient, **more)

    monkeypatch.setattr(applying, "of_kind", of_kind)
    return first, second


def turns(now: dt.datetime) -> None:
    """What points to a report goes first, and who it was last."""
    for _turn in range(3):
        due(now)


class TestSchedule:
    def test_nothing_of_the_record_goes_before_thirty_years_unless_the_hospital_says_so(self):
        for kind in kinds():
            if kind.is_record:
                assert (kind.begins, kind.months) == (From.LEAVING, 360)

    def test_a_shorter_period_waits_two_weeks_and_a_longer_one_does_not(self, team, petra):
        kind = kind_of("messages")
        now = timezone.now()
        shorter = keep_for(team, kind, 120, reason="Our law.", by=petra, now=now)
        assert shorter.holds_from == now + SHORTER_AFTER
        assert Periods.at(now).months(team.pk, kind) == 360
        assert Periods.at(now + SHORTER_AFTER).months(team.pk, kind) == 120
        later = now + 2 * SHORTER_AFTER
        assert keep_for(team, kind, None, reason="An inquiry.", by=petra, now=later).holds_from == later
        assert Periods.at(later).months(team.pk, kind) is None

    def test_what_was_set_before_a_shorter_one_held_takes_its_place(self, team, petra):
        kind = kind_of("messages")
        now = timezone.now()
        keep_for(team, kind, 12, reason="A slip.", by=petra, now=now)
        keep_for(team, kind, 240, reason="Meant so.", by=petra, now=now + A_DAY)
        assert Periods.at(now + SHORTER_AFTER).months(team.pk, kind) == 360
        assert Periods.at(now + A_DAY + SHORTER_AFTER).months(team.pk, kind) == 240

    def test_another_team_keeps_what_it_kept(self, team, other_team, petra):
        kind = kind_of("messages")
        now = timezone.now()
        keep_for(team, kind, 120, reason="Our law.", by=petra, now=now - A_YEAR)
        assert Periods.at(now).months(other_team.pk, kind) == 360

    @pytest.mark.parametrize(
        ("day", "months", "later"),
        [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-11-28", 360, "2056-11-28"),
            ("2026-03-31", -1, "2026-02-28"),
        ],
    )
    def test_months_end_on_a_day_that_there_is(self, day, months, later):
        assert months_later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)

    def test_of_somebody_in_the_programme_no_end_is_known(self, rosa):
        now = timezone.now()
        assert kept_until(rosa, kind_of("record"), Periods.at(now)) is None


class TestDuty:
    def test_nothing_goes_of_somebody_who_is_in_the_programme(self, whole):
        before = of_the_patient(whole)
        assert due(timezone.now()) == 0
        assert of_the_patient(whole) == before

    def test_the_day_after_thirty_years_all_of_it_goes_and_a_key_stays(self, whole, petra):
        phones = {whole.phone, whole.contact_phone} - {""}
        assert phones
        left(whole, 25)
        last = dt.datetime.combine(months_later(whole.left_on, 360), dt.time(12), dt.UTC)
        turns(last)
        assert CheckIn.objects.filter(patient=whole).exists()
        turns(last + A_DAY)
        whole.refresh_from_db()
        assert is_shell(whole)
        assert set(of_the_patient(whole)) == {"tracker_deletion", "tracker_emergencyaccess"}
        everything = "".join(str(row) for row in _texts(whole))
        for told in ("Rosa", "Martín", "after lunch", "Lena", *phones, "Penicillin", "cannot speak"):
            assert told not in everything
        assert not whole.user.is_active
        assert whole.user.email is None
        assert due(last + A_DAY) == 0

    def test_a_flag_that_nobody_answered_keeps_the_record(self, rosa):
        """Only a person closes a flag, however short the team keeps what it has."""
        flag = flagged(rosa, BLURRED)
        gone = dt.date(1995, 1, 2)
        Patient.objects.filter(pk=rosa.pk).update(left_on=gone, enrolled_on=gone)
        turns(timezone.now())
        assert Flag.objects.unresolved().get() == flag
        assert CheckIn.objects.filter(patient=rosa).exists()

    def test_the_admins_log_names_her_no_more(self, whole, root):
        """It keeps the name of a row, and what was changed in it: of her course and her carer too."""
        rows = [whole, whole.user, *whole.courses.all(), *whole.carers.all()]
        for row in rows:
            LogEntry.objects.log_actions(root.pk, [row], CHANGE, change_message=str(row))
        left(whole, 25)
        turns(timezone.now() + 6 * A_YEAR)
        assert is_shell(Patient.objects.get(pk=whole.pk))
        assert LogEntry.objects.count() == len(rows)
        told = str(list(LogEntry.objects.values()))
        assert [name for name in ("Rosa", "Lena") if name in told] == []

    def test_the_record_waits_for_what_points_to_it(self, whole, team, petra):
        keep_for(team, kind_of("messages"), None, reason="An inquiry.", by=petra, now=timezone.now())
        left(whole, 31)
        turns(timezone.now())
        assert whole.messages.exists()
        assert CheckIn.objects.filter(patient=whole).exists()
        assert not whole.alerts.exists()

    def test_rows_that_age_by_themselves_go_in_small_batches(self, rosa, monkeypatch):
        monkeypatch.setattr(applying, "ROWS_AT_ONCE", 2)
        old = timezone.now() - 2 * A_YEAR
        notices = [
            Notice(
                recipient=rosa.user,
                kind="reminder",
                about=str(number),
                address="a@example.org",
                created_at=old,
                wanted_at=old,
                due_at=old,
                expires_at=old,
                state=Notice.State.CANCELLED,
            )
            for number in range(5)
        ]
        Notice.objects.bulk_create(notices)
        assert [due(timezone.now()) for _turn in range(4)] == [2, 2, 1, 0]
        assert [each.many for each in Deletion.objects.all()] == [1, 2, 2]

    def test_what_somebody_was_told_at_their_work_is_not_a_patient_s_reminder(self, rosa):
        """Who works here and is a patient too: that an officer was told of an emergency is proof."""
        old = timezone.now() - 2 * A_YEAR
        at = {"created_at": old, "wanted_at": old, "due_at": old, "expires_at": old}
        told: dict[str, Any] = {
            "recipient": rosa.user,
            "address": "a@example.org",
            "state": "cancelled",
            **at,
        }
        for kind in Notice.Kind:
            Notice.objects.create(kind=kind, about=kind, **told)
        due(timezone.now())
        kept = {*Notice.objects.values_list("kind", flat=True)}
        assert {*Notice.Kind} - kept == {"reminder", "message", "device_retired", "test"}

    def test_what_is_younger_than_its_period_stays(self, rosa, team, petra):
        send(rosa, BLURRED)
        now = timezone.now()
        keep_for(team, kind_of("notices"), 2, reason="Ours.", by=petra, now=now - A_YEAR)
        made = now - 40 * A_DAY
        Notice.objects.create(
            recipient=rosa.user,
            kind="reminder",
            about="1",
            address="a@example.org",
            created_at=made,
            wanted_at=made,
            due_at=made,
            expires_at=made,
            state=Notice.State.CANCELLED,
        )
        assert due(now) == 0
        assert due(now + 40 * A_DAY) == 1

    def test_the_record_of_it_has_keys_and_counts_and_no_words(self, whole):
        left(whole, 31)
        reports = [str(pk) for pk in CheckIn.objects.filter(patient=whole).values_list("pk", flat=True)]
        turns(timezone.now())
        kept = list(Deletion.objects.filter(patient=whole, kind="record"))
        assert sum(each.by_table.get("tracker_checkin", 0) for each in kept) == len(reports)
        named = [pk for each in kept for part in each.rows for pk in part["ids"]]
        assert set(reports) <= set(named)
        assert "chest_pain" not in str([each.rows for each in kept])
        assert {each.why for each in kept} == {"schedule"}

    def test_one_that_cannot_be_deleted_keeps_no_other_from_going(self, rosa, dev, caplog, monkeypatch):
        first, second = one_cannot_be_deleted(rosa, dev, monkeypatch)
        due(timezone.now())
        assert not second.courses.exists()
        assert first.courses.exists()
        assert "cannot be taken away" in caplog.text
        assert first.name not in caplog.text

    def test_those_that_cannot_be_deleted_do_not_fill_every_turn(self, rosa, dev, monkeypatch):
        monkeypatch.setattr(applying, "PATIENTS_AT_ONCE", 1)
        _first, second = one_cannot_be_deleted(rosa, dev, monkeypatch)
        assert any(due(timezone.now()) and not second.courses.exists() for _turn in range(30))

    def test_a_turn_takes_no_more_queries_for_more_patients_of_whom_nothing_is_due(
        self, rosa, dev, joan, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(20):
            due(timezone.now())

    def test_looks_stay_and_verify_still(self, whole, amira):
        for _each in range(3):
            look(whole, amira, timezone.now())
        sealing.due(timezone.now())
        many = AccessEvent.objects.count()
        left(whole, 31)
        turns(timezone.now() + 4 * A_YEAR)
        assert is_shell(Patient.objects.get(pk=whole.pk))
        assert AccessEvent.objects.count() == many
        assert verify().faults == []


class TestHold:
    def hold(self, patient: Patient, by: User, until: dt.date | None = None) -> LegalHold:
        return LegalHold.place(patient, reason="A claim.", until=until, by=by, now=timezone.now())

    def test_it_stops_every_deletion_until_it_is_ended_with_a_reason(self, whole, petra):
        left(whole, 31)
        held = self.hold(whole, petra)
        before = of_the_patient(whole)
        assert due(timezone.now()) == 0
        assert of_the_patient(whole) == before
        assert held.end(reason="The claim is settled.", by=petra, now=timezone.now())
        assert not held.end(reason="Again.", by=petra, now=timezone.now())
        assert due(timezone.now()) > 0

    def test_one_with_a_last_day_runs_out_by_itself_once_that_is_over_everywhere(self, whole, petra, caplog):
        left(whole, 31)
        last = dt.datetime.combine(whole.today(timezone.now()), dt.time(12), dt.UTC)
        self.hold(whole, petra, until=last.date())
        assert due(last) == 0
        assert due(last + A_DAY) == 0
        assert caplog.text == ""  # the database had nothing to refuse
        assert due(last + 2 * A_DAY) > 0

    def test_the_database_refuses_it_too(self, whole, petra):
        left(whole, 31)
        self.hold(whole, petra)
        report = CheckIn.objects.filter(patient=whole).earliest("received_at")
        with pytest.raises(IntegrityError, match="legal hold"), transaction.atomic():
            self.carry_out(whole, [{"table": "tracker_checkin", "ids": [str(report.pk)]}])

    def carry_out(self, patient: Patient, rows: list[dict[str, Any]]) -> None:
        record = Deletion.objects.create(
            team=patient.team,
            patient=patient,
            kind="record",
            why="schedule",
            at=timezone.now(),
            rows=rows,
            many=1,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT tracker_carry_out(%s)", [record.pk])

    def test_the_function_takes_only_what_its_record_names_of_that_patient_and_never_a_look(
        self, rosa, dev, amira
    ):
        hers = send(rosa, BLURRED).check_in
        seen = look(rosa, amira, timezone.now())
        cases: list[tuple[list[dict[str, Any]], str]] = [
            ([{"table": "tracker_checkin", "ids": [str(hers.pk)]}], "1 rows of tracker_checkin were named"),
            ([{"table": "accounts_accessevent", "ids": [str(seen.pk)]}], "never taken away"),
            ([{"table": "accounts_auditseal", "ids": ["1"]}], "never taken away"),
            ([{"table": "tracker_legalhold", "ids": ["1"]}], "never taken away"),
            ([{"table": "tracker_checkin", "ids": [str(hers.pk)], "blank": {"report": "{}"}}], "never taken"),
        ]
        for rows, refused in cases:
            with pytest.raises(IntegrityError, match=refused), transaction.atomic():
                self.carry_out(dev, rows)
        assert CheckIn.objects.filter(pk=hers.pk).exists()

    def test_after_it_the_triggers_guard_again(self, whole, dev):
        kept = send(dev, BLURRED).check_in
        left(whole, 31)
        with transaction.atomic():
            turns(timezone.now())
            for rows in (Deletion.objects.all(), CheckIn.objects.filter(pk=kept.pk)):
                with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                    rows._raw_delete("default")

    def test_nobody_may_call_it_but_whoever_owns_it(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT proacl::text, prosecdef FROM pg_proc WHERE proname = 'tracker_carry_out'")
            [(rights, runs_as_owner)] = cursor.fetchall()
        assert runs_as_owner
        assert "{=X" not in rights  # the right of everybody has no name before its sign
        assert ",=X" not in rights


def _texts(patient: Patient) -> list[Any]:
    """Every column of every row with her key, or with her account's."""
    rows: list[Any] = []
    for model in apps.get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        if model._meta.db_table == "pghistory_events" or model is AccessEvent:
            continue
        for column, key in (
            ("patient", patient.pk),
            ("user", patient.user_id),
            ("recipient", patient.user_id),
        ):
            if column in columns:
                rows += model._base_manager.filter(**{column: key}).values()
        if model._meta.label in ("tracker.Patient", "accounts.User"):
            key = patient.pk if "born_on" in columns else patient.user_id
            rows += model._base_manager.filter(pk=key).values()
        if model._meta.label in ("tracker.PatientEvent", "accounts.UserEvent"):
            key = patient.pk if "born_on" in columns else patient.user_id
            rows += model._base_manager.filter(pgh_obj_id=key).values()
    return rows


class TestCommand:
    def test_a_dry_run_tells_and_deletes_nothing(self, whole):
        left(whole, 31)
        before = of_the_patient(whole)
        out = StringIO()
        call_command("retention", "--dry-run", stdout=out)
        told = out.getvalue()
        assert "Harbour Clinic" in told
        assert "Nothing was deleted" in told
        assert "messages" in told
        assert "Rosa" not in told
        assert of_the_patient(whole) == before
        assert any(each.rows for each in plan(timezone.now()))

    def test_without_it_everything_that_is_due_goes(self, whole):
        left(whole, 31)
        out = StringIO()
        call_command("retention", stdout=out)
        assert not CheckIn.objects.filter(patient=whole).exists()
        assert "rows were deleted" in out.getvalue()


def test_every_table_of_a_kind_may_go_and_what_a_schedule_has_no_word_for_may_not():
    """A new table with a patient has to be given a kind, or a reason to stay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'tracker_carry_out'")
        [[source]] = cursor.fetchall()
    of_kinds = {rows.table for kind in kinds() for rows in kind.rows}
    assert [table for table in of_kinds if f"'{table}'" not in source] == []
    stays = {
        "tracker_deletion": "says what went",
        "tracker_legalhold": "says what held it",
        "tracker_erasurerequest": "says what was asked and answered; its reason is emptied",
        "tracker_restriction": "says what was closed",
        "tracker_emergencyaccess": "of the record of looks; its words are emptied",
        "tracker_lookreview": "of the record of looks",
    }
    with_a_patient = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "patient" for field in model._meta.concrete_fields)
    }
    histories = {table for table in with_a_patient if table.endswith("event") and f"'{table}'" in source}
    assert with_a_patient - of_kinds - histories == set(stays)
