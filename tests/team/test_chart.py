"""A patient's chart: who it is, how the days went, from where on it flags, and what was done."""

import datetime as dt
import re
import uuid
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership
from tests.carers import helping
from tests.team.conftest import BLURRED, CHEST_PAIN, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker.models import CheckIn, ClinicianGrade, Dose, Finding, Mute, NoteToRead, PatientLimit
from tracker.team.chart.timeline import Entry, Kind, joined, kinds_in, of_kind
from tracker.triage import document
from tracker.triage.report import Answer, Report

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
OWN_QUERIES = 9
ALL_QUERIES = 22  # with the session, the user, memberships, the look that is kept and two savepoints


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def open_chart(amiras):
    return lambda patient, query="": amiras.get(reverse("team:patient", args=[patient.pk]) + query)


def text(answer):
    """What a reader reads: without tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def section(answer, name):
    return answer.text.partition(f'id="{name}"')[2].partition("</section>")[0]


# --- Who it is ----------------------------------------------------------------------------------------------


def test_one_look_says_who_it_is(rosa, lena, open_chart):
    rosa.allergies = "Penicillin: rash, 2019.\nNuts."
    rosa.record_number = "H-4711"
    rosa.contact_name, rosa.contact_relation, rosa.contact_phone = "Pilar", "sister", "+44 20 555 0101"
    rosa.last_chemo_on = rosa.today(timezone.now()) - 8 * DAY
    rosa.save()
    helping(rosa, lena)
    page = open_chart(rosa)
    said = text(page)
    for words in (
        "Aldesleukin · C2 D3",
        "last dose",
        "8 days ago",
        "blood pressure 124/78 mmHg",
        "Penicillin: rash, 2019.",
        "H-4711",
        "Pilar sister",
        rosa.get_language_display(),
        "Lena",
    ):
        assert words in said, words
    assert 'href="tel:+44205550101"' in page.text
    assert "Penicillin: rash, 2019.<br>Nuts." in page.text


def test_what_is_not_known_is_left_out_but_for_allergies(rosa, open_chart):
    rosa.allergies = rosa.record_number = rosa.contact_name = rosa.contact_phone = ""
    rosa.save()
    said = text(open_chart(rosa))
    assert "Allergies not recorded" in said
    for words in ("Hospital number", "Emergency contact", "Helpers", "Chemotherapy"):
        assert words not in said


def test_who_is_away_is_said_so(rosa, open_chart):
    rosa.pause(rosa.today(timezone.now()) + 3 * DAY, rosa.today(timezone.now()))
    assert "paused from" in text(open_chart(rosa))


# --- The open flag ------------------------------------------------------------------------------------------


def test_the_open_flag_stands_there_with_why_and_what_to_do(rosa, amira, ben, open_chart, browser_of):
    flag = flagged(rosa, CHEST_PAIN, ago=HOUR)
    page = open_chart(rosa)
    assert page.context["chart"].open_flag.flag == flag
    strip = section(page, "flag")
    assert "over target" in strip
    assert Finding.objects.filter(check_in=flag.check_in)[0].team_words in text(page)
    assert reverse("team:claim", args=[flag.pk]) in strip
    flag.claim(by=amira, now=timezone.now())
    assert f"{reverse('team:flag', args=[flag.pk])}#outcome" in section(open_chart(rosa), "flag")
    bens = browser_of(ben).get(reverse("team:patient", args=[rosa.pk]))
    assert "Claimed by Amira Nasser" in text(bens)
    assert "#outcome" not in section(bens, "flag")
    flag.resolve(by=amira, outcome="called", note="", seen=1, now=timezone.now())
    assert open_chart(rosa).context["chart"].open_flag is None


def test_a_flag_of_an_older_time_is_open_whichever_days_are_shown(rosa, open_chart):
    rosa.enrolled_on -= 90 * DAY
    rosa.save()
    flag = flagged(rosa)
    until = (rosa.today(timezone.now()) - 40 * DAY).isoformat()
    assert open_chart(rosa, f"?until={until}").context["chart"].open_flag.flag == flag


# --- Symptoms by day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [28, 56, 84])
def test_the_heat_map_has_four_eight_or_twelve_weeks(days, rosa, open_chart):
    send(rosa, a_report(chills=2), ago=(days - 1) * DAY)
    heat_map = open_chart(rosa, f"?days={days}").context["chart"].heat_map
    assert len(heat_map.columns) == days
    assert heat_map.rows[0].cells[0] == 2


def test_none_skipped_not_asked_and_not_logged_are_four_things(rosa, open_chart):
    send(rosa, a_report(nausea=2, chills=1), ago=4 * DAY)
    send(rosa, a_report(chills=1), ago=3 * DAY)  # nausea was not asked
    send(rosa, a_report(asked=("nausea", "chills")), ago=2 * DAY)
    skipped = document.read(
        {**CheckIn.objects.all()[0].report, "answers": {"nausea": {}}, "asked": ["nausea"]}
    )
    send(rosa, skipped, ago=0 * DAY)
    chart = open_chart(rosa).context["chart"]
    row = next(row for row in chart.heat_map.rows if row.code == "nausea")
    assert row.cells[-5:] == (2, "not-asked", 0, None, "skipped")


def test_symptoms_with_a_grade_come_before_those_that_were_ticked_alone(rosa, open_chart):
    ticked = document.read(
        {
            **_kept(rosa).report,
            "answers": {"fatigue": {}, "chills": {"severity": 1}},
            "asked": ["fatigue", "chills"],
        }
    )
    send(rosa, ticked)
    rows = open_chart(rosa).context["chart"].heat_map.rows
    assert [row.code for row in rows] == ["chills", "fatigue"]


def _kept(patient):
    return send(patient, a_report(asked=("nausea",)), ago=DAY).check_in


def test_what_was_asked_and_never_there_is_named(rosa, open_chart):
    send(rosa, a_report(chills=1, asked=("chills", "nausea")))
    assert "Asked about and never there: Nausea." in text(open_chart(rosa))


def test_the_newest_day_is_in_view_without_a_script(rosa, open_chart):
    send(rosa, a_report(chills=1))
    assert 'class="scroll newest-first"' in open_chart(rosa).text


def test_earlier_days_can_be_looked_at(rosa, open_chart):
    today = rosa.today(timezone.now())
    rosa.enrolled_on = today - 60 * DAY
    rosa.save()
    send(rosa, a_report(chills=3), ago=30 * DAY)
    now = open_chart(rosa)
    assert not now.context["chart"].heat_map.rows
    assert now.context["chart"].later is None
    then = open_chart(rosa, now.context["chart"].earlier.address)
    assert then.context["chart"].heat_map.rows[0].worst == 3
    assert any(entry.what.startswith("Report for") for entry in then.context["chart"].entries)
    assert then.context["chart"].later.until is None
    oldest = open_chart(rosa, then.context["chart"].earlier.address).context["chart"]
    assert oldest.earlier is None


@pytest.mark.parametrize("until", ["2999-01-01", "2026-02-30", "soon", ""])
def test_a_last_day_that_cannot_be_is_today(until, rosa, open_chart):
    chart = open_chart(rosa, f"?until={until}").context["chart"]
    assert chart.calendar[-1] == rosa.today(timezone.now())


# --- Lines --------------------------------------------------------------------------------------------------


def lines_of(answer):
    return {line.code: line for line in answer.context["chart"].lines}


def test_a_line_has_a_step_a_day_and_leaves_gaps(rosa, open_chart):
    for ago, grade in ((5, 1), (4, 3), (2, 2)):
        send(rosa, a_report(chills=grade), ago=ago * DAY)
    line = lines_of(open_chart(rosa))["chills"]
    assert line.path.count("M") == 2  # two stretches
    assert line.path.count("H") == 3  # three days
    assert line.path.count("V") == 1  # one step
    assert [(cell, grades) for _day, cell, grades in line.table] == [(1, ()), (3, ()), (2, ())]


def test_the_threshold_in_force_is_drawn_and_named(rosa, open_chart):
    send(rosa, a_report(chills=3), ago=2 * DAY)
    page = open_chart(rosa)
    assert [mark.words for mark in lines_of(page)["chills"].marks] == ["from 3 on: urgent"]
    assert "mark-urgent" in section(page, "lines")
    assert lines_of(page)["chills"].summary.endswith("1 day over the line.")


def test_each_line_has_one_sentence_and_its_table(rosa, open_chart):
    send(rosa, a_report(hair_loss=1), ago=DAY)
    page = open_chart(rosa)
    assert "Table of hair loss" in text(page)
    line = lines_of(page)["hair_loss"]
    assert line.summary.count(".") == 1
    assert "it flags nothing alone" in line.summary


def test_the_six_worst_are_drawn_and_others_can_be_chosen(rosa, open_chart):
    worst = {"chills": 4, "nausea": 4, "fatigue": 3, "headache": 3, "cough": 3, "itching": 2}
    answers = {code: Answer(severity=grade) for code, grade in {**worst, "dry_skin": 1}.items()}
    send(rosa, Report(answers=answers, red_flag_answer="no"))
    assert set(lines_of(open_chart(rosa))) == set(worst)
    chosen = open_chart(rosa, "?line=dry_skin&line=chills&line=nosuch&days=56")
    assert list(lines_of(chosen)) == ["chills", "dry_skin"]
    assert 'name="days" value="56"' in chosen.text


def test_a_clinicians_grade_stands_on_its_day(rosa, amira, open_chart):
    day = send(rosa, a_report(chills=2)).check_in.day
    grade_of(rosa, amira, day=day, grade=3)
    line = lines_of(open_chart(rosa))["chills"]
    assert [grade for _x, grade in line.graded] == [3]
    assert line.table[-1][2][0].grade == 3


# --- Readings -----------------------------------------------------------------------------------------------


def test_readings_have_the_usual_and_the_limits_in_force(rosa, amira, open_chart):
    send(rosa, LOW_PRESSURE)
    pressure = open_chart(rosa).context["chart"].readings[0]
    assert pressure.summary == "Last: 84/50 mmHg on " + pressure.summary.partition(" on ")[2]
    assert "90 mmHg or less: urgent" in [mark.words for mark in pressure.marks]
    assert pressure.chart.usual_at
    assert pressure.chart.usual_below_at
    _limit(rosa, amira, value=87)
    again = open_chart(rosa)
    marks = again.context["chart"].readings[0].marks
    assert [(mark.words, mark.is_own) for mark in marks if mark.is_own] == [("87 mmHg or less: urgent", True)]
    assert "own limit" in section(again, "readings")


def _limit(patient, by, **changed):
    told = {
        "name": "systolic_low",
        "value": 85,
        "reason": "Her usual is low.",
        "expires_on": patient.today(timezone.now()) + 5 * DAY,
        **changed,
    }
    return PatientLimit.of(patient, by=by, now=timezone.now(), **told)


# --- What happened ------------------------------------------------------------------------------------------


def _busy(rosa, amira):
    """Something of every kind."""
    flag = flagged(rosa, BLURRED, ago=2 * HOUR)
    now = timezone.now()
    Mute.of(
        Finding.objects.filter(check_in=flag.check_in)[0],
        by=amira,
        until=rosa.today(now) + DAY,
        reason="Known.",
        now=now,
    )
    limit = _limit(rosa, amira)
    limit.end(by=amira, now=timezone.now())
    flag.claim(by=amira, now=now)
    flag.resolve(by=amira, outcome="called", note="Slept well.", seen=1, now=timezone.now())
    grade_of(rosa, amira)
    Dose.objects.create(
        team=rosa.team, patient=rosa, course=rosa.courses.first(), given_at=now - HOUR, is_timed=False
    )


def test_everything_that_happened_is_there_newest_first(rosa, amira, open_chart):
    _busy(rosa, amira)
    page = open_chart(rosa)
    entries = page.context["chart"].entries
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    assert {kind.value for kind, _count, _there in page.context["chart"].kinds} == set(Kind.values) - {
        "messages"
    }
    said = text(page)
    for words in (
        "Muted until",
        "Limit set to 85 mmHg: Amira Nasser",
        "Limit ended: Amira Nasser",
        "Dose: Aldesleukin",
        "the time was not said",
        "Resolved: Amira Nasser",
        "Called the patient",
        "Slept well.",
        "CTCAE grade for",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("reports", {"Report"}),
        ("calls", {"Resolved"}),
        ("doses", {"Dose"}),
        ("agreed", {"Limit", "Muted"}),
        ("grades", {"CTCAE"}),
    ],
)
def test_one_kind_can_be_asked_for_without_a_script(kind, begins, rosa, amira, open_chart):
    _busy(rosa, amira)
    page = open_chart(rosa, f"?kind={kind}")
    assert {re.split("[ :]", entry.what)[0] for entry in page.context["chart"].page.object_list} == begins
    assert f"?kind={kind}#happened" in page.text


def test_a_kind_that_is_not_there_is_all_of_it(rosa, open_chart):
    send(rosa, BLURRED)
    assert open_chart(rosa, "?kind=<b>").context["asked"].kind == ""


def test_a_long_list_is_paged_and_keeps_what_was_asked(rosa, open_chart):
    for ago in range(30):
        send(rosa, a_report(chills=4), ago=ago * HOUR)
    first = open_chart(rosa, "?days=56").context["chart"]
    assert len(first.page.object_list) == 25
    assert first.older_page.address == "?days=56&page=2"
    second = open_chart(rosa, first.older_page.address).context["chart"]
    assert second.page.number == 2
    assert second.newer_page
    assert (
        open_chart(rosa, "?days=56&page=999").context["chart"].page.number == second.page.paginator.num_pages
    )


def test_any_other_source_joins_in():
    """As messages will: an iterable of entries is all that it takes."""
    at = timezone.now()
    entry = Entry(at, "Message", kinds=frozenset({Kind.MESSAGES}))
    older = Entry(at - DAY, "Report", kinds=frozenset({Kind.REPORTS}))
    both = joined([older], iter([entry]))
    assert both == [entry, older]
    assert of_kind(both, "messages") == [entry]
    assert kinds_in(both) == [(Kind.REPORTS, 1), (Kind.MESSAGES, 1)]


# --- Notes --------------------------------------------------------------------------------------------------


def test_an_unread_note_shows_what_a_correction_took_the_place_of(rosa, open_chart):
    first = send(rosa, _with_note("Dizzy on the stairs.")).check_in
    send(rosa, _with_note("Not dizzy at all."), id=first.pk)
    rows = open_chart(rosa).context["notes"]
    assert [str(row.words) for row in rows] == ["Not dizzy at all."]
    assert rows[0].words_before == ["Dizzy on the stairs."] == rows[0].note.words_before


def _with_note(note):
    return replace(a_report(chills=1), note=note)


# --- What it costs ------------------------------------------------------------------------------------------


def _queries(open_chart, patient, query=""):
    with CaptureQueriesContext(connection) as asked:
        assert open_chart(patient, query).status_code == 200
    return [each["sql"] for each in asked.captured_queries]


def _own(queries, patient):
    """Those that ask for this patient's data; not the count in the header, nor the look that is kept."""
    about = str(patient.pk).replace("-", "")
    return [
        sql
        for sql in queries
        if sql.startswith("SELECT")
        and '"tracker_' in sql
        and (about in sql.replace("-", "") or "check_in" in sql)
        and "COUNT(*)" not in sql
    ]


