"""Messages: kept once, read by a deadline, weighed by the rules, and never lost with what they raise."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from accounts.models import PushDevice, User
from tests.carers import helping
from tests.conftest import refuse_rows_of
from tests.team.conftest import GOOD_DAY, send
from tracker import checkins, leaving, messaging, unread
from tracker.alerts import written
from tracker.alerts.messages import notice_words
from tracker.models import (
    Alert,
    AlreadySeen,
    CheckIn,
    Flag,
    FlagEvent,
    Message,
    MessageWay,
    NoteToRead,
    Notice,
    Patient,
)
from tracker.triage.report import Level, Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

HOUR = dt.timedelta(hours=1)
DATES = "Can I move my visit to Tuesday?"
CHEST = "I have crushing chest pain and cannot breathe."


def write(patient: Patient, body: str = DATES, *, by: User | None = None, **given: Any) -> Any:
    now = given.pop("now", None) or timezone.now()
    id = given.pop("id", None) or uuid.uuid4()
    return messaging.send(patient_id=patient.pk, id=id, by=by or patient.user, body=body, now=now)


def answer(patient: Patient, by: User, body: str = "Yes, Tuesday at 10.", **given: Any) -> Message:
    now = given.pop("now", None) or timezone.now()
    given.setdefault("seen", last(patient))
    sent = messaging.reply(
        patient_id=patient.pk, id=given.pop("id", uuid.uuid4()), by=by, body=body, now=now, **given
    )
    return sent.message


def report_of(message: Message) -> CheckIn:
    """What a message in which a rule found something came to."""
    assert message.check_in
    return message.check_in


def last(patient: Patient) -> uuid.UUID | None:
    theirs = Message.objects.filter(patient=patient).to_team().newest_first()
    return theirs.values_list("pk", flat=True).first()


# --- From a patient -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, 24, 72])
def test_it_is_to_be_read_by_the_team_s_deadline_for_notes(rosa, hours):
    rosa.team.note_hours = hours
    rosa.team.save()
    now = timezone.now()
    message = write(rosa, now=now).message
    assert (message.due_at, message.team, message.flag, message.check_in) == (
        now + hours * HOUR,
        rosa.team,
        None,
        None,
    )
    assert not Flag.objects.exists()


def test_sent_twice_it_is_one_row(rosa):
    id = uuid.uuid4()
    first, second = write(rosa, id=id), write(rosa, id=id)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.message == second.message == Message.objects.get()


def test_other_words_with_the_same_id_are_kept_too_and_once(rosa):
    id = uuid.uuid4()
    for body in (DATES, "Or to Friday?", "Or to Friday?", DATES):
        write(rosa, body, id=id)
    assert {each.body for each in Message.objects.all()} == {DATES, "Or to Friday?"}
    assert Message.objects.count() == 2


def test_an_id_that_another_patient_has_takes_nothing_from_either(rosa, dev):
    id = uuid.uuid4()
    theirs, hers = write(dev, id=id).message, write(rosa, id=id).message
    assert (theirs.patient, hers.patient) == (dev, rosa)


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_sent_once(rosa):
    id = uuid.uuid4()

    def one(_number: int) -> bool:
        try:
            return bool(write(rosa, CHEST, id=id).is_new)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == [False, True]
    assert CheckIn.objects.count() == Flag.objects.count() == 1


def test_what_a_rule_finds_raises_a_flag_and_tells_the_team(rosa, amira):
    message = write(rosa, CHEST).message
    flag = Flag.objects.get()
    assert message.flag == flag
    assert (flag.level, flag.check_in) == (Level.EMERGENCY, message.check_in)
    assert report_of(message).advice["headline"]
    assert report_of(message).findings.filter(inputs__has_key="note").exists()
    assert Alert.objects.filter(recipient=amira).exists()
    assert not NoteToRead.objects.exists()  # it is read as a message


def test_it_joins_the_flag_that_is_there_and_opens_it_again(rosa, amira):
    write(rosa, CHEST)
    flag = Flag.objects.get()
    flag.claim(by=amira, now=timezone.now())
    again = write(rosa, CHEST + " It is worse now.").message
    flag.refresh_from_db()
    assert (again.flag, flag.state, flag.reports) == (flag, "open", 2)


def test_a_plain_message_goes_with_the_flag_that_is_open_and_leaves_it_as_it_was(rosa, amira):
    write(rosa, CHEST)
    flag = Flag.objects.get()
    flag.claim(by=amira, now=timezone.now())
    events = flag.events.count()
    assert write(rosa).message.flag == flag
    flag.refresh_from_db()
    assert (flag.state, flag.events.count()) == ("acknowledged", events)


@pytest.mark.parametrize("words", ["Tengo un dolor fuerte en el pecho.", "I have chest pain."])
def test_words_are_read_in_the_languages_of_whoever_writes(rosa, words):
    Patient.objects.filter(pk=rosa.pk).update(language="es")
    User.objects.filter(pk=rosa.user_id).update(language="en")
    rosa.user.refresh_from_db()
    assert report_of(write(rosa, words).message).level == Level.EMERGENCY


def test_days_without_a_report_are_no_reason_to_take_plain_words_for_a_report(rosa):
    send(rosa, GOOD_DAY)
    now = timezone.now() + dt.timedelta(days=4)
    assert checkins.weigh(rosa, Report(), day=rosa.today(now), now=now).level > Level.NONE
    assert write(rosa, now=now).message.check_in is None


def test_it_is_no_report_of_the_day(rosa):
    report = report_of(write(rosa, CHEST).message)
    assert not CheckIn.objects.of_days().exists()
    assert not report.is_of_a_day
    assert rosa.check_ins.count() == 1


def test_where_the_flag_cannot_be_kept_nothing_is(rosa):
    refuse_rows_of(rosa, "tracker_flagevent")
    with pytest.raises(IntegrityError):
        write(rosa, CHEST)
    assert not Message.objects.exists()
    assert not CheckIn.objects.exists()


def test_where_the_message_cannot_be_kept_no_flag_is_either(rosa):
    refuse_rows_of(rosa, "tracker_message")
    with pytest.raises(IntegrityError):
        write(rosa, CHEST)
    assert not Flag.objects.exists()
    assert not Alert.objects.exists()


def test_ten_an_hour_are_taken_and_the_next_is_refused(rosa):
    now = timezone.now()
    for number in range(10):
        write(rosa, f"Question {number}", now=now)
    with pytest.raises(messaging.TooMany):
        write(rosa, "One more", now=now + HOUR / 2)
    assert write(rosa, "One more", now=now + HOUR).is_new


def test_what_is_serious_is_never_one_too_many(rosa):
    for number in range(10):
        write(rosa, f"Question {number}")
    assert report_of(write(rosa, CHEST).message).level == Level.EMERGENCY


def test_a_carer_s_is_marked_as_theirs_and_one_whose_time_is_over_writes_nothing(rosa, lena):
    carer = helping(rosa, lena, scope="report")
    message = write(rosa, "Mum has chest pain.", by=lena).message
    assert (message.relation, message.mark) == ("daughter", "by Lena, daughter")
    assert (report_of(message).relation, report_of(message).level) == ("daughter", Level.EMERGENCY)
    type(carer).objects.filter(pk=carer.pk).end(by=rosa.user, now=timezone.now())
    with pytest.raises(checkins.NotAllowed):
        write(rosa, by=lena, now=timezone.now() + HOUR)


@pytest.mark.parametrize("who", ["dev", "amira", "lena", "ada"])
def test_nobody_else_writes_for_a_patient(rosa, who, request):
    somebody = request.getfixturevalue(who)
    with pytest.raises(checkins.NotAllowed):
        write(rosa, by=getattr(somebody, "user", somebody))
    assert not Message.objects.exists()


def test_who_has_left_is_told_that_nobody_reads_and_a_replay_is_welcome(rosa):
    id, now = uuid.uuid4(), timezone.now()
    write(rosa, id=id, now=now)
    leaving.leave(rosa.pk, reason="", now=now)
    with pytest.raises(messaging.NobodyReads):
        write(rosa, "Is somebody there?", now=now)
    assert not write(rosa, id=id, now=now).is_new


# --- Read in time, or not -----------------------------------------------------------------------------------


def test_unread_past_its_deadline_it_is_a_flag_once(rosa, amira):
    now = timezone.now()
    message = write(rosa, now=now).message
    assert unread.due(now + 24 * HOUR) == 0
    assert unread.due(now + 24 * HOUR + HOUR) == 1
    event = FlagEvent.objects.get(kind=FlagEvent.Kind.RAISED)
    assert (event.flag.level, event.detail["message"]) == (Level.ROUTINE, str(message.pk))
    assert Alert.objects.filter(flag=event.flag).exists()  # it has waited its time already
    assert unread.due(now + 30 * HOUR) == 0


def test_it_joins_an_open_flag(rosa):
    now = timezone.now()
    write(rosa, now=now)
    write(rosa, CHEST, now=now + HOUR)
    unread.due(now + 25 * HOUR)
    assert FlagEvent.objects.filter(kind=FlagEvent.Kind.NOTE_UNREAD, flag=Flag.objects.get()).count() == 1


def test_read_in_time_it_raises_nothing(rosa, amira):
    now = timezone.now()
    write(rosa, now=now).message.read(by=amira, now=now + HOUR)
    assert unread.due(now + 30 * HOUR) == 0


def test_who_comes_second_is_told_who_was_quicker(rosa, amira, ben):
    write(rosa)
    mine, theirs = Message.objects.get(), Message.objects.get()
    mine.read(by=amira, now=timezone.now())
    with pytest.raises(AlreadySeen) as quicker:
        theirs.read(by=ben, now=timezone.now())
    assert quicker.value.message.read_by == amira


# --- From the team ------------------------------------------------------------------------------------------


def test_an_answer_says_what_it_answers_and_has_read_all_that_was_there(rosa, amira):
    first, second = write(rosa).message, write(rosa, "Or Friday?").message
    message = answer(rosa, amira, answers=True)
    assert (message.answers, message.author, message.is_from_team) == (second, amira, True)
    for each in (first, second):
        each.refresh_from_db()
        assert each.read_by == amira


def test_whoever_had_read_it_before_stays(rosa, amira, ben):
    write(rosa).message.read(by=ben, now=timezone.now())
    answer(rosa, amira)
    assert Message.objects.to_team().get().read_by == ben


def test_nothing_is_answered_that_was_not_on_the_screen(rosa, amira):
    seen = write(rosa).message.pk
    write(rosa, "It is worse.")
    with pytest.raises(messaging.NewerMessage):
        answer(rosa, amira, seen=seen)
    with pytest.raises(messaging.NewerMessage):
        answer(rosa, amira, seen=None)
    assert not Message.objects.to_patient().exists()
    assert Message.objects.unread().count() == 2


def test_an_answer_sent_twice_is_one_and_told_once(rosa, amira):
    id = uuid.uuid4()
    told_by(rosa, "email")
    assert answer(rosa, amira, id=id) == answer(rosa, amira, id=id)
    assert Notice.objects.filter(kind=Notice.Kind.MESSAGE).count() == 1


def test_ten_answers_an_hour(rosa, amira, ben):
    for number in range(10):
        answer(rosa, amira, f"Answer {number}")
    with pytest.raises(messaging.TooMany):
        answer(rosa, amira, "One more")
    assert answer(rosa, ben, "One more")


def test_who_has_left_gets_no_messages(rosa, amira):
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    with pytest.raises(messaging.NobodyReads):
        answer(rosa, amira)


# --- Telling the patient ------------------------------------------------------------------------------------


def told_by(patient: Patient, way: str) -> None:
    MessageWay.objects.create(patient=patient, team=patient.team, told_by=way)


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind=Notice.Kind.MESSAGE))


def test_the_patient_is_told_by_mail_with_nothing_of_what_it_says(rosa, amira):
    told_by(rosa, "email")
    answer(rosa, amira, "Stop the tablets: your liver values are high.")
    [notice] = notices()
    assert (notice.recipient, notice.channel, notice.address) == (rosa.user, "email", rosa.user.email)
    subject, body = notice_words(notice)
    assert subject == "Your care team has written to you"
    assert "/messages/" in body
    assert not {"liver", "tablets", "Amira"} & set((subject + body).replace(":", " ").split())


def test_on_the_phones_that_take_messages_where_that_was_chosen(rosa, amira, settings):
    settings.VAPID = object()
    told_by(rosa, "push")
    device = PushDevice.objects.create(
        user=rosa.user, endpoint="https://push.example/1", p256dh="p", auth="a", made_at=timezone.now()
    )
    answer(rosa, amira)
    assert [(each.channel, each.address) for each in notices()] == [("push", str(device.pk))]


def test_by_mail_while_no_phone_takes_messages(rosa, amira):
    told_by(rosa, "push")
    answer(rosa, amira)
    assert [each.channel for each in notices()] == ["email"]


def test_who_has_chosen_nothing_is_told_as_of_reminders_or_not_at_all(rosa, dev, amira):
    Patient.objects.filter(pk=dev.pk).update(remind_at=dt.time(18), remind_by="email")
    answer(rosa, amira)
    answer(dev, amira)
    assert [each.recipient for each in notices()] == [dev.user]


def test_who_does_not_want_it_is_told_nothing_reminders_or_not(dev, amira):
    Patient.objects.filter(pk=dev.pk).update(remind_at=dt.time(18), remind_by="email")
    told_by(dev, "not")
    answer(dev, amira)
    assert notices() == []


@pytest.mark.parametrize("way", ["email", "push"])
def test_who_has_no_address_and_no_phone_that_takes_messages_is_told_nothing_and_said_so(rosa, amira, way):
    User.objects.filter(pk=rosa.user_id).update(email=None)
    rosa.user.refresh_from_db()
    told_by(rosa, way)
    answer(rosa, amira)
    assert notices() == []
    assert written.way_of(rosa) == ""


def test_what_still_waits_to_go_out_says_it_for_the_next_too(rosa, amira):
    told_by(rosa, "email")
    answer(rosa, amira)
    answer(rosa, amira, "And bring your list.")
    assert len(notices()) == 1
    Notice.objects.update(state="accepted", accepted_at=timezone.now())
    answer(rosa, amira, "One more thing.")
    assert len(notices()) == 2


def test_leaving_takes_back_what_was_not_told_yet(rosa, amira):
    told_by(rosa, "email")
    answer(rosa, amira)
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    assert [each.state for each in notices()] == ["cancelled"]
