"""What triage and the library say is in the language of the page, and advice in that of whoever reports."""

import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from education.languages import page_language
from education.models import Drug, DrugTranslation, Symptom, SymptomTranslation
from tests.carers import helping
from tests.patient.conftest import a_form, signed_in
from tracker import charts, checkins
from tracker.models import CheckIn, Patient
from tracker.patient.forms import CheckInForm, _note_hint
from tracker.patient.frame import treatments
from tracker.patient.plan import labels, plan_for, said
from tracker.patient.told import told_by
from tracker.triage.report import Answer, Level, Reading, Report
from tracker.triage.shown import KEPT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]


def in_spanish(code: str, **words: str) -> None:
    page = Symptom.objects.get(code=code)
    SymptomTranslation.objects.create(page=page, language="es", is_published=True, **words)


def a_line(patient: Patient, code: str, language: str) -> Any:
    plan = plan_for(patient, patient.today(timezone.now()), language)
    return next(line for line in (*plan.lines, *plan.others) if line.code == code)


def bound(patient: Patient, **answers: Any) -> CheckInForm:
    now = timezone.now()
    plan = plan_for(patient, patient.today(now), page_language())
    sent = QueryDict(urlencode(a_form(day=plan.today.isoformat(), **answers)))
    form = CheckInForm(sent, plan=plan, now=now)
    form.is_valid()
    return form


def submitted(patient: Patient, by: User, report: Report) -> CheckIn:
    now = timezone.now()
    return checkins.submit(
        patient_id=patient.pk, report=report, id=uuid.uuid4(), by=by, day=None, reported_at=now, now=now
    ).check_in


# --- The tick list ------------------------------------------------------------------------------------------


def test_a_symptom_has_the_librarys_name_in_the_language_of_the_page(rosa: Patient) -> None:
    in_spanish(
        "nausea", plain_name="Ganas de vomitar", synonyms="asco\nestómago revuelto", question="¿Cuánta?"
    )
    line = a_line(rosa, "nausea", "es")
    assert line.label == "Ganas de vomitar"
    assert {"asco", "revuelto", "queasy", "nausea"} <= set(re.split(r"[;\s]", line.other_words))
    severity = next(each for each in line.questions if each.attribute == "severity")
    assert severity.words == "¿Cuánta?"
    assert [word for _value, word in severity.options] == ["Leve", "Moderado", "Fuerte", "Muy fuerte"]
    assert a_line(rosa, "nausea", "en").label == "Nausea"


def test_without_a_page_in_the_language_triage_has_a_name(rosa: Patient) -> None:
    """And the question is the general one: English is never asked in the middle of another language."""
    line = a_line(rosa, "itching", "ar")
    assert line.label == "حكة"
    assert "itch" not in str(line.questions[0].words)
    assert [word for _value, word in line.questions[0].options] == ["خفيف", "متوسط", "شديد", "شديد جدًا"]
    assert labels("ar")["itching"] == "حكة"
    assert labels("es")["chills"] == "Escalofríos o tiritona"


def test_the_list_takes_one_query_more_in_another_language(
    rosa: Patient, django_assert_num_queries: Any
) -> None:
    today = rosa.today(timezone.now())
    with django_assert_num_queries(4):
        plan_for(rosa, today)
    with django_assert_num_queries(5):
        plan_for(rosa, today, "es")


def test_yesterdays_words_are_in_the_language_of_the_page(rosa: Patient) -> None:
    submitted(rosa, rosa.user, Report(answers={"itching": Answer(severity=3)}))
    assert a_line(rosa, "itching", "es").before.endswith("fuerte")
    assert said(Answer(frequency=3), "ar") == "كثيرًا"


# --- Readings -----------------------------------------------------------------------------------------------


def test_a_question_about_a_reading_is_in_the_language_of_the_page(rosa: Patient) -> None:
    with translation.override("es"):
        form = bound(rosa, temperature="98,6")
        assert form.errors["confirm_temperature"] == ["¿Querías decir 98,6 °F (37,0 °C)?"]
        assert bound(rosa, temperature="alta").errors["temperature"] == [
            "No pudimos leer alta. La temperatura es un número como 37,2."
        ]
    with translation.override("ar"):
        assert "\u206898.6 فهرنهايت (37.0 درجة مئوية)\u2069" in str(bound(rosa, temperature="98,6").errors)


def test_a_decimal_comma_is_read_and_shown_as_one(rosa: Patient) -> None:
    with translation.override("es"):
        form = bound(rosa, temperature="36,9", weight="70,5")
        assert form.is_valid()
        assert form.report.readings["temperature"].best == 36.9
        told = dict(told_by(form.report, KEPT, "es"))
    assert (told["Temperatura"], told["Peso"]) == ("36,9 °C", "70,5 kg")
    assert dict(told_by(form.report, KEPT, "en"))["Temperature"] == "36.9 °C"


