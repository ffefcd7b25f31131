"""Enrolling somebody, and changing what is kept of them."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Invitation, Membership, User
from tests.team.people.conftest import same_name_as
from tracker.models import CareEvent, Course, Dose, Patient

ENROL = reverse("team:enrol")
pytestmark = pytest.mark.django_db


def kept():
    return Patient.objects.get(name="Nils Åkesson")


def errors(answer):
    """Of every form on the page, by field."""
    found: dict[str, str] = {}
    for form in answer.context["forms"]:
        found |= {form.add_prefix(name): " ".join(said) for name, said in form.errors.items()}
    return found


# --- Enrolling ----------------------------------------------------------------------------------------------


def test_one_page_makes_a_patient_with_plan_and_first_dose(amiras, amira, team, told):
    answer = amiras.post(ENROL, told)
    patient = kept()
    assert answer.url == reverse("team:invite", args=[patient.pk])
    assert (patient.team, patient.user.email, patient.user.name) == (team, "nils@example.org", "Nils Åkesson")
    assert not patient.user.has_usable_password()
    assert patient.usual == {
        **{"systolic": 128, "diastolic": 80, "pulse": 72, "spo2": 97},
        **{"temperature": 36.6, "weight": 81.5},
    }
    assert (patient.record_number, patient.language, patient.extra_readings) == ("H 4711", "es", ["weight"])
    assert (patient.contact_name, patient.contact_phone) == ("Eva Åkesson", "555 0191")
    assert patient.enrolled_on == patient.today(timezone.now())
    [course] = Course.objects.filter(patient=patient)
    assert (course.drug.code, course.cycle, course.regimen, course.taken_at_home) == (
        *("aldesleukin", 1, "5 days a week"),
        True,
    )
    [dose] = Dose.objects.filter(course=course)
    assert not dose.is_timed
    assert dose.given_at <= timezone.now()
    [step] = CareEvent.objects.filter(patient=patient)
    assert (step.kind, step.by, step.team) == ("enrolled", amira, team)


def test_somebody_without_an_address_is_enrolled_all_the_same(amiras, told):
    for number, name in enumerate(("Nils Åkesson", "Siv Åkesson")):
        amiras.post(ENROL, told | {"email": "", "name": name, "record_number": str(number)})
    assert [patient.user.email for patient in Patient.objects.all()] == [None, None]


def test_nothing_that_was_typed_is_lost(amiras, told):
    page = amiras.post(ENROL, told | {"phone": "", "born_on": "9.7.", "courses-0-drug": ""}).text
    for typed in (
        "Nils Åkesson",
        "H 4711",
        "Nils@Example.org",
        "Eva Åkesson",
        "None known.",
        "36,6",
        "5 days",
    ):
        assert typed in page
    assert "9.7." in page
    assert "5 days a week" in page
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": " "}, "name", "Write the patient’s name."),
        ({"name": "123"}, "name", "Write the patient’s name."),
        ({"born_on": ""}, "born_on", "Write the date of birth."),
        ({"born_on": "2999-01-01"}, "born_on", "has not come yet"),
        ({"born_on": "1868-04-12"}, "born_on", "Nobody is that old"),
        ({"phone": "call me"}, "phone", "Write the number with digits"),
        ({"phone": ""}, "phone", "you may have to call"),
        ({"email": "nils"}, "email", "Write the address like"),
        ({"last_chemo_on": "2999-01-01"}, "last_chemo_on", "up to today"),
        ({"last_chemo_on": "1999-01-01"}, "last_chemo_on", "last three years"),
        ({"contact_name": ""}, "contact_name", "Whose number is this?"),
        ({"time_zone": "Mars/North"}, "time_zone", "Choose a place"),
        ({"courses-0-drug": ""}, "courses-0-drug", "Choose a drug."),
        ({"courses-0-cycle": "0"}, "courses-0-cycle", "number of the cycle"),
        ({"courses-0-started_on": "1959-01-01"}, "courses-0-started_on", "Check the year"),
        ({"courses-0-started_on": "2999-01-01"}, "courses-0-started_on", "Check the year"),
        ({"courses-0-ended_on": "2020-01-01"}, "courses-0-ended_on", "cannot be before"),
        ({"usual_pulse": "fast"}, "usual_pulse", "could not read fast"),
        ({"usual_systolic": "128", "usual_diastolic": ""}, "usual_systolic", "could not read 128"),
        ({"usual_spo2": "40"}, "usual_spo2", "could not read 40"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box(changed, field, words, amiras, told):
    answer = amiras.post(ENROL, told | changed)
    assert answer.status_code == 200
    assert words.casefold() in errors(answer).get(field, "").casefold()
    assert not Patient.objects.exists()


def test_a_course_cannot_begin_before_they_were_born(amiras, told):
    answer = amiras.post(ENROL, told | {"born_on": "2025-01-01", "courses-0-started_on": "2024-01-01"})
    assert "before they were born" in errors(answer)["courses-0-started_on"]


def test_one_drug_stands_once(amiras, told):
    twice = {"courses-1-drug": told["courses-0-drug"], "courses-1-started_on": told["courses-0-started_on"]}
    answer = amiras.post(ENROL, told | twice)
    assert "stands above already" in errors(answer)["courses-1-drug"]
    assert not Patient.objects.exists()


# --- Usual values are asked about ---------------------------------------------------------------------------


def test_a_slip_of_unit_is_asked_about_once_and_kept_as_it_was_meant(amiras, told):
    slip = told | {"usual_temperature": "97.9", "usual_weight": "81.5"}
    answer = amiras.post(ENROL, slip)
    assert "36.6" in errors(answer)["usual_temperature"]
    assert 'name="asked_temperature" value="97.9"' in answer.text
    amiras.post(ENROL, slip | {"asked_temperature": "97.9", "confirm_temperature": "yes"})
    assert float(kept().usual_temperature) == 36.6


def test_an_answer_to_other_words_does_not_count(amiras, told):
    slip = told | {"usual_temperature": "98.2", "asked_temperature": "97.9", "confirm_temperature": "yes"}
    assert "usual_temperature" in errors(amiras.post(ENROL, slip))


def test_an_odd_value_that_is_right_is_kept(amiras, told):
    odd = told | {"usual_pulse": "38"}
    assert "usual_pulse" in errors(amiras.post(ENROL, odd))
    amiras.post(ENROL, odd | {"asked_pulse": "38", "confirm_pulse": "yes"})
    assert kept().usual_pulse == 38


def test_a_pressure_in_one_box_is_read(amiras, told):
    amiras.post(ENROL, told | {"usual_systolic": "128/80", "usual_diastolic": ""})
    assert (kept().usual_systolic, kept().usual_diastolic) == (128, 80)


# --- Who is there already -----------------------------------------------------------------------------------


def test_the_same_name_and_birth_date_are_asked_about(amiras, rosa, team, told):
    twin = told | {"name": "rosa martin", "born_on": "1968-04-12"}
    answer = amiras.post(ENROL, twin)
    assert "is in this team already" in errors(answer)["name"]
    assert reverse("team:patient", args=[rosa.pk]) in answer.text
    assert AccessEvent.objects.filter(patient_id=rosa.pk).count() == 1
    about = answer.context["form"].twin_about
    amiras.post(ENROL, twin | {"is_another": "somebody|else"})
    assert Patient.objects.count() == 1
    amiras.post(ENROL, twin | {"is_another": about})
    assert Patient.objects.count() == 2


def test_a_hospital_number_is_one_persons(amiras, rosa, told):
    Patient.objects.update(record_number="H 4711")
    assert "Rosa Martín has this number" in errors(amiras.post(ENROL, told))["record_number"]


def test_another_teams_patients_are_no_duplicates(amiras, rosa, other_team, told):
    Patient.objects.update(team=other_team, record_number="H 4711")
    twin = told | {"name": "Rosa Martín", "born_on": "1968-04-12"}
    assert amiras.post(ENROL, twin).status_code == 302


def test_the_address_of_a_patient_of_the_team_is_said_to_be_theirs(amiras, rosa, told):
    answer = amiras.post(ENROL, told | {"email": rosa.user.email})
    assert "the address of Rosa Martín" in errors(answer)["email"]


def test_of_other_teams_patients_and_of_closed_accounts_nothing_is_told(amiras, rosa, lena, other_team, told):
    Patient.objects.update(team=other_team)
    User.objects.filter(pk=lena.pk).update(is_active=False)
    said = {
        errors(amiras.post(ENROL, told | {"email": who}))["email"] for who in (rosa.user.email, lena.email)
    }
    [words] = said
    assert "cannot be used here" in words
    assert "Rosa" not in words
    assert not AccessEvent.objects.exists()


def test_an_account_without_a_diary_gets_one_when_the_nurse_says_so(amiras, lena, told):
    theirs = told | {"email": lena.email}
    assert "has an account here already" in errors(amiras.post(ENROL, theirs))["email"]
    amiras.post(ENROL, theirs | {"is_theirs": "else@example.org"})
    assert not Patient.objects.exists()
    amiras.post(ENROL, theirs | {"is_theirs": lena.email})
    assert kept().user == lena
    lena.refresh_from_db()
    assert lena.name == "Lena Martín"


def test_nobody_enrols_themselves(amiras, amira, told):
    assert "your own address" in errors(amiras.post(ENROL, told | {"email": amira.email}))["email"]


# --- Who may ------------------------------------------------------------------------------------------------


def test_a_nurse_and_the_lead_enrol_and_a_doctor_does_not(amira, ben, sara, browser_of, rosa):
    assert [browser_of(who).get(ENROL).status_code for who in (amira, sara, ben)] == [200, 200, 404]
    assert browser_of(rosa.user).get(ENROL).status_code == 404


def test_who_works_in_two_teams_chooses(amira, other_team, amiras, told):
    Membership.objects.create(user=amira, team=other_team, role="nurse")
    assert errors(amiras.post(ENROL, told))["team"] == "Choose a team."
    amiras.post(ENROL, told | {"team": other_team.pk})
    assert kept().team == other_team


def test_a_team_in_which_somebody_is_a_doctor_is_not_among_them(amira, other_team, amiras, told):
    Membership.objects.create(user=amira, team=other_team, role="doctor")
    amiras.post(ENROL, told | {"team": other_team.pk})
    assert kept().team.name == "Harbour Clinic"


# --- Changing -----------------------------------------------------------------------------------------------


def form_of(browser, patient):
    """What the page of the record would send, unchanged."""
    form = browser.get(reverse("team:edit_record", args=[patient.pk])).context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in values.items()}


def test_only_what_was_changed_is_written(amiras, amira, rosa):
    address = reverse("team:edit_record", args=[rosa.pk])
    same = form_of(amiras, rosa)
    assert amiras.post(address, same).status_code == 302
    assert not CareEvent.objects.exists()
    amiras.post(address, same | {"allergies": "Latex.", "usual_weight": "60"})
    rosa.refresh_from_db()
    assert (rosa.allergies, float(rosa.usual_weight)) == ("Latex.", 60)
    [step] = CareEvent.objects.all()
    assert (step.kind, step.by, step.detail) == ("edited", amira, {"fields": ["allergies", "usual_weight"]})


def test_two_who_write_at_once_do_not_undo_each_other(amiras, rosa):
    address = reverse("team:edit_record", args=[rosa.pk])
    before = form_of(amiras, rosa)
    Patient.objects.filter(pk=rosa.pk).update(phone="555 0999")
    answer = amiras.post(address, before | {"allergies": "Latex."})
    assert "A colleague changed this record" in answer.text
    assert "Latex." in answer.text
    rosa.refresh_from_db()
    assert (rosa.phone, rosa.allergies) == ("555 0999", "Penicillin: a rash, as a child.")
    values = {bound.html_name: bound.value() for bound in answer.context["form"]}
    again = {name: "" if value is None else value for name, value in values.items()}
    assert amiras.post(address, again | {"phone": "555 0999"}).status_code == 302
    rosa.refresh_from_db()
    assert (rosa.phone, rosa.allergies) == ("555 0999", "Latex.")


def test_by_another_clock_the_reminder_of_today_is_let_go(amiras, rosa):
    amiras.post(
        reverse("team:edit_record", args=[rosa.pk]), form_of(amiras, rosa) | {"time_zone": "Asia/Tokyo"}
    )
    rosa.refresh_from_db()
    assert rosa.time_zone == "Asia/Tokyo"
    assert rosa.remind_from is not None


def test_an_address_changes_until_somebody_has_come_in_with_it(amiras, amira, rosa, team):
    address = reverse("team:edit_record", args=[rosa.pk])
    Invitation.objects.create(
        **{"user": rosa.user, "team": team, "role": "", "invited_by": amira, "token_digest": "x"},
        created_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=7),
    )
    amiras.post(address, form_of(amiras, rosa) | {"email": "new@example.org"})
    rosa.user.refresh_from_db()
    assert rosa.user.email == "new@example.org"
    assert Invitation.objects.get().ended_at
    User.objects.filter(pk=rosa.user_id).update(last_login=timezone.now())
    amiras.post(address, form_of(amiras, rosa) | {"email": "thief@example.org"})
    rosa.user.refresh_from_db()
    assert rosa.user.email == "new@example.org"


def test_the_address_of_a_colleague_or_a_carer_is_not_changed_here(amiras, rosa, team):
    Membership.objects.create(user=rosa.user, team=team, role="doctor")
    form = amiras.get(reverse("team:edit_record", args=[rosa.pk])).context["form"]
    assert form.fields["email"].disabled


def test_an_edited_name_may_not_become_that_of_another_unasked(amiras, rosa, team):
    other = same_name_as(rosa, team, "Rosita Martín")
    address = reverse("team:edit_record", args=[other.pk])
    answer = amiras.post(address, form_of(amiras, other) | {"name": "Rosa Martin"})
    assert "is in this team already" in errors(answer)["name"]


@pytest.mark.django_db(transaction=True)
def test_a_button_that_is_pressed_twice_makes_one_patient(amira, told, browser_of):
    answers = []

    def press():
        answers.append(browser_of(amira).post(ENROL, told | {"email": "", "record_number": ""}))
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join(timeout=60)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert Patient.objects.count() == 1
