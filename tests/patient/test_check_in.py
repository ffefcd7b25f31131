"""The check-in without JavaScript: what is kept, what is asked back, and that nothing is lost or refused."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.patient.conftest import CHECK_IN, a_form, kept, signed_in
from tracker import checkins
from tracker.models import Alert, CheckIn, Flag, Patient
from tracker.triage.report import Answer, Level, Reading, Report

pytestmark = pytest.mark.django_db


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200, answer
    return {name: list(each) for name, each in answer.context["form"].errors.items()}


def page(answer: Any) -> str:
    return str(answer.content.decode())


# --- What is asked ------------------------------------------------------------------------------------------


def test_the_list_is_that_of_the_persons_drugs_and_the_rest_is_something_else(as_rosa):
    plan = as_rosa.get(CHECK_IN).context["plan"]
    asked = {line.code for line in plan.lines}
    assert "chills" in asked
    assert not asked & {line.code for line in plan.others}


def chosen(answer: Any) -> list[str]:
    """The names of all that is ticked or chosen on a page before anybody has touched it."""
    return re.findall(r'<input[^>]* name="([^"]+)"[^>]* checked', page(answer))


def test_what_was_reported_comes_first_with_yesterdays_words_and_no_tick(as_rosa, send, rosa):
    yesterday = rosa.today(timezone.now()) - dt.timedelta(days=1)
    send(day=yesterday.isoformat(), symptoms=["itching"], **{"itching-severity": "1"})
    answer = as_rosa.get(CHECK_IN)
    first = answer.context["plan"].lines[0]
    assert (first.code, first.before) == ("itching", "yesterday: mild")
    assert chosen(answer) == ["temperature_unit", "weight_unit"]


def test_readings_are_those_of_the_plan(as_rosa, joan):
    asked = {part["kind"] for part in as_rosa.get(CHECK_IN).context["form"].reading_parts if part["is_asked"]}
    assert "blood_pressure" in asked
    assert "systolic" not in page(signed_in(joan).get(CHECK_IN))


def test_the_form_takes_few_queries_whatever_was_reported(as_rosa, send):
    send()
    as_rosa.get(CHECK_IN)  # makes the key that phones seal to
    with CaptureQueriesContext(connection) as captured:
        as_rosa.get(CHECK_IN)
    assert len(captured) <= 10, [query["sql"] for query in captured]


# --- What is kept -------------------------------------------------------------------------------------------


def test_a_good_day_is_kept_and_raises_nothing(send):
    answer = send()
    report = kept()
    assert answer["Location"] == reverse("patient:done", args=[report.pk])
    assert report.told.asked == {"chills", "nausea"}
    assert report.level == Level.NONE
    assert not Flag.objects.exists()


def test_answers_are_kept_and_what_was_skipped_is_not_zero(send):
    send(symptoms=["nausea", "rash", "chills"], **{"nausea-frequency": "2", "nausea-severity": "1"})
    told = kept().told
    assert told.answers["nausea"] == Answer(frequency=2, severity=1)
    assert told.answers["rash"] == Answer(presence=1)
    assert told.answers["chills"] == Answer()


def test_an_answer_without_a_tick_counts_as_a_tick(send):
    send(**{"itching-severity": "2"})
    assert kept().told.answers["itching"] == Answer(severity=2)


def test_yes_alone_is_an_emergency_and_tells_the_team(send, amira):
    answer = send(red_flag_answer="yes")
    assert answer.status_code == 302
    assert kept().level == Level.EMERGENCY
    assert Alert.objects.get().recipient == amira


def test_a_named_red_flag_beside_no_is_a_yes(send):
    send(red_flags=["chest_pain"])
    assert kept().level == Level.EMERGENCY


def test_low_pressure_is_serious(send):
    send(systolic="84", diastolic="50")
    assert kept().told.value("systolic") == 84
    assert kept().level >= Level.URGENT


def test_pressure_may_stand_in_one_box(send):
    send(systolic="120/80")
    told = kept().told
    assert (told.value("systolic"), told.value("diastolic")) == (120, 80)


def test_fahrenheit_is_read_as_such(send):
    send(temperature="98.6", temperature_unit="F")
    assert kept().told.value("temperature") == 37.0


@pytest.mark.parametrize(("temperature", "weight"), [("C", "kg"), ("F", "lb")])
def test_units_are_preset_by_what_the_person_prefers(as_rosa, rosa, temperature, weight):
    type(rosa.user).objects.filter(pk=rosa.user.pk).update(temperature_unit=temperature, weight_unit=weight)
    form = as_rosa.get(CHECK_IN).context["form"]
    assert (form["temperature_unit"].value(), form["weight_unit"].value()) == (temperature, weight)


def test_pounds_are_kept_as_typed_and_chosen_again(as_rosa, send):
    send(weight="137", weight_unit="lb")
    reading = kept().told.readings["weight"]
    assert (reading.typed, reading.value, reading.unit) == ("137 lb", 62.1, "kg")
    form = as_rosa.get(f"{CHECK_IN}?correct={kept().pk}").context["form"]
    assert (form["weight"].value(), form["weight_unit"].value()) == ("137", "lb")


def test_a_unit_that_is_typed_wins_over_the_one_beside_it(send):
    send(weight="62 kg", weight_unit="lb", temperature="98.6 F", temperature_unit="C")
    assert (kept().told.value("weight"), kept().told.value("temperature")) == (62, 37)


def test_of_a_correction_only_the_change_is_not_sent_yet(as_rosa, send):
    send()
    first, change = "<b>Not sent yet.</b>", "<b>This change is not sent yet.</b>"
    assert first in as_rosa.get(CHECK_IN).text
    page = as_rosa.get(f"{CHECK_IN}?correct={kept().pk}").text
    assert (change in page, first in page) == (True, False)


def test_a_reading_is_corrected_in_the_unit_it_was_typed_in(as_rosa, rosa, send):
    send(weight="62", weight_unit="kg", temperature="37.1", temperature_unit="C")
    type(rosa.user).objects.filter(pk=rosa.user.pk).update(temperature_unit="F", weight_unit="lb")
    form = as_rosa.get(f"{CHECK_IN}?correct={kept().pk}").context["form"]
    assert (form["temperature_unit"].value(), form["weight_unit"].value()) == ("C", "kg")


@pytest.mark.parametrize(
    ("box", "keyboard"),
    [("temperature", "decimal"), ("weight", "decimal"), ("systolic", "numeric"), ("pulse", "numeric")],
)
def test_a_box_brings_up_the_keyboard_that_it_needs(as_rosa, box, keyboard):
    form = as_rosa.get(CHECK_IN).context["form"]
    assert form.fields[box].widget.attrs["inputmode"] == keyboard


def test_the_unit_that_was_chosen_is_kept_and_chosen_again(as_rosa, send):
    send(temperature="98.6", temperature_unit="F")
    assert kept().told.readings["temperature"].typed == "98.6 °F"
    form = as_rosa.get(CHECK_IN, {"correct": str(kept().pk)}).context["form"]
    assert (form["temperature"].value(), form["temperature_unit"].value()) == ("98.6", "F")


def test_what_was_answered_stands_in_a_correction_until_something_else_is_typed(as_rosa, send):
    asked = {"asked_weight": "137|", "confirm_weight": "typed"}
    send(weight="137", **asked)
    first = kept()
    assert first.told.readings["weight"].confirmed is False
    assert send(id=str(first.pk), weight="137", note="More words.").status_code == 302
    corrected = CheckIn.objects.current().get()
    assert corrected.told.readings == first.told.readings
    assert errors(send(id=str(corrected.pk), weight="138"))


def test_a_weight_is_not_compared_with_the_one_that_it_corrects(send):
    send(weight="140 lb")
    assert send(id=str(kept().pk), weight="62").status_code == 302


def test_a_report_for_yesterday_is_kept_for_yesterday(send, rosa):
    yesterday = rosa.today(timezone.now()) - dt.timedelta(days=1)
    send(day=yesterday.isoformat())
    assert kept().day == yesterday


def test_the_phones_clock_is_kept_when_it_can_be_right(send):
    an_hour_ago = timezone.now() - dt.timedelta(hours=1)
    send(reported_at=an_hour_ago.isoformat())
    assert kept().reported_at == an_hour_ago


@pytest.mark.parametrize("said", ["", "yesterday", "1970-01-01T00:00:00Z"])
def test_a_phone_without_a_clock_is_given_ours(send, said):
    send(reported_at=said)
    assert timezone.now() - kept().reported_at < dt.timedelta(minutes=1)


def test_a_correction_takes_the_place_of_the_first_report(as_rosa, send):
    first = send(symptoms=["nausea"], note="Felt sick")
    pk = CheckIn.objects.get().pk
    form = as_rosa.get(f"{CHECK_IN}?correct={pk}")
    assert "Felt sick" in page(form)
    send(id=str(pk), symptoms=["nausea", "chills"])
    assert CheckIn.objects.current().get().amends_id == pk
    assert as_rosa.get(first["Location"]).status_code == 302


# --- What is asked back -------------------------------------------------------------------------------------


def test_no_answer_to_the_first_question_is_asked_for(send):
    assert list(errors(send(red_flag_answer=""))) == ["red_flag_answer"]


@pytest.mark.parametrize(
    ("readings", "question"),
    [
        ({"systolic": "12/8"}, "120/80"),
        ({"systolic": "12", "diastolic": "8"}, "120/80"),
        ({"temperature": "98.6"}, "37.0 °C"),
    ],
)
def test_a_slip_comes_back_as_a_question(send, readings, question):
    answer = send(symptoms=["chills"], note="Kept words", **readings)
    [(name, [asked])] = errors(answer).items()
    assert name.startswith("confirm_")
    assert question in asked
    for typed in readings.values():
        assert f'value="{typed}"' in page(answer)
    assert "Kept words" in page(answer)


@pytest.mark.parametrize(
    ("readings", "field"),
    [
        ({"systolic": "300", "diastolic": "400"}, "systolic"),
        ({"systolic": "abc"}, "systolic"),
        ({"temperature": "warm"}, "temperature"),
        ({"weight": "\0"}, None),
        ({"temperature": "1e400"}, "temperature"),
        ({"hours_since_urine": "nan"}, "hours_since_urine"),
        ({"hours_since_urine": "-3"}, "hours_since_urine"),
    ],
)
def test_what_is_no_reading_is_an_error_beside_the_box(send, readings, field):
    answer = send(**readings)
    if field is None:
        assert answer.status_code == 302
    else:
        assert list(errors(answer)) == [field]
        assert next(iter(readings.values())) in page(answer)


def test_a_fever_typed_in_fahrenheit_is_not_lost(send):
    """101.3 in the °C box is 38.5 °C, which is serious: it is sent, and asked about afterwards."""
    answer = send(temperature="101.3")
    assert answer.status_code == 302
    assert kept().level >= Level.URGENT
    assert kept().checks


def test_the_answer_to_a_question_settles_it(send):
    answer = send(temperature="98.6")
    asked = {"asked_temperature": answer.context["form"].reading_parts[0]["typed"]}
    assert send(temperature="98.6", confirm_temperature="yes", **asked).status_code == 302
    reading = kept().told.readings["temperature"]
    assert (reading.best, reading.confirmed, reading.typed) == (37.0, True, "98.6")


def test_an_answer_to_another_value_is_asked_again(send):
    answer = send(temperature="98.6")
    asked = {"asked_temperature": answer.context["form"].reading_parts[0]["typed"]}
    assert errors(send(temperature="99.1", confirm_temperature="yes", **asked))


SWAPPED = {"systolic": "80", "diastolic": "120"}


def test_a_swapped_pressure_of_somebody_unwell_is_kept_at_once_as_the_worse(send):
    answer = send(symptoms=["dizziness"], **{"dizziness-severity": "1"}, **SWAPPED)
    assert answer.status_code == 302
    assert kept().level == Level.EMERGENCY


@pytest.mark.parametrize(
    ("upper", "lower", "level"),
    [
        pytest.param("80", "120", Level.NONE, id="turned-round-their-usual"),
        pytest.param("78", "104", Level.URGENT, id="low-for-them-either-way"),
    ],
)
def test_a_swapped_pressure_comes_back_once_and_is_kept_as_typed(as_rosa, send, upper, lower, level):
    swapped = {"systolic": upper, "diastolic": lower}
    assert list(errors(send(**swapped))) == ["confirm_blood_pressure"]
    done = send(**swapped, asked_blood_pressure=f"{upper}|{lower}")
    assert done.status_code == 302
    assert kept().level == level
    shown = page(as_rosa.get(done["Location"]))
    assert f"Did you mean {lower}/{upper}?" in shown
    assert f"You typed {upper}/{lower}. Not clear yet." in shown
    assert f"{lower}/{upper} mmHg" not in shown


def test_the_answer_settles_what_was_typed(as_rosa, send):
    send(**SWAPPED)
    done = send(**SWAPPED, asked_blood_pressure="80|120")["Location"]
    shown = page(as_rosa.post(done, {"blood_pressure-answer": "yes"}, follow=True))
    assert "120/80 mmHg" in shown
    assert CheckIn.objects.current().get().level == Level.NONE


@pytest.mark.parametrize(
    ("readings", "asked"),
    [({"weight": "a lot"}, {"asked_weight": "a lot|"}), ({"pulse": "12"}, {"asked_pulse": "12"})],
)
def test_what_cannot_be_read_comes_back_once_and_is_kept_as_typed(as_rosa, send, readings, asked):
    assert errors(send(**readings))
    done = send(**readings, **asked)
    assert done.status_code == 302
    assert kept().told.readings[next(iter(readings))].value is None
    assert "We could not read" in page(as_rosa.get(done["Location"]))


def test_what_is_to_be_typed_again_is_not_kept_as_it_was(send):
    again = {"asked_temperature": "98.6|", "confirm_temperature": "again"}
    assert list(errors(send(temperature="98.6", **again))) == ["temperature"]


@pytest.mark.parametrize("days", [7, 1, -3, -30])
def test_a_day_that_cannot_be_is_refused_in_words(send, rosa, days):
    day = rosa.today(timezone.now()) + dt.timedelta(days=days)
    assert "today and the two days before" in errors(send(day=day.isoformat()))["day"][0]


@pytest.mark.parametrize("day", ["", "soon", "2026-13-45"])
def test_a_day_that_is_none_is_refused_in_words(send, day):
    assert list(errors(send(day=day))) == ["day"]


@pytest.mark.parametrize("code", ["nosuch", "<script>", "a\0b", "🤒" * 200])
def test_an_unknown_symptom_is_said_so_and_the_rest_is_kept(send, code):
    answer = send(symptoms=["nausea", code], **{"nausea-severity": "2", "nausea-frequency": "2"})
    assert list(errors(answer)) == ["symptoms"]
    assert 'value="nausea" id="id_s_nausea" checked' in page(answer)


def test_a_serious_sign_is_kept_beside_one_that_is_unknown(send):
    send(red_flag_answer="yes", red_flags=["chest_pain", "nosuch"])
    assert kept().told.red_flags == {"chest_pain"}


def test_an_answer_that_is_not_offered_is_said_so(send):
    assert list(errors(send(symptoms=["nausea"], **{"nausea-severity": "9"}))) == ["symptoms"]


def test_a_note_that_is_too_long_comes_back_whole(send):
    note = "words" * 5_000
    answer = send(note=note)
    assert "This has 25000 letters" in errors(answer)["note"][0].replace(",", "")
    assert note in page(answer)


def test_a_note_of_20000_characters_is_kept_whole(send):
    send(note="words" * 4_000)
    assert kept().told.note == "words" * 4_000


def test_notes_keep_emoji_markup_and_lines_and_lose_nul(as_rosa, send):
    answer = send(note="Slept 😴\r\n<script>alert(1)</script>\0")
    assert kept().told.note == "Slept 😴\n<script>alert(1)</script>"
    assert "<script>alert" not in page(as_rosa.get(answer["Location"]))


# --- Nothing stands in the way of a serious report ----------------------------------------------------------


@pytest.mark.parametrize(
    "nonsense",
    [
        {"systolic": "abc"},
        {"systolic": "300", "diastolic": "400"},
        {"temperature": "98.6"},
        {"day": "2020-01-01"},
        {"symptoms": ["nosuch", "nausea"]},
        {"hours_since_urine": "many"},
        {"note": "x" * 20_001},
        {"id": "no id"},
    ],
)
def test_an_emergency_is_sent_whatever_else_is_wrong(send, nonsense):
    answer = send(red_flag_answer="yes", **nonsense)
    assert answer.status_code == 302
    assert kept().level == Level.EMERGENCY


def test_what_could_not_be_read_is_kept_as_typed_and_asked_afterwards(as_rosa, send):
    done = send(red_flag_answer="yes", systolic="abc")["Location"]
    assert kept().told.readings["systolic"].typed == "abc"
    assert "We could not read abc" in page(as_rosa.get(done))
    answer = as_rosa.post(done, {"blood_pressure-again": "110/70"}, follow=True)
    assert CheckIn.objects.current().get().told.value("systolic") == 110
    assert "We could not read" not in page(answer)


def test_a_question_about_a_sent_reading_is_answered_with_a_yes(as_rosa, send):
    done = send(temperature="101.3")["Location"]
    as_rosa.post(done, {"temperature-answer": "yes"})
    reading = CheckIn.objects.current().get().told.readings["temperature"]
    assert (reading.best, reading.confirmed) == (38.5, True)


def test_a_wrong_answer_about_a_sent_reading_is_an_error(as_rosa, send):
    done = send(red_flag_answer="yes", systolic="abc")["Location"]
    answer = as_rosa.post(done, {"blood_pressure-again": "def"})
    assert answer.status_code == 200
    assert "def" in page(answer)


def test_no_answer_about_a_sent_reading_is_an_error(as_rosa, send):
    done = send(temperature="101.3")["Location"]
    assert "There is no answer here yet." in page(as_rosa.post(done, {}))
    assert CheckIn.objects.count() == 1


def test_a_note_cut_short_is_said_so(as_rosa, send):
    done = send(red_flag_answer="yes", note="x" * 30_000)["Location"]
    assert "first 20,000 letters" in page(as_rosa.get(done))


# --- Sent twice ---------------------------------------------------------------------------------------------


def test_reposting_the_same_page_keeps_one_report(send):
    same = {"id": str(uuid.uuid4()), "note": "once"}
    assert send(**same)["Location"] == send(**same)["Location"]
    assert CheckIn.objects.count() == 1


def test_the_id_of_somebody_elses_report_is_replaced(send, dev):
    taken = str(uuid.uuid4())
    day = dev.today(timezone.now()).isoformat()
    signed_in(dev).post(CHECK_IN, a_form(id=taken, day=day))
    assert send(id=taken).status_code == 302
    assert CheckIn.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_id_five_times_at_once_is_one_report(rosa: Patient):
    form = a_form(red_flag_answer="yes", day=rosa.today(timezone.now()).isoformat())

    def post(client: Client) -> str:
        try:
            return str(client.post(CHECK_IN, form)["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(post, [signed_in(rosa) for _ in range(5)]))
    assert len(answers) == 1
    assert CheckIn.objects.count() == Flag.objects.count() == 1


def test_a_correction_keeps_readings_that_nobody_typed(as_rosa, rosa):
    now = timezone.now()
    sent = checkins.submit(
        patient_id=rosa.pk,
        report=Report(red_flag_answer="no", readings={"pulse": Reading(72, "beats/min")}),
        id=uuid.uuid4(),
        by=rosa.user,
        day=rosa.today(now),
        reported_at=now,
        now=now,
    )
    form = as_rosa.get(CHECK_IN, {"correct": str(sent.check_in.pk)}).context["form"]
    assert form["pulse"].value() == "72"


def test_every_row_leads_to_its_page(as_rosa):
    assert 'href="/learn/symptoms/chills/"' in page(as_rosa.get(CHECK_IN))


@pytest.mark.parametrize("typed", ["120/80", "120-80", "120 80"])
def test_a_correction_begins_with_the_pressure_as_it_was_typed(as_rosa, send, typed):
    send(systolic=typed)
    form = as_rosa.get(CHECK_IN, {"correct": str(kept().pk)}).context["form"]
    again = {name: form[name].value() or "" for name in ("systolic", "diastolic")}
    assert send(id=str(kept().pk), **again).status_code == 302
    assert CheckIn.objects.current().get().told.value("diastolic") == 80


# --- One pressure without the other -------------------------------------------------------------------------


@pytest.mark.parametrize("lower", ["", "?", "don't know"])
def test_an_upper_pressure_alone_is_judged(send, lower):
    answer = send(symptoms=["dizziness"], **{"dizziness-severity": "1"}, systolic="82", diastolic=lower)
    assert answer.status_code == 302
    assert kept().level >= Level.URGENT
    assert kept().told.value("systolic") == 82


def test_a_pressure_alone_of_somebody_well_is_asked_for_whole_and_kept(send):
    assert list(errors(send(systolic="118"))) == ["systolic"]
    assert send(systolic="118", asked_blood_pressure="118|").status_code == 302
    assert kept().told.value("systolic") == 118


def test_a_pressure_alone_stands_in_its_box_when_it_is_corrected(as_rosa, send):
    send(systolic="118", diastolic="?", asked_blood_pressure="118|?")
    form = as_rosa.get(CHECK_IN, {"correct": str(kept().pk)}).context["form"]
    assert (form["systolic"].value(), form["diastolic"].value()) == ("118", "?")


# --- What a correction does not ask for ---------------------------------------------------------------------


def test_a_correction_keeps_what_the_form_has_no_box_for(rosa, send):
    now = timezone.now()
    told = Report(readings={"breaths": Reading(18, "breaths/min")}, hours_since_urine=3.0)
    day = {"day": rosa.today(now), "reported_at": now, "now": now}
    sent = checkins.submit(patient_id=rosa.pk, report=told, id=uuid.uuid4(), by=rosa.user, **day)
    rosa.courses.update(ended_on=rosa.today(now) - dt.timedelta(days=1))
    assert send(id=str(sent.check_in.pk), note="Better now.").status_code == 302
    corrected = CheckIn.objects.current().get()
    assert corrected.amends == sent.check_in
    assert (corrected.told.value("breaths"), corrected.told.hours_since_urine) == (18, 3.0)


def test_a_correction_is_weighed_without_what_it_corrects(send):
    """Dizzy with 96/60 is urgent; the dizziness was a slip, so the temperature can be asked about."""
    send(symptoms=["dizziness"], **{"dizziness-severity": "2"})
    lowish = {"systolic": "96", "diastolic": "60", "temperature": "warm"}
    assert list(errors(send(id=str(kept().pk), **lowish))) == ["temperature"]


def test_a_weight_that_was_asked_about_by_an_older_one_is_kept_as_was_answered(rosa, send):
    type(rosa).objects.filter(pk=rosa.pk).update(usual_weight=None)
    now = timezone.now() - dt.timedelta(days=21)
    told = Report(readings={"weight": Reading(62.0, "kg")})
    day = {"day": rosa.today(now), "reported_at": now, "now": now}
    checkins.submit(patient_id=rosa.pk, report=told, id=uuid.uuid4(), by=rosa.user, **day)
    answer = send(weight="137")
    assert list(errors(answer)) == ["confirm_weight"]
    assert send(weight="137", asked_weight="137|", confirm_weight="yes").status_code == 302
    reading = CheckIn.objects.latest("received_at").told.readings["weight"]
    assert (reading.best, reading.typed, reading.confirmed) == (62.1, "137", True)