def test_a_chart_is_nine_queries_of_its_own_whatever_is_in_it(rosa, lena, amira, open_chart):
    open_chart(rosa)  # the rules are read once a process
    empty = _queries(open_chart, rosa)
    _busy(rosa, amira)
    helping(rosa, lena)
    flagged(rosa, CHEST_PAIN)
    _limit(rosa, amira)
    first = send(rosa, _with_note("Dizzy.")).check_in
    send(rosa, _with_note("Still dizzy."), id=first.pk)
    for query in ("", "?days=84", "?kind=flags", "?symptom=chills"):
        full = _queries(open_chart, rosa, query)
        assert len(_own(full, rosa)) <= OWN_QUERIES
        assert len(full) <= ALL_QUERIES
    assert len(full) - len(empty) <= 1  # the findings of unread notes


def test_ten_reports_cost_what_three_hundred_cost(rosa, open_chart):
    for ago in range(10):
        send(rosa, a_report(chills=1), ago=ago * HOUR)
    few = _queries(open_chart, rosa, "?days=84")
    kept = CheckIn.objects.all()[0]
    CheckIn.objects.bulk_create(
        CheckIn(
            id=uuid.uuid4(),
            team_id=kept.team_id,
            patient_id=kept.patient_id,
            reported_by_id=kept.reported_by_id,
            source=kept.source,
            day=kept.day - (ago % 100) * DAY,
            reported_at=kept.reported_at - ago * HOUR,
            received_at=kept.received_at - ago * HOUR,
            report=kept.report,
            grades=kept.grades,
            level=kept.level,
            rules_version=kept.rules_version,
            advice=kept.advice,
        )
        for ago in range(1, 291)
    )
    assert CheckIn.objects.count() == 300
    many = _queries(open_chart, rosa, "?days=84")
    assert len(many) == len(few) <= ALL_QUERIES


