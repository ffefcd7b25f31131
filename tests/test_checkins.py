"""The one write path: what is kept, what is flagged, who is told, and what sending twice does."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.rulebook.build import SMALL, a_draft, publish, small
from tests.triage.build import a_report
from tracker import checkins, raising
from tracker.history import KnownFlag
from tracker.models import Alert, CheckIn, Finding, Flag, FlagEvent, Mute, Patient, PatientLimit
from tracker.models.flags import State
from tracker.triage.document import InvalidReport, write
from tracker.triage.report import Answer, History, Level, OpenFlag, Reading, Report
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import SYMPTOMS

GOOD_DAY = a_report(asked=("nausea", "chills"))
CHEST_PAIN = a_report(chest_pain=Answer(severity=2))
BAD_NAUSEA = a_report(nausea=Answer(frequency=3, severity=3))
BLURRED = a_report(blurry_vision=1)
MILD_WORSENING = a_report(nausea=Answer(frequency=2, severity=2))

Kind = FlagEvent.Kind
WORSE_BY_ITSELF = (Kind.UNREADABLE, Kind.TOO_LATE, Kind.TOO_LARGE, Kind.SILENT, Kind.NOTE_UNREAD)
"""What a flag may hear of beside reports."""


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


def compared_with(patient: Patient, *, at: dt.datetime, day: dt.date | None = None) -> History:
    """What a report that came at `at` would have been compared with."""
    nothing = write(Report())
    check_in = CheckIn(patient=patient, day=day or patient.today(at), received_at=at, report=nothing)
    return checkins.history_then(check_in)


def news_of(flag: Flag, kind: str, level: Level) -> raising.News:
    return raising.News(team_id=flag.team_id, patient_id=flag.patient_id, level=level, kind=kind)


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
    @pytest.mark.parametrize(("answers", "note"), [(1, ""), (len(SYMPTOMS), ""), (1, "It hurts.")])
    def test_at_most_eleven_statements_whatever_the_number_of_answers_and_one_for_a_note(
        self, rosa: Patient, answers: int, note: str
    ) -> None:
        worst = {
            code: Answer(**{attribute: 1 if attribute == "presence" else 4 for attribute in kind.attributes})
            for code, kind in list(SYMPTOMS.items())[:answers]
        }
        report = Report(answers={"chest_pain": Answer(severity=4)} | worst, note=note)
        with CaptureQueriesContext(connection) as statements:
            send(rosa, report)
        transaction_control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        told = [each["sql"] for each in statements if not each["sql"].startswith(transaction_control)]
        assert len(told) == (12 if note else 11)

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

    def test_a_day_that_nobody_chose_gives_way_to_that_of_the_first(self, rosa: Patient) -> None:
        first = send(rosa, GOOD_DAY)
        tomorrow = {"id": first.check_in.pk, "now": timezone.now() + dt.timedelta(days=1)}
        again = send(rosa, GOOD_DAY, **tomorrow, day=None)
        assert (again.check_in, again.is_new) == (first.check_in, False)
        corrected = send(rosa, CHEST_PAIN, **tomorrow, day=None).check_in
        assert (corrected.amends, corrected.day) == (first.check_in, first.check_in.day)
        chosen = send(rosa, CHEST_PAIN, **tomorrow).check_in
        assert chosen.day == first.check_in.day + dt.timedelta(days=1)

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
class TestRules:
    def test_a_report_is_weighed_by_the_set_in_force_at_its_moment(
        self, rosa: Patient, ada: User, ben: User
    ) -> None:
        assert send(rosa, GOOD_DAY).check_in.rules_version == default_rules().version
        publish(a_draft(by=ada, data=SMALL), by=ben)
        sent = send(rosa, MILD_WORSENING)
        assert sent.check_in.rules_version == SMALL["version"]
        assert [finding.rule for finding in sent.check_in.findings.all()] == ["nausea_any"]

    def test_what_is_asked_before_sending_goes_by_it_too(self, rosa: Patient, ada: User, ben: User) -> None:
        publish(a_draft(by=ada, data=SMALL), by=ben)
        now = timezone.now()
        assert checkins.weigh(rosa, GOOD_DAY, day=rosa.today(now), now=now).rules == SMALL["version"]


@pytest.mark.django_db
class TestAdvice:
    def test_after_hours_the_line_that_is_answered_comes_first(self, rosa: Patient) -> None:
        tuesday, night = (
            dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC),
            dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC),
        )
        team = rosa.team
        for now, first, second in ((tuesday, team.phone, team.line_24h), (night, team.line_24h, team.phone)):
            steps = " ".join(send(rosa, BAD_NAUSEA, now=now).check_in.advice["steps"])
            assert steps.index(first) < steps.index(second)

    @pytest.mark.parametrize(("line", "told"), [("555 0199", True), ("", False)])
    def test_the_crisis_line_is_the_team_s_or_goes_unsaid(
        self, rosa: Patient, ada: User, ben: User, line: str, told: bool
    ) -> None:
        data = small()
        data["rule"][2] |= {"do": {"en": ["Call {crisis_line}."]}}
        publish(a_draft(by=ada, data=data), by=ben)
        rosa.team.crisis_line = line
        rosa.team.save()
        advice = send(rosa, BAD_NAUSEA).check_in.advice
        assert ("Call 555 0199." in advice["steps"]) == told
        assert "crisis_line" not in str(advice)


@pytest.mark.django_db
class TestWhatAReportIsComparedWith:
    def test_the_drug_of_a_first_day_is_known_where_it_is_tomorrow_already(self, wei: Patient) -> None:
        wei.time_zone = "Pacific/Auckland"
        wei.save()
        morning = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)  # the 23rd in Auckland
        wei.courses.update(started_on=dt.date(2026, 11, 23))
        history = compared_with(wei, at=morning)
        assert [treatment.treatment_day for treatment in history.treatments] == [1]

    def test_a_drug_that_was_begun_later_is_not_compared_with(self, wei: Patient) -> None:
        now = timezone.now()
        wei.courses.update(started_on=wei.today(now))
        assert compared_with(wei, at=now).treatments
        yesterday = wei.today(now) - dt.timedelta(days=1)
        assert not compared_with(wei, at=now, day=yesterday).treatments

    def test_a_day_is_remembered_by_the_worst_that_it_came_to(self, rosa: Patient) -> None:
        now = timezone.now()
        yesterday = rosa.today(now) - dt.timedelta(days=1)
        for report in (GOOD_DAY, CHEST_PAIN, GOOD_DAY):
            send(rosa, report, day=yesterday, now=now)
        [day] = compared_with(rosa, at=now).days
        assert (day.level, day.report.asked) == (Level.EMERGENCY, GOOD_DAY.asked | {"chest_pain"})

    def test_the_patient_s_language_is_that_of_the_note_and_the_advice(self, rosa: Patient) -> None:
        rosa.language = "es"
        rosa.save()
        now = timezone.now()
        assert compared_with(rosa, at=now).language == "es"

    def test_a_flag_of_an_earlier_day_is_known_with_whether_somebody_has_it(
        self, rosa: Patient, amira: User
    ) -> None:
        now = timezone.now()
        then = now - dt.timedelta(days=2)
        flag = send(rosa, CHEST_PAIN, now=then).flag
        assert flag is not None

        def known(at: dt.datetime) -> tuple[OpenFlag, ...]:
            return compared_with(rosa, at=at).open_flags

        assert not known(then)  # it is of that day itself
        assert known(now) == (OpenFlag(days_ago=2, level=Level.EMERGENCY, acknowledged=False),)
        flag.claim(by=amira, now=now)
        assert [each.acknowledged for each in known(now)] == [True]
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=now)
        assert [each.acknowledged for each in known(now)] == [True]

    def test_what_the_program_could_not_weigh_makes_an_earlier_flag_as_serious_as_it_is(
        self, rosa: Patient, amira: User
    ) -> None:
        """Bytes that nobody could read, notes and silence have events of their own, and a level."""
        now = timezone.now()
        then = now - dt.timedelta(days=2)
        flag = send(rosa, BLURRED, now=then).flag
        assert flag is not None

        def known() -> OpenFlag:
            [only] = compared_with(rosa, at=now).open_flags
            return only

        assert known() == OpenFlag(days_ago=2, level=Level.ROUTINE, acknowledged=False)
        for kind in WORSE_BY_ITSELF:
            with transaction.atomic():
                flag.refresh_from_db()
                raising.join(flag, news_of(flag, kind, Level.URGENT), then)
                assert known() == OpenFlag(days_ago=2, level=Level.URGENT, acknowledged=False), kind
                transaction.set_rollback(True)
        flag.refresh_from_db()
        flag.claim(by=amira, now=then)
        for kind in WORSE_BY_ITSELF:
            raising.join(flag, news_of(flag, kind, Level.ROUTINE), then)
            assert known().acknowledged, kind  # only noted: it is hers still

    def test_a_flag_that_bytes_opened_again_waits_again(self, rosa: Patient, amira: User) -> None:
        now = timezone.now()
        then = now - dt.timedelta(days=1)
        flag = send(rosa, BLURRED, now=then - dt.timedelta(days=1)).flag
        assert flag is not None
        flag.claim(by=amira, now=then)
        raising.join(flag, news_of(flag, Kind.UNREADABLE, Level.URGENT), then)
        flag.record(Kind.UNREADABLE, now=then)  # as the inbox says what it was
        [known] = compared_with(rosa, at=now).open_flags
        assert known == OpenFlag(days_ago=1, level=Level.URGENT, acknowledged=False)

    def test_a_resolved_flag_is_forgotten_once_the_patient_was_heard_of_again(
        self, rosa: Patient, amira: User
    ) -> None:
        """Else a flag answered weeks ago would make a silence after a new bad day look harmless."""
        now = timezone.now()
        flag = send(rosa, CHEST_PAIN, now=now - dt.timedelta(days=20)).flag
        assert flag is not None
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=now - dt.timedelta(days=19, hours=12))
        send(rosa, GOOD_DAY, now=now - dt.timedelta(days=19))
        assert not compared_with(rosa, at=now).open_flags

    def test_a_flag_that_has_waited_for_months_is_known_until_somebody_resolves_it(
        self, rosa: Patient, amira: User
    ) -> None:
        now = timezone.now()
        then = now - dt.timedelta(days=70)
        flag = send(rosa, CHEST_PAIN, now=then).flag
        assert flag is not None
        known = compared_with(rosa, at=now).open_flags
        assert [each.days_ago for each in known] == [(rosa.today(now) - rosa.today(then)).days]
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=now)
        assert not compared_with(rosa, at=now).open_flags

    def test_what_a_report_was_compared_with_can_be_told_later(self, rosa: Patient, amira: User) -> None:
        """Whatever happened since: claims, resolutions, limits, mutes, corrections, later reports."""
        start = timezone.now() - dt.timedelta(days=5)
        compared: list[tuple[CheckIn, History]] = []

        def told(days: int, report: Report, hours: int = 0) -> checkins.Submitted:
            now = start + dt.timedelta(days=days, hours=hours)
            before = compared_with(rosa, at=now)
            sent = send(rosa, report, now=now)
            compared.append((sent.check_in, before))
            return sent

        told(0, GOOD_DAY)
        flag = told(1, BAD_NAUSEA).flag
        assert flag
        flag.claim(by=amira, now=start + dt.timedelta(days=2, hours=1))
        finding = next(iter(flag.findings))
        at = start + dt.timedelta(days=2, hours=2)
        until = rosa.today(at) + dt.timedelta(days=1)
        mute = Mute.of(finding, by=amira, until=until, reason="Expected.", now=at)
        told(2, BAD_NAUSEA, hours=3)
        limit = PatientLimit.of(
            rosa,
            name="systolic_low",
            value=84,
            reason="Low.",
            by=amira,
            expires_on=until,
            now=start + dt.timedelta(days=2, hours=4),
        )
        told(2, CHEST_PAIN, hours=5)
        told(3, GOOD_DAY, hours=6)
        later = start + dt.timedelta(days=4)
        mute.end(by=amira, now=later)
        limit.end(by=amira, now=later)
        flag.refresh_from_db()
        flag.resolve(by=amira, outcome="called", note="", seen=flag.reports, now=later)
        for check_in, before in compared:
            assert checkins.history_then(check_in) == before
        assert {len(before.open_flags) for _check_in, before in compared} == {0, 1}
        assert {len(before.mutes) for _check_in, before in compared} == {0, 1}

    def test_a_correction_is_not_compared_with_what_it_corrects_later_either(self, rosa: Patient) -> None:
        id, now = uuid.uuid4(), timezone.now()
        yesterday = now - dt.timedelta(days=1)
        send(rosa, BAD_NAUSEA, id=id, day=rosa.today(yesterday), now=yesterday)
        moved = send(rosa, GOOD_DAY, id=id, day=rosa.today(now), now=now)
        assert checkins.history_then(moved.check_in).days == ()

    def test_a_report_that_was_moved_to_another_day_has_left_its_own(self, rosa: Patient) -> None:
        now = timezone.now()
        today = rosa.today(now)
        yesterday = today - dt.timedelta(days=1)
        first = send(rosa, BAD_NAUSEA, day=yesterday, now=now).check_in
        moved = send(rosa, BAD_NAUSEA, id=first.pk, day=today, now=now).check_in
        assert moved.amends == first
        assert not compared_with(rosa, at=now, day=today).days
        saw = [finding.inputs.get("compared", {}) for finding in moved.findings.all()]
        assert not any(saw)


@pytest.mark.django_db
class TestTwoReportsOfOneDay:
    """Wei's pressure is usually 134/84."""

    LOW = a_report(readings={"systolic": 88, "diastolic": 54})
    DIZZY = a_report(dizziness=2)

    def test_the_second_is_weighed_with_what_the_first_told(self, wei: Patient) -> None:
        first = send(wei, self.LOW)
        second = send(wei, self.DIZZY)
        assert first.flag is not None
        assert (first.check_in.level, second.check_in.level) == (Level.URGENT, Level.EMERGENCY)
        assert second.flag == first.flag
        assert Flag.objects.get().level == Level.EMERGENCY
        at = first.check_in.received_at.astimezone(wei.zone).strftime("%H:%M")
        [found] = second.check_in.findings.filter(rule="systolic_90_and_unwell")
        assert found.inputs["earlier_today"] == {"systolic": at}

    def test_what_is_no_news_joins_no_flag(self, wei: Patient) -> None:
        send(wei, self.LOW)
        assert send(wei, GOOD_DAY).check_in.level == Level.NONE
        assert Flag.objects.get().reports == 1

    def test_of_another_day_nothing_stands(self, wei: Patient) -> None:
        now = timezone.now()
        send(wei, self.LOW, day=wei.today(now) - dt.timedelta(days=1), now=now)
        assert send(wei, self.DIZZY, now=now).check_in.level < Level.URGENT

    def test_what_a_correction_took_back_stands_no_more(self, wei: Patient) -> None:
        first = send(wei, self.LOW)
        send(wei, a_report(readings={"systolic": 128, "diastolic": 80}), id=first.check_in.pk)
        assert send(wei, self.DIZZY).check_in.level < Level.URGENT

    def test_a_day_that_is_over_is_compared_with_as_a_whole(self, rosa: Patient) -> None:
        now = timezone.now()
        yesterday = rosa.today(now) - dt.timedelta(days=1)
        send(rosa, a_report(nausea=3), day=yesterday, now=now)
        send(rosa, a_report(itching=1, asked=("nausea",)), day=yesterday, now=now)
        [day] = compared_with(rosa, at=now).days
        assert day.report.answers.keys() == {"nausea", "itching"}


def test_of_a_flag_whose_beginning_is_forgotten_what_was_taken_back_says_nothing() -> None:
    acts = [
        {"flag": "of-long-ago", "kind": kind, "at": "2026-11-28T12:00:00+00:00", "level": None}
        for kind in (Kind.CLAIMED, Kind.UNDONE)
    ]
    assert KnownFlag.all_from_json(acts) == ()
