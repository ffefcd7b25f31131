"""The one write path: what is kept, what is flagged, who is told, and what sending twice does."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins
from tracker.models import Alert, CheckIn, Finding, Flag, FlagEvent, Patient
from tracker.models.flags import State
from tracker.triage.document import InvalidReport
from tracker.triage.report import Answer, Level, Reading, Report
from tracker.triage.symptoms import SYMPTOMS

GOOD_DAY = a_report(asked=("nausea", "chills"))
CHEST_PAIN = a_report(chest_pain=Answer(severity=2))
BAD_NAUSEA = a_report(nausea=Answer(frequency=3, severity=3))
MILD_WORSENING = a_report(nausea=Answer(frequency=2, severity=2))


def send(patient: Patient, report: Report, **changes: Any) -> checkins.Submitted:
    now = changes.pop("now", timezone.now())
    arguments: dict[str, Any] = {
        "patient_id": patient.pk,
        "report": report,
        "id": uuid.uuid4(),
        "by": patient.user,
        "day": patient.today(now),
        "reported_at": now,
        "now": now,
    }
    return checkins.submit(**arguments | changes)


@pytest.mark.django_db
class TestKeeping:
    def test_a_good_day_is_kept_without_a_flag(self, rosa: Patient) -> None:
        sent = send(rosa, GOOD_DAY)
        assert (sent.check_in.level, sent.flag, sent.is_new) == (Level.NONE, None, True)
        assert not Flag.objects.exists()
        assert not Alert.objects.exists()
        assert sent.check_in.grades == {"chills": 0, "nausea": 0}

    def test_what_was_reported_reads_back_as_it_was(self, rosa: Patient) -> None:
        report = Report(
            answers={"nausea": Answer(frequency=2, severity=None)},
            asked=frozenset({"nausea", "chills"}),
            readings={"temperature": Reading(101.3, "C", "101.3", suggested=38.5)},
            note="Tired <b>& cold</b> 🤒",
        )
        sent = send(rosa, report)
        assert CheckIn.objects.get(pk=sent.check_in.pk).told == report

    def test_chest_pain_is_kept_flagged_and_told_of_at_once(self, rosa: Patient, amira: User) -> None:
        sent = send(rosa, CHEST_PAIN)
        assert sent.flag is not None
        assert (sent.flag.level, sent.flag.state) == (Level.EMERGENCY, State.OPEN)
        assert "chest_pain" in Finding.objects.values_list("code", flat=True)
        assert [event.kind for event in sent.flag.events.all()] == [FlagEvent.Kind.RAISED]
        assert amira in [alert.recipient for alert in sent.flag.alerts.all()]
        assert sent.flag.next_due_at is not None
        assert sent.flag.next_due_at > sent.check_in.received_at

    def test_advice_is_kept_as_it_was_said_with_the_teams_numbers(self, rosa: Patient) -> None:
        advice = send(rosa, CHEST_PAIN).check_in.advice
        assert rosa.team.emergency_number in advice["headline"]
        assert "{" not in str([advice["headline"], *advice["steps"]])

    def test_a_routine_flag_waits_its_time_before_anybody_is_told(self, rosa: Patient) -> None:
        now = timezone.now()
        send(rosa, GOOD_DAY, day=rosa.today(now) - dt.timedelta(days=1), now=now)
        sent = send(rosa, MILD_WORSENING, now=now)
        assert sent.flag is not None
        assert sent.flag.level == Level.ROUTINE
        assert sent.flag.next_due_at == now + dt.timedelta(hours=24)
        assert not sent.flag.alerts.exists()

    def test_a_first_step_that_reaches_nobody_is_due_at_once(self, rosa: Patient) -> None:
        User.objects.filter(memberships__team=rosa.team).update(is_active=False)
        now = timezone.now()
        sent = send(rosa, CHEST_PAIN, now=now)
        assert sent.flag is not None
        assert (sent.flag.next_due_at, sent.flag.step, sent.flag.alerts.count()) == (now, 0, 0)

    @pytest.mark.usefixtures("amira")
    @pytest.mark.parametrize("answers", [1, len(SYMPTOMS)])
    def test_at_most_eight_statements_whatever_the_number_of_answers(
        self, rosa: Patient, answers: int
    ) -> None:
        worst = {
            code: Answer(**{attribute: 1 if attribute == "presence" else 4 for attribute in kind.attributes})
            for code, kind in list(SYMPTOMS.items())[:answers]
        }
        report = Report(answers={"chest_pain": Answer(severity=4)} | worst)
        with CaptureQueriesContext(connection) as statements:
            send(rosa, report)
        transaction_control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        told = [each["sql"] for each in statements if not each["sql"].startswith(transaction_control)]
        assert len(told) == 8

    @pytest.mark.parametrize("days", [-3, 1, 7])
    def test_a_day_to_come_or_too_long_ago_is_refused(self, rosa: Patient, days: int) -> None:
        now = timezone.now()
        with pytest.raises(checkins.DayNotAccepted):
            send(rosa, GOOD_DAY, day=rosa.today(now) + dt.timedelta(days=days), now=now)
        assert not CheckIn.objects.exists()

    def test_a_report_two_days_late_is_taken_and_marked_late(self, rosa: Patient) -> None:
        now = timezone.now()
        sent = send(rosa, GOOD_DAY, day=rosa.today(now) - dt.timedelta(days=2), now=now)
        assert sent.check_in.is_late

    def test_the_day_is_the_patients_own(self, rosa: Patient) -> None:
        """Half past eleven at night in London is the next day in Madrid."""
        rosa.team.time_zone = "Europe/Madrid"
        rosa.team.save()
        late_evening = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
        assert send(rosa, GOOD_DAY, now=late_evening).check_in.day == dt.date(2026, 11, 21)

    @pytest.mark.parametrize("note", ["a\x00b", "a\ud800b", "x" * 20_001])
    def test_what_cannot_be_kept_is_refused_by_name(self, rosa: Patient, note: str) -> None:
        with pytest.raises(InvalidReport) as refused:
            send(rosa, Report(note=note))
        assert "note" in refused.value.errors


@pytest.mark.django_db
class TestSendingTwice:
    def test_the_same_report_again_returns_the_first_result(self, rosa: Patient) -> None:
        id = uuid.uuid4()
        first, again = send(rosa, CHEST_PAIN, id=id), send(rosa, CHEST_PAIN, id=id)
        assert (again.check_in, again.flag, again.is_new) == (first.check_in, first.flag, False)
        assert CheckIn.objects.count() == 1
        assert Flag.objects.get().reports == 1

    def test_the_same_report_again_is_welcome_however_late(self, rosa: Patient) -> None:
        id, now = uuid.uuid4(), timezone.now()
        first = send(rosa, GOOD_DAY, id=id, now=now)
        week_later = now + dt.timedelta(days=7)
        again = send(rosa, GOOD_DAY, id=id, day=first.check_in.day, now=week_later)
        assert (again.check_in, again.is_new) == (first.check_in, False)

    def test_the_same_id_with_another_report_is_a_correction(self, rosa: Patient) -> None:
        id = uuid.uuid4()
        first, second = send(rosa, CHEST_PAIN, id=id), send(rosa, GOOD_DAY, id=id)
        third = send(rosa, BAD_NAUSEA, id=id)
        assert second.check_in.amends == first.check_in
        assert third.check_in.amends == second.check_in
        assert list(CheckIn.objects.current()) == [third.check_in]

    def test_a_correction_sent_twice_is_kept_once(self, rosa: Patient) -> None:
        id = uuid.uuid4()
        send(rosa, CHEST_PAIN, id=id)
        second, again = send(rosa, GOOD_DAY, id=id), send(rosa, GOOD_DAY, id=id)
        assert (again.check_in, again.is_new) == (second.check_in, False)

    def test_taking_chest_pain_back_does_not_close_the_flag(self, rosa: Patient) -> None:
        id = uuid.uuid4()
        send(rosa, CHEST_PAIN, id=id)
        corrected = send(rosa, GOOD_DAY, id=id)
        assert corrected.flag is not None
        assert (corrected.flag.level, corrected.flag.state) == (Level.EMERGENCY, State.OPEN)
        assert corrected.flag.reports == 2

    def test_an_id_of_another_patients_report_is_refused(self, rosa: Patient, dev: Patient) -> None:
        id = uuid.uuid4()
        send(rosa, GOOD_DAY, id=id)
        with pytest.raises(checkins.IdTaken):
            send(dev, CHEST_PAIN, id=id)

    @pytest.mark.usefixtures("amira")
    @pytest.mark.django_db(transaction=True)
    def test_five_at_once_leave_one_report_one_flag_and_one_alert_a_person(self, rosa: Patient) -> None:
        id, now = uuid.uuid4(), timezone.now()

        def one(_: int) -> bool:
            try:
                return send(rosa, CHEST_PAIN, id=id, now=now).is_new
            finally:
                connections.close_all()

        with ThreadPoolExecutor(5) as pool:
            assert sorted(pool.map(one, range(5))) == [False, False, False, False, True]
        assert CheckIn.objects.count() == 1
        assert Flag.objects.count() == 1
        recipients = list(Alert.objects.values_list("recipient", flat=True))
        assert recipients
        assert len(recipients) == len(set(recipients))

    @pytest.mark.django_db(transaction=True)
    def test_different_reports_at_once_share_one_flag(self, rosa: Patient) -> None:
        def one(report: Report) -> None:
            try:
                send(rosa, report)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, [CHEST_PAIN, BAD_NAUSEA, CHEST_PAIN, BAD_NAUSEA]))
        flag = Flag.objects.get()
        assert (flag.level, flag.reports) == (Level.EMERGENCY, 4)


@pytest.mark.django_db
class TestJoining:
    @pytest.mark.usefixtures("amira")
    def test_a_repeat_joins_the_open_flag_and_nobody_is_told_twice(self, rosa: Patient) -> None:
        first = send(rosa, CHEST_PAIN)
        alerts = Alert.objects.count()
        assert alerts
        again = send(rosa, CHEST_PAIN)
        assert again.flag == first.flag
        assert Alert.objects.count() == alerts
        assert [event.kind for event in FlagEvent.objects.all()] == ["raised", "joined"]

    @pytest.mark.usefixtures("amira")
    def test_a_worse_report_raises_the_level_and_tells_people_again(self, rosa: Patient) -> None:
        now = timezone.now()
        send(rosa, BAD_NAUSEA, now=now)
        later = now + dt.timedelta(minutes=10)
        worse = send(rosa, CHEST_PAIN, now=later)
        assert worse.flag is not None
        assert (worse.flag.level, worse.flag.waiting_since) == (Level.EMERGENCY, later)
        assert {alert.round for alert in worse.flag.alerts.all()} == {1, 2}

    def test_an_urgent_report_opens_a_claimed_flag_again(self, rosa: Patient, amira: User) -> None:
        flag = send(rosa, BAD_NAUSEA).flag
        assert flag is not None
        flag.claim(by=amira, now=timezone.now())
        again = send(rosa, BAD_NAUSEA).flag
        assert again is not None
        assert (again.state, again.owner) == (State.OPEN, None)
        assert FlagEvent.objects.filter(kind=FlagEvent.Kind.REOPENED).count() == 1

    def test_a_lesser_report_does_not_hide_why_the_flag_was_raised(self, rosa: Patient) -> None:
        first = send(rosa, CHEST_PAIN)
        lesser = send(rosa, BAD_NAUSEA)
        assert lesser.flag is not None
        assert (lesser.flag.level, lesser.flag.check_in) == (Level.EMERGENCY, first.check_in)

    def test_after_a_resolved_flag_the_next_is_new(self, rosa: Patient, amira: User) -> None:
        flag = send(rosa, BAD_NAUSEA).flag
        assert flag is not None
        flag.claim(by=amira, now=timezone.now())
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=timezone.now())
        assert send(rosa, BAD_NAUSEA).flag != flag


@pytest.mark.django_db
class TestWhatAReportIsComparedWith:
    def test_the_drug_of_a_first_day_is_known_where_it_is_tomorrow_already(self, wei: Patient) -> None:
        wei.time_zone = "Pacific/Auckland"
        wei.save()
        morning = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)  # the 23rd in Auckland
        wei.courses.update(started_on=dt.date(2026, 11, 23))
        history = checkins.history_of(wei, day=wei.today(morning), now=morning)
        assert [treatment.treatment_day for treatment in history.treatments] == [1]

    def test_a_drug_that_was_begun_later_is_not_compared_with(self, wei: Patient) -> None:
        now = timezone.now()
        wei.courses.update(started_on=wei.today(now))
        assert checkins.history_of(wei, day=wei.today(now), now=now).treatments
        yesterday = wei.today(now) - dt.timedelta(days=1)
        assert not checkins.history_of(wei, day=yesterday, now=now).treatments

    def test_a_report_that_was_moved_to_another_day_has_left_its_own(self, rosa: Patient) -> None:
        now = timezone.now()
        today = rosa.today(now)
        yesterday = today - dt.timedelta(days=1)
        first = send(rosa, BAD_NAUSEA, day=yesterday, now=now).check_in
        moved = send(rosa, BAD_NAUSEA, id=first.pk, day=today, now=now).check_in
        assert moved.amends == first
        assert not checkins.history_of(rosa, day=today, now=now).days
        saw = [finding.inputs.get("compared", {}) for finding in moved.findings.all()]
        assert not any(saw)