# --- A clinician's grade ------------------------------------------------------------------------------------


def grade_of(patient, by, **changed):
    now = timezone.now()
    told = {
        "day": patient.today(now),
        "term": "Chills",
        "version": "5.0",
        "meddra": 10008531,
        "grade": 2,
        "symptom": "chills",
        **changed,
    }
    return ClinicianGrade.of(patient, by=by, now=now, **told)


def form_of(patient, **changed):
    form = {
        "day": patient.today(timezone.now()).isoformat(),
        "symptom": "chills",
        "term": "",
        "version": "5.0",
        "meddra": "",
        "grade": "3",
    }
    return {**form, **changed}


def record(browser, patient, query="", **changed):
    return browser.post(
        reverse("team:record_grade", args=[patient.pk]) + query, form_of(patient, **changed), follow=True
    )


@pytest.mark.parametrize("who", ["amira", "ben", "sara"])
def test_nurses_doctors_and_leads_record_a_grade(who, rosa, request, browser_of):
    person = request.getfixturevalue(who)
    report = send(rosa, a_report(chills=2)).check_in
    page = record(browser_of(person), rosa, "?days=56")
    made = ClinicianGrade.objects.get()
    assert (made.term, made.version, made.meddra, made.grade) == ("Chills", "5.0", 10008531, 3)
    assert (made.symptom, made.check_in, made.recorded_by, made.team) == ("chills", report, person, rosa.team)
    assert page.redirect_chain == [(f"{reverse('team:patient', args=[rosa.pk])}?days=56#grades", 302)]
    row = page.context["chart"].graded[0]
    assert (row.said, row.record) == (2, made)
    assert "MedDRA 10008531" in text(page)
    assert "Recorded: Chills, grade 3 (CTCAE 5.0)" in text(page)


