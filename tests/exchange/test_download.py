"""A patient's own copy of their diary: complete, theirs alone, and safe to open."""

import csv
import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from tests.patient.conftest import signed_in
from tests.people import drug
from tests.team.conftest import BLURRED, CHEST_PAIN, GOOD_DAY, flagged, send
from tests.test_messaging import CHEST, answer, write
from tests.triage.build import a_report
from tracker.exchange.diary_csv import COLUMNS
from tracker.exchange.diary_json import PARTS
from tracker.models import ClinicianGrade, Mute, OfflineDevice, Patient, PatientLimit
from tracker.triage.report import Report, ToldDose

JSON, CSV, PAGE = (reverse(f"settings:{name}") for name in ("as_json", "as_csv", "download"))
A_DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def as_json(browser):
    return json.loads(browser.post(JSON).getvalue())


def as_rows(browser):
    text = browser.post(CSV).getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# --- Whose, and how -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["dev", "lena", "amira", "ada"])
def test_nobody_gets_anothers(who, request, rosa, client):
    send(rosa, CHEST_PAIN)
    somebody = request.getfixturevalue(who)
    client.force_login(getattr(somebody, "user", somebody))
    for url in (JSON, CSV):
        answer = client.post(url)
        if who == "dev":
            assert "chest_pain" not in answer.getvalue().decode()
        else:
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("url", "ending", "kind"), [(JSON, "json", "application/json"), (CSV, "csv", "text/csv")]
)
def test_it_is_a_file_without_a_name_in_it_that_nobody_keeps(url, ending, kind, as_rosa, rosa):
    answer = as_rosa.post(url)
    today = rosa.today(timezone.now()).isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="sidelight-diary-{today}.{ending}"'
    assert answer["Content-Type"].startswith(kind)
    assert "no-store" in answer["Cache-Control"]
    assert answer.streaming
    answer.getvalue()
    assert as_rosa.get(url).status_code == 405


def test_the_page_offers_both_and_says_what_is_left_out(as_rosa):
    page = as_rosa.get(PAGE).text
    for url in (JSON, CSV):
        assert f'action="{url}"' in page
    assert "What your care team wrote for itself, such as notes on a call." in page


# --- JSON ---------------------------------------------------------------------------------------------------


def test_an_empty_diary_is_whole(as_rosa):
    told = as_json(as_rosa)
    assert list(told) == ["about", *PARTS]
    assert (told["reports"], told["flags"]) == ([], [])


def test_it_has_everything_about_the_patient(as_rosa, rosa, amira):
    now = timezone.now()
    first = send(rosa, BLURRED).check_in
    send(rosa, replace(CHEST_PAIN, note="Es duele «aquí»"), id=first.pk)
    OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=now)
    AccessEvent.objects.create(team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=now)
    told = as_json(as_rosa)
    assert told["profile"]["name"] == "Rosa Martín"
    assert told["profile"]["usual_readings"]["systolic"]
    assert told["courses"][0]["drug"] == "Aldesleukin"
    assert len(told["doses"]) == rosa.doses.count()
    assert (told["doses"][0]["is_timed"], told["doses"][0]["told_on"]) == (True, None)
    assert [each["corrects"] for each in told["reports"]] == [None, str(first.pk)]
    assert told["reports"][1]["report"]["note"] == "Es duele «aquí»"
    assert told["reports"][1]["told"]["headline"]
    assert any(each["level"] == "emergency" for each in told["reports"][1]["found"])
    assert told["flags"][0]["events"][0]["what"] == "raised"
    assert [each["who"] for each in told["looks"]] == [amira.name]
    assert told["phones"][0]["name"] == "Firefox"


def test_messages_both_ways_are_in_it_with_who_read_them(as_rosa, rosa, amira):
    asked = write(rosa, CHEST).message
    answer(rosa, amira, "Please call us now.", answers=True)
    told = as_json(as_rosa)
    theirs, ours = told["messages"]
    assert (theirs["text"], theirs["read_by"], theirs["report"]) == (
        CHEST,
        amira.name,
        str(asked.check_in_id),
    )
    assert (ours["written_by"], ours["answers"], ours["read_at"]) == (amira.name, str(asked.pk), None)
    assert [each["came_by"] for each in told["reports"]] == ["message"]
    assert [row["came_by"] for row in as_rows(as_rosa) if row["kind"] == "note"] == ["message"]


def test_what_the_team_wrote_for_itself_is_not_in_it(as_rosa, rosa, amira):
    now = timezone.now()
    today = rosa.today(now)
    flag = flagged(rosa, BLURRED)
    PatientLimit.of(
        rosa, by=amira, name="systolic_low", value=85, reason="SECRET limit", expires_on=today, now=now
    )
    finding = next(each for each in flag.findings)
    Mute.of(finding, by=amira, until=today + 5 * A_DAY, reason="SECRET mute", now=now)
    flag.claim(by=amira, now=now)
    flag.resolve(by=amira, outcome="called", note="SECRET note", seen=1, now=now)
    text = as_rosa.post(JSON).getvalue().decode()
    assert "SECRET" not in text
    assert finding.team_words not in text or finding.team_words == finding.patient_words
    assert json.loads(text)["flags"][0]["outcome"] == "called"


