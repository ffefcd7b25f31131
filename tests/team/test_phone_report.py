"""A report that a nurse takes by phone: the same questions, the same way in, and what to say then."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AccessEvent
from tests.patient.conftest import a_form, signed_in
from tests.team.conftest import GOOD_DAY, send
from tracker import checkins
from tracker.models import Alert, CheckIn, Flag
from tracker.models.flags import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


def form_of(patient) -> str:
    return f"/team/patients/{patient.pk}/by-phone/"


def take(browser, patient, **answers: Any) -> CheckIn:
    """What the nurse's browser sends; the report that came of it."""
    day = patient.today(timezone.now()).isoformat()
    answer = browser.post(form_of(patient), a_form(day=day, **answers))
    assert answer.status_code == 302, answer.context["form"].errors
    return CheckIn.objects.get(pk=answer["Location"].split("/")[3])


def test_the_chart_leads_to_the_form_and_the_form_says_whom_to_ask_for(rosa, amiras):
    assert form_of(rosa) in amiras.get(f"/team/patients/{rosa.pk}/").text
    page = amiras.get(form_of(rosa)).text
    assert "You are on the phone with Rosa Martín" in page
    assert "Born 12 April 1968" in page
    assert rosa.phone in page
    assert "Which of these have you had in the last 24 hours?" in page


def test_nothing_of_it_stays_in_the_nurses_browser(rosa, amiras):
    page = amiras.get(form_of(rosa)).text
    assert 'data-draft=""' in page
    assert 'name="diary"' not in page


def test_it_is_kept_as_taken_by_phone(rosa, amira, amiras):
    told = take(amiras, rosa, symptoms=["nausea"], **{"nausea-severity": "2"})
    assert (told.source, told.reported_by, told.patient) == ("phone", amira, rosa)
    assert told.day == rosa.today(timezone.now())
    assert told.mark == "by phone, taken by Amira"


def test_the_nurse_reads_aloud_what_to_do_and_claims_the_flag(rosa, amira, amiras):
    told = take(amiras, rosa, red_flag_answer="yes", red_flags=["chest_pain"])
    page = amiras.get(f"/team/reports/{told.pk}/").text
    assert told.advice["headline"] in page
    assert all(step in page for step in told.advice["steps"])
    flag = Flag.objects.get()
    assert f"/team/flags/{flag.pk}/claim/" in page
    assert Alert.objects.filter(flag=flag).exists()  # somebody else hears of it too
    amiras.post(f"/team/flags/{flag.pk}/claim/")
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == (State.ACKNOWLEDGED, amira)
    assert "The flag is Amira Nasser’s." in amiras.get(f"/team/reports/{told.pk}/").text


def test_who_took_it_stands_wherever_it_is_shown(rosa, amiras):
    told = take(amiras, rosa, red_flag_answer="yes", red_flags=["chest_pain"], note="Since noon.")
    flag = Flag.objects.get()
    mark = "y phone, taken by Amira"
    for address in (
        f"/team/flags/{flag.pk}/",
        f"/team/patients/{rosa.pk}/",
        "/team/notes/",
        f"/team/reports/{told.pk}/",
    ):
        assert mark in amiras.get(address).text, address
    patient = signed_in(rosa)
    for address in ("/today/", f"/check-in/{told.pk}/"):
        page = patient.get(address).text
        assert mark in page, address
        assert "We took your check-in by phone. Amira wrote it down." in page


def test_a_question_about_a_reading_is_answered_on_the_phone(rosa, amiras):
    told = take(amiras, rosa, red_flag_answer="yes", red_flags=["chest_pain"], temperature="98.6")
    page = amiras.get(f"/team/reports/{told.pk}/")
    assert page.context["questions"]
    answer = amiras.post(f"/team/reports/{told.pk}/", {"temperature-answer": "yes"})
    corrected = CheckIn.objects.get(amends=told)
    assert answer["Location"] == f"/team/reports/{corrected.pk}/"
    assert (corrected.source, corrected.mark) == ("phone", told.mark)


def test_what_was_taken_wrong_is_corrected_by_whoever_took_it(rosa, amiras, ben, browser_of):
    told = take(amiras, rosa)
    assert f"?correct={told.pk}" in amiras.get(f"/team/reports/{told.pk}/").text
    assert f"?correct={told.pk}" not in browser_of(ben).get(f"/team/reports/{told.pk}/").text
    page = amiras.get(form_of(rosa), {"correct": told.pk}).text
    assert f'value="{told.pk}"' in page
    later = take(amiras, rosa, id=str(told.pk), symptoms=["nausea"])
    assert later.amends == told


def test_a_nurse_does_not_correct_what_the_patient_wrote(rosa, amiras):
    own = send(rosa, GOOD_DAY).check_in
    assert f'value="{own.pk}"' not in amiras.get(form_of(rosa), {"correct": own.pk}).text
    assert take(amiras, rosa, id=str(own.pk), symptoms=["nausea"]).amends is None


def test_only_reports_by_phone_have_the_page(rosa, amiras):
    own = send(rosa, GOOD_DAY).check_in
    assert amiras.get(f"/team/reports/{own.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["noor", "lena", "rosa", "ada"])
def test_nobody_else_takes_one(rosa, amiras, who, request, browser_of):
    told = take(amiras, rosa)
    person = request.getfixturevalue(who)
    browser = browser_of(person.user if who == "rosa" else person)
    for address in (form_of(rosa), f"/team/reports/{told.pk}/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, a_form()).status_code == 404
    assert CheckIn.objects.count() == 1


def test_the_one_write_path_asks_for_the_team_too(rosa, noor, lena):
    now = timezone.now()
    when = {"day": rosa.today(now), "reported_at": now, "now": now}
    for person in (noor, lena, rosa.user):
        with pytest.raises(checkins.NotAllowed):
            checkins.submit(
                patient_id=rosa.pk, report=GOOD_DAY, id=uuid.uuid4(), by=person, source="phone", **when
            )


def test_every_look_is_kept(rosa, amira, amiras):
    told = take(amiras, rosa)
    amiras.get(form_of(rosa))
    amiras.get(f"/team/reports/{told.pk}/")
    looks = AccessEvent.objects.values_list("what", "actor", "patient_id")
    assert list(looks) == [("phone", amira.pk, rosa.pk)] * 2