@pytest.mark.parametrize("who", ["rosa", "noor", "lena", "edith", "ada"])
def test_nobody_else_does(who, rosa, request, browser_of):
    person = request.getfixturevalue(who)
    browser = browser_of(getattr(person, "user", person))
    assert record(browser, rosa).status_code == 404
    assert browser.get(reverse("team:record_grade", args=[rosa.pk])).status_code == 404
    assert not ClinicianGrade.objects.exists()


def test_a_nurse_who_is_the_patient_grades_nothing_of_her_own(rosa, team, browser_of):
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    assert record(browser_of(rosa.user), rosa).status_code == 404


def test_who_reloads_the_address_is_led_to_the_chart(rosa, amiras):
    answer = amiras.get(reverse("team:record_grade", args=[rosa.pk]))
    assert answer["Location"] == f"{reverse('team:patient', args=[rosa.pk])}#grades"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"grade": ""}, "grade", "Choose a grade."),
        ({"grade": "0"}, "grade", ""),
        ({"grade": "6"}, "grade", ""),
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "2999-01-01"}, "day", "Choose a day from"),
        ({"day": "1999-01-01"}, "day", "Choose a day from"),
        ({"day": "soon"}, "day", "Write the day like"),
        ({"symptom": ""}, "symptom", "Choose a symptom, or write the term."),
        ({"symptom": "nosuch"}, "symptom", ""),
        ({"symptom": "chest_pain"}, "term", "We know no term for this symptom."),
        ({"symptom": "wheezing", "version": "6.0"}, "term", "Version 6.0 has no term for this."),
        ({"version": "4.03"}, "version", ""),
        ({"meddra": "123"}, "meddra", "Write the eight digits"),
        ({"meddra": "0123456789999"}, "meddra", "Write the eight digits"),
        ({"meddra": "１２３４５６７８"}, "meddra", "Write the eight digits"),
        ({"meddra": "10028813"}, "meddra", "In version 5.0 the code of Chills is 10008531."),
        ({"term": "x" * 201}, "term", ""),
    ],
)
def test_a_wrong_grade_is_said_beside_the_box_and_nothing_is_lost(changed, field, words, rosa, amiras):
    page = record(amiras, rosa, **changed)
    form = page.context["grade_form"]
    assert list(form.errors) == [field]
    assert words in page.text
    assert all(form[name].value() == value for name, value in form_of(rosa, **changed).items())
    assert re.search(r'<details class="record-a-grade" open', page.text)
    assert not ClinicianGrade.objects.exists()
    assert AccessEvent.objects.filter(what="chart", patient_id=rosa.pk).count() == 1


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"version": "6.0", "symptom": "swelling"}, ("Peripheral edema", "6.0", None, "swelling")),
        ({"symptom": "", "term": "nausea"}, ("Nausea", "5.0", 10028813, "")),
        (
            {"symptom": "", "term": "  Capillary leak  syndrome "},
            ("Capillary leak syndrome", "5.0", None, ""),
        ),
        (
            {"symptom": "chest_pain", "term": "Chest pain - cardiac", "meddra": "1000 8481"},
            ("Chest pain - cardiac", "5.0", 10008481, "chest_pain"),
        ),
        ({"meddra": "10008531"}, ("Chills", "5.0", 10008531, "chills")),
    ],
)
def test_term_version_and_code_are_kept_together(changed, kept, rosa, amiras):
    record(amiras, rosa, **changed)
    made = ClinicianGrade.objects.get()
    assert (made.term, made.version, made.meddra, made.symptom) == kept
    assert made.check_in is None  # nothing was reported that day


