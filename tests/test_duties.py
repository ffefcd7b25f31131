"""What the worker looks at now and then: silences, unread notes, reminders, and the canary."""

import base64
import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import Mailbox, refuse_rows_of
from tests.triage.build import a_report
from tracker import checkins, silence, unread
from tracker.alerts import canary, escalate, reminders, watch
from tracker.alerts.deliver import Delivery
from tracker.management.commands.worker import Worker
from tracker.models import Alert, Canary, CheckIn, Flag, FlagEvent, NoteToRead, Notice, Patient, SilentDay
from tracker.triage.report import Level, Report

MADRID = ZoneInfo("Europe/Madrid")
GOOD = a_report(asked=("chills", "nausea"))
SERIOUS = a_report(readings={"systolic": 84, "diastolic": 50})
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
Kind = FlagEvent.Kind
pytestmark = pytest.mark.django_db


def at(text: str, zone: ZoneInfo = MADRID, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def send(patient: Patient, now: dt.datetime, report: Report = GOOD) -> CheckIn:
    return checkins.submit(
        patient_id=patient.pk,
        report=report,
        id=uuid.uuid4(),
        by=patient.user,
        day=patient.today(now),
        reported_at=now,
        now=now,
    ).check_in


def first_day(day: str) -> None:
    """Of everybody: no earlier one can be silent."""
    Patient.objects.update(enrolled_on=day)


class TestSilence:
    def test_a_day_is_silent_when_its_deadline_has_passed_and_not_before(self, rosa: Patient) -> None:
        first_day("2026-11-25")
        assert silence.due(at("2026-11-25T19:59:59")) == 0
        assert silence.due(at("2026-11-25T20:00")) == 1
        assert SilentDay.objects.get().day == dt.date(2026, 11, 25)

    def test_it_is_judged_once(self, rosa: Patient) -> None:
        first_day("2026-11-25")
        assert silence.due(at("2026-11-25T20:00")) == 1
        assert silence.due(at("2026-11-25T23:59")) == 0

    def test_a_report_ends_it(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-25T09:00"))
        assert silence.due(at("2026-11-25T21:00")) == 0

    def test_one_silent_day_after_a_good_one_raises_nothing(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-24T09:00"))
        silence.due(at("2026-11-25T20:00"))
        assert not Flag.objects.exists()

    def test_the_second_raises_a_routine_flag_that_says_so(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-23T09:00"))
        silence.due(at("2026-11-24T20:00"))
        silence.due(at("2026-11-25T20:00"))
        flag = Flag.objects.get()
        assert flag.level == Level.ROUTINE
        assert flag.silence == ["No report for 2 days"]
        assert flag.events.get().kind == Kind.RAISED

    def test_who_never_reported_is_told_of_two_days_after_they_came(self, rosa: Patient) -> None:
        first_day("2026-11-23")
        for day, told in (("2026-11-23", False), ("2026-11-24", False), ("2026-11-25", True)):
            silence.due(at(f"{day}T20:00"))
            assert Flag.objects.exists() is told, day
        flag = Flag.objects.get()
        assert (flag.level, flag.check_in, flag.silence) == (Level.ROUTINE, None, ["No report for 2 days"])

    def test_a_stay_in_hospital_is_no_silence_of_who_never_reported(self, rosa: Patient) -> None:
        first_day("2026-11-20")
        Patient.objects.update(paused_until="2026-11-24")
        silence.due(at("2026-11-25T20:00"))
        assert not Flag.objects.exists()
        silence.due(at("2026-11-26T20:00"))
        assert Flag.objects.get().silence == ["No report for 2 days"]

    def test_a_first_report_however_late_is_no_silence(self, rosa: Patient) -> None:
        first_day("2026-11-10")
        send(rosa, at("2026-11-25T09:00"))
        assert not Flag.objects.exists()

    def test_whose_report_we_would_have_forgotten_is_not_taken_for_new(self, rosa: Patient) -> None:
        first_day("2026-09-20")
        silence.due(at("2026-11-25T20:00"))
        assert not Flag.objects.exists()

    def test_it_can_be_answered_like_any_other(self, rosa: Patient, amira: User) -> None:
        send(rosa, at("2026-11-23T09:00"))
        silence.due(at("2026-11-25T20:00"))
        flag = Flag.objects.get()
        browser = Client()
        browser.force_login(amira)
        browser.post(f"/team/flags/{flag.pk}/claim/")
        answer = {"outcome": "called", "note": "", "seen": str(flag.reports)}
        assert browser.post(f"/team/flags/{flag.pk}/resolve/", answer).status_code == 302
        flag.refresh_from_db()
        assert flag.outcome == "called"

    def test_after_a_serious_day_the_team_hears_by_noon(self, rosa: Patient, amira: User) -> None:
        send(rosa, at("2026-11-24T09:00"), SERIOUS)
        assert silence.due(at("2026-11-25T11:59")) == 0
        silence.due(at("2026-11-25T12:00"))
        flag = Flag.objects.get()
        assert flag.level == Level.URGENT
        assert flag.events.filter(kind=Kind.SILENT).exists()

    def test_after_a_serious_day_that_somebody_had_answered_it_is_opened_or_noted(
        self, rosa: Patient, amira: User
    ) -> None:
        now = at("2026-11-24T09:00")
        send(rosa, now, SERIOUS)
        Flag.objects.get().resolve(by=amira, outcome="called", note="", seen=1, now=now + HOUR)
        silence.due(at("2026-11-25T12:00"))
        assert Flag.objects.unresolved().get().level == Level.ROUTINE

    def test_the_next_report_takes_the_words_of_silence_away(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-22T09:00"))
        silence.due(at("2026-11-24T20:00"))
        silence.due(at("2026-11-25T20:00"))
        send(rosa, at("2026-11-25T21:00"), SERIOUS)
        assert Flag.objects.get().silence == []

    def test_those_that_wait_longest_come_first_and_not_all_at_once(
        self, rosa: Patient, dev: Patient, joan: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The clock of the one at whose place it is later may say less."""
        first_day("2026-11-25")
        monkeypatch.setattr(silence, "AT_ONCE", 2)
        for patient, zone, report_by in (
            (rosa, "America/New_York", "12:00"),  # 18:00 in Madrid
            (dev, "", "17:30"),
            (joan, "Pacific/Auckland", "04:00"),  # of the 26th: 16:00 in Madrid
        ):
            Patient.objects.filter(pk=patient.pk).update(time_zone=zone, report_by=report_by)
        Patient.objects.filter(pk=joan.pk).update(enrolled_on="2026-11-26")
        assert silence.due(at("2026-11-25T18:00")) == 2
        assert {day.patient for day in SilentDay.objects.all()} == {joan, dev}
        assert silence.due(at("2026-11-25T18:00")) == 1

    def test_one_that_cannot_be_judged_is_logged_without_words_and_hides_no_other(
        self, rosa: Patient, dev: Patient, caplog: pytest.LogCaptureFixture
    ) -> None:
        first_day("2026-11-25")
        refuse_rows_of(rosa, "tracker_silentday")
        assert silence.due(at("2026-11-25T20:00")) == 1
        assert SilentDay.objects.get().patient == dev
        assert f"the silence of patient {rosa.pk} cannot be judged: IntegrityError at" in caplog.text
        assert "wrote" not in caplog.text

    @pytest.mark.django_db(transaction=True)
    def test_four_workers_at_once_judge_it_once(
        self, rosa: Patient, caplog: pytest.LogCaptureFixture
    ) -> None:
        first_day("2026-11-25")

        def work(_: int) -> int:
            count = silence.due(at("2026-11-25T20:00"))
            connections.close_all()
            return count

        with ThreadPoolExecutor(4) as workers:
            assert sum(workers.map(work, range(8))) == 1
        assert SilentDay.objects.count() == 1
        assert "cannot be judged" not in caplog.text  # the slower ones see it under the patient's lock

    @pytest.mark.parametrize("away", [{"paused_until": "2026-11-25"}, {"left_on": "2026-11-25"}])
    def test_nobody_waits_for_who_is_away(self, rosa: Patient, away: dict[str, str]) -> None:
        Patient.objects.update(**away)
        assert silence.due(at("2026-11-25T23:00")) == 0

    def test_the_patients_own_clock_counts(self, rosa: Patient) -> None:
        first_day("2026-11-25")
        Patient.objects.update(time_zone="America/New_York")
        assert silence.due(at("2026-11-25T20:00")) == 0
        assert silence.due(at("2026-11-25T20:00", ZoneInfo("America/New_York"))) == 1

    def test_the_flag_of_somebody_who_never_reported_opens_on_the_board(
        self, rosa: Patient, amira: User
    ) -> None:
        flag = Flag.objects.create(
            team=rosa.team,
            patient=rosa,
            silence=["No report for 3 days"],
            level=Level.ROUTINE,
            raised_at=at("2026-11-25T20:00"),
            waiting_since=at("2026-11-25T20:00"),
        )
        browser = Client()
        browser.force_login(amira)
        for page in ("/team/", f"/team/flags/{flag.pk}/", f"/team/patients/{rosa.pk}/"):
            assert browser.get(page).status_code == 200
        assert "No report for 3 days" in browser.get("/team/").text
        assert "No report for 3 days" in browser.get(f"/team/flags/{flag.pk}/").text
        mine = Client()
        mine.force_login(rosa.user)
        assert mine.get("/today/").status_code == 200


class TestYesterday:
    """No worker ran between a deadline of 23:50 and midnight."""

    LATE = at("2026-11-25T00:05")

    @pytest.fixture(autouse=True)
    def deadline(self, rosa: Patient) -> None:
        Patient.objects.update(report_by="23:50")

    def days(self) -> list[dt.date]:
        return sorted(SilentDay.objects.values_list("day", flat=True))

    def test_it_is_judged_when_the_worker_is_back(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-22T09:00"))
        assert silence.due(self.LATE) == 1
        assert self.days() == [dt.date(2026, 11, 24)]
        flag = Flag.objects.get()
        assert (flag.level, flag.silence) == (Level.ROUTINE, ["No report for 2 days"])
        assert silence.due(self.LATE + MINUTE) == 0

    def test_no_day_before_it_is(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-20T09:00"))
        silence.due(at("2026-11-25T23:49"))
        assert self.days() == [dt.date(2026, 11, 24)]

    def test_the_day_that_the_patients_clock_says(self, rosa: Patient) -> None:
        first_day("2026-11-24")
        Patient.objects.update(time_zone="America/New_York")
        assert silence.due(at("2026-11-25T05:49")) == 0
        assert silence.due(at("2026-11-25T06:05")) == 1
        assert self.days() == [dt.date(2026, 11, 24)]

    def test_one_that_ended_with_a_report_is_not(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-24T23:55"))
        assert silence.due(self.LATE) == 0

    def test_a_report_since_says_more(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-22T09:00"))
        send(rosa, at("2026-11-25T00:01"))
        assert silence.due(self.LATE) == 0

    def test_so_does_a_judgement_of_the_day_after(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-22T09:00"))
        today = dt.date(2026, 11, 25)
        SilentDay.objects.create(team=rosa.team, patient=rosa, day=today, level=0, judged_at=self.LATE)
        assert silence.due(at("2026-11-25T23:55")) == 0

    @pytest.mark.parametrize(
        "away",
        [{"paused_until": "2026-11-24"}, {"left_on": "2026-11-25"}, {"enrolled_on": "2026-11-25"}],
        ids=["paused", "left", "new"],
    )
    def test_nobody_was_waited_for_who_was_away(self, rosa: Patient, away: dict[str, str]) -> None:
        Patient.objects.update(**away)
        assert silence.due(self.LATE) == 0

    @pytest.mark.parametrize("away", ["paused_until", "left_on"])
    def test_nor_who_has_come_back_today(self, rosa: Patient, away: str) -> None:
        """Else whoever is discharged from hospital is flagged before they are home."""
        send(rosa, at("2026-11-18T09:00"), SERIOUS)
        Patient.objects.update(**{away: "2026-11-24"})
        Patient.objects.update(**{away: None})
        assert silence.due(self.LATE) == 0

    def test_with_today_past_its_deadline_too_both_are_told_in_their_order_and_people_once(
        self, rosa: Patient, amira: User
    ) -> None:
        send(rosa, at("2026-11-23T09:00"), a_report(blurry_vision=1))
        Patient.objects.update(report_by="20:00")
        assert silence.due(at("2026-11-25T20:00")) == 2
        flag = Flag.objects.get()
        assert [event.kind for event in flag.events.all()] == [Kind.RAISED, Kind.SILENT]
        assert flag.silence == ["No report for 2 days"]
        assert flag.rounds == 0  # a routine flag waits its time

    @pytest.mark.parametrize("judged_at", ["2026-11-24T23:50", "2026-11-25T00:05"])
    @pytest.mark.parametrize("report", [SERIOUS, GOOD], ids=["serious", "good"])
    def test_the_next_judgement_is_what_it_would_have_been(
        self, rosa: Patient, amira: User, judged_at: str, report: Report
    ) -> None:
        """One stretch of silence: late or not, what was answered this morning is answered."""
        send(rosa, at("2026-11-22T09:00"), report)
        for flag in Flag.objects.all():
            flag.resolve(by=amira, outcome="called", note="", seen=1, now=at("2026-11-22T10:00"))
        silence.due(at("2026-11-23T23:50"))
        for flag in Flag.objects.unresolved():
            flag.resolve(by=amira, outcome="called", note="", seen=0, now=at("2026-11-24T00:30"))
        silence.due(at(judged_at))
        flag = Flag.objects.unresolved().get()
        assert flag.level == Level.ROUTINE
        flag.resolve(by=amira, outcome="called", note="", seen=0, now=at("2026-11-25T09:00"))
        silence.due(at("2026-11-25T23:50"))
        assert Flag.objects.unresolved().get().level == Level.ROUTINE
        assert SilentDay.objects.count() == 3


class TestUnreadNotes:
    def overdue(self, rosa: Patient) -> tuple[NoteToRead, dt.datetime]:
        now = at("2026-11-24T09:00")
        note = send(rosa, now, replace(GOOD, note="Slept well.")).note_to_read
        return note, note.due_at + MINUTE

    def test_a_note_that_nobody_read_in_time_is_told_of_at_once(self, rosa: Patient, amira: User) -> None:
        _note, late = self.overdue(rosa)
        assert unread.due(late - 2 * MINUTE) == 0
        assert unread.due(late) == 1
        flag = Flag.objects.get()
        assert flag.level == Level.ROUTINE
        assert [alert.recipient for alert in flag.alerts.all()] == [amira]
        assert flag.events.filter(kind=Kind.NOTE_UNREAD).exists()

    def test_board_and_flag_say_so(self, rosa: Patient, amira: User, client: Client) -> None:
        _note, late = self.overdue(rosa)
        unread.due(late)
        client.force_login(amira)
        for address in (reverse("team:board"), reverse("team:flag", args=[Flag.objects.get().pk])):
            assert "A note or message was not read in time" in client.get(address).text

    def test_once(self, rosa: Patient, amira: User) -> None:
        _note, late = self.overdue(rosa)
        unread.due(late)
        assert unread.due(late + DAY) == 0

    def test_those_that_wait_longest_come_first_and_not_all_at_once(
        self, rosa: Patient, dev: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(unread, "AT_ONCE", 1)
        now = at("2026-11-24T09:00")
        second, first = (
            send(patient, now + after, replace(GOOD, note="Slept well.")).note_to_read
            for patient, after in ((dev, MINUTE), (rosa, 0 * MINUTE))
        )
        late = second.due_at + MINUTE
        assert unread.due(late) == 1
        assert [*NoteToRead.objects.unheard(late)] == [second]
        assert first.patient == rosa
        assert unread.due(late) == 1

    def test_one_that_was_read_is_no_news(self, rosa: Patient, amira: User) -> None:
        note, late = self.overdue(rosa)
        note.read(by=amira, now=late - HOUR)
        assert unread.due(late) == 0

    def test_one_that_cannot_be_told_of_is_logged_without_words_and_hides_no_other(
        self, rosa: Patient, dev: Patient, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, _late = self.overdue(rosa)
        _second, late = self.overdue(dev)
        refuse_rows_of(rosa, "tracker_flag")
        assert unread.due(late) == 1
        assert Flag.objects.get().patient == dev
        assert f"the unread note {first.pk} cannot be told of: IntegrityError at" in caplog.text
        assert "wrote" not in caplog.text


class TestTheirTurn:
    def test_a_duty_that_fails_is_logged_without_words_and_keeps_no_other_from_being_done(
        self, rosa: Patient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = "what Rosa wrote"

        def slip(_now: dt.datetime) -> int:
            raise ValueError(said)

        monkeypatch.setattr(unread, "due", slip)
        Patient.objects.update(remind_at="20:00")
        Worker("one").do_duties(at("2026-11-25T20:00"))
        assert Notice.objects.exists()
        assert "failed: ValueError at" in caplog.text
        assert said not in caplog.text


class TestReminders:
    @pytest.fixture(autouse=True)
    def at_nine(self, rosa: Patient) -> None:
        Patient.objects.update(remind_at="09:00")

    def test_at_the_time_that_was_chosen(self, rosa: Patient) -> None:
        assert reminders.due(at("2026-11-25T08:59:59")) == 0
        assert reminders.due(at("2026-11-25T09:00")) == 1
        notice = Notice.objects.get()
        assert (notice.recipient, notice.about, notice.address) == (rosa.user, "2026-11-25", rosa.user.email)

    def test_once_a_day(self, rosa: Patient) -> None:
        reminders.due(at("2026-11-25T09:00"))
        assert reminders.due(at("2026-11-25T09:01")) == 0
        assert reminders.due(at("2026-11-26T09:00")) == 1

    def test_not_to_who_has_reported_or_is_away(self, rosa: Patient) -> None:
        send(rosa, at("2026-11-25T08:00"))
        assert reminders.due(at("2026-11-25T09:00")) == 0
        Patient.objects.update(paused_until="2026-11-26")
        assert reminders.due(at("2026-11-26T09:00")) == 0

    def test_not_in_the_evening_for_a_morning_that_is_over(self, rosa: Patient) -> None:
        assert reminders.due(at("2026-11-25T12:00")) == 0

    @pytest.mark.parametrize(
        ("zone", "day", "time"),
        [
            ("Europe/London", "2027-03-28", "01:30"),  # a time that does not come
            ("Europe/London", "2026-10-25", "01:30"),  # one that comes twice
            ("America/New_York", "2027-03-14", "02:30"),
            ("America/New_York", "2026-11-01", "01:30"),
            ("Australia/Lord_Howe", "2026-10-04", "02:15"),
            ("Australia/Lord_Howe", "2027-04-04", "01:45"),
        ],
    )
    def test_once_in_the_night_in_which_the_clocks_change(
        self, rosa: Patient, zone: str, day: str, time: str
    ) -> None:
        Patient.objects.update(time_zone=zone, remind_at=time, enrolled_on="2026-01-01", left_on=None)
        start = at(f"{day}T00:00", ZoneInfo(zone)).astimezone(dt.UTC)
        sent = sum(reminders.due(start + minute * MINUTE) for minute in range(0, 6 * 60, 15))
        assert sent == 1

    def test_it_goes_out_and_says_nothing_of_health(self, rosa: Patient, smtp_server: Mailbox) -> None:
        now = at("2026-11-25T09:00")
        reminders.due(now)
        delivery = Delivery()
        delivery.begin(now)
        delivery.wait(20)
        delivery.collect(now)
        delivery.close()
        [mail] = smtp_server.to(rosa.user.email)
        assert mail["Subject"] == "How are you today?"
        assert "aldesleukin" not in mail.get_content().lower()

    def test_one_that_could_not_go_out_in_time_is_dropped(self, rosa: Patient) -> None:
        reminders.due(at("2026-11-25T09:00"))
        delivery = Delivery()
        delivery.begin(at("2026-11-25T12:30"))
        delivery.close()
        assert Notice.objects.get().state == Notice.State.CANCELLED


@pytest.mark.lets_canaries_out  # its invented patient is called so, and its address says so
class TestCanary:
    NOW = at("2026-11-25T09:00")

    def test_it_flies_every_five_minutes(self, db: None) -> None:
        assert canary.due(self.NOW)
        assert not canary.due(self.NOW + 5 * MINUTE - MINUTE)
        assert canary.due(self.NOW + 5 * MINUTE)
        assert Canary.objects.count() == 2

    def test_its_flag_tells_our_own_address_alone(self, amira: User) -> None:
        canary.due(self.NOW)
        alert = Alert.objects.get()
        assert (alert.channel, alert.recipient) == ("webhook", None)
        assert alert.address == "http://localhost:8000/alerts/canary/"

    def test_it_is_back_when_its_message_arrives(self, live_server: Any, settings: Any) -> None:
        settings.SITE_URL = live_server.url
        canary.due(self.NOW)
        delivery = Delivery()
        delivery.begin(self.NOW)
        delivery.wait(20)
        delivery.collect(self.NOW)
        delivery.close()
        assert Canary.objects.get().returned_at
        assert not Flag.objects.unresolved().exists()

    def test_nobody_else_can_bring_it_back(self, db: None, client: Client) -> None:
        canary.due(self.NOW)
        headers = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA é"}
        forged = {"webhook-signature": "v1," + base64.b64encode(b"0" * 32).decode()}
        for told in ({}, headers, headers | forged):
            assert client.post("/alerts/canary/", headers=told).status_code == 403
        assert Canary.objects.get().returned_at is None

    def test_one_that_does_not_come_back_is_told_to_team_and_monitors(self, settings: Any) -> None:
        settings.CANARY = True
        canary.due(self.NOW)
        watch.beat("one", self.NOW + 2 * MINUTE)
        Alert.objects.update(state="accepted", accepted_at=self.NOW)
        Flag.objects.update(next_due_at=self.NOW + HOUR)
        assert watch.problem(self.NOW + 2 * MINUTE - dt.timedelta(seconds=1)) == ""
        assert watch.problem(self.NOW + 2 * MINUTE).startswith("A test alert has not come back")

    def test_one_that_was_lost_is_sent_again_until_it_is_back(self, db: None) -> None:
        canary.due(self.NOW)
        Alert.objects.update(state="accepted", accepted_at=self.NOW)
        escalate.due(self.NOW + MINUTE)
        assert Alert.objects.count() == 2

    def test_nobody_meets_it_on_a_board(self, amira: User, client: Client) -> None:
        canary.due(self.NOW)
        client.force_login(amira)
        assert "Canary" not in client.get("/team/").text
