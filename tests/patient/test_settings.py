"""Settings: a person's own belong to whoever is signed in, a diary's to its patient alone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership, User
from tests.patient.conftest import signed_in
from tracker.models import Patient

INDEX = reverse("settings:index")
NAME, LANGUAGE, UNITS, SIZE, PLACE, LOOKS = (
    reverse(f"settings:{name}") for name in ("name", "language", "units", "text_size", "place", "looks")
)
OWN = (NAME, LANGUAGE, UNITS, SIZE)
DIARY = [reverse(f"settings:{name}") for name in ("place", "looks", "download", "leave")]
What = AccessEvent.What
pytestmark = pytest.mark.django_db


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


# --- Whose they are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lena", "amira", "edith", "ada"])
def test_everybody_has_settings_of_their_own_and_nobody_those_of_a_diary(who, request, rosa):
    browser = browser_of(request.getfixturevalue(who))
    page = browser.get(INDEX).text
    for url in OWN:
        assert f'href="{url}"' in page
        assert browser.get(url).status_code == 200
    for url in DIARY:
        assert f'href="{url}"' not in page
        assert browser.get(url).status_code == 404
        assert browser.post(url, {"time_zone": "Asia/Tokyo", "reason": "x"}).status_code in (404, 405)
    assert Patient.objects.get().time_zone == ""


def test_a_stranger_is_asked_to_sign_in(client):
    for url in (INDEX, *OWN, *DIARY):
        assert client.get(url)["Location"].startswith("/accounts/login/code/")


def test_the_tabs_lead_to_settings_and_settings_end_with_signing_out(as_rosa):
    page = as_rosa.get(reverse("patient:today")).text
    assert f'href="{INDEX}"' in page
    assert "Sign out" not in page
    page = as_rosa.get(INDEX).text
    assert page.rindex("Sign out") > page.rindex("Leave the programme")
    for name in ("patient:reminders", "offline:devices"):
        assert f'href="{reverse(name)}"' in page


def test_what_is_chosen_is_listed(as_rosa, rosa):
    Patient.objects.update(time_zone="Asia/Tokyo", remind_at="18:30")
    page = as_rosa.get(INDEX).text
    for words in ("Rosa Martín", "As your browser asks", "°C, kg", "Normal", "Tokyo", "18:30"):
        assert words in page


# --- Of a person --------------------------------------------------------------------------------------------


def test_the_name_is_what_we_greet_with_and_the_teams_record_stays(as_rosa, rosa):
    page = as_rosa.get(NAME).text
    assert "Your care team knows you as Rosa Martín. To change that name, ask them." in page
    assert "Saved." in as_rosa.post(NAME, {"name": "  Rosi \n Martín "}, follow=True).text
    rosa.refresh_from_db()
    assert (rosa.user.name, rosa.name) == ("Rosi Martín", "Rosa Martín")
    assert "Hello, Rosi" in as_rosa.get(reverse("patient:today")).text


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Write the name that we should call you by."), ("x" * 121, "Write a shorter name")],
)
def test_a_name_that_cannot_be_kept_is_said_so(name, words, as_rosa, rosa):
    page = as_rosa.post(NAME, {"name": name}).text
    assert words in page
    assert name in page
    rosa.user.refresh_from_db()
    assert rosa.user.name == "Rosa Martín"


def test_a_language_is_of_the_person_and_of_their_diary_together(as_rosa, rosa):
    as_rosa.post(LANGUAGE, {"language": "es"})
    rosa.refresh_from_db()
    assert (rosa.user.language, rosa.language) == ("es", "es")


def test_a_language_that_advice_is_not_given_in_leaves_the_diarys(as_rosa, rosa):
    as_rosa.post(LANGUAGE, {"language": "ar"})
    rosa.refresh_from_db()
    spoken = dict(Patient._meta.get_field("language").flatchoices)
    assert rosa.user.language == "ar"
    assert rosa.language == ("ar" if "ar" in spoken else "en")


@pytest.mark.parametrize("asks", ["en", "es", "ar"])
def test_who_never_chose_a_language_finds_that_of_the_page_chosen(as_rosa, rosa, asks):
    Patient.objects.update(language="es")
    page = as_rosa.get(LANGUAGE, headers={"accept-language": asks})
    assert page.context["form"]["language"].value() == asks


def test_settings_say_when_the_language_is_the_browsers(as_rosa, rosa):
    Patient.objects.update(language="es")
    assert "As your browser asks" in as_rosa.get(INDEX).text
    User.objects.update(language="en")
    page = as_rosa.get(INDEX).text
    assert "<span>English</span>" in page
    assert "As your browser asks" not in page


def test_a_language_of_somebody_without_a_diary_changes_no_diary(lena, rosa):
    browser_of(lena).post(LANGUAGE, {"language": "es"})
    lena.refresh_from_db()
    rosa.refresh_from_db()
    assert (lena.language, rosa.language, rosa.user.language) == ("es", "en", "")


def test_units(as_rosa, rosa):
    as_rosa.post(UNITS, {"temperature_unit": "F", "weight_unit": "lb"})
    rosa.user.refresh_from_db()
    assert (rosa.user.temperature_unit, rosa.user.weight_unit) == ("F", "lb")


@pytest.mark.parametrize(
    ("url", "data"),
    [
        (LANGUAGE, {"language": "tlh"}),
        (LANGUAGE, {}),
        (UNITS, {"temperature_unit": "K", "weight_unit": "kg"}),
        (UNITS, {"temperature_unit": "C"}),
        (SIZE, {"text_size": "huge"}),
        (PLACE, {"time_zone": "Mars/Olympus"}),
    ],
)
def test_what_is_not_offered_is_refused_in_words(url, data, as_rosa, rosa):
    before = Patient.objects.values().get(), type(rosa.user).objects.values().get(pk=rosa.user.pk)
    page = as_rosa.post(url, data or {"other": "x"})
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert before == (Patient.objects.values().get(), type(rosa.user).objects.values().get(pk=rosa.user.pk))


@pytest.mark.parametrize(("size", "mark"), [("large", "text-large"), ("larger", "text-larger")])
def test_a_text_size_is_a_class_of_every_page(size, mark, as_rosa, rosa):
    assert "text-large" not in as_rosa.get(INDEX).text.partition("<head>")[0]
    as_rosa.post(SIZE, {"text_size": size})
    for url in (INDEX, reverse("patient:today"), reverse("education:index"), "/nowhere/"):
        assert f'class="{mark}"' in as_rosa.get(url).text.partition("<head>")[0]
    assert mark not in Client().get(reverse("education:index")).text


# --- Who looked ---------------------------------------------------------------------------------------------


def look(patient, actor, what=What.CHART, at="2026-11-25T10:00+01:00"):
    AccessEvent.objects.create(
        team_id=patient.team_id,
        patient_id=patient.pk,
        actor=actor,
        what=what,
        at=dt.datetime.fromisoformat(at),
    )


def test_who_looked_is_told_by_day_and_person(as_rosa, rosa, amira, ben):
    look(rosa, amira, at="2026-11-24T09:00+01:00")
    look(rosa, amira, at="2026-11-24T23:30+00:00")  # half past midnight in Madrid
    look(rosa, amira, at="2026-11-25T10:00+01:00")
    look(rosa, ben, What.FLAG, at="2026-11-25T10:05+01:00")
    days = as_rosa.get(LOOKS).context["days"]
    assert [each.day for each in days] == [dt.date(2026, 11, 25), dt.date(2026, 11, 24)]
    assert [(each.name, each.role, each.team) for each in days[0].looks] == [
        (ben.name, "Doctor", "Harbour Clinic"),
        (amira.name, "Nurse", "Harbour Clinic"),
    ]
    zone = ZoneInfo("Europe/Madrid")
    opened = days[0].looks[1].opened[0]
    assert [f"{at.astimezone(zone):%H:%M}" for at in opened.at] == ["00:30", "10:00"]
    page = as_rosa.get(LOOKS).text
    assert "a report of yours that needed an answer" in page
    assert "00:30" in page


def test_no_team_stands_beside_somebody_who_helps(as_rosa, rosa, lena):
    look(rosa, lena, What.DIARY)
    page = as_rosa.get(LOOKS)
    [found] = page.context["days"][0].looks
    assert (found.role, found.team) == ("Helps you", "")
    assert "Helps you</span>" in page.text


def test_every_kind_of_look_has_words(as_rosa, rosa, amira):
    for what in What:
        look(rosa, amira, what)
    words = [each.words for day in as_rosa.get(LOOKS).context["days"] for each in day.looks[0].opened]
    alike = {What.REVIEW, What.WATCH, What.UNWATCH}  # nobody is told whether an officer watches
    assert len(set(words)) == len(What) - len(alike) + 1


def test_own_looks_and_looks_at_others_are_not_listed(as_rosa, rosa, dev, amira):
    look(rosa, rosa.user)
    look(dev, amira)
    page = as_rosa.get(LOOKS)
    assert page.context["days"] == []
    assert "No one has opened a page about you yet." in page.text


def test_what_somebody_is_not_any_more_is_not_said(as_rosa, rosa, amira, ada):
    look(rosa, amira)
    look(rosa, ada, What.RECORD)
    Membership.objects.filter(user=amira).delete()
    roles = {each.name: each.role for each in as_rosa.get(LOOKS).context["days"][0].looks}
    assert roles == {amira.name: "No longer in this team", ada.name: "Admin"}


def test_looks_come_in_pages_of_fifty_and_cost_the_same(as_rosa, rosa, amira, django_assert_max_num_queries):
    for minute in range(51):
        look(rosa, amira, at=f"2026-11-25T10:{minute:02}+01:00")
    first = as_rosa.get(LOOKS)
    assert sum(len(o.at) for d in first.context["days"] for each in d.looks for o in each.opened) == 50
    assert "What we keep" in first.text
    with django_assert_max_num_queries(12):
        second = as_rosa.get(LOOKS, {"page": "2"})
    assert sum(len(o.at) for d in second.context["days"] for each in d.looks for o in each.opened) == 1
    for strange in ("0", "99", "x", "9" * 50):
        assert as_rosa.get(LOOKS, {"page": strange}).status_code == 200


# --- Where they are -----------------------------------------------------------------------------------------


def test_another_place_reminds_of_nothing_that_is_over_there(as_rosa, rosa):
    with time_machine.travel(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), tick=False):
        as_rosa.post(PLACE, {"time_zone": "Asia/Tokyo"})
        now = timezone.now()
    rosa.refresh_from_db()
    assert (rosa.time_zone, rosa.remind_from) == ("Asia/Tokyo", now)


def test_the_page_says_the_days_by_the_clock_of_the_place(rosa, amira):
    Patient.objects.update(time_zone="Pacific/Auckland")
    look(rosa, amira, at="2026-11-25T18:00+00:00")
    day = signed_in(rosa).get(LOOKS).context["days"][0].day
    assert day == dt.date(2026, 11, 26)