def test_a_correction_points_at_what_it_replaces_and_says_why(rosa, amira, ben, amiras):
    first = grade_of(rosa, ben)
    assert f"correct={first.pk}" in amiras.get(reverse("team:patient", args=[rosa.pk])).text
    page = amiras.get(reverse("team:patient", args=[rosa.pk]) + f"?correct={first.pk}")
    assert page.context["corrects"] == first
    assert page.context["grade_form"]["grade"].value() == 2
    page = record(amiras, rosa, replaces=str(first.pk), grade="1", reason="Read the chart of another day.")
    made = ClinicianGrade.objects.get(replaces=first)
    assert (made.grade, made.recorded_by, made.reason) == (1, amira, "Read the chart of another day.")
    rows = page.context["chart"].graded
    assert [(row.record, row.earlier) for row in rows] == [(made, (first,))]
    assert "Before: Chills 2 (CTCAE 5.0)" in text(page)
    assert list(ClinicianGrade.objects.standing()) == [made]


def test_a_correction_without_a_reason_is_asked_for_it(rosa, amira, amiras):
    first = grade_of(rosa, amira)
    page = record(amiras, rosa, replaces=str(first.pk), grade="1", reason="")
    assert list(page.context["grade_form"].errors) == ["reason"]
    assert page.context["corrects"] == first
    assert f'name="replaces" value="{first.pk}"' in page.text