def test_every_version_of_a_clinicians_grade_is_in_both(as_rosa, rosa, amira):
    now = timezone.now()
    told = {"day": rosa.today(now), "term": "Chills", "version": "5.0", "meddra": 10008531, "by": amira}
    first = ClinicianGrade.of(rosa, now=now, grade=3, **told)
    told |= {"replaces": first, "reason": "=SUM(1)"}
    second = ClinicianGrade.of(rosa, now=now + A_DAY / 24, grade=2, **told)
    kept = as_json(as_rosa)["clinician_grades"]
    assert [(each["id"], each["corrects"], each["grade"]) for each in kept] == [
        (str(first.pk), None, 3),
        (str(second.pk), str(first.pk), 2),
    ]
    assert (kept[0]["ctcae_term"], kept[0]["ctcae_version"], kept[0]["meddra"]) == ("Chills", "5.0", 10008531)
    assert kept[1]["why_corrected"] == "=SUM(1)"
    rows = [row for row in as_rows(as_rosa) if row["kind"] == "clinician's grade"]
    assert [(row["name"], row["grade"], row["unit"], row["value"]) for row in rows] == [
        ("Chills", "3", "CTCAE 5.0", "10008531"),
        ("Chills", "2", "CTCAE 5.0", "10008531"),
    ]
    assert [row["was_corrected"] for row in rows] == ["yes", "no"]
    assert rows[1]["text"] == "'=SUM(1)"


def test_no_key_and_no_token_is_in_it(as_rosa, rosa):
    device, token = OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=timezone.now())
    text = as_rosa.post(JSON).getvalue().decode()
    assert token not in text
    assert device.token_digest not in text


def test_why_somebody_left_is_in_it_as_they_wrote_it(as_rosa, rosa):
    as_rosa.post(reverse("settings:leave_now"), {"reason": "Enough."})
    assert as_json(as_rosa)["flags"][0]["events"][-1]["reason"] == "Enough."


@pytest.mark.parametrize("url", [JSON, CSV])
def test_a_longer_diary_takes_no_more_queries(url, as_rosa, rosa, django_assert_max_num_queries):
    for days in range(12):
        send(rosa, BLURRED, ago=days * A_DAY)
    with django_assert_max_num_queries(40):
        as_rosa.post(url).getvalue()


# --- CSV ----------------------------------------------------------------------------------------------------


def test_a_row_for_each_thing_that_was_said(as_rosa, rosa):
    send(rosa, a_report(asked=("chills", "nausea"), readings={"systolic": 84, "diastolic": 50}, chills=2))
    rows = as_rows(as_rosa)
    assert list(rows[0]) == list(COLUMNS)
    found = {row["code"]: row for row in rows}
    assert (found["chills"]["severity"], found["nausea"]["grade"]) == ("2", "0")
    assert (found["systolic"]["value"], found["systolic"]["unit"]) == ("84", "mmHg")
    assert {row["kind"] for row in rows} == {"symptom", "reading"}


def test_a_report_that_says_nothing_has_a_row(as_rosa, rosa):
    send(rosa, replace(a_report(), red_flag_answer="no"))
    assert [row["kind"] for row in as_rows(as_rosa)] == ["nothing"]


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        (
            ToldDose("taken", dt.datetime(2026, 11, 23, 17, 5, tzinfo=dt.UTC)),
            "taken",
            "2026-11-24 02:05+09:00",
        ),
        (ToldDose("taken"), "taken", ""),
        (ToldDose("missed"), "missed", ""),
        (ToldDose("not_due"), "not due", ""),
    ],
)
def test_a_dose_that_was_told_of_has_a_row(said, text, value, rosa):
    Patient.objects.update(time_zone="Asia/Tokyo")
    send(rosa, Report(red_flag_answer="no", doses={"aldesleukin": said}))
    [row] = as_rows(signed_in(rosa))
    assert (row["kind"], row["code"], row["name"]) == ("dose", "aldesleukin", drug("aldesleukin").plain_name)
    assert (row["text"], row["value"]) == (text, value)


def test_a_request_for_a_call_has_a_row_with_its_number(as_rosa, rosa):
    send(rosa, Report(wants_call=True, call_number="555 0199"))
    assert [(row["kind"], row["text"]) for row in as_rows(as_rosa)] == [("request for a call", "555 0199")]


def test_a_request_for_a_call_at_the_number_that_we_have_names_it(as_rosa, rosa):
    send(rosa, Report(wants_call=True))
    [row] = as_rows(as_rosa)
    assert row["text"].removeprefix("'") == rosa.phone


def test_every_version_is_there_and_marked(as_rosa, rosa):
    first = send(rosa, BLURRED).check_in
    send(rosa, GOOD_DAY, id=first.pk)
    marked = {(row["report"] == str(first.pk), row["was_corrected"]) for row in as_rows(as_rosa)}
    assert marked == {(True, "yes"), (False, "no")}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|"/c calc"!A1'])
def test_no_spreadsheet_takes_a_note_for_a_formula(text, as_rosa, rosa):
    send(rosa, replace(GOOD_DAY, note=text))
    note = next(row for row in as_rows(as_rosa) if row["kind"] == "note")
    assert note["text"] == f"'{text}"


@pytest.mark.parametrize("text", ["a,b", 'He said "no"', "two\nlines", "عربي", "ñandú 🙂"])
def test_any_text_comes_back_as_it_was(text, as_rosa, rosa):
    send(rosa, replace(GOOD_DAY, note=text))
    note = next(row for row in as_rows(as_rosa) if row["kind"] == "note")
    assert note["text"].replace("\r\n", "\n") == text


def test_times_are_by_the_patients_clock(rosa):
    Patient.objects.update(time_zone="Asia/Tokyo")
    send(rosa, GOOD_DAY)
    assert as_rows(signed_in(rosa))[0]["received_at"].endswith("+09:00")