def test_what_was_told_is_shown_in_the_language_of_the_page(rosa: Patient) -> None:
    report = Report(
        answers={"itching": Answer(severity=2)},
        readings={
            "systolic": Reading(120, "mmHg", "120/80"),
            "diastolic": Reading(80, "mmHg", "120/80"),
        },
        hours_since_urine=2.5,
    )
    told = told_by(report, KEPT, "es")
    assert ("Picor o comezón", "moderado") in told
    assert ("Presión", "120/80 mmHg") in told
    assert told[-1][1] == "2,5"
    assert ("ضغط الدم", "120/80 ملم زئبق") in told_by(report, KEPT, "ar")


def test_charts_are_labelled_in_the_language_of_the_page(rosa: Patient) -> None:
    today = rosa.today(timezone.now())
    report = Report(readings={"temperature": Reading(36.9, "°C", "36.9")})
    days = {today: charts.logged_day(today, report, {})}
    (chart,) = charts.reading_charts(days, [today], {"temperature": 36.6}, style=charts.Style(language="es"))
    assert (chart.label, chart.lowest, chart.usual, chart.latest) == ("Temperatura", "36,9", "36,6", "36,9")


def test_a_drug_is_named_as_it_is_said_on_the_phone(rosa: Patient, django_assert_num_queries: Any) -> None:
    courses = list(rosa.courses.select_related("drug"))
    drug = Drug.objects.get(code="aldesleukin")
    DrugTranslation.objects.create(page=drug, language="es", plain_name="interleucina-2", is_published=True)
    today = rosa.today(timezone.now())
    with django_assert_num_queries(1):
        assert treatments(courses, today, "es")[0]["drug"].plain_name == "interleucina-2"
    with django_assert_num_queries(0):
        assert treatments(courses, today, "en")[0]["drug"].plain_name == drug.plain_name


# --- Advice -------------------------------------------------------------------------------------------------

BAD = Report(red_flags=frozenset({"chest_pain"}), red_flag_answer="yes")


@pytest.mark.parametrize(
    ("chosen", "patients", "language"),
    [("", "en", "en"), ("", "ar", "ar"), ("es", "en", "es"), ("en", "es", "en"), ("ar", "es", "ar")],
)
def test_advice_is_in_the_language_of_whoever_reports(
    chosen: str, patients: str, language: str, rosa: Patient
) -> None:
    Patient.objects.update(language=patients)
    User.objects.filter(pk=rosa.user_id).update(language=chosen)
    check_in = submitted(rosa, User.objects.get(pk=rosa.user_id), BAD)
    assert check_in.advice["language"] == language
    expected = {"en": "Call", "es": "Llama", "ar": "اتصل"}[language]
    assert check_in.advice["headline"].startswith(expected)
    assert check_in.findings.get().team_words == "Chest pain or pressure"


def test_advice_is_in_the_language_of_the_page_where_nobody_chose_one(rosa: Patient) -> None:
    assert rosa.language == "en"
    client = signed_in(rosa)
    client.post(reverse("patient:check_in"), a_form(red_flag_answer="yes"), headers={"accept-language": "es"})
    assert CheckIn.objects.get().advice["headline"].startswith("Llama")


def test_a_carers_language_takes_nothing_from_the_reading_of_a_note(rosa: Patient) -> None:
    """The family's Spanish is read although she who types has her pages in English, and the reverse."""
    carer = User.objects.create(email="lena@example.org", name="Lena", language="en")
    helping(rosa, carer)
    Patient.objects.update(language="es")
    for note in ("desmayo", "fainted"):
        assert submitted(rosa, carer, Report(note=note)).level == Level.EMERGENCY


def test_a_note_of_somebody_who_reads_arabic_waits_for_a_person(rosa: Patient) -> None:
    Patient.objects.update(language="ar")
    check_in = submitted(rosa, rosa.user, Report(note="عندي ألم شديد في الصدر"))
    assert rosa.notes.get().words == check_in.told.note
    check_in = submitted(rosa, rosa.user, Report(note="chest pain"))
    assert check_in.level == Level.EMERGENCY


@pytest.mark.parametrize(
    ("languages", "promised"),
    [({"en"}, True), ({"es"}, True), ({"es", "en"}, True), ({"ar"}, False), ({"en", "ar"}, False)],
)
def test_nobody_is_promised_a_computer_that_cannot_read_their_note(
    languages: set[str], promised: bool
) -> None:
    hint = _note_hint(24, frozenset(languages))
    assert ("computer" in hint) is promised
    assert "within 24 hours" in hint
    assert "call us" in hint


def test_the_hint_goes_by_the_page_and_by_the_patient(rosa: Patient) -> None:
    assert "computer" in bound(rosa).fields["note"].help_text
    rosa.language = "ar"
    assert "computer" not in bound(rosa).fields["note"].help_text


@pytest.mark.parametrize("language", ["es", "ar"])
def test_the_pages_open_in_every_language(language: str, rosa: Patient) -> None:
    client = signed_in(rosa)
    Patient.objects.update(language=language)
    check_in = submitted(rosa, rosa.user, BAD)
    asked = {"accept-language": language}
    for name in ("today", "check_in", "emergency", "trends"):
        assert client.get(reverse(f"patient:{name}"), headers=asked).status_code == 200
    html = client.get(reverse("patient:done", args=[check_in.pk]), headers=asked).content.decode()
    assert f'<h1 dir="auto" lang="{language}">' in html