def test_a_grade_can_be_taken_back(rosa, amira, amiras):
    first = grade_of(rosa, amira)
    page = record(
        amiras, rosa, replaces=str(first.pk), is_taken_back="on", reason="It was about another patient."
    )
    assert not page.context["chart"].graded
    assert not page.context["chart"].lines
    assert "taken back: Amira Nasser" in text(page)
    assert not ClinicianGrade.objects.standing().exists()


def test_of_two_corrections_the_second_is_told_and_loses_nothing(rosa, amira, ben, amiras):
    first = grade_of(rosa, amira)
    grade_of(rosa, ben, grade=4, replaces=first, reason="Worse than I thought.")
    page = record(amiras, rosa, replaces=str(first.pk), grade="1", reason="Milder than I thought.")
    assert "Ben" in str(page.context["grade_form"].non_field_errors())
    assert page.context["grade_form"]["reason"].value() == "Milder than I thought."
    assert ClinicianGrade.objects.count() == 2


@pytest.mark.parametrize("replaces", ["nosuch", "5f0c7f4e-8c59-4a8e-9d6e-0a3d0a7d3f51"])
def test_a_correction_of_nothing_is_404(replaces, rosa, amiras):
    assert record(amiras, rosa, replaces=replaces, reason="A slip of the mouse.").status_code == 404


