"""Messages on the team's side: what waits, the thread, the reply, and the words at hand."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership, User
from tests.carers import helping
from tests.team.conftest import flagged
from tests.team.test_flag import at_once
from tests.test_messaging import CHEST, DATES, answer, told_by, write
from tracker import leaving, messaging, unread
from tracker.models import CannedReply, Flag, Message, Patient
from tracker.starters import begin_with

pytestmark = pytest.mark.django_db

LIST, BOARD = reverse("team:notes"), reverse("team:board")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def thread_of(patient):
    return reverse("team:messages", args=[patient.pk])


def chart_of(patient):
    return reverse("team:patient", args=[patient.pk])


def read(message):
    return reverse("team:read_message", args=[message.pk])


def a_reply(message=None, body="Yes, Tuesday.", **more):
    return {"id": str(uuid.uuid4()), "seen": str(message.pk) if message else "", "body": body, **more}


def body_of(page):
    return page.context["talk"].form["body"].value()


def bodies(page):
    return [row.message.body for row in page.context["talk"].rows]


# --- What waits ---------------------------------------------------------------------------------------------


def test_it_waits_in_the_list_with_its_deadline_and_is_counted(rosa, dev, amiras):
    write(rosa, "Line one.\nLine <two>.")
    page = amiras.get(LIST)
    for words in ("1 message to read", "Line one.<br>Line &lt;two&gt;.", str(rosa), "To be read by"):
        assert words in page.text
    write(dev)
    assert amiras.get(reverse("team:waiting")).json()[LIST] == "Notes (2)"


def test_what_is_serious_comes_first_then_the_earliest_deadline(rosa, dev, wei, amiras):
    now = timezone.now()
    late = write(rosa, now=now - 30 * HOUR).message
    write(wei, now=now)
    serious = write(dev, CHEST, now=now).message
    shown = [row.message for row in amiras.get(LIST).context["messages_to_read"].rows]
    assert shown[:2] == [serious, late]
    assert "Overdue by 6 h" in amiras.get(LIST).text


def test_what_a_rule_read_is_marked(rosa, amiras):
    write(rosa, "Hello, I have chest pain since noon.")
    assert "<mark>chest pain</mark>" in amiras.get(LIST).text


def test_reading_takes_one_press_and_the_second_is_told_who_was_first(rosa, amira, amiras, bens):
    message = write(rosa).message
    assert "message to read" not in amiras.post(read(message), follow=True).text
    assert f"{amira} read this at" in bens.post(read(message), follow=True).text
    assert "read this at" not in amiras.post(read(message), follow=True).text


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_read_it_and_the_other_is_told(rosa, amira, ben, amiras, bens):
    message = write(rosa).message
    pages = at_once(
        lambda: amiras.post(read(message), follow=True).text,
        lambda: bens.post(read(message), follow=True).text,
    )
    message.refresh_from_db()
    quick, slow = (amira, pages[1]) if message.read_by == amira else (ben, pages[0])
    assert f"{quick} read this at" in str(slow)


def test_everybody_on_the_list_was_looked_at(rosa, dev, amira, amiras):
    write(rosa)
    write(dev)
    amiras.get(LIST)
    looks = AccessEvent.objects.filter(actor=amira, what=AccessEvent.What.MESSAGE)
    assert sorted(looks.values_list("patient_id", flat=True)) == sorted([rosa.pk, dev.pk])


def test_the_list_costs_the_same_however_much_waits(rosa, dev, wei, amiras, django_assert_max_num_queries):
    write(rosa, CHEST)
    with django_assert_max_num_queries(18) as one:
        amiras.get(LIST)
    for patient in (rosa, dev, wei):
        write(patient, CHEST + " Again.")
        write(patient)
    with django_assert_max_num_queries(18) as many:
        amiras.get(LIST)
    assert len(one) == len(many)


def test_a_flag_says_that_one_was_not_read_in_time(rosa, amiras):
    now = timezone.now()
    write(rosa, now=now - 25 * HOUR)
    unread.due(now)
    flag = reverse("team:flag", args=[Flag.objects.get().pk])
    for where in (BOARD, flag):
        assert "A note or message was not read in time" in amiras.get(where).text
    assert DATES in amiras.get(flag).text


# --- The thread ---------------------------------------------------------------------------------------------


def test_thread_and_form_are_on_the_flag_and_on_a_page_of_their_own(rosa, amiras):
    message = write(rosa).message
    flag = flagged(rosa)
    for where in (reverse("team:flag", args=[flag.pk]), thread_of(rosa)):
        page = amiras.get(where)
        assert DATES in page.text
        assert f'action="{thread_of(rosa)}"' in page.text
        assert f'action="{read(message)}"' in page.text


def test_the_chart_tells_of_them_and_leads_there(rosa, amira, amiras):
    write(rosa)
    answer(rosa, amira)
    page = amiras.get(chart_of(rosa))
    assert f'href="{thread_of(rosa)}"' in page.text
    told = amiras.get(chart_of(rosa), {"kind": "messages"}).context["chart"].page
    assert [(each.what, each.note) for each in told] == [
        ("Message: Amira Nasser", "Yes, Tuesday at 10."),
        ("Message: Rosa Martín", DATES),
    ]


def test_a_carer_s_is_marked_as_theirs(rosa, lena, amiras):
    helping(rosa, lena)
    write(rosa, "May she swim?", by=lena)
    assert "Lena Martín, daughter, wrote" in amiras.get(thread_of(rosa)).text


def test_the_team_sees_whether_the_patient_has_opened_it(rosa, amira, amiras):
    message = answer(rosa, amira)
    assert "Not opened by Rosa Martín yet" in amiras.get(thread_of(rosa)).text
    Message.objects.filter(pk=message.pk).mark_read(by=rosa.user, now=timezone.now())
    assert "Read by Rosa" in amiras.get(thread_of(rosa)).text


@pytest.mark.parametrize(
    ("way", "words"),
    [("", "has not asked to be told"), ("email", "is told by e-mail"), ("not", "has not asked to be told")],
)
def test_who_writes_knows_whether_the_patient_hears_of_it(rosa, amiras, way, words):
    if way:
        told_by(rosa, way)
    assert words in amiras.get(thread_of(rosa)).text


def test_on_a_flag_there_are_the_last_and_a_link_to_all(rosa, amira, amiras):
    now = timezone.now()
    flag = reverse("team:flag", args=[flagged(rosa).pk])
    for number in range(8):
        write(rosa, f"Question {number}.", now=now - (8 - number) * HOUR).message.read(by=amira, now=now)
    page = amiras.get(flag)
    assert bodies(page) == ["Question 7.", "Question 6.", "Question 5."]
    assert "All messages" in page.text
    assert "Question 1." in amiras.get(thread_of(rosa)).text


def test_all_that_nobody_has_read_is_on_the_page_that_answers_it(rosa, amiras):
    now = timezone.now()
    for number in range(5):
        write(rosa, f"Question {number}.", now=now - (5 - number) * HOUR)
    flag = flagged(rosa)
    assert len(bodies(amiras.get(reverse("team:flag", args=[flag.pk])))) == 5


def test_after_four_of_the_team_the_last_of_the_patient_is_still_answered(rosa, amira, amiras):
    message = write(rosa).message
    for number in range(4):
        answer(rosa, amira, f"Answer {number}.")
    form = amiras.get(thread_of(rosa)).context["talk"].form
    assert str(form["seen"].value()) == str(message.pk)
    amiras.post(thread_of(rosa), a_reply(message, "And one more.", answers="on"))
    assert Message.objects.to_patient().get(body="And one more.").answers == message


def test_a_thread_costs_the_same_however_long_it_is(rosa, amira, amiras, django_assert_max_num_queries):
    write(rosa, CHEST)
    answer(rosa, amira)
    with django_assert_max_num_queries(18) as few:
        amiras.get(thread_of(rosa))
    for number in range(8):
        write(rosa, f"{CHEST} {number}")
        answer(rosa, amira, f"Answer {number}.")
    with django_assert_max_num_queries(18) as many:
        amiras.get(thread_of(rosa))
    assert len(few) == len(many)


# --- The reply ----------------------------------------------------------------------------------------------


def test_a_reply_leads_back_to_its_page_and_has_read_what_was_there(rosa, amira, amiras):
    message = write(rosa).message
    there = chart_of(rosa)
    sent = amiras.post(thread_of(rosa), a_reply(message, next=there))
    assert sent["Location"] == there
    assert "Sent to Rosa Martín." in amiras.get(there).text
    message.refresh_from_db()
    assert message.read_by == amira


def test_it_is_tied_to_the_flag_and_to_what_it_answers(rosa, amira, amiras):
    message = write(rosa, CHEST).message
    flag = Flag.objects.get()
    where = reverse("team:flag", args=[flag.pk])
    amiras.post(thread_of(rosa), a_reply(message, flag=str(flag.pk), answers="on", next=where))
    reply = Message.objects.to_patient().get()
    assert (reply.flag, reply.answers, reply.author) == (flag, message, amira)
    assert "answered" in amiras.get(where).text


def test_the_flag_of_another_patient_is_none(rosa, dev, amiras):
    amiras.post(thread_of(rosa), a_reply(flag=str(flagged(dev).pk)))
    assert Message.objects.to_patient().get().flag is None


@pytest.mark.parametrize(
    ("body", "words"), [("", "Write the reply first."), ("x" * 1001, "at most 1000 characters")]
)
def test_what_cannot_be_sent_stays_in_the_box(rosa, amiras, body, words):
    message = write(rosa).message
    page = amiras.post(thread_of(rosa), a_reply(message, body))
    assert words in page.text
    assert body_of(page) == body
    assert not Message.objects.to_patient().exists()


def test_what_came_in_meanwhile_is_shown_before_anything_is_sent(rosa, amiras):
    seen = write(rosa).message
    write(rosa, "It is worse.")
    reply = a_reply(seen, "Fine then.", answers="on")
    page = amiras.post(thread_of(rosa), reply)
    assert "Another message came in while you were writing." in page.text
    assert "It is worse." in page.text
    assert body_of(page) == "Fine then."
    form = page.context["talk"].form
    again = {name: form[name].value() or "" for name in ("id", "seen", "body", "answers")}
    amiras.post(thread_of(rosa), again)
    assert Message.objects.to_patient().get(answers__body="It is worse.")


def test_sent_twice_it_is_there_once(rosa, amiras):
    reply = a_reply()
    for _time in range(2):
        amiras.post(thread_of(rosa), reply)
    assert Message.objects.count() == 1


def test_one_too_many_is_refused_and_kept(rosa, amira, amiras):
    for number in range(messaging.MOST_AN_HOUR):
        answer(rosa, amira, f"Answer {number}")
    page = amiras.post(thread_of(rosa), a_reply(body="One more"))
    assert "you have sent 10 messages to Rosa Martín in an hour" in page.text
    assert body_of(page) == "One more"


def test_who_has_left_is_to_be_called_and_what_was_typed_is_shown(rosa, amiras):
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    assert "has left the programme and gets no messages" in amiras.get(thread_of(rosa)).text
    page = amiras.post(thread_of(rosa), a_reply(body="Good luck, Rosa."))
    assert "Not sent: Rosa Martín has left the programme." in page.text
    assert "Good luck, Rosa." in page.text
    assert not Message.objects.exists()


# --- Words at hand ------------------------------------------------------------------------------------------


@pytest.fixture
def at_hand(team):
    begin_with(team)
    return CannedReply.objects.filter(team=team)


def test_without_a_script_a_chosen_reply_comes_back_in_the_box(rosa, at_hand, amiras):
    message = write(rosa).message
    chosen = at_hand.get(title="Please call us")
    reply = a_reply(message, "Dear Rosa,", canned=str(chosen.pk), fill="1", answers="on")
    page = amiras.post(thread_of(rosa), reply)
    assert body_of(page) == f"Dear Rosa,\n{chosen.body}"
    assert page.context["talk"].form["seen"].value() == str(message.pk)
    assert page.context["talk"].form["answers"].value()
    assert not Message.objects.to_patient().exists()
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("canned", ["", "0", "x"])
def test_no_choice_or_a_forged_one_fills_nothing(rosa, at_hand, amiras, canned):
    page = amiras.post(thread_of(rosa), a_reply(body="Dear Rosa,", canned=canned, fill="1"))
    assert body_of(page) == "Dear Rosa,"


def test_each_choice_carries_its_words_for_the_script(rosa, at_hand, amiras):
    assert f'data-words="{at_hand.get(title="Please call us").body}"' in amiras.get(thread_of(rosa)).text


@pytest.mark.parametrize(
    ("person", "patient", "first"), [("", "en", "English"), ("", "es", "Español"), ("es", "en", "Español")]
)
def test_those_of_the_patients_language_come_first(rosa, at_hand, amiras, person, patient, first):
    User.objects.filter(pk=rosa.user_id).update(language=person)
    Patient.objects.filter(pk=rosa.pk).update(language=patient)
    choices = amiras.get(thread_of(rosa)).context["talk"].form.fields["canned"].choices
    assert choices[1][0] == first


def test_those_of_another_team_are_not_offered(rosa, other_team, amiras):
    begin_with(other_team)
    assert amiras.get(thread_of(rosa)).context["talk"].form.fields.get("canned") is None


# --- Who may ------------------------------------------------------------------------------------------------


def test_another_team_finds_and_does_nothing(rosa, noor, browser_of):
    message = write(rosa).message
    browser = browser_of(noor)
    for method, where in (
        (browser.get, thread_of(rosa)),
        (browser.post, thread_of(rosa)),
        (browser.get, read(message)),
        (browser.post, read(message)),
    ):
        assert method(where, a_reply()).status_code == 404
    assert "message to read" not in browser.get(LIST).text
    message.refresh_from_db()
    assert message.read_at is None
    assert Message.objects.count() == 1


@pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada"])
def test_nobody_else_does(rosa, who, request, browser_of):
    message = write(rosa).message
    somebody = request.getfixturevalue(who)
    browser = browser_of(getattr(somebody, "user", somebody))
    assert browser.post(thread_of(rosa), a_reply()).status_code == 404
    assert browser.post(read(message)).status_code == 404


def test_an_address_that_acts_leads_back_to_the_messages(rosa, amiras):
    assert amiras.get(read(write(rosa).message))["Location"] == thread_of(rosa)


def test_what_the_team_wrote_is_not_for_the_team_to_read_away(rosa, amira, amiras):
    assert amiras.post(read(answer(rosa, amira))).status_code == 404


def test_a_nurse_who_is_a_patient_too_does_not_meet_her_own(rosa, team, browser_of):
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    write(rosa)
    browser = browser_of(rosa.user)
    assert browser.get(thread_of(rosa)).status_code == 404
    assert "message to read" not in browser.get(LIST).text


def test_opening_a_thread_is_written_down(rosa, amira, amiras):
    amiras.get(thread_of(rosa))
    amiras.post(thread_of(rosa), a_reply(body=""))
    assert AccessEvent.objects.filter(actor=amira, what="message", patient_id=rosa.pk).count() == 2


@pytest.mark.parametrize("where", ["https://evil.example/team/", "//evil.example/team/", "/today/"])
def test_a_reply_leads_nowhere_else(rosa, amiras, where):
    assert amiras.post(thread_of(rosa), a_reply(next=where))["Location"] == thread_of(rosa)
