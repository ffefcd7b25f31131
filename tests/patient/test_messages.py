"""The patient's page of messages: what is said before and after, who sees what, what is never lost."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, PushDevice, User
from tests.carers import browser_of, helping
from tests.patient.conftest import signed_in
from tests.test_messaging import CHEST, DATES, answer, report_of, told_by, write
from tracker import leaving, messaging
from tracker.models import CheckIn, Flag, Message, MessageWay, Notice, Patient

pytestmark = pytest.mark.django_db

PAGE, TOLD_BY, TODAY = (reverse(f"patient:{name}") for name in ("messages", "messages_told_by", "today"))
HOUR = dt.timedelta(hours=1)


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def a_message(body=DATES, **more):
    return {"id": str(uuid.uuid4()), "body": body, **more}


# --- Before and after sending -------------------------------------------------------------------------------


def test_it_says_that_it_is_not_for_emergencies_whom_to_call_and_who_reads_when(as_rosa, rosa):
    page = words_of(as_rosa.get(PAGE))
    assert f"Not for emergencies. If it cannot wait, call {rosa.team.emergency_number}" in page
    assert "A nurse reads these 8 am to 6 pm, Monday to Friday." in page
    assert "This is not watched day and night." in page
    assert re.search(r"They are there now, until 6 pm|No one is reading right now", page)


def test_after_sending_it_says_so_and_that_nobody_has_read_it(as_rosa, rosa):
    sent = as_rosa.post(PAGE, a_message(), follow=True)
    assert sent.redirect_chain[0][1] == 302
    page = words_of(sent)
    assert "Sent at" in page
    assert "No one has read it yet." in page
    assert Message.objects.get().body == DATES
    assert not Flag.objects.exists()


def test_who_saw_it_and_when_is_told(as_rosa, rosa, amira):
    message = write(rosa).message
    message.read(by=amira, now=timezone.now())
    at = timezone.localtime(timezone.now(), rosa.zone)
    assert f"Seen by Amira, {at.day} {at:%B}, {at:%H:%M}" in words_of(as_rosa.get(PAGE))


def test_sent_twice_it_is_there_once(as_rosa):
    sent = a_message()
    for _time in range(2):
        as_rosa.post(PAGE, sent)
    assert Message.objects.count() == 1


def test_what_is_serious_shows_what_to_do_at_once(as_rosa, rosa):
    page = as_rosa.post(PAGE, a_message(CHEST), follow=True)
    report = CheckIn.objects.get()
    assert page.redirect_chain[0][0] == reverse("patient:done", args=[report.pk])
    assert f"Call {rosa.team.emergency_number}" in words_of(page)
    assert "We received your message." in words_of(page)
    assert "What you wrote" in words_of(page)
    assert "Correct this" not in page.text
    assert "What to do about this" in as_rosa.get(PAGE).text


def test_today_then_says_to_call_and_still_asks_for_the_day_s_check_in(as_rosa, rosa):
    write(rosa, CHEST)
    page = words_of(as_rosa.get(TODAY))
    assert "If you have not called yet, please call now." in page
    assert "Your message of" in page
    assert "Start check-in" in page
    assert "Correct it" not in page


def test_a_message_cannot_be_corrected_as_a_check_in(as_rosa, rosa):
    report = report_of(write(rosa, CHEST).message)
    page = as_rosa.get(reverse("patient:check_in"), {"correct": report.pk})
    assert CHEST not in page.text


# --- Nothing typed is lost ----------------------------------------------------------------------------------


def test_nothing_written_is_asked_for(as_rosa):
    page = as_rosa.post(PAGE, a_message("  \n "))
    assert page.status_code == 200
    assert "Write your message first." in page.text
    assert not Message.objects.exists()


def test_what_is_too_long_comes_back_whole_with_its_id(as_rosa):
    sent = a_message("Dear team, " + "x" * 1000 + " the end")
    page = as_rosa.post(PAGE, sent)
    assert "it has 1019 characters, and 1000 is the most we take" in page.text
    assert sent["body"] in page.text
    assert sent["id"] in page.text
    assert "Not sent. This may be serious" not in page.text


def test_a_thousand_with_line_breaks_are_taken(as_rosa):
    as_rosa.post(PAGE, a_message("é" * 499 + "\r\n" + "é" * 500))
    assert len(Message.objects.get().body) == 1000


def test_what_is_too_long_and_serious_says_to_call_now(as_rosa, rosa):
    page = as_rosa.post(PAGE, a_message(CHEST + " " + "word " * 250))
    assert "Not sent. This may be serious: call now" in page.text
    assert f"Call {rosa.team.emergency_number}" in words_of(page)
    assert not CheckIn.objects.exists()


def test_one_too_many_is_refused_in_plain_words_and_kept_in_the_box(as_rosa, rosa):
    for number in range(messaging.MOST_AN_HOUR):
        write(rosa, f"Question {number}")
    page = as_rosa.post(PAGE, a_message("One more"))
    assert "you have sent 10 messages in an hour" in page.text
    assert "One more</textarea>" in page.text


def test_what_no_database_can_hold_is_left_out(as_rosa):
    as_rosa.post(PAGE, a_message("Hello\0 you \ud800".encode("utf-8", "replace").decode()))
    assert "\0" not in Message.objects.get().body


def test_the_draft_is_sealed_under_a_name_that_no_diary_has(as_rosa, rosa):
    page = as_rosa.get(PAGE).text
    assert f'data-draft="message-{rosa.pk}"' in page
    assert "A message needs a network" in page


# --- What the team wrote ------------------------------------------------------------------------------------


def test_what_the_team_wrote_is_new_until_the_patient_has_opened_it(as_rosa, rosa, amira):
    write(rosa)
    told_by(rosa, "email")
    message = answer(rosa, amira, answers=True)
    assert "1 new" in words_of(as_rosa.get(TODAY))
    first, second = words_of(as_rosa.get(PAGE)), words_of(as_rosa.get(PAGE))
    assert "Amira of your care team wrote new" in first
    assert "answers what was asked on" in first
    assert "wrote new" not in second
    message.refresh_from_db()
    assert message.read_by == rosa.user
    assert "1 new" not in words_of(as_rosa.get(TODAY))
    assert Notice.objects.get(kind=Notice.Kind.MESSAGE).state == "cancelled"


def test_a_form_that_comes_back_marks_nothing_as_read(as_rosa, rosa, amira):
    message = answer(rosa, amira)
    as_rosa.post(PAGE, a_message(""))
    as_rosa.head(PAGE)
    message.refresh_from_db()
    assert message.read_at is None


def test_the_newest_come_first_and_older_ones_have_a_page(as_rosa, rosa):
    now = timezone.now()
    for number in range(25):
        write(rosa, f"Question {number}.", now=now - (25 - number) * HOUR)
    first = as_rosa.get(PAGE).text
    assert first.index("Question 24.") < first.index("Question 20.")
    assert "Question 3." not in first
    assert "Question 3." in as_rosa.get(PAGE, {"page": "2"}).text


# --- How they are told --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "words"), [("email", "We send you an e-mail"), ("not", "We do not tell you of an answer")]
)
def test_how_to_be_told_is_chosen_and_said(as_rosa, rosa, way, words):
    assert "Saved." in words_of(as_rosa.post(TOLD_BY, {"told_by": way}, follow=True))
    assert MessageWay.objects.get().told_by == way
    assert words in words_of(as_rosa.get(PAGE))
    as_rosa.post(TOLD_BY, {"told_by": "email"})
    assert MessageWay.objects.get().told_by == "email"


def test_who_has_no_address_is_promised_no_e_mail(as_rosa, rosa):
    told_by(rosa, "email")
    User.objects.filter(pk=rosa.user_id).update(email=None)
    page = as_rosa.get(PAGE)
    assert "We do not tell you of an answer" in words_of(page)
    assert 'value="email"' not in page.text


def test_a_phone_that_takes_no_messages_is_no_way(as_rosa, rosa, settings):
    settings.VAPID = object()
    page = as_rosa.post(TOLD_BY, {"told_by": "push"})
    assert "None of your phones or browsers takes messages yet." in page.text
    PushDevice.objects.create(
        user=rosa.user, endpoint="https://push.example/1", p256dh="p", auth="a", made_at=timezone.now()
    )
    as_rosa.post(TOLD_BY, {"told_by": "push"})
    assert "We tell you on your phone" in words_of(as_rosa.get(PAGE))


def test_a_carer_chooses_nothing_for_the_patient(rosa, lena):
    helping(rosa, lena, scope="diary")
    browser = browser_of(lena)
    assert "How do we tell you of an answer?" not in browser.get(PAGE).text
    assert browser.post(TOLD_BY, {"told_by": "email"}).status_code == 404
    assert not MessageWay.objects.exists()


# --- Who sees what ------------------------------------------------------------------------------------------


def test_a_carer_who_sees_the_diary_sees_all_writes_as_themselves_and_reads_nothing_away(rosa, lena, amira):
    helping(rosa, lena, scope="diary")
    write(rosa, "From Rosa.")
    message = answer(rosa, amira)
    browser = browser_of(lena)
    browser.post(PAGE, a_message("From Lena.", diary=str(rosa.pk)))
    page = words_of(browser.get(PAGE))
    for words in ("From Rosa.", "From Lena.", message.body, "This page speaks to Rosa"):
        assert words in page
    assert Message.objects.get(body="From Lena.").relation == "daughter"
    message.refresh_from_db()
    assert message.read_at is None  # the patient has not seen it
    assert "Lena, daughter, wrote" in words_of(signed_in(rosa).get(PAGE))
    assert AccessEvent.objects.filter(actor=lena, what="diary", patient_id=rosa.pk).exists()


def test_a_carer_who_only_reports_sees_what_they_wrote_themselves(rosa, lena, amira):
    helping(rosa, lena, scope="report")
    write(rosa, "From Rosa.")
    browser = browser_of(lena)
    browser.post(PAGE, a_message("From Lena.", diary=str(rosa.pk)))
    answer(rosa, amira, "For Rosa alone.")
    page = words_of(browser.get(PAGE))
    assert "From Lena." in page
    assert "Seen by Amira" in page
    assert "Answers go to Rosa. Here you see what you wrote yourself." in page
    assert "From Rosa." not in page
    assert "For Rosa alone." not in page
    assert "1 new" not in words_of(browser.get(TODAY))


def test_what_a_carer_finds_serious_shows_them_what_to_do(rosa, lena):
    helping(rosa, lena, scope="report")
    page = browser_of(lena).post(PAGE, a_message("Mum has chest pain.", diary=str(rosa.pk)), follow=True)
    assert page.status_code == 200
    assert f"Call {rosa.team.emergency_number}" in words_of(page)


@pytest.mark.parametrize("who", ["lena", "amira", "edith", "ada"])
def test_for_anybody_else_it_is_not_there(rosa, who, request):
    browser = browser_of(request.getfixturevalue(who))
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, a_message(diary=str(rosa.pk))).status_code == 404
    assert not Message.objects.exists()


def test_another_patient_sees_their_own_alone(rosa, dev):
    write(rosa, "From Rosa.")
    assert "From Rosa." not in signed_in(dev).get(PAGE).text
    assert signed_in(dev).post(PAGE, a_message(diary=str(rosa.pk))).status_code == 404


# --- After leaving ------------------------------------------------------------------------------------------


def test_who_has_left_reads_and_is_told_that_nobody_does(as_rosa, rosa, amira):
    write(rosa, "From Rosa.")
    answer(rosa, amira, "Goodbye, Rosa.")
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    page = as_rosa.get(PAGE)
    assert "Goodbye, Rosa." in page.text
    assert "You cannot write here." in page.text
    assert "<textarea" not in page.text


def test_what_is_written_after_leaving_is_shown_as_not_sent(as_rosa, rosa):
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    page = as_rosa.post(PAGE, a_message("Is somebody there?"))
    assert page.status_code == 409
    assert "Not sent: no one reads messages from you any more." in page.text
    assert "Is somebody there?" in page.text
    assert "call now" not in page.text
    assert not Message.objects.exists()


def test_what_is_serious_after_leaving_is_answered_with_whom_to_call(as_rosa, rosa):
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    page = as_rosa.post(PAGE, a_message(CHEST))
    assert page.status_code == 409
    assert "This may be serious: call now" in page.text
    assert CHEST in page.text


# --- Words and weight ---------------------------------------------------------------------------------------


def test_it_is_in_the_words_of_the_reader_s_units_of_time(as_rosa, rosa):
    Patient.objects.filter(pk=rosa.pk).update(time_zone="America/New_York")
    User.objects.filter(pk=rosa.user_id).update(language="en")
    assert "by the clock in Madrid" in words_of(as_rosa.get(PAGE))


def test_it_costs_the_same_however_long_the_thread_is(as_rosa, rosa, amira, django_assert_max_num_queries):
    write(rosa)
    answer(rosa, amira)
    as_rosa.get(PAGE)
    with django_assert_max_num_queries(14) as few:
        as_rosa.get(PAGE)
    for number in range(8):
        write(rosa, f"Question {number}.")
        answer(rosa, amira, f"Answer {number}.")
    as_rosa.get(PAGE)
    with django_assert_max_num_queries(14) as many:
        as_rosa.get(PAGE)
    assert len(few) == len(many)