def test_a_grade_of_another_patient_is_not_corrected_from_here(rosa, dev, amira, amiras):
    theirs = grade_of(dev, amira)
    assert record(amiras, rosa, replaces=str(theirs.pk), reason="A slip of the mouse.").status_code == 404
    with pytest.raises(ValueError, match="another patient"):
        grade_of(rosa, amira, replaces=theirs, reason="A slip of the mouse.")


def test_a_correction_to_other_days_leaves_nothing_behind(rosa, amira, open_chart):
    rosa.enrolled_on -= 90 * DAY
    rosa.save()
    first = grade_of(rosa, amira)
    grade_of(rosa, amira, day=first.day - 60 * DAY, replaces=first, reason="The month was wrong.")
    assert not open_chart(rosa).context["chart"].graded


def test_the_day_and_the_symptom_can_be_asked_for(rosa, open_chart):
    day = (rosa.today(timezone.now()) - DAY).isoformat()
    page = open_chart(rosa, f"?symptom=nausea&day={day}")
    form = page.context["grade_form"]
    assert (form["symptom"].value(), form["day"].value()) == ("nausea", day)
    assert '<details class="record-a-grade" open' in page.text


def test_the_flags_page_leads_to_the_form(rosa, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    assert flag.check_in
    page = amiras.get(reverse("team:flag", args=[flag.pk])).text
    address = f"{reverse('team:patient', args=[rosa.pk])}?grade=1&amp;day={flag.check_in.day:%Y-%m-%d}#grades"
    assert address in page


def test_a_note_that_nobody_read_is_on_the_chart(rosa, open_chart):
    send(rosa, _with_note("My ankles are tight."))
    assert NoteToRead.objects.exists()
    assert "My ankles are tight." in text(open_chart(rosa))
