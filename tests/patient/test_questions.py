"""What is asked about a rating that the note denies, and what is said about days without a report."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.patient.conftest import CHECK_IN, kept
from tracker.models import CheckIn, Flag, Mute
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

WELL = "Feeling great, walked the dog for an hour."
SEVERE = {"symptoms": ["nausea"], "nausea-severity": "3", "nausea-frequency": "2"}
SAVED = "We received your check-in."


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def asked(answer) -> dict[str, str]:
    """What the page would send along with an answer."""
    return dict(re.findall(r'name="(asked_rating-\w+)" value="([^"]*)"', answer.content.decode()))


@pytest.fixture
def expected_nausea(send, rosa, amira) -> None:
    """Severe nausea that a nurse knows of: the next report of it is not urgent, so that we can ask first."""
    send(**SEVERE)
    now = timezone.now()
    for finding in kept().findings.all():
        Mute.of(finding, by=amira, until=rosa.today(now), reason="Expected.", now=now)
    flag = Flag.objects.get()
    flag.resolve(by=amira, outcome="called", note="", seen=1, now=now)


# --- Urgent: saved at once, asked on the next page ----------------------------------------------------------


def test_a_serious_rating_is_saved_before_it_is_asked_about(as_rosa, send):
    done = send(note=WELL, **SEVERE)["Location"]
    assert kept().level >= Level.URGENT
    page = text(as_rosa.get(done))
    assert "You chose severe nausea: is that right?" in page
    assert "A question for you" in page


def test_standing_by_a_rating_is_kept_and_lowers_nothing(as_rosa, send):
    done = send(note=WELL, **SEVERE)["Location"]
    answer = as_rosa.post(done, {"rating-nausea-answer": "yes"}, follow=True)
    confirmed = CheckIn.objects.current().get()
    assert confirmed.told.confirmed == {"nausea"}
    assert confirmed.amends
    assert confirmed.level == confirmed.amends.level
    assert "is that right?" not in text(answer)


def test_who_says_no_is_led_to_the_answer_and_nothing_changes_before(as_rosa, send):
    done = send(note=WELL, **SEVERE)["Location"]
    answer = as_rosa.post(done, {"rating-nausea-answer": "no"})
    assert answer["Location"] == f"{CHECK_IN}?correct={kept().pk}#id_s_nausea"
    assert CheckIn.objects.count() == 1


def test_one_answer_is_kept_when_the_other_rating_is_to_be_changed(as_rosa, send):
    both = {**SEVERE, "symptoms": ["nausea", "itching"], "itching-severity": "4"}
    done = send(note=WELL, **both)["Location"]
    answer = as_rosa.post(done, {"rating-nausea-answer": "yes", "rating-itching-answer": "no"})
    confirmed = CheckIn.objects.current().get()
    assert confirmed.told.confirmed == {"nausea"}
    assert answer["Location"] == f"{CHECK_IN}?correct={confirmed.pk}#id_s_itching"


@pytest.mark.parametrize("said", ["", "maybe", "\0"])
def test_an_answer_that_is_none_is_asked_for(as_rosa, send, said):
    done = send(note=WELL, **SEVERE)["Location"]
    answer = as_rosa.post(done, {"rating-nausea-answer": said})
    assert answer.status_code == 200
    assert 'class="error-summary"' in text(answer)
    assert CheckIn.objects.count() == 1


def test_a_reading_and_a_rating_are_answered_together(as_rosa, send):
    breathless = {"symptoms": ["shortness_of_breath"], "shortness_of_breath-severity": "4"}
    done = send(note="No trouble breathing at all.", temperature="98.6", **breathless)["Location"]
    as_rosa.post(done, {"temperature-answer": "yes", "rating-shortness_of_breath-answer": "yes"})
    told = CheckIn.objects.current().get().told
    assert (told.readings["temperature"].confirmed, told.confirmed) == (
        True,
        frozenset({"shortness_of_breath"}),
    )


# --- Not urgent: the form comes back once -------------------------------------------------------------------


@pytest.mark.usefixtures("expected_nausea")
def test_a_rating_that_is_not_urgent_comes_back_once(send):
    answer = send(note=WELL, **SEVERE)
    assert answer.status_code == 200
    assert "You chose severe nausea: is that right?" in text(answer)
    assert WELL in answer.content.decode()
    assert CheckIn.objects.count() == 1
    answer = send(note=WELL, **SEVERE, **asked(answer), **{"rating-nausea": "yes"})
    assert answer.status_code == 302
    assert CheckIn.objects.latest("received_at").told.confirmed == {"nausea"}


@pytest.mark.usefixtures("expected_nausea")
def test_no_without_a_change_comes_back_and_a_change_goes_through(send):
    answer = send(note=WELL, **SEVERE)
    answer = send(note=WELL, **SEVERE, **asked(answer), **{"rating-nausea": "no"})
    assert "Please change your answer in the list." in text(answer)
    changed = {**SEVERE, "nausea-severity": "1"}
    answer = send(note=WELL, **changed, **asked(answer), **{"rating-nausea": "no"})
    assert answer.status_code == 302
    assert CheckIn.objects.latest("received_at").told.confirmed == frozenset()


@pytest.mark.usefixtures("expected_nausea")
def test_a_rating_that_nobody_answers_for_is_kept_the_second_time(send):
    answer = send(note=WELL, **SEVERE)
    assert answer.status_code == 200
    assert send(note=WELL, **SEVERE, **asked(answer)).status_code == 302


@pytest.mark.usefixtures("expected_nausea")
def test_an_answer_about_another_rating_counts_for_nothing(send):
    answer = send(note=WELL, **SEVERE)
    other = {**SEVERE, "nausea-frequency": "1"}
    answer = send(note=WELL, **other, **asked(answer), **{"rating-nausea": "yes"})
    assert "is that right?" in text(answer)


def test_what_was_stood_by_stands_in_a_correction_until_it_is_changed(as_rosa, send):
    done = send(note=WELL, **SEVERE)["Location"]
    as_rosa.post(done, {"rating-nausea-answer": "yes"})
    confirmed = CheckIn.objects.current().get()
    send(id=str(confirmed.pk), note=WELL + " Rested.", **SEVERE)
    again = CheckIn.objects.current().get()
    assert again.told.confirmed == {"nausea"}
    send(id=str(again.pk), note=WELL, **{**SEVERE, "nausea-severity": "4"})
    assert CheckIn.objects.current().get().told.confirmed == frozenset()


# --- What else the answer says ------------------------------------------------------------------------------


def test_days_without_a_report_are_asked_about_and_stop_nobody(as_rosa, send, rosa):
    today = rosa.today(timezone.now())
    send(day=(today - dt.timedelta(days=2)).isoformat(), **SEVERE)
    done = send()["Location"]
    page = text(as_rosa.get(done))
    assert "We have no report of yesterday." in page
    assert f"{CHECK_IN}?correct={CheckIn.objects.latest('received_at').pk}#id_note" in page


def test_a_serious_answer_says_why(as_rosa, send):
    done = send(**SEVERE)["Location"]
    words = kept().findings.latest("level").patient_words
    page = text(as_rosa.get(done))
    assert page.index("Why we say this") < page.index(words)


def test_a_quiet_answer_gives_no_reasons(as_rosa, send):
    assert "Why we say this" not in text(as_rosa.get(send()["Location"]))


@pytest.mark.usefixtures("expected_nausea")
def test_what_is_expected_is_said_to_be_known_and_is_no_reason(as_rosa, send):
    page = text(as_rosa.get(send(**SEVERE)["Location"]))
    assert "Your care team knows of" in page
    assert "Why we say this" not in page


@pytest.mark.parametrize("hours", [1, 24, 48])
def test_the_hint_of_the_note_promises_what_the_team_does(as_rosa, rosa, hours):
    type(rosa.team).objects.update(note_hours=hours)
    hint = f"One of us reads each note within {hours} hour{'s' if hours > 1 else ''}."
    assert hint in text(as_rosa.get(CHECK_IN))


@pytest.mark.parametrize(("language", "headline"), [("en", "Call 112 now."), ("es", "Llama al 112 ahora.")])
def test_the_advice_is_in_the_patients_language_and_says_in_which(as_rosa, send, rosa, language, headline):
    type(rosa).objects.update(language=language)
    done = send(red_flag_answer="yes")["Location"]
    for address in (done, reverse("patient:today")):
        assert re.search(rf'<h[12][^>]* lang="{language}">{headline}</h[12]>', text(as_rosa.get(address)))


# --- The crisis line ----------------------------------------------------------------------------------------


CRISIS = "Thoughts of hurting yourself? Call the crisis line"


@pytest.mark.parametrize(
    "sent",
    [
        {"red_flag_answer": "yes", "red_flags": ["self_harm_thoughts"]},
        {"note": "I keep thinking everyone would be better off if I was dead."},
    ],
)
def test_thoughts_of_self_harm_bring_the_crisis_line(as_rosa, send, rosa, sent):
    type(rosa.team).objects.update(crisis_line="988")
    done = send(**sent)["Location"]
    for address in (done, reverse("patient:today")):
        page = text(as_rosa.get(address))
        assert CRISIS in page
        assert 'href="tel:988"' in page


def test_other_reasons_do_not_bring_the_crisis_line(as_rosa, send, rosa):
    type(rosa.team).objects.update(crisis_line="988")
    assert CRISIS not in text(as_rosa.get(send(**SEVERE)["Location"]))


def test_a_team_without_a_crisis_line_offers_none(as_rosa, send, rosa):
    type(rosa.team).objects.update(crisis_line="")
    done = send(red_flag_answer="yes", red_flags=["self_harm_thoughts"])["Location"]
    for address in (done, reverse("patient:emergency"), CHECK_IN):
        assert "crisis line" not in text(as_rosa.get(address))


def test_help_has_the_same_numbers_as_the_answer(as_rosa, rosa):
    type(rosa.team).objects.update(crisis_line="988")
    page = text(as_rosa.get(reverse("patient:emergency")))
    team = type(rosa.team).objects.get(pk=rosa.team_id)
    for number in (team.emergency_number, team.line_24h, team.phone, "988"):
        assert number in page


# --- By night -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_the_first_step_and_the_first_button_agree(as_rosa, send, rosa, is_open):
    hours = {"cover_from": dt.time.min, "cover_until": dt.time.max}
    type(rosa.team).objects.update(cover_days=[*range(1, 8)] if is_open else [], **hours)
    page = text(as_rosa.get(send(**SEVERE)["Location"]))
    steps = page[page.index("What to do") :]
    first = rosa.team.phone if is_open else rosa.team.line_24h
    second = rosa.team.line_24h if is_open else rosa.team.phone
    assert steps.index(first) < steps.index(second)
    buttons = re.findall(r'class="call" href="tel:(\d+)"', page)
    assert buttons == [re.sub(r"\D", "", number) for number in (first, second)]


def test_a_retyped_reading_that_cannot_be_read_is_named(as_rosa, send):
    done = send(temperature="101.3")["Location"]
    shown = text(as_rosa.post(done, {"temperature-again": "a lot"}))
    assert "Or type your temperature again" in shown
